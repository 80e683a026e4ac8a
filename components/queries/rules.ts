// Rules, their order, their templates, their file, and the one switch over all of them.
import { useMutation, useQuery } from '@tanstack/react-query';
import type { RuleInput, RulesDiff, RuleTemplate, RuleView } from '#lib/api/rule-shapes.ts';
import type { AutomationView, Page } from '#lib/api/shapes.ts';
import { pathOf, queryOf } from './api.ts';
import { useConsole, useLive } from './console.tsx';

export type RulesFormat = 'yaml' | 'json';

/** Ready-made rules; nothing is stored until one is taken. */
export function useRuleTemplates() {
  const { api } = useConsole();
  return useQuery({ queryKey: ['templates'], queryFn: ({ signal }) => api.get<Page<RuleTemplate>>('/rules/templates', signal) });
}

/** Makes a rule, or puts a new version in the place of the one with `id`. */
export function useSaveRule() {
  const { api } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: ({ id, input }: { id?: string | undefined; input: RuleInput }) =>
      id === undefined ? api.post<RuleView>('/rules', input) : api.put<RuleView>(`/rules${pathOf(id)}`, input),
    onSuccess: (item) => live?.enter({ topic: 'rules', op: 'set', item }),
  });
}

/** Removes a rule. What it gave stays with the devices. */
export function useRemoveRule() {
  const { api } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: (id: string) => api.delete<unknown>(`/rules${pathOf(id)}`),
    onSuccess: (_answer, id) => live?.enter({ topic: 'rules', op: 'gone', id }),
  });
}

/** Puts all rules into this order. Shown at once; a failure reads the order that is in force. */
export function useOrderRules() {
  const { api, cache } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: (ids: string[]) => api.put<unknown>('/rules/order', { ids }),
    onMutate: (ids) => live?.enter({ topic: 'rules', op: 'order', ids }),
    onError: () => cache.invalidateQueries({ queryKey: ['overview'] }),
  });
}

/** Says that the devices keep what an ended rule gave. */
export function useKeepGrants() {
  const { api, cache } = useConsole();
  return useMutation({
    mutationFn: (id: string) => api.post<unknown>(`/rules${pathOf(id)}/keep-grants`),
    onSettled: () => cache.invalidateQueries({ queryKey: ['overview'] }),
  });
}

/** A person takes over a rule that the API token or a file made. */
export function useAcknowledgeRule() {
  const { api, cache } = useConsole();
  return useMutation({
    // Bound to the version that was read: a rule changed meanwhile must be read again.
    mutationFn: ({ id, version }: { id: string; version: number }) => api.post<unknown>(`/rules${pathOf(id)}/acknowledge`, { version }),
    onSettled: () => cache.invalidateQueries({ queryKey: ['overview'] }),
  });
}

/** Without a digest: what a file would change. With the digest of that answer: changes it, all or nothing. */
export function useImportRules() {
  const { api, cache } = useConsole();
  return useMutation({
    mutationFn: (input: { text: string; format: RulesFormat; digest?: string }) => api.post<RulesDiff>('/rules/import', input),
    onSuccess: (_diff, { digest }) => {
      if (digest !== undefined) return cache.invalidateQueries({ queryKey: ['overview'] });
    },
  });
}

/** All rules as the text of a file. */
export function useExportRules() {
  const { api } = useConsole();
  return useMutation({
    mutationFn: async (format: RulesFormat) => {
      const answer = await api.stream(`/rules/export${queryOf({ format })}`, new AbortController().signal);
      return { format, text: await answer.text() };
    },
  });
}

/** Turns all automation on or off; on also lifts a suspension. */
export function useAutomation() {
  const { api, cache } = useConsole();
  const live = useLive();
  return useMutation({
    mutationFn: (on: boolean) => api.put<AutomationView>('/automation', { on }),
    onSuccess: (item) => live?.enter({ topic: 'automation', op: 'set', item }),
    onError: () => cache.invalidateQueries({ queryKey: ['overview'] }),
  });
}

// Rules, their templates and the one switch over all of them.
import { useMutation, useQuery } from '@tanstack/react-query';
import type { RuleInput, RuleTemplate, RuleView } from '#lib/api/rule-shapes.ts';
import type { AutomationView, Page } from '#lib/api/shapes.ts';
import { pathOf } from './api.ts';
import { useConsole, useLive } from './console.tsx';

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

/** A person takes over a rule that the API token made. */
export function useAcknowledgeRule() {
  const { api, cache } = useConsole();
  return useMutation({
    // Bound to the version that was read: a rule changed meanwhile must be read again.
    mutationFn: ({ id, version }: { id: string; version: number }) => api.post<unknown>(`/rules${pathOf(id)}/acknowledge`, { version }),
    onSettled: () => cache.invalidateQueries({ queryKey: ['overview'] }),
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

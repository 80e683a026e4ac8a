// What a rule would have done: asked anew a moment after the draft changed, with the last answer kept meanwhile.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { PreviewInput } from '#lib/api/rule-shapes.ts';
import { useConsole } from './console.tsx';
import { type Progress, readPreview } from './preview-frames.ts';

/** A draft is looked at when it has stood still for so long. */
const SETTLE_MS = 400;

/** `value` once it has stood still; the first one at once. Compared by its text. */
function useSettled<T>(value: T): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState({ text, value });
  const last = useRef(value);
  last.current = value;
  useEffect(() => {
    if (text === settled.text) return;
    const timer = setTimeout(() => setSettled({ text, value: last.current }), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, settled.text]);
  return settled.value;
}

/**
 * The preview of a draft; nothing is asked without one. `waiting` tells apart the requests that wait now, since the answer speaks of
 * them too. `renewing`: what is shown belongs to an earlier draft.
 */
export function useRulePreview(input: PreviewInput | undefined, waiting: string) {
  const { api } = useConsole();
  const [progress, setProgress] = useState<Progress>();
  const asked = useSettled({ input, waiting });
  const { data, error, isFetching } = useQuery({
    queryKey: ['rule-preview', asked],
    enabled: asked.input !== undefined,
    placeholderData: keepPreviousData,
    // Worked out from records that grow: kept for going back and forth in one form, not for the next opening.
    gcTime: 30_000,
    queryFn: async ({ signal }) => {
      setProgress(undefined);
      const answer = await api.stream('/rules/preview', signal, asked.input);
      if (answer.body === null) throw new Error('The preview came without a body.');
      return readPreview(answer.body, setProgress);
    },
  });
  const changed = JSON.stringify(asked) !== JSON.stringify({ input, waiting });
  return { data, error, renewing: isFetching || changed, progress: isFetching ? progress : undefined };
}

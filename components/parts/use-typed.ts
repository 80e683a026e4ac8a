'use client';
// An input whose text is kept elsewhere, such as in the address.
import { useEffect, useRef, useState } from 'react';
import { arrived, resting, type Typing } from './typing.ts';

/** Fingers rest when no letter comes for so long, ms. */
const RESTING_MS = 250;

/** The text as it is typed, and what to do with another one. `kept` is what is kept elsewhere; `onRest` gets a text to keep there. */
export function useTyped(kept: string, onRest: (text: string) => void): [string, (text: string) => void] {
  const [state, setState] = useState<Typing>({ typed: kept, known: kept, sent: [] });
  const typing = arrived(state, kept);
  if (typing !== state) setState(typing);
  const now = useRef({ typing, onRest });
  useEffect(() => {
    now.current = { typing, onRest };
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [
    typing.typed,
    (text) => {
      setState((before) => ({ ...before, typed: text }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const before = now.current.typing;
        const after = resting(before, text);
        if (after === before) return;
        setState((later) => resting(later, text));
        now.current.onRest(text);
      }, RESTING_MS);
    },
  ];
}

'use client';
// An input whose text is kept elsewhere, such as in the address.
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { arrived, resting, type Typing } from './typing.ts';

/** Fingers rest when no letter comes for so long, ms. */
const RESTING_MS = 250;

/** The text as it is typed, and what to do with another one. `kept` is what is kept elsewhere; `onRest` gets a text to keep there. */
export function useTyped(kept: string, onRest: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(kept);
  const typing = useRef<Typing>({ typed: kept, known: kept, sent: [] });
  // Only what was really shown has arrived: a render with a new address may be thrown away for the letter that comes in between.
  useLayoutEffect(() => {
    typing.current = arrived(typing.current, kept);
    setTyped(typing.current.typed);
  }, [kept]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [
    typed,
    (text) => {
      typing.current = { ...typing.current, typed: text };
      setTyped(text);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const before = typing.current;
        typing.current = resting(before, text);
        if (typing.current !== before) onRest(text);
      }, RESTING_MS);
    },
  ];
}

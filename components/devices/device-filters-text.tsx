'use client';
// The text to filter by. The list follows every letter; the address follows when typing pauses.
import { useEffect, useRef, useState } from 'react';
import { Input } from '../parts/field.tsx';

const TYPING_MS = 250;

/** The text as it is typed, and what to do with another one. `sent` is what the address holds. */
export function useTyped(sent: string, onSend: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(sent);
  const [known, setKnown] = useState(sent);
  // A filter that was cleared or came by a link stands in the input too.
  if (sent !== known) {
    setKnown(sent);
    setTyped(sent);
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [
    typed,
    (text) => {
      setTyped(text);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        setKnown(text);
        onSend(text);
      }, TYPING_MS);
    },
  ];
}

/** The input that `/` goes to. */
export function TextFilter({ label, text, onText }: { label: string; text: string; onText(text: string): void }) {
  return (
    <Input
      type="search"
      data-search
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder="Filter"
      maxLength={200}
      className="w-44 min-w-0 max-sm:flex-1"
      value={text}
      onChange={(event) => onText(event.target.value)}
    />
  );
}

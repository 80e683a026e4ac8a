'use client';
// Several confirmations in one field: each thing says what it gives and has its word; all words are typed one after the other.
import { Check, Circle } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Input } from './field.tsx';
import { typedWords } from './typed.ts';

export type WordToType = { word: string; text: ReactNode };

type TypedWordsProps = { words: readonly WordToType[]; text: string; onText(text: string): void };

/** The text is kept by whoever shows the field, who asks `typedWords` what is confirmed. Nothing is shown where nothing is to confirm. */
export function TypedWords({ words, text, onText }: TypedWordsProps) {
  const id = useId();
  if (words.length === 0) return null;
  const typed = typedWords(
    text,
    words.map(({ word }) => word),
  );
  const missing = words.length - typed.size;
  return (
    <div className="grid gap-2.5 rounded-lg border border-hairline bg-sunken px-3 py-2.5">
      <ul id={`${id}-why`} className="grid gap-1.5">
        {words.map(({ word, text: gives }) => (
          <li key={word} className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2">
            {typed.has(word) ? (
              <Check size={14} role="img" aria-label="typed" className="mt-[3px] text-good" />
            ) : (
              <Circle size={14} role="img" aria-label="not typed yet" className="mt-[3px] text-soft" />
            )}
            <div className="min-w-0 break-words">
              <strong className="font-mono text-xs font-semibold">{word}</strong>: {gives}
            </div>
          </li>
        ))}
      </ul>
      <div className="grid gap-1">
        <label htmlFor={id}>
          To confirm, type <strong className="font-mono text-xs font-semibold">{words.map(({ word }) => word).join(' ')}</strong>
        </label>
        <Input
          id={id}
          value={text}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-describedby={`${id}-why ${id}-left`}
          className="w-full font-mono text-xs"
          onChange={(event) => onText(event.target.value)}
        />
        <p id={`${id}-left`} role="status" className="text-xs text-soft">
          {missing === 0 ? 'All confirmed.' : `${missing === 1 ? 'One word is' : `${missing} words are`} missing.`}
        </p>
      </div>
    </div>
  );
}

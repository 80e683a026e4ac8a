'use client';
// A confirmation that must be typed: reading it takes longer than clicking it away.
import { Check } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Input } from './field.tsx';

type TypedConfirmProps = { word: string; children: ReactNode; startsTyped?: boolean; onTyped(typed: boolean): void };

/** Asks to type `word`; tells whether it stands there. */
export function TypedConfirm({ word, children, startsTyped = false, onTyped }: TypedConfirmProps) {
  const [text, setText] = useState(startsTyped ? word : '');
  const id = useId();
  const typed = text.trim().toLowerCase() === word;
  return (
    <div className="grid gap-1.5">
      <div id={`${id}-why`}>{children}</div>
      <div className="flex items-center gap-2">
        <label htmlFor={id} className="text-soft">
          Type <strong className="font-mono text-xs font-semibold text-ink">{word}</strong>
        </label>
        <Input
          id={id}
          value={text}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-describedby={`${id}-why`}
          className="w-36 font-mono text-xs"
          onChange={(event) => {
            setText(event.target.value);
            onTyped(event.target.value.trim().toLowerCase() === word);
          }}
        />
        {typed && <Check size={16} role="img" aria-label="confirmed" className="text-good" />}
      </div>
    </div>
  );
}

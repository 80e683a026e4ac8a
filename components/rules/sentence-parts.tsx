'use client';
// The controls that stand inside a sentence: a number, words, a row of things to pick, each as wide as what it holds.
import { clsx } from 'clsx';
import { useId, useState } from 'react';
import { Input } from '../parts/field.tsx';
import { wordsIn } from './draft.ts';

export const INLINE = 'mx-1 inline-block max-w-full font-semibold';

type CountProps = { name: string; value: number; min?: number; max: number; onChange(value: number): void };

/** A whole number. What is no number between its ends stays in the field, marked, and keeps the form from being sent. */
export function Count({ name, value, min = 1, max, onChange }: CountProps) {
  const [text, setText] = useState<string>();
  const shown = text ?? String(value);
  return (
    <Input
      aria-label={name}
      type="number"
      inputMode="numeric"
      required
      min={min}
      max={max}
      className={clsx(INLINE, 'tabular w-[4.5rem] invalid:border-red')}
      value={shown}
      onChange={(event) => {
        const next = event.target.valueAsNumber;
        setText(event.target.value);
        if (Number.isInteger(next) && next >= min && next <= max) onChange(next);
      }}
      onBlur={(event) => {
        if (event.target.validity.valid) setText(undefined);
      }}
    />
  );
}

type WordsProps = { name: string; values: readonly string[]; suggestions: readonly string[]; onChange(values: string[]): void };

/** One or several words, with what is known as suggestions. */
export function Words({ name, values, suggestions, onChange }: WordsProps) {
  const id = useId();
  const [text, setText] = useState(values.join(', '));
  return (
    <>
      <Input
        aria-label={name}
        list={id}
        value={text}
        placeholder={suggestions.slice(0, 2).join(', ')}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={400}
        className={clsx(INLINE, 'w-44 font-mono text-xs')}
        onChange={(event) => {
          setText(event.target.value);
          onChange(wordsIn(event.target.value));
        }}
      />
      <datalist id={id}>
        {suggestions.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
    </>
  );
}

type PickProps<T extends string> = {
  legend: string;
  all: readonly { value: T; word: string }[];
  picked: readonly T[];
  onChange(picked: T[]): void;
};

/** Several of a short list, each a small switch; in the order of the list. */
export function Pick<T extends string>({ legend, all, picked, onChange }: PickProps<T>) {
  return (
    <fieldset className="mx-1 inline-flex max-w-full flex-wrap gap-1 align-middle">
      <legend className="sr-only">{legend}</legend>
      {all.map(({ value, word }) => {
        const on = picked.includes(value);
        return (
          <label
            key={value}
            className={clsx(
              'cursor-pointer rounded-md border px-2 text-xs leading-[26px] select-none has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              on ? 'tone-accent border-tone bg-tone font-semibold text-ink' : 'border-hairline text-soft hover:border-edge',
            )}
          >
            <input
              type="checkbox"
              className="sr-only"
              checked={on}
              onChange={() => onChange(all.map((one) => one.value).filter((other) => (other === value ? !on : picked.includes(other))))}
            />
            {word}
          </label>
        );
      })}
    </fieldset>
  );
}

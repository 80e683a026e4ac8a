// What became of one device, as a line with its icon.
import { clsx } from 'clsx';
import { Check, CircleAlert, CircleHelp, Minus, RotateCw } from 'lucide-react';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import type { StepWords } from './bulk-words.ts';

const ICONS: Record<StepWords['kind'], typeof Check> = {
  waiting: Minus,
  asking: RotateCw,
  done: Check,
  trouble: CircleAlert,
  doubt: CircleHelp,
};

/** The word of the outcome and what the gateway shows. */
export function Result({ words: { kind, word, tone, text } }: { words: StepWords }) {
  const Icon = ICONS[kind];
  return (
    <p role="status" className={clsx(TONE_CLASS[tone], 'flex gap-2')} data-outcome={kind}>
      <Icon size={15} aria-hidden className={clsx('mt-0.5 shrink-0 text-tone', kind === 'asking' && 'animate-breathe')} />
      <span className="min-w-0 break-words">
        <strong className="font-medium text-tone">{word}</strong>
        {text !== '' && `. ${shownText(text, 600)}`}
      </span>
    </p>
  );
}

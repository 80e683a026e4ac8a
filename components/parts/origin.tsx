// Where a request came from: a badge, and the facts behind it with what held, what was contradicted and what is missing.
import { clsx } from 'clsx';
import { Check, CircleHelp, Globe, House, KeyRound, type LucideIcon, Minus, Route, X } from 'lucide-react';
import type { FactView, Origin } from '#lib/api/shapes.ts';
import { ORIGINS } from './origin-words.ts';
import { TONE_CLASS } from './scope-words.ts';

const ICONS: Record<Origin, LucideIcon> = {
  'host-key': KeyRound,
  loopback: House,
  proxied: Route,
  remote: Globe,
  unknown: CircleHelp,
};

/** The badge: icon and word; solid for the host key, outlined for the rest, dashed where nobody knows. */
export function OriginBadge({ origin, note }: { origin: Origin; note?: string | undefined }) {
  const { word, tone, meaning } = ORIGINS[origin];
  const Icon = ICONS[origin];
  return (
    <span
      title={meaning}
      className={clsx(
        'inline-flex items-center gap-1 rounded-[5px] border px-1.5 text-xs leading-[20px] font-medium whitespace-nowrap',
        TONE_CLASS[tone],
        origin === 'host-key' ? 'border-transparent bg-tone-solid text-paper' : 'border-tone text-tone',
        origin === 'unknown' && 'border-dashed border-edge',
      )}
    >
      <Icon size={12} aria-hidden />
      {word}
      {note !== undefined && <span className="font-normal opacity-85">{note}</span>}
    </span>
  );
}

function factMark(held: boolean | undefined) {
  if (held === true) return { Icon: Check, tone: 'tone-good', word: 'held' };
  if (held === false) return { Icon: X, tone: 'tone-red', word: 'contradicted' };
  return { Icon: Minus, tone: 'tone-plain', word: 'missing' };
}

/** The facts, one line each, with a mark and its word. */
export function Facts({ facts }: { facts: readonly FactView[] }) {
  return (
    <ul className="grid gap-1">
      {facts.map((fact) => {
        const { Icon, tone, word } = factMark(fact.held);
        return (
          <li key={fact.name} className="grid grid-cols-[16px_auto] items-start gap-x-2 sm:grid-cols-[16px_132px_auto]">
            <span className={clsx(tone, 'text-tone grid h-5 place-items-center')}>
              <Icon size={14} aria-hidden />
            </span>
            <span className="font-medium">
              {fact.label} <span className={clsx(tone, 'text-tone font-normal sm:sr-only')}>{word}</span>
            </span>
            <span className="col-start-2 text-soft sm:col-start-3">{fact.text}</span>
          </li>
        );
      })}
    </ul>
  );
}

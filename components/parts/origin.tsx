// Where a request came from, as a badge: one word, one look.
import { clsx } from 'clsx';
import { CircleHelp, Globe, House, KeyRound, type LucideIcon, Route } from 'lucide-react';
import type { Origin } from '#lib/api/shapes.ts';
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

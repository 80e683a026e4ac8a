// Lines of the log that are no handshake: rows that are not loaded, and more attempts of an unfolded loop.
import { Ellipsis } from 'lucide-react';
import { problemOf } from '../queries/api.ts';
import type { Hole } from './log.ts';

const LOOK =
  'flex h-full w-full items-center gap-2 border-b border-dashed border-edge px-4 text-left text-xs text-soft hover:bg-sunken hover:text-ink sm:px-6 -outline-offset-2';

function failedWords(error: unknown): string {
  const { title, code } = problemOf(error);
  return `${title} (${code}). Press to try again.`;
}

/** Says that rows are missing here, and loads them when pressed. */
export function HoleRow({ hole, onFill }: { hole: Hole; onFill(hole: Hole): void }) {
  const what = hole.count === undefined ? 'Rows between' : `${hole.count.toLocaleString('en')} rows between`;
  return (
    <button type="button" data-item data-hole disabled={hole.reading} onClick={() => onFill(hole)} className={LOOK}>
      <Ellipsis size={14} aria-hidden />
      {hole.error !== undefined ? failedWords(hole.error) : hole.reading ? `${what}, loading them` : `${what}, load them`}
    </button>
  );
}

type MoreRowProps = { left: number; reading: boolean; error?: unknown; onMore(): void };

/** The attempts of a loop that are not loaded yet. */
export function MoreRow({ left, reading, error, onMore }: MoreRowProps) {
  const words = left === 0 ? 'Earlier attempts' : `${left.toLocaleString('en')} earlier ${left === 1 ? 'attempt' : 'attempts'}`;
  return (
    <button type="button" data-item disabled={reading} onClick={onMore} className={`${LOOK} pl-11 sm:pl-14`}>
      {error !== undefined ? failedWords(error) : reading ? `${words}, loading` : `${words}, load them`}
    </button>
  );
}

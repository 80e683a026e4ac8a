'use client';
// The bar over the log that stays in sight: whether it follows, what waits, pause, folding and export.
import { ArrowUp, Pause, Play } from 'lucide-react';
import type { HandshakeFilter } from '#lib/handshakes/filter.ts';
import { Button } from '../parts/button.tsx';
import { Switch } from '../parts/switch.tsx';
import { HandshakesExport } from './export-menu.tsx';

type LogBarProps = {
  filter: HandshakeFilter;
  fold: boolean;
  paused: boolean;
  away: boolean;
  waiting: number;
  loaded: number;
  behind: boolean;
  onPause(paused: boolean): void;
  onFold(fold: boolean): void;
  onJump(): void;
};

function standing({ paused, away, waiting, loaded, behind, fold }: LogBarProps): string {
  if (behind) return 'Reading';
  if (paused) return waiting === 0 ? 'Paused, nothing new' : 'Paused';
  if (away) return waiting === 0 ? 'Nothing new' : '';
  return `Live, ${loaded.toLocaleString('en')} ${fold ? 'lines' : 'rows'}`;
}

/** One line; the words give way first on a phone. */
export function LogBar(props: LogBarProps) {
  const { filter, fold, paused, away, waiting, onPause, onFold, onJump } = props;
  const count = waiting.toLocaleString('en');
  return (
    <div className="sticky top-11 z-10 flex h-11 items-center gap-2 border-b border-hairline bg-paper px-4 sm:px-6">
      <div className="flex min-w-0 flex-1 items-center gap-2">
        {away && !paused && waiting > 0 && (
          <Button small weight="main" aria-label={`${count} new, jump to now`} onClick={onJump}>
            <ArrowUp size={13} aria-hidden />
            <span>
              {count} new<span className="max-sm:hidden">, jump to now</span>
            </span>
          </Button>
        )}
        <p role="status" className="tabular truncate text-xs text-soft">
          {standing(props)}
        </p>
      </div>
      <span className="flex items-center gap-1.5 text-xs text-soft">
        <Switch on={fold} name="Fold loops into one line each" onChange={onFold} />
        <span aria-hidden>
          fold<span className="max-sm:hidden"> loops</span>
        </span>
      </span>
      <Button small aria-pressed={paused} onClick={() => onPause(!paused)}>
        {paused ? <Play size={13} aria-hidden /> : <Pause size={13} aria-hidden />}
        {paused ? (waiting === 0 ? 'Go on' : `Go on, ${count} new`) : 'Pause'}
      </Button>
      <HandshakesExport filter={filter} />
    </div>
  );
}

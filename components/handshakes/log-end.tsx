// What stands below the last row: whether there is more, that older rows are being searched and how far back, or that this is all.
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Clock } from '../parts/time.tsx';
import type { LogState } from './log.ts';

/** One line under the list. `empty`: there is no row above it. */
export function LogEnd({ end, empty, onMore }: { end: LogState['end']; empty: boolean; onMore(): void }) {
  if (end.state === 'failed') {
    return (
      <div className="px-4 py-2 sm:px-6">
        <Failure error={end.error}>
          <Button small className="w-fit" onClick={onMore}>
            Try again
          </Button>
        </Failure>
      </div>
    );
  }
  if (end.state === 'done' && empty) return null;
  const since = end.atMs === undefined ? null : <Clock at={new Date(end.atMs).toISOString()} precise="minutes" />;
  return (
    <p className="px-4 py-2 text-xs text-soft sm:px-6" data-end={end.state}>
      {end.state === 'done' && 'This is the oldest row that is kept.'}
      {end.state === 'searching' && <>Still searching older rows{since !== null && <>, back to {since}</>}</>}
      {(end.state === 'reading' || end.state === 'more') && 'Reading older rows'}
    </p>
  );
}

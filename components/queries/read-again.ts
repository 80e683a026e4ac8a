// Keeps one answer of the API current while handshake rows arrive: it is read again, not added to.
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { createRereads } from '../live/rereads.ts';
import { useConsole, useLive } from './console.tsx';

/** An answer that is asked for now. A first read that is under way would be taken for it, so that one is waited for. */
async function readAnew(cache: QueryClient, queryKey: readonly string[]): Promise<void> {
  const before = cache.getQueryState(queryKey);
  await cache.invalidateQueries({ queryKey });
  if (before?.data === undefined && before?.fetchStatus === 'fetching') await cache.invalidateQueries({ queryKey });
}

export type ReadAgain = {
  /** The query is kept under [name, path]; nothing is followed without a path. */
  name: string;
  path: string | undefined;
  /** Nothing is read; what came meanwhile is read when it goes on. */
  paused?: boolean;
  /** The least time between a row and the reading, ms. */
  pauseMs: number;
  /** Whether the answer may be another one after these rows. */
  isDue(items: readonly HandshakeView[]): boolean;
};

/** Reads the query again after live rows, and when rows were lost on the way. */
export function useReadAgain({ name, path, paused = false, pauseMs, isDue }: ReadAgain): void {
  const { cache } = useConsole();
  const live = useLive();
  const judge = useRef(isDue);
  judge.current = isDue;
  const missed = useRef(false);
  useEffect(() => {
    if (live === undefined || path === undefined) return;
    if (paused) {
      missed.current = true;
      return;
    }
    const rereads = createRereads({
      read: () => readAnew(cache, [name, path]),
      pauseMs,
      setTimer: (run, delayMs) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    });
    if (missed.current) rereads.due();
    missed.current = false;
    const stop = live.followHandshakes({
      arrive(items) {
        if (judge.current(items)) rereads.due();
      },
      reread: rereads.due,
    });
    return () => {
      stop();
      rereads.dispose();
    };
  }, [live, cache, name, path, paused, pauseMs]);
}

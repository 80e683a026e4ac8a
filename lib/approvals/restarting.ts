// Whether a gateway is about to go, gone for a restart, or coming up: told by its `shutdown` event, by how it closed, or by how it
// turned the console away. Ends when the console is signed in again.
import { z } from 'zod';
import type { SessionState } from '../gateway/session.ts';

export type Restart = { since: number; until: number | undefined };

/** Codes that mean "come back later": service restart, and try again later (2026.9.6 while it starts, stops or is suspended). */
const RESTART_CODES: ReadonlySet<unknown> = new Set([1012, 1013]);
/** A gateway that is not back by then is down, not restarting. */
const LIMIT_MS = 5 * 60_000;

// Both versions: the gateway tells how long it expects to be away, or null.
const shutdown = z.object({ restartExpectedMs: z.number().positive().optional().catch(undefined) });

export type Restarting = {
  onEvent: (event: string, payload: unknown) => void;
  onState: (state: SessionState) => void;
  now: () => Restart | undefined;
};

export function createRestarting(deps: { now: () => number }): Restarting {
  let restart: Restart | undefined;
  const begin = (expectedMs: number | undefined) => {
    const since = restart?.since ?? deps.now();
    restart = { since, until: expectedMs === undefined ? restart?.until : deps.now() + expectedMs };
  };
  return {
    onEvent(event, payload) {
      if (event === 'shutdown') begin(shutdown.safeParse(payload).data?.restartExpectedMs);
    },
    onState(state) {
      if (state.kind === 'live') restart = undefined;
      if (state.kind !== 'down') return;
      if (RESTART_CODES.has(state.problem.extra.closeCode) || state.problem.code === 'gateway-starting') begin(undefined);
    },
    now() {
      return restart && deps.now() - restart.since <= LIMIT_MS ? restart : undefined;
    },
  };
}

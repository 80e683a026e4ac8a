// Loops: the same caller failing the same way without a longer pause. A pure fold over attempts; the clock is handed in.
import type { HandshakeOutcome, HandshakeView } from '../api/shapes.ts';

/** `id` is the seq of its first attempt. Times in ms since the epoch. */
export type Run = { id: number; count: number; firstAtMs: number; lastAtMs: number };

/** Attempts further apart than this are not one loop, ms. */
export const RUN_PAUSE_MS = 90_000;
/** Fewer attempts than this are no loop. */
export const LOOP_LEAST = 3;

const FOLDED: ReadonlySet<HandshakeOutcome> = new Set(['refused', 'waiting', 'timed-out', 'left-early']);

type Failing = Pick<
  HandshakeView,
  | 'gateway'
  | 'outcome'
  | 'cause'
  | 'deviceId'
  | 'clientId'
  | 'clientMode'
  | 'origin'
  | 'browserOrigin'
  | 'remoteAddr'
  | 'host'
  | 'scopesFrom'
  | 'scopesTo'
>;

/** Whether rows of this outcome are folded at all: successes, notes and gaps never are. */
export const isFolded = (outcome: HandshakeOutcome): boolean => FOLDED.has(outcome);

/** Who fails how: two attempts are of one run only when this is equal. A device's name is left out, since it can change. */
export function wayOf(item: Failing): string {
  const { gateway, outcome, cause, deviceId, clientId, clientMode, origin, browserOrigin, remoteAddr, host, scopesFrom, scopesTo } = item;
  return JSON.stringify([
    gateway,
    outcome,
    cause,
    deviceId,
    clientId,
    clientMode,
    origin,
    browserOrigin,
    remoteAddr,
    host,
    scopesFrom,
    scopesTo,
  ]);
}

/** The run after one more attempt of the same way: the same one, longer, or a new one that begins with `seq`. */
export function runAfter(before: Run | undefined, attempt: { seq: number; atMs: number; outcome: HandshakeOutcome }): Run {
  const { seq, atMs, outcome } = attempt;
  const goesOn =
    before !== undefined && isFolded(outcome) && atMs - before.lastAtMs <= RUN_PAUSE_MS && before.firstAtMs - atMs <= RUN_PAUSE_MS;
  if (!goesOn) return { id: seq, count: 1, firstAtMs: atMs, lastAtMs: atMs };
  return {
    id: before.id,
    count: before.count + 1,
    firstAtMs: Math.min(before.firstAtMs, atMs),
    lastAtMs: Math.max(before.lastAtMs, atMs),
  };
}

export type LoopState = { state: 'single' | 'looping' | 'over'; everyMs: number };

/** What a run is at `nowMs`: no loop, one that goes on, or one that ended. `everyMs` is the mean time between two attempts. */
export function loopState({ count, firstAtMs, lastAtMs }: Omit<Run, 'id'>, nowMs: number): LoopState {
  const everyMs = (lastAtMs - firstAtMs) / Math.max(1, count - 1);
  if (count < LOOP_LEAST) return { state: 'single', everyMs };
  return { state: nowMs - lastAtMs > RUN_PAUSE_MS ? 'over' : 'looping', everyMs };
}

// How far the gateway's clock is off against this host's. A signature more than 120 s off is refused, and every time in the log is
// the gateway's, so an operator must see it. Pure.
import { z } from 'zod';
import { gatewayTime } from './records.ts';

/** `deltaMs`: the gateway's clock minus ours. The true value lies within `uncertaintyMs` of it. `at`: when it was measured, our ms. */
export type ClockDelta = { deltaMs: number; uncertaintyMs: number; at: number };

/**
 * From a time that the gateway stamped while `sentMs` .. `receivedMs` passed here: the socket was opened at the one, the challenge
 * arrived at the other (`connect.challenge` carries `ts` on 2026.4.14 and 2026.9.6).
 */
export function clockDelta(stampMs: number, sentMs: number, receivedMs: number): ClockDelta {
  const half = Math.max(0, receivedMs - sentMs) / 2;
  return { deltaMs: Math.round(stampMs - (receivedMs - half)), uncertaintyMs: Math.ceil(half), at: receivedMs };
}

const tick = z.object({ ts: gatewayTime });

/** The same from a `tick` event, whose journey took no longer than that of the first measurement; undefined where it has no time. */
export function clockDeltaOfTick(payload: unknown, first: ClockDelta, nowMs: number): ClockDelta | undefined {
  const parsed = tick.safeParse(payload);
  return parsed.success ? clockDelta(parsed.data.ts, nowMs - 2 * first.uncertaintyMs, nowMs) : undefined;
}

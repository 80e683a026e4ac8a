// Who is signed in, as the gateway's presence tells: the event `presence` and the answer of `system-presence`. Only entries with a
// device are read. Seen on 2026.4.14: no `cli` is ever in it, and `ts` is the moment of the sign-in while the reason is `connect`.
import { z } from 'zod';
import { gatewayTime } from './records.ts';

/** A device that signed in at `at` (gateway's clock, ms). */
export type SignIn = { deviceId: string; at: number };

const entry = z.object({ deviceId: z.string().min(1).max(200), reason: z.literal('connect'), ts: gatewayTime });

/** The sign-ins in a presence payload, or in the bare list. An entry that left (`disconnect`) says nothing of when it came. */
export function readSignIns(payload: unknown): SignIn[] {
  const list = typeof payload === 'object' && payload !== null && 'presence' in payload ? payload.presence : payload;
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const read = entry.safeParse(item);
    return read.success ? [{ deviceId: read.data.deviceId, at: read.data.ts }] : [];
  });
}

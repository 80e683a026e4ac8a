// The bench's own ear on a gateway: when each pairing event of a request was on the wire, by a second operator connection.
import { z } from 'zod';
import type { Admin } from '../e2e/gateways/admin.ts';
import type { Clock } from './clock.ts';

const named = z.looseObject({ requestId: z.string(), decision: z.string().optional() });

export type Heard = { requestedAt: (requestId: string) => number | undefined; approvedAt: (requestId: string) => number | undefined };

/** Listens from now on. A gateway sends an event to all its operators in one turn, so this hears it when the console does. */
export function listen(admin: Pick<Admin, 'onEvent'>, clock: Clock): Heard {
  const requested = new Map<string, number>();
  const approved = new Map<string, number>();
  admin.onEvent((event, payload) => {
    const at = clock();
    const known = named.safeParse(payload);
    if (!known.success) return;
    if (event === 'device.pair.requested') requested.set(known.data.requestId, at);
    if (event === 'device.pair.resolved' && known.data.decision === 'approved') approved.set(known.data.requestId, at);
  });
  return { requestedAt: (id) => requested.get(id), approvedAt: (id) => approved.get(id) };
}

// Differences between readings of the gateways' lists, and a person's word for those that nobody clicked.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';
import type { DeviceChangeView } from '../device-shapes.ts';
import type { Page } from '../shapes.ts';
import { ask, listQuery } from './query.ts';

export const deviceChangesQuery = listQuery.pick({ limit: true, before: true }).extend({
  gateway: z.string().min(1).max(200).optional(),
  device: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** `1`: only grants that nobody clicked and nobody has acknowledged. */
  open: z.literal('1').optional(),
});

/** Five thousand ids of 36 characters, with room. */
const MANY_IDS_BYTES = 256 * 1024;

export const acknowledgeChangesInput = z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(5000) });

export function deviceChangeRoutes(app: Console): Route[] {
  return [
    route({
      method: 'GET',
      path: '/device-changes',
      access: 'viewer',
      query: deviceChangesQuery,
      handler: async ({ query }): Promise<Page<DeviceChangeView>> => ({
        ...(await app.store.inventories.changes({
          ...ask(query),
          ...(query.gateway === undefined ? {} : { gateway: query.gateway }),
          ...(query.device === undefined ? {} : { deviceId: query.device }),
          open: query.open === '1',
        })),
        freshness: app.freshness(),
      }),
    }),
    route({
      method: 'POST',
      path: '/device-changes/acknowledge',
      access: 'admin',
      by: 'person',
      input: acknowledgeChangesInput,
      maxBodyBytes: MANY_IDS_BYTES,
      handler: async ({ input, actor }) => ({ items: await app.acknowledgeChanges(input.ids, actorOf(actor())) }),
    }),
  ];
}

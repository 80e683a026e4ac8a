// Acts on devices: what each would do and break, one device at a time, and what became of earlier ones.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';
import type { DeviceActPlan, DeviceActView } from '../device-shapes.ts';
import { deviceActInput } from '../openapi/devices.ts';
import type { Page } from '../shapes.ts';
import { ask, listQuery } from './query.ts';

const gateway = z.string().min(1).max(200);
const deviceId = z.string().regex(/^[0-9a-f]{64}$/);

/** Devices that one plan is about, and how long their body may be. */
export const MOST_DEVICES = 500;
export const MANY_DEVICES_BYTES = 192 * 1024;
export const namedDevices = z.array(z.strictObject({ gateway, deviceId })).min(1).max(MOST_DEVICES);

export const deviceActPlanInput = z.strictObject({
  act: deviceActInput.shape.act,
  devices: namedDevices,
  role: z.string().min(1).max(64).exactOptional(),
  scopes: z.array(z.string().min(1).max(200)).max(100).exactOptional(),
});

export const deviceActListQuery = listQuery
  .pick({ limit: true, before: true })
  .extend({ gateway: gateway.optional(), device: deviceId.optional() });

export function deviceActRoutes(app: Console): Route[] {
  return [
    route({
      method: 'POST',
      path: '/device-acts/plan',
      access: 'viewer',
      input: deviceActPlanInput,
      maxBodyBytes: MANY_DEVICES_BYTES,
      handler: ({ input }): Promise<DeviceActPlan> => app.deviceActs.plan(input),
    }),
    route({
      method: 'GET',
      path: '/device-acts',
      access: 'viewer',
      query: deviceActListQuery,
      handler: async ({ query }): Promise<Page<DeviceActView>> => ({
        ...(await app.deviceActs.list({ ...ask(query), ...(query.device === undefined ? {} : { deviceId: query.device }) })),
        freshness: { state: 'live' },
      }),
    }),
    route({
      method: 'POST',
      path: '/device-acts',
      access: 'admin',
      input: deviceActInput,
      handler: ({ input, actor }) => app.deviceActs.act(input, actorOf(actor())),
    }),
  ];
}

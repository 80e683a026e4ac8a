// Taking back: what would be lost, one device at a time, and what became of earlier ones.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { coversScopes } from '../../gateway/scopes.ts';
import { type Route, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';
import type { TakeBackPlan, TakeBackView } from '../grant-shapes.ts';
import type { Page } from '../shapes.ts';
import { MANY_DEVICES_BYTES, namedDevices } from './device-acts.ts';
import { ask, listQuery } from './query.ts';

const text = z.string().min(1).max(200);
const deviceId = z.string().regex(/^[0-9a-f]{64}$/);

/** A rule, or a decision, or a gateway with a device. */
export const takeBackPlanQuery = z.strictObject({
  rule: text.optional(),
  decision: text.optional(),
  gateway: text.optional(),
  device: deviceId.optional(),
});
/** Several devices at once: more than fit into an address. */
export const takeBackPlanInput = z.strictObject({ devices: namedDevices });
export const takeBackListQuery = listQuery.pick({ limit: true, before: true });

/** What the plan showed of one device. Anything else on the gateway is answered with 409 and the item as it is now. */
export const takeBackInput = z.strictObject({
  gateway: text,
  deviceId,
  publicKey: text,
  rowCreatedAtMs: z.number().exactOptional(),
  holds: z.array(z.string().max(200)).max(2000),
  rule: text.exactOptional(),
  decision: text.exactOptional(),
  confirm: text.exactOptional(),
});

export function takeBackRoutes(app: Console): Route[] {
  /** Whether the decision that is named really gave all that this very key holds: taking back takes all of it, also what others gave. */
  async function gaveIt({ decision, gateway, deviceId, publicKey }: z.infer<typeof takeBackInput>): Promise<boolean> {
    if (decision === undefined) return false;
    const { items } = await app.takeBack.plan({ decisionId: decision });
    return items.some(
      (item) =>
        item.gateway === gateway &&
        item.deviceId === deviceId &&
        item.publicKey === publicKey &&
        coversScopes(
          item.grants.flatMap((grant) => grant.scopes),
          item.holds,
        ),
    );
  }

  return [
    route({
      method: 'GET',
      path: '/take-backs/plan',
      access: 'viewer',
      query: takeBackPlanQuery,
      handler: ({ query }): Promise<TakeBackPlan> =>
        app.takeBack.plan({ ruleId: query.rule, decisionId: query.decision, gateway: query.gateway, deviceId: query.device }),
    }),
    route({
      method: 'POST',
      path: '/take-backs/plan',
      access: 'viewer',
      input: takeBackPlanInput,
      maxBodyBytes: MANY_DEVICES_BYTES,
      handler: ({ input }): Promise<TakeBackPlan> => app.takeBack.plan({ devices: input.devices }),
    }),
    route({
      method: 'GET',
      path: '/take-backs',
      access: 'viewer',
      query: takeBackListQuery,
      handler: async ({ query }): Promise<Page<TakeBackView>> => ({
        ...(await app.takeBack.list(ask(query))),
        freshness: { state: 'live' },
      }),
    }),
    route({
      method: 'POST',
      path: '/take-backs',
      access: 'approver',
      or: 'admin',
      input: takeBackInput,
      handler: async ({ input, actor, may, need }) => {
        if (!may('admin') && !(await gaveIt(input))) need('admin');
        return app.takeBack.take(input, actorOf(actor()));
      },
    }),
  ];
}

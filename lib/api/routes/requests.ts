// Requests: what waits, what was decided, and the two acts on them. A decision names key, roles and scopes that were seen.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';
import type { DecisionView, Page, RequestView } from '../shapes.ts';
import { listQuery } from './query.ts';

const text = z.string().max(200);

/** What the caller saw. Anything wider on the gateway is answered with 409 and the new state. */
export const seen = z.strictObject({
  publicKey: text.min(1),
  roles: z.array(text).max(10),
  scopes: z.array(text).max(50),
  platform: text.optional(),
  deviceFamily: text.optional(),
  confirm: z.array(text).max(50).optional(),
  deviceId: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

const stateQuery = listQuery.extend({ state: z.enum(['pending', 'decided']).default('pending') });

export function requestRoutes(app: Console): Route[] {
  const act = (action: 'approve' | 'reject') =>
    route({
      method: 'POST',
      path: `/requests/:gateway/:requestId/${action}`,
      access: 'approver',
      input: seen,
      handler: ({ param, input, actor }) =>
        app.decide(action, { gateway: param('gateway'), requestId: param('requestId'), seen: input, actor: actorOf(actor()) }),
    });
  return [
    route({
      method: 'GET',
      path: '/requests',
      access: 'viewer',
      query: stateQuery,
      handler: async ({ query }): Promise<Page<RequestView> | Page<DecisionView>> => {
        if (query.state === 'pending') return { items: app.desks().flatMap((d) => d.requests()), freshness: app.freshness() };
        return {
          ...(await app.store.decisions.list({ limit: query.limit, ...(query.before ? { before: query.before } : {}) })),
          freshness: app.freshness(),
        };
      },
    }),
    act('approve'),
    act('reject'),
  ];
}

// Whether a gateway grants loopback upgrades by itself, and a person's switch for it.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';

export const localApprovalInput = z.strictObject({
  to: z.enum(['on', 'off']),
  /** Of the configuration that was shown. */
  baseHash: z.string().min(1).max(200),
  confirm: z.string().max(200).exactOptional(),
});

export function localApprovalRoutes(app: Console): Route[] {
  return [
    route({
      method: 'GET',
      path: '/gateways/:id/local-approval',
      access: 'viewer',
      handler: ({ param }) => app.desk(param('id')).localApproval(),
    }),
    route({
      method: 'PUT',
      path: '/gateways/:id/local-approval',
      access: 'admin',
      by: 'person',
      input: localApprovalInput,
      handler: ({ param, input, actor }) => app.desk(param('id')).setLocalApproval(input, actorOf(actor())),
    }),
  ];
}

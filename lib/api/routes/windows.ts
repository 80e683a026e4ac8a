// Permit windows: a person opens one, anybody who is signed in may see and close it.

import { permitWindowInput } from '../../approvals/permit-window-input.ts';
import type { Console } from '../../console.ts';
import { type Route, reply, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';
import type { PermitWindowView } from '../grant-shapes.ts';
import type { Page } from '../shapes.ts';
import { personOf } from './sessions.ts';

export function windowRoutes(app: Pick<Console, 'windows'>): Route[] {
  const { windows } = app;
  return [
    route({
      method: 'GET',
      path: '/windows',
      access: 'viewer',
      handler: (): Page<PermitWindowView> => ({ items: windows.list(), freshness: { state: 'live' } }),
    }),
    route({
      method: 'POST',
      path: '/windows',
      access: 'approver',
      by: 'person',
      input: permitWindowInput,
      handler: async ({ input, actor }) => {
        const person = personOf({ actor });
        // Before anything is awaited: the session lives at this moment, and its end closes what is being opened.
        return reply(201, await windows.open(input, actorOf(person), person.sessionId));
      },
    }),
    route({
      method: 'POST',
      path: '/windows/:id/close',
      access: 'approver',
      handler: ({ param, actor }) => windows.close(param('id'), actorOf(actor())),
    }),
  ];
}

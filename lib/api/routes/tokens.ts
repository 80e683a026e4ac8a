// API tokens. No token makes another one.
import { z } from 'zod';
import type { Auth } from '../../auth/auth.ts';
import { nameInput } from '../../auth/operator-names.ts';
import { RIGHTS } from '../../auth/rights.ts';
import { TOKEN_DAYS, TOKEN_MAX_DAYS } from '../../auth/tokens.ts';
import { type Route, reply, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';
import { personOf } from './sessions.ts';

export const tokenInput = z.strictObject({
  name: nameInput,
  right: z.enum(RIGHTS),
  expiresInDays: z.int().min(1).max(TOKEN_MAX_DAYS).default(TOKEN_DAYS),
});

export function tokenRoutes({ tokens }: Auth): Route[] {
  return [
    route({ method: 'GET', path: '/tokens', access: 'viewer', handler: async () => ({ items: await tokens.list() }) }),
    route({
      method: 'POST',
      path: '/tokens',
      access: 'admin',
      by: 'person',
      fresh: true,
      input: tokenInput,
      handler: async ({ input, actor }) => {
        const person = personOf({ actor });
        return reply(201, await tokens.make(input, { operatorId: person.operatorId, actor: actorOf(person) }));
      },
    }),
    route({
      method: 'DELETE',
      path: '/tokens/:id',
      access: 'admin',
      by: 'person',
      fresh: true,
      handler: ({ param, actor }) => tokens.revoke(param('id'), actorOf(personOf({ actor }))),
    }),
  ];
}

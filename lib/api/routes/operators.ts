// Operators, and what each signs in with. Only a person changes them, and only shortly after signing in.
import { z } from 'zod';
import type { Auth } from '../../auth/auth.ts';
import type { NewLink } from '../../auth/link-drop.ts';
import { nameInput, rightsInput } from '../../auth/operator-names.ts';
import { attestationInput, challengeId } from '../../auth/passkey-input.ts';
import { isoOf } from '../../clock.ts';
import { type Route, reply, route } from '../../http/route.ts';
import type { OperatorInvited, OperatorView } from '../operator-shapes.ts';
import { personOf } from './sessions.ts';
import { originOf } from './sign-in.ts';

export const operatorInput = z.strictObject({ name: nameInput, rights: rightsInput });
export const operatorChangeInput = z
  .strictObject({ rights: rightsInput.exactOptional(), state: z.enum(['active', 'disabled']).exactOptional() })
  .refine(({ rights, state }) => rights !== undefined || state !== undefined, 'needs rights or state');
export const passwordInput = z.strictObject({
  current: z.string().min(1).max(1024).exactOptional().describe('Where there is a password already.'),
  password: z.string().min(1).max(1024).describe('12 to 256 characters.'),
});
export const passkeyInput = z.strictObject({ response: attestationInput, challengeId, name: nameInput });

const own = { access: 'viewer', by: 'person', fresh: true } as const;
const admins = { access: 'admin', by: 'person', fresh: true } as const;

/** A link as it is shown once: who asks knows under which address the other one reaches the console. */
const withLink = ({ operator, link }: { operator: OperatorView; link: NewLink }): OperatorInvited => ({
  operator,
  link: { secret: link.secret, expiresAt: isoOf(link.expiresAtMs) },
});

export function operatorRoutes({ operators, passkeys, fromOf }: Auth): Route[] {
  return [
    route({
      method: 'GET',
      path: '/operators',
      access: 'viewer',
      handler: async ({ actor }) => {
        const caller = actor();
        return { items: await operators.list(caller.kind === 'person' ? caller.operatorId : undefined) };
      },
    }),
    route({
      ...admins,
      method: 'POST',
      path: '/operators',
      input: operatorInput,
      handler: async ({ input, actor }) => reply(201, withLink(await operators.invite(input, personOf({ actor })))),
    }),
    route({
      ...admins,
      method: 'PATCH',
      path: '/operators/:id',
      input: operatorChangeInput,
      handler: ({ param, input, actor }) => operators.change(param('id'), input, personOf({ actor })),
    }),
    route({
      ...admins,
      method: 'DELETE',
      path: '/operators/:id',
      handler: ({ param, actor }) => operators.remove(param('id'), personOf({ actor })),
    }),
    route({
      ...admins,
      method: 'POST',
      path: '/operators/:id/link',
      handler: async ({ param, actor }) => reply(201, withLink(await operators.newLink(param('id'), personOf({ actor })))),
    }),
    route({
      method: 'GET',
      path: '/operators/me/credentials',
      access: 'viewer',
      by: 'person',
      handler: async ({ actor }) => ({ items: await operators.credentials(personOf({ actor })) }),
    }),
    route({
      ...own,
      method: 'POST',
      path: '/operators/me/credentials/password',
      input: passwordInput,
      handler: async ({ input, actor, request }) => reply(201, await operators.setPassword(input, personOf({ actor }), fromOf(request))),
    }),
    route({
      ...own,
      method: 'POST',
      path: '/operators/me/credentials/passkey/options',
      handler: ({ actor, request }) => {
        const { operatorId, name } = personOf({ actor });
        return passkeys.addOptions({ id: operatorId, name }, originOf(request));
      },
    }),
    route({
      ...own,
      method: 'POST',
      path: '/operators/me/credentials/passkey',
      input: passkeyInput,
      handler: async ({ input, actor, request }) => reply(201, await operators.addPasskey(input, personOf({ actor }), originOf(request))),
    }),
    route({
      ...own,
      method: 'DELETE',
      path: '/operators/me/credentials/:id',
      handler: ({ param, actor }) => operators.removeCredential(param('id'), personOf({ actor })),
    }),
  ];
}

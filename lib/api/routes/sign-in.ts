// The ways in, all of them public: what each takes is what proves who comes.
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Auth } from '../../auth/auth.ts';
import { sessionCookie } from '../../auth/cookies.ts';
import { nameInput } from '../../auth/operator-names.ts';
import { assertionInput, challengeId } from '../../auth/passkey-input.ts';
import { rpIdOf } from '../../auth/passkeys.ts';
import type { Started } from '../../auth/sign-in.ts';
import { type Clock, isoOf } from '../../clock.ts';
import { type Reply, type Route, reply, route } from '../../http/route.ts';
import { Problem } from '../../problem.ts';
import type { Operators } from '../../store/operators.ts';
import type { RecordNotice } from '../../store/record-notice.ts';
import type { SessionStarted, SignInOptions } from '../operator-shapes.ts';

const secret = z.string().min(1).max(200).describe('What stands after # in a link.');
/** As somebody typed it; how long it may be is judged where one is set. */
const typedPassword = z.string().min(1).max(1024);

export const linkInput = z.strictObject({ secret });
export const setUpInput = z.strictObject({ secret, name: nameInput, password: typedPassword.exactOptional() });
export const passwordSignInInput = z.strictObject({ name: z.string().min(1).max(200), password: typedPassword });
export const passkeySignInInput = z.strictObject({ response: assertionInput, challengeId });
export const acceptInput = z.strictObject({ secret, password: typedPassword.exactOptional() });

/** Our own origin from which a change came; the door has checked it. */
export function originOf({ headers }: IncomingMessage): string {
  if (headers.origin === undefined) throw new Problem('origin-refused', 'This needs the exact origin of this console.');
  return headers.origin;
}

/** The Set-Cookie header of a session, for the origin that asked. */
export const cookieHeader = (auth: Auth, clock: Clock, request: IncomingMessage, value: string, expiresAtMs: number) => ({
  'Set-Cookie': sessionCookie(
    auth.cookieName,
    value,
    (expiresAtMs - clock.nowMs()) / 1000,
    request.headers.origin?.startsWith('https:') === true,
  ),
});

export function signInRoutes({
  auth,
  operators,
  clock,
  notice,
}: {
  auth: Auth;
  operators: Operators;
  clock: Clock;
  /** What stands of a record that was lost or restored. */
  notice?: () => RecordNotice | undefined;
}): Route[] {
  const { signIn, passkeys, proxy, fromOf } = auth;

  function answer({ cookie, key, expiresAtMs, operator }: Started, request: IncomingMessage): Reply {
    const body: SessionStarted = { key, expiresAt: isoOf(expiresAtMs), operator };
    return reply(200, body, cookieHeader(auth, clock, request, cookie, expiresAtMs));
  }

  /** The operator whom the trusted proxy names for this request. */
  async function proxied(request: IncomingMessage) {
    const name = proxy.nameOf(request);
    const operator = name === undefined ? undefined : await operators.byName(name);
    return operator?.state === 'active' ? operator : undefined;
  }

  async function options(request: IncomingMessage): Promise<SignInOptions> {
    const host = request.headers.host?.toLowerCase();
    const named = await proxied(request);
    const stands = notice?.();
    return {
      setup: !(await operators.any()),
      password: await operators.anyPassword(),
      passkey: auth.origins.list.some((origin) => new URL(origin).host === host && rpIdOf(origin) !== undefined),
      ...(named ? { proxy: named.name } : {}),
      ...(stands ? { record: { kind: stands.kind, at: stands.at } } : {}),
    };
  }

  return [
    route({ method: 'GET', path: '/sign-in', access: 'public', handler: ({ request }) => options(request) }),
    route({
      method: 'POST',
      path: '/setup',
      access: 'public',
      input: setUpInput,
      handler: async ({ input, request }) => answer(await signIn.setUp(input, fromOf(request)), request),
    }),
    route({
      method: 'POST',
      path: '/session',
      access: 'public',
      input: linkInput,
      handler: async ({ input, request }) => answer(await signIn.spend(input.secret, fromOf(request)), request),
    }),
    route({
      method: 'POST',
      path: '/session/password',
      access: 'public',
      input: passwordSignInInput,
      handler: async ({ input, request }) => answer(await signIn.byPassword(input, fromOf(request)), request),
    }),
    route({
      method: 'POST',
      path: '/session/passkey/options',
      access: 'public',
      handler: ({ request }) => passkeys.signInOptions(originOf(request)),
    }),
    route({
      method: 'POST',
      path: '/session/passkey',
      access: 'public',
      input: passkeySignInInput,
      handler: async ({ input, request }) => {
        const { operator, credential } = await passkeys.check(input, originOf(request));
        return answer(await signIn.start(operator, 'passkey', fromOf(request), credential), request);
      },
    }),
    route({
      method: 'POST',
      path: '/session/proxy',
      access: 'public',
      handler: async ({ request }) => {
        const operator = await proxied(request);
        if (!operator) throw new Problem('sign-in-refused', 'No trusted proxy named an operator of this console for this request.');
        return answer(await signIn.start(operator, 'proxy', fromOf(request)), request);
      },
    }),
    route({
      method: 'POST',
      path: '/links/read',
      access: 'public',
      input: linkInput,
      handler: ({ input }) => signIn.readLink(input.secret),
    }),
    route({
      method: 'POST',
      path: '/links/accept',
      access: 'public',
      input: acceptInput,
      handler: async ({ input, request }) => answer(await signIn.acceptLink(input, fromOf(request)), request),
    }),
  ];
}

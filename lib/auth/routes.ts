// Signing in and out over the API.
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { isoOf } from '../clock.ts';
import { type Route, reply, route } from '../http/route.ts';
import { Problem } from '../problem.ts';
import type { Auth } from './auth.ts';
import { sessionCookie } from './cookies.ts';

const link = z.object({ secret: z.string().min(1).max(200) });

/** `POST /session` spends a link and answers `{key, expiresAt}` with the cookie, `GET` says who calls, `DELETE` signs out. */
export function sessionRoutes(auth: Auth, clock: Clock): Route[] {
  const cookie = (value: string, expiresAtMs: number, origin: string | undefined) =>
    sessionCookie(auth.cookieName, value, (expiresAtMs - clock.nowMs()) / 1000, origin?.startsWith('https:') === true);
  return [
    route({
      method: 'POST',
      path: '/session',
      access: 'public',
      input: link,
      handler: async ({ input, request }) => {
        const started = await auth.spend(input.secret);
        return reply(
          200,
          { key: started.key, expiresAt: isoOf(started.expiresAtMs) },
          { 'Set-Cookie': cookie(started.cookie, started.expiresAtMs, request.headers.origin) },
        );
      },
    }),
    route({
      method: 'GET',
      path: '/session',
      access: 'any',
      handler: ({ actor }) => {
        const { kind, name } = actor();
        return { kind, name };
      },
    }),
    route({
      method: 'DELETE',
      path: '/session',
      access: 'person',
      handler: ({ actor, request }) => {
        const person = actor();
        if (person.kind !== 'person') throw new Problem('person-required');
        auth.endSession(person.sessionId);
        return reply(204, undefined, { 'Set-Cookie': cookie('', clock.nowMs(), request.headers.origin) });
      },
    }),
  ];
}

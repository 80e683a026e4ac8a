// Who asks, what else is signed in, and the ways out.
import { z } from 'zod';
import type { Auth } from '../../auth/auth.ts';
import type { Person } from '../../auth/callers.ts';
import { assertionInput, challengeId } from '../../auth/passkey-input.ts';
import type { Session } from '../../auth/sessions.ts';
import { type Clock, isoOf } from '../../clock.ts';
import { type Call, type Route, reply, route } from '../../http/route.ts';
import { Problem } from '../../problem.ts';
import { actorOf } from '../actor.ts';
import type { SessionOfCaller, SessionView } from '../operator-shapes.ts';
import { cookieHeader, originOf } from './sign-in.ts';

export const confirmInput = z.union([
  z.strictObject({ password: z.string().min(1).max(1024) }),
  z.strictObject({ response: assertionInput, challengeId }),
]);

/** The person who calls, or Problem('person-required'). */
export function personOf({ actor }: Pick<Call<unknown, unknown>, 'actor'>): Person {
  const caller = actor();
  if (caller.kind !== 'person') throw new Problem('person-required');
  return caller;
}

export function sessionRoutes({
  auth,
  clock,
  log,
}: {
  auth: Auth;
  clock: Clock;
  log: { warn: (fields: object, text: string) => void };
}): Route[] {
  const { sessions, signIn, passkeys } = auth;

  function viewOf(session: Session, current: string | undefined): SessionView {
    const { id, operatorId, name, way, startedMs, seenMs, userAgent, address } = session;
    return {
      id,
      operatorId,
      operator: name,
      way,
      startedAt: isoOf(startedMs),
      lastSeenAt: isoOf(seenMs),
      expiresAt: isoOf(sessions.endsMs(session)),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(address === undefined ? {} : { address }),
      current: id === current,
    };
  }

  /** A session that ended stays ended, whether or not a row of it can be written. */
  async function tellEnded(by: Person, text: string, details: Record<string, unknown>): Promise<void> {
    const entry = { actor: actorOf(by), what: 'session.ended', text, details };
    await auth
      .keep((_inside, tell) => tell(entry))
      .catch((error: unknown) => log.warn({ err: error }, 'a row of Activity could not be written'));
  }

  return [
    route({
      method: 'GET',
      path: '/session',
      access: 'viewer',
      handler: ({ actor }): SessionOfCaller => {
        const caller = actor();
        const { name } = caller;
        const rights = [...caller.rights];
        if (caller.kind === 'api-token') return { kind: caller.kind, name, rights };
        const { kind, sessionId, operatorId, way } = caller;
        const freshUntilMs = sessions.byId(sessionId)?.freshUntilMs ?? 0;
        const fresh = freshUntilMs > clock.nowMs() ? { freshUntil: isoOf(freshUntilMs) } : {};
        return { kind, sessionId, operatorId, name, rights, way, ...fresh };
      },
    }),
    route({
      method: 'DELETE',
      path: '/session',
      access: 'viewer',
      by: 'person',
      handler: async ({ actor, request }) => {
        const person = personOf({ actor });
        sessions.end(person.sessionId);
        await tellEnded(person, `${person.name} signed out.`, { sessions: 1 });
        return reply(204, undefined, cookieHeader(auth, clock, request, '', clock.nowMs()));
      },
    }),
    route({
      method: 'POST',
      path: '/session/confirm',
      access: 'viewer',
      by: 'person',
      input: confirmInput,
      handler: async ({ input, actor, request }): Promise<{ freshUntil: string }> => {
        const person = personOf({ actor });
        if ('password' in input) await signIn.checkPassword(person.name, input.password, auth.fromOf(request), person.sessionId);
        else {
          const { operator } = await passkeys.check(input, originOf(request));
          if (operator.id !== person.operatorId) throw new Problem('passkey-refused', 'This passkey is another operator’s.');
        }
        return { freshUntil: isoOf(sessions.refresh(person.sessionId)) };
      },
    }),
    route({
      method: 'GET',
      path: '/sessions',
      access: 'viewer',
      handler: ({ actor, may }): { items: SessionView[] } => {
        const caller = actor();
        const person = caller.kind === 'person' ? caller : undefined;
        const seen = sessions.list().filter(({ operatorId }) => may('admin') || operatorId === person?.operatorId);
        return { items: seen.toReversed().map((session) => viewOf(session, person?.sessionId)) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/sessions',
      access: 'viewer',
      by: 'person',
      handler: async ({ actor, request }) => {
        const person = personOf({ actor });
        const ended = sessions.endOf(person.operatorId);
        await tellEnded(person, `${person.name} signed out everywhere.`, { sessions: ended });
        return reply(204, undefined, cookieHeader(auth, clock, request, '', clock.nowMs()));
      },
    }),
    route({
      method: 'DELETE',
      path: '/sessions/:id',
      access: 'viewer',
      by: 'person',
      handler: async ({ param, actor, may }) => {
        const person = personOf({ actor });
        const session = sessions.byId(param('id'));
        // Whose session it is is nobody's business who may not end it.
        if (!session || !(may('admin') || session.operatorId === person.operatorId)) throw new Problem('session-unknown');
        sessions.end(session.id);
        const whose = session.operatorId === person.operatorId ? 'a session of their own' : `a session of ${session.name}`;
        await tellEnded(person, `${person.name} ended ${whose}.`, { operator: session.name, sessions: 1 });
        return reply(204);
      },
    }),
  ];
}

// Who is calling: a person in a browser, a script with the API token, or nobody.
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Origins } from '../http/origins.ts';
import { Problem } from '../problem.ts';
import type { Links } from '../store/links.ts';
import { cookieNameFor, cookieValues } from './cookies.ts';
import { createFailureLimit } from './failure-limit.ts';
import { clearDroppedLinks, LINK_LIFE_MS, type NewLink, sweepDroppedLinks, takeDroppedLink } from './link-drop.ts';
import { hashOf, matchesHash, newSecret, type RandomBytes } from './secrets.ts';
import { createSessionBook } from './sessions.ts';

/** The subprotocol prefix under which the second secret comes with the bridge: browsers cannot set headers there. */
export const KEY_SUBPROTOCOL = 'key.';

export type Person = { kind: 'person'; sessionId: string; name: string };
export type ApiToken = { kind: 'api-token'; name: string };
export type SignedIn = Person | ApiToken;
/** `cookie-only`: a living session cookie without its second secret. It opens empty pages and nothing else. */
export type Caller = SignedIn | { kind: 'cookie-only' } | { kind: 'none'; overLimit: boolean };

export type Started = { cookie: string; key: string; sessionId: string; expiresAtMs: number };

export type AuthOptions = {
  store: { links: Links };
  /** The data folder, for links made by another process. */
  folder: string;
  clock: Clock;
  random: RandomBytes;
  port: number;
  origins: Origins;
  /** The configured API token; only its SHA-256 is kept. */
  apiToken?: string;
  personName?: string;
  log: { warn: (fields: object, text: string) => void };
  failuresPerMinute?: number;
};

const SWEEP_EVERY_MS = 60_000;

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/**
 * Answers who calls. Nobody is signed in at first, and no link of an earlier process works: either may have been shown to a
 * stranger who had the port in between. Rejects with Problem('store-unwritable') when old links cannot be forgotten.
 */
export async function createAuth(options: AuthOptions) {
  const { store, folder, clock, random, port, origins, log, personName = 'operator', failuresPerMinute = 20 } = options;
  const tokenHash = options.apiToken === undefined ? undefined : hashOf(options.apiToken);
  const cookieName = cookieNameFor(port);
  const sessions = createSessionBook({ clock, random });
  const limit = createFailureLimit({
    clock,
    perMinute: failuresPerMinute,
    report: (what, over) =>
      log.warn({ what }, over ? 'too many wrong secrets; further ones are not logged for a minute' : 'a wrong secret was refused'),
  });

  function sweep(): void {
    sweepDroppedLinks(folder, clock);
    sessions.sweep();
  }
  await store.links.clear();
  clearDroppedLinks(folder);
  const timer = setInterval(sweep, SWEEP_EVERY_MS);
  timer.unref();

  function identify(request: IncomingMessage, key: string | undefined): Caller {
    const authorization = request.headers.authorization;
    if (authorization !== undefined) {
      const offered = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (offered !== undefined && tokenHash !== undefined && matchesHash(offered, tokenHash))
        return { kind: 'api-token', name: 'API token' };
      return { kind: 'none', overLimit: limit.note('bearer').over };
    }
    const cookies = cookieValues(request.headers.cookie, cookieName);
    if (cookies.length === 0) return { kind: 'none', overLimit: false };
    const found = sessions.find(cookies, key);
    if (found?.proven) return { kind: 'person', sessionId: found.session.id, name: personName };
    if (key !== undefined) limit.note('session');
    return found ? { kind: 'cookie-only' } : { kind: 'none', overLimit: false };
  }

  /** A person's browser always says its origin where it changes something; a script may leave it out, never lie. */
  function originFits(request: IncomingMessage, caller: SignedIn | { kind: 'nobody' }): boolean {
    const origin = request.headers.origin;
    return origin === undefined ? caller.kind === 'api-token' : origins.allowsOrigin(origin);
  }

  return {
    cookieName,

    /** Makes a sign-in link: 15 minutes, works once. Its secret is in the answer only. Rejects with Problem('store-unwritable'). */
    async createLink(): Promise<NewLink> {
      const secret = newSecret(random);
      const expiresAtMs = clock.nowMs() + LINK_LIFE_MS;
      await store.links.add(hashOf(secret), expiresAtMs, clock.nowMs());
      return { secret, expiresAtMs };
    },

    /** Spends a link and starts a session. Rejects with Problem('link-spent') for a wrong, old or used one. */
    async spend(secret: string): Promise<Started> {
      const hash = hashOf(secret);
      if (!(await store.links.take(hash, clock.nowMs())) && !takeDroppedLink(folder, hash, { clock, random })) {
        const { over } = limit.note('link');
        throw over
          ? new Problem('link-spent', 'Too many links were wrong. Wait a minute.', { retryAfterS: 60 })
          : new Problem('link-spent', 'This link was used, is too old, or was never one of ours.');
      }
      const { session, cookie, key } = sessions.start();
      return { cookie, key, sessionId: session.id, expiresAtMs: session.expiresMs };
    },

    /** Who sent this request: by bearer token, or by cookie and the header X-Gatehouse-Key together. */
    check: (request: IncomingMessage): Caller => identify(request, headerOf(request, 'x-gatehouse-key')),

    /** Who opens a bridge: by bearer token, or by cookie, the subprotocol `key.<second secret>` and our exact Origin. */
    checkBridge(request: IncomingMessage): Caller {
      const offered = (headerOf(request, 'sec-websocket-protocol') ?? '').split(',').map((name) => name.trim());
      const key = offered.find((name) => name.startsWith(KEY_SUBPROTOCOL))?.slice(KEY_SUBPROTOCOL.length);
      const caller = identify(request, key);
      if (caller.kind !== 'person' && caller.kind !== 'api-token') return caller;
      if (!originFits(request, caller)) throw new Problem('origin-refused', 'The bridge needs the exact origin of this console.');
      return caller;
    },

    /** Throws Problem('origin-refused') unless this caller may change something from where the request comes. */
    requireWriteOrigin(request: IncomingMessage, caller: Caller): void {
      const signedIn = caller.kind === 'person' || caller.kind === 'api-token';
      if (!originFits(request, signedIn ? caller : { kind: 'nobody' })) {
        throw new Problem('origin-refused', 'A change needs the exact origin of this console.');
      }
    },

    /** Ends a session and its bridges, at once. */
    endSession: sessions.end,
    /** Hears of every session that ends, by its name. Answers how to stop listening. */
    onSessionEnd: sessions.onEnd,
    /** Ends what ran out. Runs by itself every minute. */
    sweep,

    dispose: (): void => {
      clearInterval(timer);
      sessions.dispose();
    },
  };
}

export type Auth = Awaited<ReturnType<typeof createAuth>>;

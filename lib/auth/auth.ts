// Who is calling: a person in a browser, a script with an API token, or nobody.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { BridgeChange } from '../api/shapes.ts';
import type { Clock } from '../clock.ts';
import type { Origins } from '../http/origins.ts';
import { Problem } from '../problem.ts';
import type { Store } from '../store/open.ts';
import { nameKey } from '../store/operators.ts';
import type { Caller, SignedIn } from './callers.ts';
import { cookieNameFor, cookieValues } from './cookies.ts';
import { createFailedSignIns } from './failed-sign-ins.ts';
import { createFailureLimit } from './failure-limit.ts';
import { clearDroppedLinks, type NewLink, sweepDroppedLinks } from './link-drop.ts';
import { createLockOut } from './lock-out.ts';
import { createOperatorBook } from './operators.ts';
import { createPasskeys } from './passkeys.ts';
import { createPasswords } from './passwords.ts';
import { createProxy, type ProxyOptions } from './proxy.ts';
import { createKeep } from './record.ts';
import { hashOf, type RandomBytes } from './secrets.ts';
import { createSessionBook, type Session } from './sessions.ts';
import { createSignIn, type From } from './sign-in.ts';
import { createTickets } from './tickets.ts';
import { createTokenBook } from './tokens.ts';

/** The subprotocol prefix under which the second secret comes with the bridge: browsers cannot set headers there. */
export const KEY_SUBPROTOCOL = 'key.';

export type AuthOptions = {
  store: Pick<Store, 'links' | 'operators' | 'tokens' | 'transaction'>;
  /** The data folder, for links made by another process. */
  folder: string;
  clock: Clock;
  random: RandomBytes;
  newId?: () => string;
  port: number;
  origins: Origins;
  /** The API token of the environment; only its SHA-256 is kept. */
  apiToken?: string | undefined;
  proxy?: ProxyOptions | undefined;
  /** All callers come through a proxy that `proxy` does not name, so that none has an address of its own. */
  unnamedProxy?: boolean;
  /** Where rows of Activity go once they are kept. */
  publish: (change: BridgeChange) => void;
  log: { warn: (fields: object, text: string) => void };
  failuresPerMinute?: number;
};

const SWEEP_EVERY_MS = 60_000;
const USER_AGENT_CHARS = 200;

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

const shown = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').slice(0, USER_AGENT_CHARS);

/**
 * Answers who calls. Nobody is signed in at first, and no link of an earlier process works: either may have been shown to a
 * stranger who had the port in between. Rejects with Problem('store-unwritable') when old links cannot be forgotten.
 */
export async function createAuth(options: AuthOptions) {
  const { store, folder, clock, random, port, origins, log, publish, newId = randomUUID, failuresPerMinute = 20 } = options;
  const cookieName = cookieNameFor(port);
  const sessions = createSessionBook({ clock, random });
  const limit = createFailureLimit({
    clock,
    perMinute: failuresPerMinute,
    report: (what, over) =>
      log.warn({ what }, over ? 'too many wrong secrets; further ones are not logged for a minute' : 'a wrong secret was refused'),
  });
  const proxy = createProxy(options.proxy, (fields) =>
    log.warn(fields, 'somebody who is not the trusted proxy sends its header; it is ignored, and this is said once'),
  );
  const unwritten = (error: unknown) => log.warn({ err: error }, 'a row of Activity could not be written');
  const keep = createKeep({ store, publish, clock, newId });
  const tickets = createTickets({ links: store.links, folder, clock, random });
  const passwords = createPasswords(random);
  const tokens = await createTokenBook({
    tokens: store.tokens,
    keep,
    environmentHash: options.apiToken === undefined ? undefined : hashOf(options.apiToken),
    ended: sessions.sayEnded,
    clock,
    random,
    newId,
    startedMs: clock.nowMs(),
  });
  const failed = createFailedSignIns({ clock, tell: (entry) => keep((_, tell) => tell(entry)), onError: unwritten });
  const signIn = createSignIn({
    keep,
    revokeTokens: tokens.revokeOf,
    operators: store.operators,
    tickets,
    sessions,
    passwords,
    lockOut: createLockOut(clock, { byAddress: options.unnamedProxy !== true }),
    failed: {
      ...failed,
      note(name, address) {
        limit.note('password');
        failed.note(name, address);
      },
    },
    noteWrongLink: () => limit.note('link'),
    clock,
    newId,
  });
  const passkeys = createPasskeys({ operators: store.operators, clock, random, newId });
  const operators = createOperatorBook({ keep, operators: store.operators, tickets, sessions, tokens, signIn, passkeys, clock, newId });

  async function sweep(): Promise<void> {
    sweepDroppedLinks(folder, clock);
    sessions.sweep();
    tokens.sweep();
    passkeys.sweep();
    await failed.sweep();
  }
  await store.links.clear();
  clearDroppedLinks(folder);
  const timer = setInterval(() => void sweep(), SWEEP_EVERY_MS);
  timer.unref();

  /** What the trusted proxy vouches for holds only as long as it does so. */
  const stillVouched = (session: Session, request: IncomingMessage): boolean =>
    session.way !== 'proxy' || nameKey(proxy.nameOf(request) ?? '') === nameKey(session.name);

  function identify(request: IncomingMessage, key: string | undefined): Caller {
    const authorization = request.headers.authorization;
    if (authorization !== undefined) {
      const offered = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      const token = offered === undefined ? undefined : tokens.find(offered);
      return token ?? { kind: 'none', overLimit: limit.note('bearer').over };
    }
    const cookies = cookieValues(request.headers.cookie, cookieName);
    if (cookies.length === 0) return { kind: 'none', overLimit: false };
    const found = sessions.find(cookies, key);
    if (found?.proven) {
      const { id: sessionId, operatorId, name, rights, way } = found.session;
      if (!stillVouched(found.session, request)) return { kind: 'none', overLimit: false };
      return { kind: 'person', sessionId, operatorId, name, rights, way };
    }
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
    origins,
    signIn,
    operators,
    passkeys,
    tokens,
    sessions,
    proxy,
    keep,

    /** Makes a sign-in link: 15 minutes, works once. Its secret is in the answer only. Rejects with Problem('store-unwritable'). */
    createLink: (): Promise<NewLink> => tickets.make('sign-in'),

    /** Where a request comes from, for Activity and the list of sessions. */
    fromOf(request: IncomingMessage): From {
      const userAgent = headerOf(request, 'user-agent');
      return { address: proxy.addressOf(request), ...(userAgent === undefined ? {} : { userAgent: shown(userAgent) }) };
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

    /** Throws Problem('sign-in-not-fresh') unless this is a person who signed in or confirmed it within 15 minutes. */
    requireFresh(caller: Caller): void {
      if (caller.kind !== 'person' || !sessions.isFresh(caller.sessionId)) throw new Problem('sign-in-not-fresh');
    },

    /** Hears of every session and token that ends, by its name. Answers how to stop listening. */
    onSessionEnd: sessions.onEnd,
    /** Ends what ran out. Runs by itself every minute. */
    sweep,

    async dispose(): Promise<void> {
      clearInterval(timer);
      await failed.flush();
      sessions.dispose();
    },
  };
}

export type Auth = Awaited<ReturnType<typeof createAuth>>;

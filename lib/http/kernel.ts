// The door: first whose name and origin a request bears, then where it goes, then who calls, and only then what it says.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Auth } from '../auth/auth.ts';
import { type Caller, callerId } from '../auth/callers.ts';
import type { RandomBytes } from '../auth/secrets.ts';
import { Problem } from '../problem.ts';
import { readJsonBody, worthDraining } from './body.ts';
import { contentSecurityPolicy, setSecurityHeaders } from './headers.ts';
import type { Origins } from './origins.ts';
import { refuseUpgrade, sendJson, sendProblem } from './respond.ts';
import { isReply, isStreamed, type Route, requireRight, requireSignedIn, type Streamed } from './route.ts';
import { createRouter } from './router.ts';
import { sendStream } from './stream.ts';

export type KernelOptions = {
  origins: Origins;
  auth: Auth;
  routes: readonly Route[];
  /** Serves pages and their assets. Sees only requests that passed every check; headers may be set already. */
  pages: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  /** Serves /bridge. */
  bridge: { upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void };
  /** In development, where the page server's own sockets go. */
  pageUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  ready: () => boolean;
  random: RandomBytes;
  log: { error: (fields: object, text: string) => void };
  dev?: boolean;
  /** How long the reader of a streamed answer may read nothing, ms. */
  stallMs?: number;
};

const API = '/api/v1';
const PUBLIC_PAGES = new Set([
  '/sign-in',
  '/set-up',
  '/icon.svg',
  '/favicon.ico',
  '/apple-icon.png',
  '/manifest.webmanifest',
  '/robots.txt',
]);
const WORD_TYPE = 'text/plain; charset=utf-8';

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? '';
const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

// Two Host headers could mean one thing to us and another to whoever stands in between.
const hostHeaders = (request: IncomingMessage): number =>
  request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;

/** The checks that every request meets first. Throws Problem('host-refused' | 'origin-refused' | 'not-found'). */
function checkDoor(request: IncomingMessage, origins: Origins): void {
  if (hostHeaders(request) !== 1 || !origins.allowsHost(request.headers.host)) {
    throw new Problem('host-refused', 'The Host header names another server.');
  }
  const origin = request.headers.origin;
  if (origin !== undefined && !origins.allowsOrigin(origin))
    throw new Problem('origin-refused', 'The request comes from a page of another origin.');
  const path = pathOf(request);
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('\\') || path.split('/').includes('..'))
    throw new Problem('not-found');
}

/** Builds the request and upgrade handlers of the console. They never throw; what fails unexpectedly is logged and answered as `internal`. */
export function createKernel({
  origins,
  auth,
  routes,
  pages,
  bridge,
  pageUpgrade,
  ready,
  random,
  log,
  dev = false,
  stallMs,
}: KernelOptions) {
  const find = createRouter(routes);

  function asProblem(error: unknown, request: IncomingMessage): Problem {
    if (error instanceof Problem) return error;
    log.error({ err: error, method: request.method, path: pathOf(request) }, 'a request failed unexpectedly');
    return new Problem('internal');
  }

  function word(response: ServerResponse, status: number, text: string): void {
    response.statusCode = status;
    response.setHeader('Content-Type', WORD_TYPE);
    response.setHeader('Cache-Control', 'no-store');
    response.end(text);
  }

  function nothing(response: ServerResponse): void {
    response.statusCode = 204;
    response.setHeader('Cache-Control', 'public, max-age=86400');
    response.end();
  }

  function requireAccess(route: Route, caller: Caller): void {
    if (route.access === 'public') return;
    const { kind } = requireSignedIn(caller);
    if (route.by === 'person' && kind !== 'person') throw new Problem('person-required');
    requireRight(caller, route.access, route.or);
    if (route.fresh) auth.requireFresh(caller);
  }

  async function api(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const caller = auth.check(request);
    const match = find(method, pathOf(request).slice(API.length));
    if (match.kind !== 'found') {
      requireSignedIn(caller);
      if (match.kind === 'unknown') throw new Problem('not-found');
      response.setHeader('Allow', match.allow);
      throw new Problem('method-not-allowed', `This address does not do ${method}.`, { allow: match.allow.split(', ') });
    }
    const { route, params } = match;
    requireAccess(route, caller);
    if (isWrite(method)) auth.requireWriteOrigin(request, caller);
    const body = route.takesBody ? await readJsonBody(request, route.maxBodyBytes) : undefined;
    // A body may be held back for long, and what the caller was allowed may have ended meanwhile.
    const still = route.takesBody ? auth.check(request) : caller;
    requireAccess(route, still);
    const search = new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'));
    const answer = await route.run({ params, search, body, caller: still, request });
    if (isStreamed(answer)) return stream(request, response, still, answer);
    if (!isReply(answer)) return sendJson(request, response, answer === undefined ? 204 : 200, answer);
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    await sendJson(request, response, answer.status, answer.body);
  }

  // Like a bridge, a long answer does not outlive the session or token that asked for it.
  async function stream(request: IncomingMessage, response: ServerResponse, caller: Caller, answer: Streamed): Promise<void> {
    const stopListening = auth.onSessionEnd((ended) => {
      if (callerId(caller) === ended) request.socket.resetAndDestroy();
    });
    try {
      await sendStream(request, response, answer, stallMs);
    } finally {
      stopListening();
    }
  }

  async function page(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (isWrite(request.method ?? 'GET')) {
      response.setHeader('Allow', 'GET, HEAD');
      throw new Problem('method-not-allowed');
    }
    const open = PUBLIC_PAGES.has(path) || path.startsWith('/_next/static/') || (dev && path.startsWith('/_next/'));
    const { kind } = open ? { kind: 'person' } : auth.check(request);
    if (kind !== 'person' && kind !== 'cookie-only') {
      response.statusCode = 303;
      response.setHeader('Location', '/sign-in');
      response.setHeader('Cache-Control', 'no-store');
      response.end();
      return;
    }
    await pages(request, response);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const nonce = Buffer.from(random(16)).toString('base64');
    // The host in the policy is only ever one of ours.
    const host = origins.allowsHost(request.headers.host) ? (request.headers.host ?? '') : 'localhost';
    const policy = contentSecurityPolicy({ nonce, host, dev });
    setSecurityHeaders(response, policy);
    checkDoor(request, origins);
    // The page server reads the nonce for its scripts from here.
    request.headers['content-security-policy'] = policy;
    const path = pathOf(request);
    // The sign comes with the page; a browser that asks before it has read the page finds nothing, and no error.
    if (path === '/favicon.ico') return nothing(response);
    if (path === '/healthz' || path === `${API}/healthz`) return word(response, 200, 'ok');
    if (path === '/readyz' || path === `${API}/readyz`) return word(response, ready() ? 200 : 503, ready() ? 'ready' : 'starting');
    if (path === API || path.startsWith(`${API}/`)) return api(request, response);
    return page(request, response, path);
  }

  return {
    /** Answers one request. */
    async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
      try {
        await answer(request, response);
      } catch (error) {
        const problem = asProblem(error, request);
        if (response.headersSent) {
          log.error({ code: problem.code, path: pathOf(request) }, 'an answer was cut off after it had begun');
          response.destroy();
          return;
        }
        if (!request.complete && !worthDraining(request)) response.setHeader('Connection', 'close');
        await sendProblem(request, response, problem).catch(() => response.destroy());
      }
    },

    /** Takes or refuses one upgrade. */
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on('error', () => socket.destroy());
      try {
        checkDoor(request, origins);
        const path = pathOf(request);
        if (path === '/bridge') bridge.upgrade(request, socket, head);
        else if (pageUpgrade && path.startsWith('/_next/')) pageUpgrade(request, socket, head);
        else throw new Problem('not-found');
      } catch (error) {
        refuseUpgrade(socket, asProblem(error, request));
      }
    },
  };
}

export type Kernel = ReturnType<typeof createKernel>;

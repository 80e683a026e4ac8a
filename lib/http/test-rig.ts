// A whole console without its pages for one test: real store, real sockets on loopback, a clock that stands still.
import { randomBytes, randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { accountRoutes } from '../api/routes.ts';
import type { BridgeChange } from '../api/shapes.ts';
import { createAuth } from '../auth/auth.ts';
import { dropLink } from '../auth/link-drop.ts';
import type { ProxyOptions } from '../auth/proxy.ts';
import type { Right } from '../auth/rights.ts';
import { createBridge } from '../bridge/server.ts';
import { testStore } from '../store/test-store.ts';
import { createKernel } from './kernel.ts';
import { createOrigins } from './origins.ts';
import type { Route } from './route.ts';
import { attachKernel, closeServer, createHttpServer, portOf } from './server.ts';

export const API_TOKEN = 'an-api-token-of-more-than-32-characters';

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string; json: unknown };
export type Ask = { method?: string; headers?: OutgoingHttpHeaders; body?: unknown; raw?: string | Buffer };

type RigOptions = {
  routes?: readonly Route[];
  extraOrigins?: readonly string[];
  apiToken?: string | null;
  failuresPerMinute?: number;
  bridge?: { bufferSize?: number; maxClients?: number; maxBufferedBytes?: number; pingEveryMs?: number };
  stallMs?: number;
  /** A console that was never set up. Otherwise `operator` may do everything. */
  noOperator?: boolean;
  proxy?: ProxyOptions;
  unnamedProxy?: boolean;
};

const collect = (response: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve(Buffer.concat(chunks)));
    response.on('error', reject);
  });

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Starts a console on a free port. Everything is stopped and removed after the test. */
export const startRig = async (options: RigOptions = {}) => startRigOn(await testStore(), 0, options);

type Home = Awaited<ReturnType<typeof testStore>>;

async function startRigOn(home: Home, fixedPort: number, options: RigOptions) {
  const { store, clock, folder } = home;
  const server = createHttpServer();
  await new Promise<void>((resolve) => server.listen(fixedPort, '127.0.0.1', resolve));
  const port = portOf(server);
  const origins = createOrigins({ host: '127.0.0.1', port, extra: options.extraOrigins ?? [] });
  const logged: { fields: object; text: string }[] = [];
  const log = {
    warn: (fields: object, text: string) => logged.push({ fields, text }),
    error: (fields: object, text: string) => logged.push({ fields, text }),
  };
  const apiToken = options.apiToken === undefined ? API_TOKEN : options.apiToken;
  const addOperator = (name: string, rights: Right[]) =>
    store.operators.add({ id: randomUUID(), name, rights, state: 'active', createdMs: clock.nowMs(), createdBy: 'a test' });
  if (!options.noOperator && !(await store.operators.any())) await addOperator('operator', ['approver', 'admin']);
  const published: BridgeChange[] = [];
  const auth = await createAuth({
    proxy: options.proxy,
    unnamedProxy: options.unnamedProxy ?? false,
    publish: (change) => published.push(change),
    store,
    folder,
    clock,
    random: randomBytes,
    port,
    origins,
    log,
    ...(apiToken === null ? {} : { apiToken }),
    ...(options.failuresPerMinute === undefined ? {} : { failuresPerMinute: options.failuresPerMinute }),
  });
  const bridge = createBridge({ auth, random: randomBytes, version: '0.1.0', ...options.bridge });
  const pagesServed: { path: string; policy: string | undefined }[] = [];
  let ready = true;
  const kernel = createKernel({
    origins,
    auth,
    bridge,
    routes: [...accountRoutes({ auth, operators: store.operators, clock, log }), ...(options.routes ?? [])],
    pages: (request, response) => {
      const policy = request.headers['content-security-policy'];
      pagesServed.push({ path: request.url ?? '', policy: typeof policy === 'string' ? policy : undefined });
      response.setHeader('Content-Type', 'text/html');
      response.end('<p>page</p>');
    },
    ready: () => ready,
    random: randomBytes,
    log,
    ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
  });
  attachKernel(server, kernel);
  let stopped = false;
  async function stop(): Promise<void> {
    if (stopped) return;
    stopped = true;
    bridge.dispose();
    await closeServer(server, 0);
    await auth.dispose();
  }
  onTestFinished(stop);

  const origin = `http://localhost:${port}`;

  function ask(path: string, { method = 'GET', headers = {}, body, raw }: Ask = {}): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const typed = body === undefined || 'Content-Type' in headers ? {} : { 'Content-Type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = httpRequest({
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        headers: {
          Host: `localhost:${port}`,
          ...typed,
          ...(payload === undefined ? {} : { 'Content-Length': Buffer.byteLength(payload) }),
          ...headers,
        },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        collect(response)
          .then((bytes) => {
            const text = (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
          })
          .catch(reject);
      });
      sent.end(payload);
    });
  }

  /** Signs a browser in through a link, as the page does. */
  async function signIn(secret?: string, name?: string) {
    const order = { purpose: 'sign-in' as const, ...(name === undefined ? {} : { operator: name }) };
    const link =
      secret ?? (name === undefined ? (await auth.createLink()).secret : dropLink(folder, { clock, random: randomBytes }, order).secret);
    const answer = await ask('/api/v1/session', { method: 'POST', headers: { Origin: origin }, body: { secret: link } });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status} ${answer.text}`);
    return browserOf(answer);
  }

  /** What a browser holds after an answer that started a session. */
  function browserOf(answer: Answer) {
    const setCookie = answer.headers['set-cookie']?.[0] ?? '';
    const key = typeof answer.json === 'object' && answer.json !== null && 'key' in answer.json ? String(answer.json.key) : '';
    const cookie = setCookie.split(';', 1)[0] ?? '';
    return {
      setCookie,
      cookie,
      key,
      headers: { Cookie: cookie, 'X-Gatehouse-Key': key },
      writeHeaders: { Cookie: cookie, 'X-Gatehouse-Key': key, Origin: origin },
    };
  }

  return {
    port,
    origin,
    folder,
    store,
    clock,
    auth,
    bridge,
    server,
    ask,
    signIn,
    browserOf,
    addOperator,
    published,
    stop,
    /** The same console a process later: all in memory is gone, while port, data folder and clock are the same. Stop this one first. */
    startAgain: () => startRigOn(home, port, options),
    logged,
    pagesServed,
    setReady: (value: boolean) => {
      ready = value;
    },
  };
}

export type Rig = Awaited<ReturnType<typeof startRigOn>>;

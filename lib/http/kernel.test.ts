import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Problem } from '../problem.ts';
import { reply, route } from './route.ts';
import { API_TOKEN, startRig } from './test-rig.ts';

const bearer = { Authorization: `Bearer ${API_TOKEN}` };
const bodyShape = z.object({ publicKey: z.string(), roles: z.array(z.string()) });

const routes = [
  route({ method: 'GET', path: '/big', access: 'viewer', handler: () => ({ items: Array.from({ length: 200 }, (_, n) => `row ${n}`) }) }),
  route({ method: 'GET', path: '/rules/templates', access: 'viewer', handler: () => 'templates' }),
  route({ method: 'GET', path: '/rules/:id', access: 'viewer', handler: ({ param }) => ({ id: param('id') }) }),
  route({ method: 'DELETE', path: '/rules/:id', access: 'viewer', handler: () => undefined }),
  route({
    method: 'POST',
    path: '/requests/:gateway/:requestId/approve',
    access: 'viewer',
    input: bodyShape,
    handler: ({ input, param }) => reply(201, { ...input, gateway: param('gateway'), requestId: param('requestId') }, { 'X-Made': 'yes' }),
  }),
  route({
    method: 'GET',
    path: '/list',
    access: 'viewer',
    query: z.object({ limit: z.coerce.number().int().max(100).default(10) }),
    handler: ({ query }) => query,
  }),
  route({
    method: 'GET',
    path: '/changed',
    access: 'viewer',
    handler: () => {
      throw new Problem('request-changed', 'The scopes grew.', { request: { scopes: ['operator.admin'] } });
    },
  }),
  route({
    method: 'GET',
    path: '/broken',
    access: 'viewer',
    handler: () => {
      throw new Error('password=hunter2 at line 3');
    },
  }),
];

/** Sends bytes as they are and answers all that came back until the server closed. */
async function rawExchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.end(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

describe('before anything else is looked at', () => {
  const paths = ['/', '/sign-in', '/healthz', '/readyz', '/api/v1/rules/templates', '/_next/static/chunk.js', '/nowhere'];

  test('a Host that is not ours is refused on every path', async () => {
    const rig = await startRig({ routes });
    const hosts = [
      'evil.example',
      `evil.example:${rig.port}`,
      `localhost:${rig.port + 1}`,
      'localhost',
      `localhost.:${rig.port}`,
      `127.0.0.1.nip.io:${rig.port}`,
      `x@localhost:${rig.port}`,
    ];
    for (const path of paths) {
      for (const Host of hosts) {
        expect(await rig.ask(path, { headers: { ...bearer, Host } })).toMatchObject({
          status: 421,
          json: { code: 'host-refused', status: 421 },
        });
      }
    }
    expect(rig.pagesServed).toEqual([]);
  });

  test('an Origin that is not ours is refused on every path, whatever the method', async () => {
    const rig = await startRig({ routes });
    for (const path of paths) {
      for (const Origin of ['http://evil.example', `http://localhost:${rig.port + 1}`, 'null']) {
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          expect(await rig.ask(path, { method, headers: { ...bearer, Origin } })).toMatchObject({
            status: 403,
            json: { code: 'origin-refused' },
          });
        }
      }
    }
    expect(rig.pagesServed).toEqual([]);
  });

  test('our own names pass: localhost, both loopback addresses and the configured origins', async () => {
    const rig = await startRig({ extraOrigins: ['https://console.example', 'http://console.lan:9000'] });
    const hosts = [
      `localhost:${rig.port}`,
      `LOCALHOST:${rig.port}`,
      `127.0.0.1:${rig.port}`,
      `[::1]:${rig.port}`,
      'console.example',
      'console.example:443',
      'console.lan:9000',
    ];
    for (const Host of hosts) expect((await rig.ask('/healthz', { headers: { Host } })).status).toBe(200);
    for (const Host of ['console.lan', 'console.example:80']) expect((await rig.ask('/healthz', { headers: { Host } })).status).toBe(421);
    expect((await rig.ask('/healthz', { headers: { Origin: 'https://console.example' } })).status).toBe(200);
    expect((await rig.ask('/healthz', { headers: { Origin: 'http://console.example' } })).status).toBe(403);
  });

  test('two Host headers, none, or an address that names a host itself are refused', async () => {
    const rig = await startRig();
    const own = `localhost:${rig.port}`;
    expect(await rawExchange(rig.port, `GET /healthz HTTP/1.1\r\nHost: ${own}\r\nHost: evil.example\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 (400|421)/,
    );
    expect(await rawExchange(rig.port, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 421/);
    expect(await rawExchange(rig.port, `GET http://evil.example/healthz HTTP/1.1\r\nHost: ${own}\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 404/,
    );
    expect(await rawExchange(rig.port, 'not http at all\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  });

  test('an upgrade is held to the same', async () => {
    const rig = await startRig();
    const upgrade = (path: string, headers: string) =>
      rawExchange(rig.port, `GET ${path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n\r\n`);
    expect(await upgrade('/bridge', 'Host: evil.example')).toMatch(/^HTTP\/1.1 421[\s\S]*host-refused/);
    expect(await upgrade('/bridge', `Host: localhost:${rig.port}\r\nOrigin: http://evil.example`)).toMatch(
      /^HTTP\/1.1 403[\s\S]*origin-refused/,
    );
    expect(await upgrade('/other', `Host: localhost:${rig.port}`)).toMatch(/^HTTP\/1.1 404/);
  });
});

describe('health', () => {
  test('is one word without data, for everybody', async () => {
    const rig = await startRig();
    expect(await rig.ask('/healthz')).toMatchObject({ status: 200, text: 'ok' });
    expect(await rig.ask('/readyz')).toMatchObject({ status: 200, text: 'ready' });
    rig.setReady(false);
    expect(await rig.ask('/readyz')).toMatchObject({ status: 503, text: 'starting' });
    expect(await rig.ask('/healthz')).toMatchObject({ status: 200, text: 'ok' });
  });
});

describe('the API', () => {
  test('tells nobody unknown which addresses exist', async () => {
    const rig = await startRig({ routes });
    for (const path of ['/api/v1', '/api/v1/rules/templates', '/api/v1/nothing', '/api/v1/rules/templates/../x']) {
      expect((await rig.ask(path)).status).toSatisfy((status: number) => status === 401 || status === 404);
    }
    expect(await rig.ask('/api/v1/nothing')).toMatchObject({
      status: 401,
      json: { code: 'sign-in-required' },
      headers: { 'www-authenticate': expect.any(String) },
    });
  });

  test('finds routes by path and method', async () => {
    const rig = await startRig({ routes });
    const get = (path: string, method = 'GET') => rig.ask(path, { method, headers: bearer });
    expect((await get('/api/v1/rules/templates')).json).toBe('templates');
    expect((await get('/api/v1/rules/a%2Fb%20c')).json).toEqual({ id: 'a/b c' });
    expect(await get('/api/v1/rules/x', 'DELETE')).toMatchObject({ status: 204, text: '' });
    expect(await get('/api/v1/nothing')).toMatchObject({ status: 404, json: { code: 'not-found' } });
    expect(await get('/api/v1/rules/%zz')).toMatchObject({ status: 404 });
    expect(await get('/api/v1/rules/x', 'PATCH')).toMatchObject({
      status: 405,
      headers: { allow: 'DELETE, GET, HEAD' },
      json: { code: 'method-not-allowed' },
    });
    const head = await get('/api/v1/big', 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
  });

  test('checks the body and hands it on typed', async () => {
    const rig = await startRig({ routes });
    const post = (ask: object) => rig.ask('/api/v1/requests/g1/r1/approve', { method: 'POST', headers: bearer, ...ask });
    expect(await post({ body: { publicKey: 'k', roles: ['operator'], more: 1 } })).toMatchObject({
      status: 201,
      headers: { 'x-made': 'yes' },
      json: { publicKey: 'k', roles: ['operator'], gateway: 'g1', requestId: 'r1' },
    });
    expect(await post({ body: { publicKey: 'k', roles: ['operator', 7] } })).toMatchObject({
      status: 400,
      json: { code: 'input-invalid', field: 'roles.1' },
    });
    expect(await post({ body: [] })).toMatchObject({ status: 400, json: { code: 'input-invalid' } });
    expect(await post({})).toMatchObject({ status: 400, json: { code: 'input-invalid' } });
    const json = { ...bearer, 'Content-Type': 'application/json' };
    expect(await post({ raw: '{"publicKey":', headers: json })).toMatchObject({
      status: 400,
      json: { code: 'input-invalid', detail: 'The body is not valid JSON.' },
    });
    expect(await post({ raw: Buffer.from([0x22, 0xff, 0x22]), headers: json })).toMatchObject({
      status: 400,
      json: { code: 'input-invalid' },
    });
    expect(await post({ raw: '{"publicKey":"k","roles":[]}', headers: { ...bearer, 'Content-Type': 'text/plain' } })).toMatchObject({
      status: 400,
    });
  });

  test('checks the query and names the field', async () => {
    const rig = await startRig({ routes });
    expect((await rig.ask('/api/v1/list', { headers: bearer })).json).toEqual({ limit: 10 });
    expect((await rig.ask('/api/v1/list?limit=5', { headers: bearer })).json).toEqual({ limit: 5 });
    expect(await rig.ask('/api/v1/list?limit=101', { headers: bearer })).toMatchObject({ status: 400, json: { field: 'limit' } });
  });

  test('refuses a body beyond 64 KiB, announced or not, and takes one of just that size', async () => {
    const rig = await startRig({ routes });
    const whole = (bytes: number) => JSON.stringify({ publicKey: 'x'.repeat(bytes - 27), roles: [] });
    const post = (raw: string, headers: Record<string, string> = {}) =>
      rig.ask('/api/v1/requests/g1/r1/approve', {
        method: 'POST',
        raw,
        headers: { ...bearer, 'Content-Type': 'application/json', ...headers },
      });
    expect(whole(65_536)).toHaveLength(65_536);
    expect((await post(whole(65_536))).status).toBe(201);
    expect(await post(whole(65_537))).toMatchObject({ status: 413, json: { code: 'too-large' } });
    expect(await post(whole(1_000_000))).toMatchObject({ status: 413, json: { code: 'too-large' } });
    const head = `POST /api/v1/requests/g1/r1/approve HTTP/1.1\r\nHost: localhost:${rig.port}\r\nAuthorization: Bearer ${API_TOKEN}\r\nContent-Type: application/json\r\n`;
    expect(await rawExchange(rig.port, `${head}Content-Length: 900000000\r\n\r\n{`)).toMatch(/^HTTP\/1.1 413/);
    const chunk = `${(70_000).toString(16)}\r\n${'x'.repeat(70_000)}\r\n0\r\n\r\n`;
    expect(await rawExchange(rig.port, `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}`)).toMatch(/^HTTP\/1.1 413/);
  });

  test('answers problems as documents with code, fix and what they carry', async () => {
    const rig = await startRig({ routes });
    const answer = await rig.ask('/api/v1/changed', { headers: bearer });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json).toEqual({
      type: 'urn:gatehouse:problem:request-changed',
      title: 'The request is not what you saw',
      status: 409,
      detail: 'The scopes grew.',
      code: 'request-changed',
      fix: 'Read the new state and decide again.',
      request: { scopes: ['operator.admin'] },
    });
  });

  test('keeps the text of an unexpected failure out of the answer, and in the log', async () => {
    const rig = await startRig({ routes });
    const answer = await rig.ask('/api/v1/broken?token=query-secret', { headers: bearer });
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(answer.text).not.toContain('hunter2');
    expect(rig.logged).toEqual([
      {
        fields: { err: expect.objectContaining({ message: 'password=hunter2 at line 3' }), method: 'GET', path: '/api/v1/broken' },
        text: expect.any(String),
      },
    ]);
  });

  test('is never kept by a cache, and is compressed from 1 KiB on', async () => {
    const rig = await startRig({ routes });
    const plain = await rig.ask('/api/v1/big', { headers: bearer });
    expect([plain.headers['cache-control'], plain.headers['content-encoding']]).toEqual(['no-store', undefined]);
    const packed = await rig.ask('/api/v1/big', { headers: { ...bearer, 'Accept-Encoding': 'br, gzip;q=0.8' } });
    expect([packed.headers['content-encoding'], packed.text]).toEqual(['gzip', plain.text]);
    expect(Number(packed.headers['content-length'])).toBeLessThan(plain.text.length);
    const small = await rig.ask('/api/v1/rules/templates', { headers: { ...bearer, 'Accept-Encoding': 'gzip' } });
    expect(small.headers['content-encoding']).toBeUndefined();
    const unwanted = await rig.ask('/api/v1/big', { headers: { ...bearer, 'Accept-Encoding': 'gzip;q=0' } });
    expect(unwanted.headers['content-encoding']).toBeUndefined();
  });
});

describe('pages', () => {
  test('lead to the sign-in without a living session, and open with its cookie', async () => {
    const rig = await startRig();
    for (const path of ['/', '/handshakes', '/sign-in/', '/_next/image?url=x', '/icon.svg/x', '/unknown']) {
      expect(await rig.ask(path)).toMatchObject({ status: 303, headers: { location: '/sign-in', 'cache-control': 'no-store' }, text: '' });
      expect((await rig.ask(path, { headers: { Cookie: `gatehouse_${rig.port}=made-up` } })).status).toBe(303);
    }
    expect(rig.pagesServed).toEqual([]);
    const { cookie } = await rig.signIn();
    expect(await rig.ask('/handshakes', { headers: { Cookie: cookie } })).toMatchObject({ status: 200, text: '<p>page</p>' });
  });

  test('have no icon of their own address, and asking for one is no error', async () => {
    const rig = await startRig();
    expect(await rig.ask('/favicon.ico')).toMatchObject({ status: 204, text: '' });
  });

  test('of the sign-in and its assets are open to all', async () => {
    const rig = await startRig();
    for (const path of ['/sign-in', '/_next/static/chunks/a.js', '/icon.svg']) expect((await rig.ask(path)).status).toBe(200);
  });

  test('take nothing, and no path that climbs', async () => {
    const rig = await startRig();
    const { cookie, writeHeaders } = await rig.signIn();
    expect(await rig.ask('/sign-in', { method: 'POST', headers: writeHeaders, body: {} })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
    for (const path of ['/_next/static/../../secret', '//evil.example/', '/a\\b'])
      expect((await rig.ask(path, { headers: { Cookie: cookie } })).status).toBe(404);
    expect(rig.pagesServed).toEqual([]);
  });

  test('get a policy with a nonce of their own, the same that the page server sees', async () => {
    const rig = await startRig();
    const first = await rig.ask('/sign-in', { headers: { 'Content-Security-Policy': "script-src 'nonce-chosen'" } });
    const second = await rig.ask('/sign-in');
    const policies = [first, second].map((answer) => answer.headers['content-security-policy']);
    expect(rig.pagesServed.map((page) => page.policy)).toEqual(policies);
    const nonces = policies.map((policy) => /script-src 'self' 'nonce-([A-Za-z0-9+/]{22}==)';/.exec(String(policy))?.[1]);
    expect(new Set(nonces).size).toBe(2);
    expect(nonces).not.toContain(undefined);
  });

  test('and every other answer can be neither framed, sniffed nor read across origins', async () => {
    const rig = await startRig();
    for (const answer of [
      await rig.ask('/sign-in'),
      await rig.ask('/'),
      await rig.ask('/healthz'),
      await rig.ask('/api/v1/x'),
      await rig.ask('/', { headers: { Host: 'evil' } }),
    ]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
      });
      const policy = String(answer.headers['content-security-policy']);
      for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'"])
        expect(policy).toContain(part);
      expect(policy).not.toContain('evil');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

// The door against strangers: pages of other origins and ports in a real browser that is signed in, names that are not ours, half
// requests that never end, cookies that somebody set before.
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { openBridge } from '../gateways/bridge.ts';
import type { TestConsole } from '../gateways/console.ts';
import { signIn } from '../gateways/person.ts';
import { startPractice, worldOpened } from '../ui/support.ts';
import { asOperator, cookieAlone, send } from './callers.ts';

let target: TestConsole;
test.beforeAll(async () => {
  target = await startPractice();
  await worldOpened(target);
});
test.afterAll(() => target?.dispose());

const keyOf = (headers: Readonly<Record<string, string>>) => `key.${headers['x-gatehouse-key'] ?? ''}`;

test('a bridge is opened by both secrets from our exact origin, and by nothing less', async () => {
  const operator = await asOperator(target);
  const { cookie = '' } = operator;
  const open = (origin: string | undefined, protocols: readonly string[], cookies = cookie) =>
    openBridge({ port: target.port, protocols, headers: { cookie: cookies, ...(origin === undefined ? {} : { origin }) } }).then(
      (client) => {
        client.close();
        return 'open';
      },
      (error: Error) => error.message,
    );
  const strangers = ['https://attacker.example', `http://localhost:${target.port + 1}`, 'null', undefined];
  for (const origin of strangers) expect(await open(origin, [keyOf(operator)]), String(origin)).toBe('the bridge answered 403');
  expect(await open(target.origin, [])).toBe('the bridge answered 401');
  expect(await open(target.origin, [`key.${'A'.repeat(43)}`])).toBe('the bridge answered 401');
  expect(await open(target.origin, [keyOf(operator)], '')).toBe('the bridge answered 401');
  expect(await open(target.origin, [keyOf(operator)])).toBe('open');
});

test('a name that is not ours gets nothing, so a name that is turned to our address later gets nothing either', async () => {
  for (const host of ['attacker.example', `attacker.example:${target.port}`, `localhost.attacker.example:${target.port}`, `localhost:1`]) {
    for (const path of ['/', '/sign-in', '/api/v1/overview', '/healthz', '/_next/static/x.js']) {
      const answer = await send(target, { path, headers: { ...target.tokenHeaders, host } });
      expect(answer.status, `${host} ${path}`).toBe(421);
    }
  }
});

test('a cookie that somebody set before the sign-in is never a session afterwards', async () => {
  const { cookie: real = '' } = await asOperator(target);
  const name = real.split('=')[0] ?? '';
  const planted = `${name}=${'p'.repeat(43)}`;
  const answer = await send(target, {
    method: 'POST',
    path: '/api/v1/session',
    headers: { 'content-type': 'application/json', origin: target.origin, cookie: planted },
    body: JSON.stringify({ secret: new URL(target.link()).hash.slice(1) }),
  });
  expect(answer.status).toBe(200);
  const set = (answer.headers['set-cookie'] ?? []).join('; ');
  expect(set).toContain(`${name}=`);
  expect(set).not.toContain('ppppp');
  expect(set).toMatch(/HttpOnly/i);
  expect(set).toMatch(/SameSite=Strict/i);
  const { key } = z.object({ key: z.string() }).parse(JSON.parse(answer.text));
  const asked = await send(target, { path: '/api/v1/overview', headers: { cookie: planted, 'x-gatehouse-key': key } });
  expect(asked.status).toBe(401);
});

test('no address leads to another host', async () => {
  const paths = [
    '//attacker.example',
    '/\\attacker.example',
    '/sign-in?next=https://attacker.example',
    '/%2f%2fattacker.example',
    '/x/..//attacker.example',
  ];
  for (const path of paths) {
    const { headers, text } = await send(target, { path });
    expect(headers.location ?? '/', path).toMatch(/^\/(?![/\\])/);
    expect(text, path).not.toContain('url=https://attacker.example');
  }
});

test('half requests that never end keep nobody out, and are ended', async () => {
  test.setTimeout(120_000);
  const sockets: Socket[] = [];
  const gone: Promise<unknown>[] = [];
  for (let at = 0; at < 300; at += 1) {
    // It never ends its own side, and speaks on when it is told that it is over.
    const socket = connect({ port: target.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.on('end', () => {
      const again = setInterval(() => socket.write('still here'), 200);
      socket.on('close', () => clearInterval(again));
    });
    socket.resume();
    gone.push(new Promise((resolve) => socket.on('close', resolve)));
    socket.write(
      at % 2 === 0 ? 'GET /bridge HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n' : 'POST /api/v1/session HTTP/1.1\r\nHost: loc',
    );
    sockets.push(socket);
  }
  expect((await send(target, { path: '/api/v1/overview', headers: target.tokenHeaders })).status).toBe(200);
  expect((await send(target, { path: '/sign-in' })).status).toBe(200);
  await Promise.all(gone);
  for (const socket of sockets) socket.destroy();
});

/** A page on another port of the same host, as any program there may serve. It notes what the browser sends it. */
async function neighbour(): Promise<{ server: Server; origin: string; cookies: string[] }> {
  const cookies: string[] = [];
  const server = createServer((request, response) => {
    cookies.push(request.headers.cookie ?? '');
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>neighbour</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return { server, origin: `http://localhost:${port}`, cookies };
}

test('a page on another port of the same host, in a browser that is signed in, reads, writes, frames and hears nothing', async ({
  page,
}) => {
  await signIn(page, target);
  const { server, origin, cookies } = await neighbour();
  const before = (await target.api.decided()).length;
  await page.goto(origin);
  const tried = await page.evaluate(async (at) => {
    const ask = (path: string, init?: RequestInit) =>
      fetch(`${at}${path}`, { credentials: 'include', ...init }).then(
        (answer) => `read ${answer.status}`,
        () => 'blocked',
      );
    const socket = await new Promise<string>((resolve) => {
      const ws = new WebSocket(`${at.replace('http', 'ws')}/bridge`, ['gatehouse.v1']);
      ws.onopen = () => resolve('open');
      ws.onerror = () => resolve('refused');
    });
    const frame = document.createElement('iframe');
    frame.src = at;
    document.body.append(frame);
    await new Promise((resolve) => {
      frame.onload = resolve;
    });
    let inside = 'hidden';
    try {
      inside = frame.contentDocument?.body.textContent ? 'read' : 'hidden';
    } catch {
      inside = 'hidden';
    }
    return {
      read: await ask('/api/v1/overview'),
      write: await ask('/api/v1/automation', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"on":false}' }),
      simple: await ask('/api/v1/session', { method: 'POST', mode: 'no-cors', body: '{}' }).then(() => 'sent'),
      socket,
      inside,
    };
  }, target.origin);
  expect(tried).toEqual({ read: 'blocked', write: 'blocked', simple: 'sent', socket: 'refused', inside: 'hidden' });
  expect((await target.api.call('GET', '/automation').catch(() => undefined))?.status).not.toBe(500);
  expect((await target.api.decided()).length).toBe(before);
  // Cookies do not separate ports: the neighbour has it now, and it is worth nothing alone.
  const stolen = cookies.find((cookie) => cookie.includes('=')) ?? '';
  for (const path of ['/api/v1/overview', '/api/v1/devices', '/api/v1/operators']) {
    const answer = await send(target, { path, headers: cookieAlone({ cookie: stolen, origin: target.origin }) });
    expect(answer.status, path).toBe(401);
  }
  server.close();
});

// Every operation of the API, taken from its own document and tampered with: by nobody, by a stolen cookie, by a viewer, by a script and by
// the operator. Nobody gets further than the document says, nothing makes the console stumble, and every answer carries its headers.
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import type { TestConsole } from '../gateways/console.ts';
import { startPractice, worldOpened } from '../ui/support.ts';
import { type Answer, asInvited, asOperator, cookieAlone, type Headers, send } from './callers.ts';

const operationShape = z.looseObject({
  operationId: z.string(),
  'x-right': z.array(z.string()).optional(),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string() })),
});
const documentShape = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const problemShape = z.looseObject({ code: z.string(), title: z.string(), detail: z.string(), fix: z.string() });

type Operation = z.infer<typeof operationShape> & { method: string; path: string };

const LONG = 'x'.repeat(4000);
const PARTS = [
  'nobody',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '%00',
  'a%0d%0aset-cookie:x=1',
  '%F0%9F%92%A5%E2%80%AE',
  '%3Cscript%3E',
  '%',
  LONG,
];
const QUERIES = ['zz=1', 'limit=1&limit=2', 'limit=-1', 'limit=99999999999', 'before=NaN', 'gateway=%00', '__proto__=1', `text=${LONG}`];
const DEEP = `${'['.repeat(5000)}${']'.repeat(5000)}`;
const BODIES = [
  '',
  'null',
  '[]',
  '{}',
  '"x"',
  '1e999',
  '{',
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":1}}',
  DEEP,
  `{"x":"${LONG}"}`,
];
const HUGE = `{"x":"${'y'.repeat(2_000_000)}"}`;
/** What ends a session of the caller, or the console's own figures, is left to tests of its own. */
const LEFT_OUT = /^\/(session|sessions|links|setup|sign-in)/;

const fill = (path: string, part: string) => path.replaceAll(/\{\w+\}/g, part);
const isWrite = ({ method }: Operation) => method !== 'GET';

let target: TestConsole;
let operations: Operation[];
let operator: Headers;
let viewer: Headers;

test.beforeAll(async () => {
  target = await startPractice();
  await worldOpened(target);
  const { text } = await send(target, { path: '/api/v1/openapi.json', headers: target.tokenHeaders });
  const { paths } = documentShape.parse(JSON.parse(text));
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) =>
      methods[method] === undefined ? [] : [{ ...operationShape.parse(methods[method]), method: method.toUpperCase(), path }],
    ),
  );
  viewer = await asInvited(target, 'Vera', ['viewer']);
  operator = await asOperator(target);
});
test.afterAll(() => target?.dispose());

function headersHold(answer: Answer, where: string): void {
  const { headers } = answer;
  const policy = headers['content-security-policy'] ?? '';
  expect(policy, where).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/=]{20,}'/);
  expect(policy, where).toContain("frame-ancestors 'none'");
  expect(policy, where).not.toContain('unsafe-eval');
  expect(headers['x-content-type-options'], where).toBe('nosniff');
  expect(headers['x-frame-options'], where).toBe('DENY');
  expect(headers['referrer-policy'], where).toBe('no-referrer');
  expect(headers['cross-origin-opener-policy'], where).toBe('same-origin');
  expect(headers['x-powered-by'], where).toBeUndefined();
}

/** A refusal is a problem document without a trace of the inside. */
function refusalHolds(answer: Answer, where: string): string {
  headersHold(answer, where);
  expect(answer.status, `${where}: ${answer.text.slice(0, 300)}`).toBeLessThan(500);
  expect(answer.headers['content-type'], where).toContain('application/problem+json');
  expect(answer.text, where).not.toMatch(/node_modules|\.ts:\d|\bat .*\(|SQLITE|ERR_/);
  return problemShape.parse(JSON.parse(answer.text)).code;
}

const variants = (operation: Operation): { path: string; body?: string }[] => [
  ...(operation.path.includes('{') ? PARTS.map((part) => ({ path: fill(operation.path, part) })) : []),
  ...QUERIES.map((query) => ({ path: `${fill(operation.path, 'nobody')}?${query}` })),
  ...(isWrite(operation) ? [...BODIES, HUGE].map((body) => ({ path: fill(operation.path, 'nobody'), body })) : []),
];

test('nothing that is sent makes an operation stumble: each answer is one that the document names', async () => {
  test.setTimeout(240_000);
  let sent = 0;
  for (const operation of operations.filter(({ path }) => !LEFT_OUT.test(path))) {
    const named = new Set(Object.keys(operation.responses));
    for (const { path, body } of variants(operation)) {
      const { method } = operation;
      const where = `${method} ${path.slice(0, 120)} ${(body ?? '').slice(0, 60)}`;
      const answer = await send(target, { method, path: `/api/v1${path}`, headers: operator, ...(body === undefined ? {} : { body }) });
      sent += 1;
      headersHold(answer, where);
      expect(answer.text, where).not.toMatch(/node_modules|\.ts:\d+:\d+|SQLITE_/);
      if (answer.status >= 500)
        expect(named, `${where} answered ${answer.status} ${answer.text.slice(0, 200)}`).toContain(String(answer.status));
      if (answer.status < 400) continue;
      // A path that the router does not take for this operation is answered by what stands there instead.
      if (answer.status !== 404 && answer.status !== 405 && answer.status !== 400 && answer.status !== 413 && answer.status !== 415)
        expect(named, `${where} answered ${answer.status} ${answer.text.slice(0, 200)}`).toContain(String(answer.status));
      problemShape.parse(JSON.parse(answer.text));
    }
  }
  console.log(`${sent} tampered requests to ${operations.length} operations`);
  expect((await send(target, { path: '/readyz' })).status).toBe(200);
});

test('nobody, and a stolen cookie without its second secret, get nothing but what is public', async () => {
  const halves: [string, Headers][] = [
    ['nobody', { 'content-type': 'application/json', origin: target.origin }],
    ['the cookie alone', cookieAlone(operator)],
    ['a wrong key', { ...operator, 'x-gatehouse-key': 'A'.repeat(43) }],
    ['a wrong token', { authorization: `Bearer ${'B'.repeat(43)}`, 'content-type': 'application/json' }],
  ];
  for (const operation of operations) {
    if (operation['x-right'] === undefined) continue;
    for (const [who, headers] of halves) {
      const where = `${who}: ${operation.method} ${operation.path}`;
      const answer = await send(target, {
        method: operation.method,
        path: `/api/v1${fill(operation.path, 'nobody')}`,
        headers,
        ...(isWrite(operation) ? { body: '{}' } : {}),
      });
      expect(refusalHolds(answer, where), where).toBe('sign-in-required');
    }
  }
});

test('a viewer’s session changes nothing, whatever it asks for', async () => {
  const refused = new Set(['right-missing']);
  let writes = 0;
  for (const operation of operations.filter((one) => isWrite(one) && !LEFT_OUT.test(one.path))) {
    const rights = operation['x-right'];
    if (rights === undefined || rights.includes('viewer')) continue;
    writes += 1;
    for (const part of ['practice', 'nobody']) {
      const where = `${operation.method} ${fill(operation.path, part)}`;
      const answer = await send(target, {
        method: operation.method,
        path: `/api/v1${fill(operation.path, part)}`,
        headers: viewer,
        body: '{}',
      });
      const code = refusalHolds(answer, where);
      // Where a body says what is meant, a body that says nothing is refused for that first.
      if (code !== 'input-invalid') expect(refused, `${where} answered ${code}`).toContain(code);
    }
  }
  expect(writes).toBeGreaterThan(20);
});

test('a write from another origin, and from none, is refused whoever sends it', async () => {
  for (const operation of operations.filter(isWrite)) {
    const path = `/api/v1${fill(operation.path, 'nobody')}`;
    const origins = [
      'https://attacker.example',
      `http://localhost:${target.port + 1}`,
      `http://127.0.0.1.attacker.example:${target.port}`,
      'null',
    ];
    for (const origin of origins) {
      const answer = await send(target, { method: operation.method, path, headers: { ...operator, origin }, body: '{}' });
      expect(refusalHolds(answer, `${operation.method} ${path} from ${origin}`)).toBe('origin-refused');
    }
    const { origin: _origin, ...without } = operator;
    const answer = await send(target, { method: operation.method, path, headers: without, body: '{}' });
    expect(answer.status, `${operation.method} ${path} without an origin`).toBeGreaterThanOrEqual(400);
    expect(refusalHolds(answer, `${operation.method} ${path} without an origin`)).toBe('origin-refused');
  }
});

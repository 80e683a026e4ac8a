// Texts that want to act, sent through every door by which a stranger or a gateway can write. Wherever they come out again (pages, the
// console's own log, exports, answers) they are text: they run nothing, fetch nothing, lead nowhere, and look like nothing else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { startConsole } from '../gateways/console.ts';
import { until } from '../gateways/until.ts';
import { asOperator, type Headers, send } from './callers.ts';
import { ACTING, inHeader, MARK, PAYLOADS } from './payloads.ts';
import { rawToConsole, startTexts, type TextsScene } from './texts-scene.ts';
import { cellsOf, FORMULA, holds, look, openAll, ownLinesOnly, UNSEEN, watched } from './texts-watch.ts';

const ALL = Object.entries(PAYLOADS);
const HEX_ID = 'ab'.repeat(32);
const SHEETS = new Set(['command', 'plus', 'minus', 'at', 'tabbed', 'returned', 'semicolon', 'wide', 'quoted']);
const problemShape = z.looseObject({ code: z.string() });

let scene: TextsScene;
let operator: Headers;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(180_000);
  scene = await startTexts();
  operator = await asOperator(scene.console);
});
test.afterAll(() => scene?.dispose());

const post = (path: string, body: unknown, method = 'POST', headers = operator) =>
  send(scene.console, { method, path: `/api/v1${path}`, headers, body: JSON.stringify(body) });

test('names that the API takes are refused where a text could act, and never make the API stumble', async () => {
  test.setTimeout(120_000);
  const { origin } = scene.console;
  const [device] = z
    .looseObject({ items: z.array(z.looseObject({ gateway: z.string(), deviceId: z.string(), publicKey: z.string() })) })
    .parse((await scene.console.api.call('GET', '/devices')).body).items;
  const door = { 'content-type': 'application/json', origin };
  for (const [kind, text] of ALL) {
    const passkey = { id: 'AA', rawId: 'AA', type: 'public-key', response: { clientDataJSON: 'AA', attestationObject: 'AA' } };
    const narrow: [string, unknown, Headers?][] = [
      ['/operators', { name: text, rights: ['viewer'] }],
      ['/tokens', { name: text, right: 'viewer' }],
      ['/operators/me/credentials/passkey', { response: passkey, challengeId: 'none', name: text }],
      ['/setup', { secret: text.slice(0, 200), name: text }, door],
    ];
    for (const [path, body, headers] of narrow) {
      const answer = await post(path, body, 'POST', headers);
      expect(answer.status, `${kind} at ${path}: ${answer.text.slice(0, 200)}`).toBe(400);
      expect(problemShape.parse(JSON.parse(answer.text)).code, `${kind} at ${path}`).toBe('input-invalid');
      expect(answer.text, `${kind} at ${path}`).not.toMatch(ACTING);
    }
    const wrong = await post('/session/password', { name: text.slice(0, 200), password: text.slice(0, 200) }, 'POST', door);
    expect(wrong.status, kind).toBeGreaterThanOrEqual(400);
    expect(wrong.status, kind).toBeLessThan(500);
    // A label is free text; what acts or hides is refused, the rest needs a gateway that knows labels.
    const named = { gateway: device?.gateway, deviceId: device?.deviceId, publicKey: device?.publicKey };
    const labelled = await post('/device-acts', { ...named, act: 'rename', holds: [], label: text.slice(0, 64) });
    expect(labelled.status, `${kind}: ${labelled.text.slice(0, 300)}`).toBeGreaterThanOrEqual(400);
    expect(labelled.status, kind).toBeLessThan(500);
    if (ACTING.test(text.slice(0, 64).trim())) expect(problemShape.parse(JSON.parse(labelled.text)).code, kind).toBe('input-invalid');

    const rule = {
      name: text.slice(0, 80),
      note: text.slice(0, 300),
      enabled: false,
      effect: 'leave',
      origin: 'any',
      reasons: ['new-device'],
      deviceId: HEX_ID,
      displayName: text.slice(0, 80),
      clientIds: [text.slice(0, 64)],
      platforms: [text.slice(0, 64)],
      scopes: ['operator.read'],
    };
    const made = await post('/rules', rule);
    expect([201, 200, 400], `${kind}: ${made.text.slice(0, 300)}`).toContain(made.status);
    for (const format of ['json', 'yaml'] as const) {
      const file =
        format === 'json' ? JSON.stringify({ version: 1, rules: [{ ...rule, [text]: text }] }) : `version: 1\nrules:\n  - name: ${text}\n`;
      const imported = await post('/rules/import', { text: file, format });
      expect(imported.status, `${kind}: ${imported.text.slice(0, 300)}`).toBeLessThan(500);
    }
  }
});

test('headers, addresses and bytes that no browser sends are answered without a word of them, and lead nowhere', async () => {
  test.setTimeout(120_000);
  for (const [kind, text] of ALL) {
    const said = inHeader(text);
    const agent = { 'user-agent': said, 'x-forwarded-for': said, 'x-forwarded-host': said, 'accept-language': said, referer: said };
    for (const headers of [{ host: said }, { origin: said }, { host: `${said}:${scene.console.port}` }]) {
      const answer = await send(scene.console, { path: '/sign-in', headers: { ...agent, ...headers } });
      expect([400, 403, 421, 431], `${kind} ${Object.keys(headers)}`).toContain(answer.status);
      expect(answer.text, kind).not.toContain(MARK);
    }
    const encoded = encodeURIComponent(text.toWellFormed());
    for (const path of [
      `/${encoded}`,
      `/sign-in/${encoded}`,
      `/api/v1/${encoded}`,
      `/devices/${encoded}`,
      `/_next/${encoded}`,
      `/bridge/${encoded}`,
    ]) {
      const answer = await send(scene.console, { path: path.slice(0, 8000), headers: { ...operator, ...agent } });
      expect(answer.status, `${kind} ${path.slice(0, 60)}`).toBeLessThan(500);
      expect(answer.headers.location ?? '/', `${kind} ${path.slice(0, 60)}`).toMatch(/^\/(?![/\\])/);
      if (answer.headers['content-type']?.includes('html')) expect(answer.text, kind).not.toMatch(/<[^>]*data-zqmark|<zqmark-x/);
    }
    const raw = (line: string) =>
      rawToConsole(
        scene.console,
        Buffer.from(`${line}\r\nHost: localhost:${scene.console.port}\r\nUser-Agent: ${text}\r\nConnection: close\r\n\r\n`),
      );
    for (const line of [`GET /${text} HTTP/1.1`, `${text} / HTTP/1.1`, `GET / ${text}`]) {
      expect(await raw(line), `${kind}: ${line.slice(0, 40)}`).not.toMatch(
        /zqforged|set-cookie: *zqmark|location: *(\/\/|\\|https?:\/\/zqmark|javascript)/i,
      );
    }
  }
  // A session whose browser calls itself by each of these.
  for (const [, text] of ALL.slice(0, 12)) {
    const secret = new URL(scene.console.link()).hash.slice(1);
    const headers = { 'content-type': 'application/json', origin: scene.console.origin, 'user-agent': inHeader(text) };
    expect((await post('/session', { secret }, 'POST', headers)).status).toBe(200);
  }
  expect((await send(scene.console, { path: '/readyz' })).status).toBe(200);
});

test('a decision about a hostile request keeps the gateway’s error text, and the console stays itself', async () => {
  test.setTimeout(120_000);
  const { api } = scene.console;
  const waiting = await api.pending();
  for (const [at, request] of waiting.slice(0, 60).entries()) {
    const path = `/requests/${request.gateway}/${encodeURIComponent(request.requestId.toWellFormed())}`;
    const { publicKey, roles, scopes, platform, deviceFamily, needsConfirm } = request;
    const body = {
      publicKey,
      roles,
      scopes,
      ...(platform === undefined ? {} : { platform }),
      ...(deviceFamily === undefined ? {} : { deviceFamily }),
    };
    const answer = await post(`${path}/${at % 2 ? 'reject' : 'approve'}`, { ...body, confirm: needsConfirm });
    expect(answer.status, `${path}: ${answer.text.slice(0, 200)}`).toBeLessThan(505);
    expect(answer.text).not.toMatch(ACTING);
  }
  expect((await api.activity()).length).toBeGreaterThan(0);
});

test('on every page, with every payload in place, nothing acts and nothing is hidden', async ({ browser }) => {
  test.setTimeout(300_000);
  const watch = await watched(browser, scene.console);
  const { page } = watch;
  for (const path of [
    '/',
    '/handshakes',
    '/devices',
    '/devices?tab=changed',
    '/devices?tab=unclicked',
    '/devices/review',
    '/rules',
    '/activity',
    '/gateways',
    '/operators',
  ]) {
    await test.step(path, async () => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      // The browsers of sessions stand where a pointer rests.
      if (path === '/operators') await expect(page.locator(`main [title*="${MARK}"]`).first()).toBeVisible();
      else await expect(page.locator('main')).toContainText(MARK);
      await holds(watch, path);
      for (let round = 0; round < 2; round += 1) {
        await openAll(page);
        await page.waitForLoadState('networkidle').catch(() => undefined);
        await holds(watch, `${path}, opened ${round + 1}`);
      }
    });
  }
  await page.context().close();
});

test('the panels of devices and handshakes show the same texts as text', async ({ browser }) => {
  test.setTimeout(300_000);
  const watch = await watched(browser, scene.console);
  const { page } = watch;
  const { api } = scene.console;
  const devices = (await api.devices()).filter((row) => JSON.stringify(row).includes(MARK)).slice(0, 24);
  const { items } = await api.handshakes({ limit: '500', text: MARK });
  expect(devices.length).toBeGreaterThan(10);
  expect(items.length).toBeGreaterThan(10);
  const rows = items.filter((_, at) => at % Math.ceil(items.length / 24) === 0);
  const gateway = items[0]?.gateway ?? '';
  const addresses = [
    ...devices.map((row) => `/devices?device=${encodeURIComponent(`${gateway}/${row.deviceId}`)}`),
    ...rows.map((row) => `/handshakes?row=${encodeURIComponent(`${row.gateway}/${row.id}`)}`),
  ];
  let marks = 0;
  for (const address of addresses) {
    await page.goto(address);
    await expect(page.locator('main')).toContainText(MARK);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await openAll(page);
    await page.evaluate(() => {
      for (const button of document.querySelectorAll<HTMLButtonElement>(
        'aside button[aria-expanded="false"], [role=dialog] button[aria-expanded="false"]',
      ))
        button.click();
    });
    marks += await holds(watch, address);
  }
  expect(marks).toBeGreaterThan(addresses.length);
  await page.context().close();
});

const NAMES = [
  'q',
  'text',
  'device',
  'client',
  'gateway',
  'cause',
  'row',
  'from',
  'to',
  'origin',
  'outcome',
  'tab',
  'sort',
  'columns',
  'decision',
  'holds',
  'finding',
  'next',
  'redirect',
  'return',
  'returnTo',
  'url',
  'link',
];

test('an address leads nowhere else and acts on nothing, whatever stands in it, signed in or not', async ({ browser }) => {
  test.setTimeout(300_000);
  const watch = await watched(browser, scene.console);
  const { page } = watch;
  const stranger = await browser.newContext({ baseURL: scene.console.origin });
  const outside = await stranger.newPage();
  const mixed = new URLSearchParams(NAMES.map((name, at) => [name, ALL[at % ALL.length]?.[1] ?? ''])).toString().slice(0, 8000);
  for (const path of ['/', '/rules', '/operators', '/gateways']) {
    await page.goto(`${path}?${mixed}`);
    await holds(watch, `${path} with all`);
  }
  for (const [kind, text] of ALL) {
    // Too long for an address, or of a spreadsheet's kind.
    if (kind === 'long' || SHEETS.has(kind)) continue;
    const query = new URLSearchParams(NAMES.map((name) => [name, text])).toString();
    for (const path of ['/handshakes', '/devices', '/devices/review', '/activity']) {
      await page.goto(`${path}?${query}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await holds(watch, `${path} with ${kind}`);
    }
    for (const path of ['/sign-in', '/set-up']) {
      await outside.goto(`${path}?${query}#${encodeURIComponent(text.toWellFormed())}`);
      await expect(outside.getByRole('heading', { level: 1 })).toBeVisible();
      const { made, ran, elsewhere } = await look(outside);
      expect({ made, ran, elsewhere }, `${path} with ${kind}`).toEqual({ made: [], ran: false, elsewhere: [] });
      expect(new URL(outside.url()).origin, `${path} with ${kind}`).toBe(scene.console.origin);
    }
  }
  // After the sign-in itself, too.
  for (const target of ['//zqmark.example', '\\\\zqmark.example', 'javascript:window.zqmark=1', 'https://zqmark.example']) {
    const fresh = await browser.newContext({ baseURL: scene.console.origin });
    const signingIn = await fresh.newPage();
    const query = new URLSearchParams(NAMES.map((name) => [name, target])).toString();
    const { hash } = new URL(scene.console.link());
    await signingIn.goto(`/sign-in?${query}${hash}`);
    await expect(signingIn.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
    expect(signingIn.url()).toBe(`${scene.console.origin}/`);
    // Who is signed in already is led on from there, and no further.
    for (const path of ['/sign-in', '/set-up']) {
      await signingIn.goto(`${path}?${query}`).catch(() => undefined);
      await signingIn.waitForLoadState('networkidle').catch(() => undefined);
      expect(new URL(signingIn.url()).origin, `${path} with ${target}`).toBe(scene.console.origin);
    }
    await fresh.close();
  }
  await stranger.close();
  await page.context().close();
});

test('no export starts a formula in a cell, and every one is what its name says', async () => {
  const api = (path: string) => send(scene.console, { path: `/api/v1${path}`, headers: operator });
  for (const path of ['/devices/export?format=csv', '/handshakes/export?format=csv', '/activity/export?format=csv']) {
    const { status, text } = await api(path);
    expect(status, path).toBe(200);
    expect(text, path).toContain(MARK);
    const rows = cellsOf(text);
    const [head = []] = rows;
    expect(rows.length, path).toBeGreaterThan(10);
    expect([...new Set(rows.map((cells) => cells.length))], path).toEqual([head.length]);
    const cells = rows.flat();
    expect(
      cells.filter((cell) => FORMULA.test(cell)),
      path,
    ).toEqual([]);
    // Where a spreadsheet splits at semicolons, what follows one is the beginning of a cell.
    expect(
      cells.flatMap((cell) => cell.split(';')).filter((cell) => FORMULA.test(cell)),
      path,
    ).toEqual([]);
    expect(
      cells.filter((cell) => UNSEEN.test(cell)),
      path,
    ).toEqual([]);
  }
  for (const path of ['/handshakes/export?format=jsonl', '/activity/export?format=jsonl']) {
    const { status, text } = await api(path);
    expect(status, path).toBe(200);
    const lines = text.split('\n').filter((line) => line !== '');
    expect(lines.length, path).toBeGreaterThan(10);
    for (const line of lines) {
      expect(z.looseObject({}).safeParse(JSON.parse(line)).success, path).toBe(true);
      expect(line, path).not.toMatch(ACTING);
    }
  }
  for (const path of ['/devices/export?format=json', '/rules/export?format=json', '/devices/review']) {
    const { status, text } = await api(path);
    expect(status, path).toBe(200);
    expect(z.looseObject({}).safeParse(JSON.parse(text)).success, path).toBe(true);
    expect(text, path).toContain(MARK);
    expect(text, path).not.toMatch(ACTING);
  }
  const yaml = await api('/rules/export?format=yaml');
  expect(yaml.text).not.toMatch(ACTING);
  const again = await post('/rules/import', { text: yaml.text, format: 'yaml' });
  expect(again.status, again.text.slice(0, 300)).toBe(200);
});

test('a rules file of payloads is told on its page and in the log as text', async ({ browser }) => {
  test.setTimeout(180_000);
  const file = join(scene.folder, 'rules.yaml');
  const rules = ALL.map(([, text]) => ({
    name: text,
    enabled: 'yes',
    [text]: text,
    scopes: [text],
    displayName: text,
    hours: { [text]: 1 },
  }));
  writeFileSync(file, `${JSON.stringify({ version: 1, [PAYLOADS.ansi ?? '']: 1, rules })}\n`, { mode: 0o600 });
  const filed = await startConsole({
    gateway: { stateDir: '', configPath: '', home: '' },
    env: { GATEHOUSE_PRACTICE: '1', GATEHOUSE_RULES_FILE: file },
  });
  try {
    const watch = await watched(browser, filed);
    for (const path of ['/rules', '/', '/activity']) {
      await watch.page.goto(path);
      await expect(watch.page.getByRole('heading', { level: 1 })).toBeVisible();
      if (path === '/rules') await expect(watch.page.locator('main')).toContainText(MARK);
      await openAll(watch.page);
      await holds(watch, path);
    }
    await watch.page.context().close();
    ownLinesOnly(filed.output());
  } finally {
    await filed.dispose();
  }
});

test('a gateway that refuses every call in words that act: the pages tell it as text, and the log has one line for each record', async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const { output } = scene.console;
  const watch = await watched(browser, scene.console);
  scene.fail();
  // A payload is really in it: the gateway's own words for a call that it refused.
  await until('the gateway’s words in the log', () => (output().includes(MARK) ? true : undefined), 60_000);
  for (const path of ['/', '/devices', '/gateways']) {
    await watch.page.goto(path);
    await expect(watch.page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(watch.page.locator('body')).toContainText(MARK);
    // What is shown was read before: it says so.
    await expect(watch.page.getByText('stale since').first()).toBeVisible({ timeout: 20_000 });
    await holds(watch, `${path} while the gateway fails`);
  }
  await watch.page.context().close();
  ownLinesOnly(output());
});

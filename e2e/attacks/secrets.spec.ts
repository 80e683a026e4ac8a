// One run that does everything, with secrets that are known: none of them stands in an answer, a page, a frame of the bridge, the
// browser's storage, the log, the record, a backup or an export. Every other test that starts a console looks in its log, data folder and
// answers, too (gateways/leaks.ts).
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { createLeaks } from '../gateways/leaks.ts';
import { signIn } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { EVERY_PAGE, KEY_NAME, startPractice, worldOpened } from '../ui/support.ts';
import { asInvited, asOperator, send } from './callers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const planted = () => `planted-${randomBytes(24).toString('base64url')}`;

test('a secret is found in every form in which it travels, by its kind alone', () => {
  const leaks = createLeaks();
  const secret = 'a+secret/of 32 bytes & "more"';
  leaks.know('a token', secret);
  const wrapped = ['x', 'xx', 'xxx'].map((before) => Buffer.from(`${before}${secret}yy`).toString('base64'));
  const forms = [`… ${secret} …`, JSON.stringify({ secret }), encodeURIComponent(secret), Buffer.from(secret).toString('hex'), ...wrapped];
  for (const form of [...forms, Buffer.from(`x${secret}`).toString('base64url')])
    expect([form, leaks.within(form)]).toEqual([form, ['a token']]);
  expect(leaks.within(secret.slice(1))).toEqual([]);
  let said = '';
  try {
    leaks.expectNone(`x${secret}`, 'a place');
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain('a secret stands in a place: a token');
  expect(said).not.toContain(secret);
});

test('a run that does everything leaves its secrets where they belong', async ({ browser }) => {
  test.setTimeout(240_000);
  const target = await startPractice();
  const { secrets } = target;
  const found: string[] = [];
  try {
    await worldOpened(target);
    const context = await browser.newContext({ baseURL: target.origin });
    const page = await context.newPage();
    const reading: Promise<void>[] = [];
    page.on('response', (response) => {
      const read = response.text().then(
        (text) => found.push(...secrets.within(text).map((kind) => `${kind} in the answer to ${new URL(response.url()).pathname}`)),
        () => undefined,
      );
      reading.push(read.then(() => undefined));
    });
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => found.push(...secrets.within(payload).map((kind) => `${kind} in a frame of the bridge`))),
    );
    const person = await signIn(page, target);

    // Secrets in the wrong places: what is refused is not kept either.
    const [password, bearer, query, link] = [planted(), planted(), planted(), planted()];
    for (const [kind, secret] of Object.entries({ password, bearer, query, link })) secrets.know(`a planted ${kind}`, secret);
    const headers = { 'content-type': 'application/json', origin: target.origin };
    const post = (path: string, body: object) =>
      send(target, { method: 'POST', path: `/api/v1${path}`, headers, body: JSON.stringify(body) });
    expect((await post('/session/password', { name: 'operator', password })).status).toBe(401);
    expect((await post('/session/password', { name: password, password })).status).toBe(401);
    expect((await post('/session', { secret: link })).status).toBe(401);
    expect((await post('/links/read', { secret: link })).status).toBe(401);
    expect((await send(target, { path: '/api/v1/overview', headers: { authorization: `Bearer ${bearer}` } })).status).toBe(401);
    expect((await send(target, { path: `/api/v1/overview?token=${query}`, headers: target.tokenHeaders })).status).toBeLessThan(500);
    await send(target, { path: `/api/v1/${query}`, headers: target.tokenHeaders });

    // Those that are shown once, to whom they are for.
    const own = planted();
    const made = await person.call('POST', '/tokens', { name: 'Script', right: 'viewer', expiresInDays: 1 });
    secrets.know('an API token', z.looseObject({ secret: z.string() }).parse(made.body).secret);
    const invited = await person.call('POST', '/operators', { name: 'Grace', rights: ['approver'] });
    secrets.know('an invitation', z.looseObject({ link: z.looseObject({ secret: z.string() }) }).parse(invited.body).link.secret);
    secrets.know('a password', own);
    expect((await person.call('POST', '/operators/me/credentials/password', { password: own })).status).toBe(201);
    expect((await post('/session/password', { name: 'operator', password: own })).status).toBe(200);
    const vera = await asInvited(target, 'Vera', ['viewer']);
    for (const [name, value] of Object.entries({ cookie: vera.cookie?.split('=')[1] ?? '', key: vera['x-gatehouse-key'] ?? '' }))
      secrets.know(`the ${name} of another session`, value);

    for (const [path, heading] of EVERY_PAGE) {
      await page.goto(path);
      await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
      for (const text of [await page.content(), await page.evaluate(() => JSON.stringify({ ...sessionStorage }))])
        found.push(...secrets.within(text).map((kind) => `${kind} in the page ${path}`));
    }
    // The second secret of the own session is the one thing that a browser keeps.
    const kept = await page.evaluate((name) => JSON.stringify({ ...localStorage, [name]: '' }), KEY_NAME);
    found.push(...secrets.within(kept).map((kind) => `${kind} in the storage of the browser`));

    const operator = await asOperator(target);
    const { paths } = document.parse(JSON.parse((await send(target, { path: '/api/v1/openapi.json', headers: operator })).text));
    const reads = Object.entries(paths).flatMap(([path, methods]) => ('get' in methods && !path.includes('{') ? [path] : []));
    expect(reads.length).toBeGreaterThan(20);
    const formats = ['', '?format=csv', '?format=json', '?format=jsonl', '?format=yaml'];
    for (const path of reads)
      for (const format of path.endsWith('/export') ? formats : ['']) {
        const { text, status } = await send(target, { path: `/api/v1${path.replace(/^\/api\/v1/, '')}${format}`, headers: operator });
        expect(status, path).toBeLessThan(500);
        found.push(...secrets.within(text).map((kind) => `${kind} in ${path}${format}`));
      }

    const env = { ...process.env, GATEHOUSE_DATA_DIR: target.dataDir };
    await promisify(execFile)(process.execPath, ['scripts/gatehouse.ts', 'backup'], { cwd: ROOT, env });
    await until('a backup', () =>
      readdirSync(target.dataDir, { recursive: true }).some((name) => /gatehouse-.*\.db$/.test(String(name))) ? true : undefined,
    );
    await Promise.all(reading);
    await context.close();
    expect(found).toEqual([]);
  } finally {
    await target.dispose();
  }
});

// A newcomer's commands on the built tree, with everything that can be wrong on a machine. Meets the practice gateway only.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { freePort } from '../e2e/gateways/ports.ts';
import { type Running, startProcess } from '../e2e/gateways/process.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SET_UP = /http:\/\/localhost:\d+\/set-up#\S+/;
const SIGN_IN = /http:\/\/localhost:\d+\/sign-in#\S+/;
const READY = /is ready at/;
const LIMIT_MS = 60_000;
const API_TOKEN = 'a-token-of-this-test-and-of-no-other-console';

type Machine = {
  /** A home folder of its own, empty at first. */
  home: string;
  port: number;
  /** Runs `npm <args>` as a newcomer does; `env` is added to a bare environment. */
  npm: (args: readonly string[], env?: Readonly<Record<string, string>>) => Running;
  /** What the console with the API token says of its gateways. */
  gateways: () => Promise<{ items: { source: string; state: string; problem?: { code: string; detail: string } }[] }>;
};

const test = base.extend<{ machine: Machine }>({
  machine: async ({ baseURL: _none }, use) => {
    const home = mkdtempSync(join(tmpdir(), 'gatehouse-newcomer-'));
    const port = await freePort();
    const started: Running[] = [];
    await use({
      home,
      port,
      npm(args, env = {}) {
        const bare = { NODE_ENV: 'test' as const, PATH: process.env.PATH, HOME: home, TMPDIR: home, GATEHOUSE_PORT: String(port), ...env };
        const running = startProcess({ command: 'npm', args, env: bare, cwd: ROOT });
        started.push(running);
        return running;
      },
      async gateways() {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/gateways`, { headers: { Authorization: `Bearer ${API_TOKEN}` } });
        return answer.json();
      },
    });
    for (const running of started) await running.stop();
    rmSync(home, { recursive: true, force: true });
  },
});

const linkIn = (line: string, pattern: RegExp) => pattern.exec(line)?.[0] ?? '';

test('npm start prints a link that makes the first operator once, and a link to sign in comes from npm run gatehouse -- link', async ({
  machine,
  browser,
}) => {
  const first = linkIn(await machine.npm(['start']).line(SET_UP, LIMIT_MS), SET_UP);
  const page = await browser.newPage();
  await page.goto(first);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Password', { exact: true }).fill('a few words of the newcomer');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page).toHaveURL(`http://localhost:${machine.port}/`);
  await expect(page.getByText(/practice/i).first()).toBeVisible();

  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(first);
  await expect(stranger.getByText('link-spent')).toBeVisible();
  await stranger.goto(`http://localhost:${machine.port}/sign-in`);
  await stranger.getByLabel('Name').fill('Ada');
  await stranger.getByLabel('Password').fill('a few words of the newcomer');
  await stranger.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(stranger).toHaveURL(`http://localhost:${machine.port}/`);

  const other = await (await browser.newContext()).newPage();
  await other.goto(linkIn(await machine.npm(['run', 'gatehouse', '--', 'link']).line(SIGN_IN, LIMIT_MS), SIGN_IN));
  await expect(other).toHaveURL(`http://localhost:${machine.port}/`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} sent to npm alone stops the console and frees port and folder`, async ({ machine }) => {
    const first = machine.npm(['start']);
    await first.line(READY, LIMIT_MS);
    process.kill(first.pid, signal);
    expect((await first.ended).code).toBe(0);
    await machine.npm(['start']).line(READY, LIMIT_MS);
  });
}

test('a port that is taken is named in one line', async ({ machine }) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(machine.port, '127.0.0.1', resolve));
  const running = machine.npm(['start']);
  expect(await running.line(/\[port-in-use\]/, LIMIT_MS)).toContain(String(machine.port));
  expect((await running.ended).code).toBe(1);
  other.close();
});

test('npm run build builds and leaves nothing behind in the home of whoever runs it', async ({ machine }) => {
  const running = machine.npm(['run', 'build']);
  await running.line(/Nothing was started/, 4 * LIMIT_MS);
  expect((await running.ended).code).toBe(0);
  expect(readdirSync(machine.home).filter((name) => name.startsWith('.gatehouse'))).toEqual([]);
});

test('a second console on the same data folder stops with one line', async ({ machine }) => {
  await machine.npm(['start']).line(READY, LIMIT_MS);
  const second = machine.npm(['start'], { GATEHOUSE_PORT: String(await freePort()) });
  expect(await second.line(/\[data-folder-locked\]/, LIMIT_MS)).toContain(join(machine.home, '.gatehouse'));
  expect((await second.ended).code).toBe(1);
});

test('wrong settings are named, each in its line, before anything is opened', async ({ machine }) => {
  const running = machine.npm(['start'], { GATEHOUSE_PORT: '99999', GATEHOUSE_ORIGINS: 'nowhere', GATEHOUSE_PRACTISE: '1' });
  await running.ended;
  for (const name of ['GATEHOUSE_PORT', 'GATEHOUSE_ORIGINS', 'GATEHOUSE_PRACTISE'])
    expect(running.output()).toMatch(new RegExp(`${name}: `));
  expect(running.output()).toContain('[settings-invalid]');
});

test('a gateway that is configured and down is shown as down, and practice never takes its place', async ({ machine }) => {
  mkdirSync(join(machine.home, '.openclaw'));
  const config = { gateway: { port: await freePort(), auth: { mode: 'token', token: 'unused' } } };
  writeFileSync(join(machine.home, '.openclaw', 'openclaw.json'), JSON.stringify(config));
  await machine.npm(['start'], { GATEHOUSE_API_TOKEN: API_TOKEN }).line(READY, LIMIT_MS);
  await expect.poll(async () => (await machine.gateways()).items[0]?.problem?.code).toBe('gateway-down');
  expect((await machine.gateways()).items.map((gateway) => gateway.source)).toEqual(['this-host']);
});

test('a broken configuration is named with its file, and found good again once it is mended', async ({ machine }) => {
  mkdirSync(join(machine.home, '.openclaw'));
  const file = join(machine.home, '.openclaw', 'openclaw.json');
  writeFileSync(file, '{ gateway: ');
  await machine.npm(['start'], { GATEHOUSE_API_TOKEN: API_TOKEN }).line(READY, LIMIT_MS);
  const [shown] = (await machine.gateways()).items;
  expect(shown?.problem?.code).toBe('gateway-config-broken');
  expect(shown?.problem?.detail).toContain(file);
  writeFileSync(file, JSON.stringify({ gateway: { port: await freePort(), auth: { mode: 'none' } } }));
  await expect
    .poll(async () => (await machine.gateways()).items.map((gateway) => gateway.problem?.code), { timeout: 30_000 })
    .toEqual(['gateway-down']);
});

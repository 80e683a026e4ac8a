// The console over its practice gateway, one process per spec file, and signed-in browsers that are watched for errors and strangers.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Locator, type Page, test } from '@playwright/test';
import { startConsole, type TestConsole } from '../gateways/console.ts';

/** The pages of the rail and the bar: path and heading. */
export const PAGES = [
  ['/', 'Requests'],
  ['/handshakes', 'Handshakes'],
  ['/devices', 'Devices'],
  ['/rules', 'Rules'],
  ['/activity', 'Activity'],
  ['/gateways', 'Gateways'],
] as const;

/** Every page of the console. */
export const EVERY_PAGE = [...PAGES, ['/operators', 'Operators']] as const;

/** The widest page that a phone of 390 px may have. */
export const PHONE = { width: 390, height: 844 };

/** Where the browser keeps the second secret. */
export const KEY_NAME = 'gatehouse.key';

/** The practice world opens with five acts within six seconds; on a busy machine the last of them come at its calm pace. */
export const PATIENCE_MS = 60_000;
const WCAG_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const ACTION_MS = 15_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

type Watch = { page: Page; errors: string[]; strangers: string[] };
export type OpenOptions = BrowserContextOptions & {
  /** Console errors that this test provokes, such as the browser's own line about a refused call. */
  provoked?: RegExp;
  /** A browser that has never signed in. */
  signedOut?: boolean;
  /** The path to open; nothing is opened with undefined. */
  path?: string;
};

function watch(page: Page, origin: string, provoked: RegExp | undefined): Watch {
  const seen: Watch = { page, errors: [], strangers: [] };
  const note = (text: string) => {
    if (!provoked?.test(text)) seen.errors.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') note(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => note(error.message));
  const hosts = (url: string) => {
    const { host, protocol } = new URL(url);
    if (!['data:', 'blob:', 'about:'].includes(protocol) && host !== new URL(origin).host) seen.strangers.push(url);
  };
  page.on('request', (request) => hosts(request.url()));
  page.on('websocket', (socket) => hosts(socket.url()));
  return seen;
}

/** Starts a console without waiting for its practice world. */
export const startPractice = (): Promise<TestConsole> =>
  startConsole({ gateway: { stateDir: '', configPath: '', home: '' }, env: { GATEHOUSE_PRACTICE: '1' } });

function attemptsOf(request: Record<string, unknown> | undefined): unknown {
  const attempts = request?.attempts;
  return typeof attempts === 'object' && attempts !== null && 'count' in attempts ? attempts.count : 0;
}

const PROVEN_STARTS = 6;

/**
 * A console whose practice CLI waits with proof. A caller's socket stands for a few milliseconds; on a machine that is busy with
 * other tests it may go unseen, and rightly no rule acts on that request then. A new world gets a new try.
 */
export async function startProven(): Promise<TestConsole> {
  for (let n = 1; ; n += 1) {
    const target = await startPractice();
    const cli = async () => (await target.api.pending()).find((request) => request.clientId === 'cli');
    await expect
      .poll(async () => (await cli())?.origin.settled === true && Number(attemptsOf(await cli())) >= 3, { timeout: PATIENCE_MS })
      .toBe(true);
    const origin = (await cli())?.origin;
    if (n === PROVEN_STARTS || (origin?.origin === 'host-key' && origin.assurance === 'peer')) return target;
    await target.dispose();
  }
}

/**
 * One console for the tests of this file, and the way to open a browser on it. After each test its pages are closed, and they must
 * have logged no error and asked no other host for anything.
 */
export function practiceConsole(start: () => Promise<TestConsole> = startPractice) {
  let target: TestConsole;
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
  const watches: Watch[] = [];

  test.beforeAll(async ({ browser }) => {
    target = await start();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(target.link());
    await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
    signedIn = await context.storageState();
    await context.close();
  });
  test.afterAll(async () => {
    await target?.dispose();
  });
  test.afterEach(async () => {
    const all = watches.splice(0);
    for (const { page } of all) await page.context().close();
    expect(all.flatMap(({ errors }) => errors)).toEqual([]);
    expect(all.flatMap(({ strangers }) => strangers)).toEqual([]);
  });

  return {
    console: () => target,

    /** A page in a context of its own, signed in unless told otherwise. */
    async open(browser: Browser, { provoked, signedOut = false, path, ...options }: OpenOptions = {}): Promise<Page> {
      const context = await browser.newContext({ baseURL: target.origin, ...(signedOut ? {} : { storageState: signedIn }), ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(ACTION_MS);
      watches.push(watch(page, target.origin, provoked));
      if (path !== undefined) await page.goto(path);
      return page;
    },

    /** Another sign-in link, printed by the command that the problem names. */
    async link(): Promise<string> {
      const env: NodeJS.ProcessEnv = {
        NODE_ENV: 'production',
        PATH: process.env.PATH,
        HOME: target.dataDir,
        GATEHOUSE_DATA_DIR: target.dataDir,
      };
      const { stdout } = await run(process.execPath, ['scripts/gatehouse.ts', 'link'], { cwd: ROOT, env });
      return /http\S+#\S+/.exec(stdout)?.[0] ?? '';
    },
  };
}

/** The card of a request by a part of its sentence, waited for. */
export async function cardOf(page: Page, sentence: string | RegExp): Promise<Locator> {
  const card = page.locator('article').filter({ has: page.getByRole('heading', { name: sentence }) });
  await expect(card).toBeVisible({ timeout: PATIENCE_MS });
  return card;
}

/** Serious and critical breaches of WCAG 2.2 AA on what is shown now, each with where it stands. */
export async function breaches(page: Page): Promise<{ id: string; at: string[] }[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG_AA).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(' ')) }));
}

/** The list of what was decided lately. */
export const lately = (page: Page): Locator => page.getByRole('region', { name: 'Lately' });

/** A card is decided once its line stands under Lately and it is gone; the answer stays on it for some seconds before. */
export async function foldsIntoLately(page: Page, card: Locator, line: RegExp): Promise<void> {
  await expect(lately(page).getByRole('button', { name: line })).toBeVisible({ timeout: PATIENCE_MS });
  await expect(card).toBeHidden({ timeout: PATIENCE_MS });
}

/** Waits until the practice world has opened: most of its five first requests wait. */
export async function worldOpened(target: TestConsole): Promise<void> {
  await expect.poll(async () => (await target.api.pending()).length, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(4);
}

// What the handshake log promises of every attempt on a real gateway, played once and looked at twice: in the API and in Chromium.
import { expect, type Page, test } from '@playwright/test';
import type { HandshakeDetailSeen } from '../gateways/api.ts';
import { aftermathShows, loopIsOneRow, nameIsSafe } from './handshakes-caller.ts';
import type { Cast, HandshakeCase, Trace } from './handshakes-cases.ts';
import { lockShows, restartShows, rowsStayApart, silentGrantShows } from './handshakes-guarded.ts';
import { cutsAreTold, floodIsCounted, garbageDisturbsNothing } from './handshakes-load.ts';
import { beginThrottled, notesShow } from './handshakes-notes.ts';
import { openLog } from './handshakes-page.ts';
import { proxySignInShows, suspensionShows } from './handshakes-proxy.ts';
import { createFinder, type Finder, newestOfRun, openScene, type Scene } from './handshakes-scene.ts';
import { OLDEST } from './scene.ts';

type Played = { it: HandshakeCase; trace: Trace };

const fixOf = ({ fix }: HandshakeCase, trace: Trace) => (typeof fix === 'function' ? fix(trace) : fix);

/** All that the remedies of a row say, with their commands. */
const remediesOf = ({ diagnosis }: HandshakeDetailSeen) =>
  (diagnosis?.remedies ?? []).map(({ text, command }) => `${text}\n${command ?? ''}`).join('\n');

/** Plays one case and checks that the gateway said to the caller what the case is about: otherwise it would prove nothing. */
async function play(cast: Cast, it: HandshakeCase): Promise<Played> {
  const mark = `case: ${it.name}`;
  const marked: Cast = {
    ...cast,
    dial: (device, over) => device.attempt({ ...over, headers: { 'User-Agent': mark, ...over.headers } }),
  };
  const { said, ...rest } = await it.play(marked);
  expect(said, `${it.name}: the code that the gateway gave its caller`).toBe(it.code);
  return { it, trace: { ...rest, mark } };
}

/** Plays every case; those that wait for the gateway's patience to end run beside the others. */
async function playAll(cast: Cast, cases: readonly HandshakeCase[]): Promise<Played[]> {
  const slow = cases.filter(({ outcome }) => outcome === 'timed-out').map((it) => play(cast, it));
  const played: Played[] = [];
  for (const it of cases) if (it.outcome !== 'timed-out') played.push(await play(cast, it));
  return [...played, ...(await Promise.all(slow))];
}

/** Fails unless the API explains each attempt as its case says: outcome, cause, words, fix, and that it was seen live on this version. */
async function apiExplains(finder: Finder, version: string, played: readonly Played[]): Promise<void> {
  for (const { it, trace } of played) {
    const found = await finder.marked(trace.mark).catch((error: unknown) => {
      expect.soft(String(error), `${it.name}: has a row`).toBe('');
    });
    if (!found) continue;
    const { row, diagnosis } = found;
    expect.soft(row.cause, `${it.name}: cause`).toBe(it.cause);
    expect.soft(row.outcome, `${it.name}: outcome`).toBe(it.outcome);
    expect.soft(row.title, `${it.name}: title`).toMatch(it.title);
    expect.soft(diagnosis?.known, `${it.name}: is in the catalogue`).toBe(true);
    expect.soft(remediesOf(found), `${it.name}: fix`).toMatch(fixOf(it, trace));
    expect.soft(diagnosis?.seen, `${it.name}: marked as seen live`).toContainEqual({ version, how: 'live' });
    if (trace.deviceId !== undefined) expect.soft(row.deviceId, `${it.name}: device`).toBe(trace.deviceId);
    if (trace.requestId !== undefined) expect.soft(row.requestId, `${it.name}: request`).toBe(trace.requestId);
  }
}

/** Fails unless the page shows each attempt with its words, and its panel the cause and the fix. */
async function pageExplains(page: Page, scene: Scene, finder: Finder, played: readonly Played[]): Promise<void> {
  for (const { it, trace } of played) {
    await test.step(`in Chromium: ${it.name}`, async () => {
      const { row } = await finder.marked(trace.mark);
      const log = await openLog(page, scene.main.console.origin, {
        cause: row.cause,
        ...(row.deviceId === undefined ? {} : { device: row.deviceId }),
      });
      // Cases of one cause without a device fall into one run; what is said of its newest attempt is said of all.
      const shown = log.rowOf(await newestOfRun(scene.main.console.api, row));
      await expect.soft(shown, `${it.name}: the row's words`).toContainText(it.title);
      await shown.click();
      const fix = fixOf(it, trace);
      await expect.soft(log.panel, `${it.name}: the panel's fix`).toContainText(fix);
      await expect.soft(log.panel, `${it.name}: the panel's cause`).toContainText(it.cause);
    });
  }
}

/** Looks at one promise. When it is broken the test fails, but the others are still looked at: the scene is dear. */
async function promise(name: string, look: () => Promise<unknown>): Promise<void> {
  await test.step(name, async () => {
    try {
      await look();
    } catch (error) {
      expect.soft(error instanceof Error ? error.message : String(error), name).toBe('kept');
    }
  });
}

/** Opens the scene of one version, plays its cases and looks at every promise of the log, in Chromium and in the API. */
export async function keepsItsPromises(page: Page, version: string, cases: readonly HandshakeCase[]): Promise<void> {
  const scene = await openScene(version);
  try {
    const { api, link } = scene.main.console;
    const finders = { main: createFinder(api), guarded: createFinder(scene.guarded.console.api) };
    await page.goto(link());
    await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
    const throttledShows = version === OLDEST ? undefined : await beginThrottled(scene);
    const played = await playAll(scene.cast, cases);
    await promise('the API explains every attempt', () => apiExplains(finders.main, version, played));
    await promise('the page explains every attempt', () => pageExplains(page, scene, finders.main, played));
    await promise('a loop is one row', () => loopIsOneRow(page, scene));
    await promise('what became of the caller', () => aftermathShows(page, scene));
    await promise('a name is shown safely', () => nameIsSafe(page, scene, finders.main));
    await promise('what the gateway notes has rows', () => notesShow(scene));
    await promise('bad lines disturb nothing', () => garbageDisturbsNothing(scene, finders.main));
    await promise('two gateways stay apart', () => rowsStayApart(scene, finders));
    await promise('a silent grant shows', () => silentGrantShows(scene));
    if (throttledShows) await promise('what the gateway left out is counted', throttledShows);
    await promise('cuts of the log file are told', () => cutsAreTold(scene, finders.main));
    await promise('a loop of 5,000 failures is counted', async () => {
      const { ms } = await floodIsCounted(page, scene);
      test.info().annotations.push({ type: 'flood', description: `5,000 refused in ${Math.round(ms)} ms by ${version}` });
    });
    await page.goto(scene.guarded.console.link());
    // The link leads on to the home page by itself, which would interrupt the next way.
    await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
    await promise('a lock shows with its end', () => lockShows(page, scene, finders.guarded));
    if (version !== OLDEST) await promise('a suspension is told', () => suspensionShows(scene, finders.guarded));
    await promise('a restart is told', () => restartShows(scene, finders.guarded));
    await promise('sign-in by a proxy is told', () => proxySignInShows(scene, finders.guarded));
  } finally {
    await scene.dispose();
  }
}

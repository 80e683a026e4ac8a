// What the handshake log bears on a real gateway: lines that no gateway writes, and a loop of 5,000 failures.
import { appendFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import WebSocket from 'ws';
import { until } from '../gateways/until.ts';
import { openLog } from './handshakes-page.ts';
import type { Finder, Scene } from './handshakes-scene.ts';

const FLOOD = 5_000;
/** Below the 32 sockets that a gateway allows one address before it is known. */
const FLOOD_CLIENTS = 16;
export const NOT_CONNECT = JSON.stringify({ type: 'req', id: '1', method: 'health' });

const MIB = 1024 * 1024;
/** What no gateway writes: bytes that are no UTF-8, NUL, a line of 1 MiB, JSON of another shape, a line from the future. */
const garbage = (port: number): Buffer[] => [
  Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28, 0x0a]),
  Buffer.from(`${'x'.repeat(MIB)}\n`),
  Buffer.from(`{"0":"${'y'.repeat(MIB)}"}\n`),
  Buffer.from('{"0":{"subsystem":[]},"1":7,"time":[],"_meta":null}\n[1,2,3]\nnull\n"closed before connect conn="\n'),
  Buffer.from(
    `${JSON.stringify({
      '0': '{"subsystem":"gateway"}',
      '1': `nothing of port ${port}`,
      _meta: { logLevelName: 'INFO' },
      time: '2099-01-01T00:00:00.000Z',
    })}\n`,
  ),
];

/** Bad lines in the real log between real attempts disturb neither what came before nor what comes after, and are counted. */
export async function garbageDisturbsNothing({ cast, main, stage }: Scene, finder: Finder): Promise<void> {
  const { gateway } = stage;
  const from = new Date().toISOString();
  const marks: string[] = [];
  const attempt = async (mark: string) => {
    marks.push(mark);
    await cast.paired.attempt({ instead: [NOT_CONNECT], headers: { 'User-Agent': mark } });
  };
  await attempt('bad lines: first');
  for (const [index, line] of garbage(gateway.port).entries()) {
    appendFileSync(gateway.logFile(), line);
    await attempt(`bad lines: after ${index}`);
  }
  for (const mark of marks) expect((await finder.marked(mark)).row.cause, mark).toBe('invalid-handshake');
  const added = await main.console.api.allHandshakes({ from });
  const attempts = added.filter(({ cause }) => cause === 'invalid-handshake');
  expect(attempts, 'each attempt once').toHaveLength(marks.length);
  // Lines that follow each other closely are told as one gap, a moment after the last of them.
  await until('the unread lines told', async () => (await main.console.api.handshakes({ cause: 'unread-lines' })).items[0]);
  const others = added.filter(({ cause }) => cause !== 'invalid-handshake' && cause !== 'unread-lines');
  expect(
    others.filter(({ outcome }) => outcome !== 'note' && outcome !== 'admitted' && outcome !== 'gap'),
    'no attempt was made up',
  ).toEqual([]);
}

/** What log rotation and people do to the file of a running gateway. */
const CUTS: readonly (readonly [name: string, cut: (file: string) => void])[] = [
  ['emptied', (file) => truncateSync(file, 0)],
  ['moved away', (file) => renameSync(file, `${file}.1`)],
  ['deleted', (file) => rmSync(file)],
];

/** After each cut of the log file the next attempt has its row, what was stored before stays, and the cut itself is told. */
export async function cutsAreTold({ main, stage }: Scene, finder: Finder): Promise<void> {
  const { api } = main.console;
  const before = new Set((await api.allHandshakes()).map(({ id }) => id));
  for (const [name, cut] of CUTS) {
    cut(stage.gateway.logFile());
    const mark = `cut: ${name}`;
    await stage.device(mark).attempt({ instead: [NOT_CONNECT], headers: { 'User-Agent': mark } });
    expect((await finder.marked(mark)).row.cause, mark).toBe('invalid-handshake');
  }
  // The place of a gap in the log is that of the last line before it, so it is told from older ones by its id.
  const after = await api.allHandshakes();
  const gaps = after.filter(({ id, outcome }) => outcome === 'gap' && !before.has(id)).map(({ cause }) => cause);
  expect(gaps).toContain('file-shrunk');
  expect(gaps).toContain('file-changed');
  const kept = new Set(after.map(({ id }) => id));
  expect(
    [...before].filter((id) => !kept.has(id)),
    'what was stored stays',
  ).toEqual([]);
}

/** One refused socket; answers when it is closed. `host` gives the flood a way of its own to fail. */
function failOnce(url: string, host: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, headers: { Host: host } });
    socket.once('open', () => socket.send(NOT_CONNECT));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => resolve());
  });
}

/** A loop of 5,000 failures as fast as the gateway refuses them: every one is counted, and the page still answers. */
export async function floodIsCounted(page: Page, { main, stage }: Scene): Promise<{ ms: number }> {
  const { gateway } = stage;
  const { api, origin } = main.console;
  const host = `localhost:${gateway.port}`;
  await openLog(page, origin);
  const from = new Date().toISOString();
  let left = FLOOD;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await failOnce(gateway.url, host);
    }
  };
  const begun = performance.now();
  const flood = Promise.all(Array.from({ length: FLOOD_CLIENTS }, client));
  let done = false;
  const ended = flood.then(() => {
    done = true;
    return performance.now() - begun;
  });
  let answered = 0;
  while (!done) {
    await page.getByRole('button', { name: /^pause/i }).click();
    await page.getByRole('button', { name: /^go on/i }).click();
    answered += 1;
    await Promise.race([ended, new Promise((resume) => setTimeout(resume, 500))]);
  }
  const ms = await ended;
  expect(answered, 'clicks answered while it went on').toBeGreaterThan(0);
  const query = { cause: 'invalid-handshake', from };
  const counted = async () => (await api.allHandshakes({ ...query, fold: '1' })).reduce((sum, { run }) => sum + run.count, 0);
  await until('every failure in the runs', async () => ((await counted()) === FLOOD ? true : undefined), 30_000).catch(async () => {
    expect(await counted(), 'failures counted in the runs').toBe(FLOOD);
  });
  const { causes } = await api.handshakeFacets(query);
  expect(causes.find(({ value }) => value === 'invalid-handshake')?.count, 'failures stored').toBe(FLOOD);
  return { ms };
}

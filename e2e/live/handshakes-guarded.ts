// What the handshake log promises on the second gateway: locks with their end, rows that stay apart, silent grants, a restart.
import { expect, type Page } from '@playwright/test';
import type { HandshakeSeen } from '../gateways/api.ts';
import { until } from '../gateways/until.ts';
import { NOT_CONNECT } from './handshakes-load.ts';
import { openLog } from './handshakes-page.ts';
import { behindProxy } from './handshakes-proxy.ts';
import { type Finder, LIMIT, newestOf, type Scene } from './handshakes-scene.ts';
import { OLDEST, READ } from './scene.ts';

/** Wrong passwords lock the address, on loopback too: each refusal has its cause, and the lock is shown for as long as it lasts. */
export async function lockShows(page: Page, { guarded }: Scene, finder: Finder): Promise<void> {
  const { api, origin } = guarded.console;
  const device = guarded.device('locked out');
  const attempt = (mark: string, password?: string) =>
    device.attempt({ scopes: READ, auth: password === undefined ? {} : { password }, headers: { 'User-Agent': mark } });
  await attempt('guarded: no password');
  for (let i = 0; i <= LIMIT.maxAttempts; i += 1) await attempt(`guarded: wrong password ${i}`, 'not the password');
  const expected = [
    ['guarded: no password', 'unauthorized/password_missing', /gateway\.(remote|auth)\.password/],
    ['guarded: wrong password 0', 'unauthorized/password_mismatch', /gateway\.remote\.password/],
    [`guarded: wrong password ${LIMIT.maxAttempts}`, 'unauthorized/rate_limited', /stop|wait/i],
  ] as const;
  const lock = await until('the lock among the troubles', async () => {
    const [gateway] = await api.gateways();
    return gateway?.trouble.find(({ code }) => code === 'rate-lock');
  });
  expect(Date.parse(lock.until ?? ''), 'it says until when').toBeGreaterThan(Date.now() - LIMIT.lockoutMs);
  for (const [mark, cause, fix] of expected) {
    const { row, diagnosis } = await finder.marked(mark);
    expect.soft(row.cause, mark).toBe(cause);
    expect.soft(diagnosis?.remedies.map(({ text, command }) => `${text} ${command}`).join('\n'), mark).toMatch(fix);
    const log = await openLog(page, origin, { cause });
    await log.rows.first().click();
    await expect.soft(log.panel, mark).toContainText(fix);
  }
  await until(
    'the lock over',
    async () => ((await api.gateways())[0]?.trouble.some(({ code }) => code === 'rate-lock') ? undefined : true),
    LIMIT.lockoutMs + 20_000,
  );
}

/** Each console shows its own gateway's attempts only, also where both gateways write one log file (2026.4.14). */
export async function rowsStayApart({ main, guarded, stage }: Scene, finders: { main: Finder; guarded: Finder }): Promise<void> {
  const shared = stage.gateway.logFile() === guarded.gateway.logFile();
  expect(shared, 'both write one file').toBe(stage.gateway.version === OLDEST);
  await stage.device('apart').attempt({ instead: [NOT_CONNECT], headers: { 'User-Agent': 'apart: at the first' } });
  await guarded.device('apart').attempt({ instead: [NOT_CONNECT], headers: { 'User-Agent': 'apart: at the second' } });
  await finders.main.marked('apart: at the first');
  await finders.guarded.marked('apart: at the second');
  const raw = async (finder: Finder) => (await finder.details()).flatMap((detail) => detail.raw).join('\n');
  const [ofMain, ofGuarded] = [await raw(finders.main), await raw(finders.guarded)];
  expect(ofMain).not.toContain('at the second');
  expect(ofMain).not.toContain('guarded:');
  expect(ofGuarded).not.toContain('at the first');
  expect(ofGuarded).not.toContain('case:');
  const own = (rows: readonly HandshakeSeen[], id: string) => rows.every(({ gateway }) => gateway === id);
  expect(own(await main.console.api.allHandshakes(), main.id)).toBe(true);
  expect(own(await guarded.console.api.allHandshakes(), guarded.id)).toBe(true);
}

/** What the gateway grants by itself is a row of its own, as a success. */
export async function silentGrantShows({ guarded }: Scene): Promise<void> {
  const device = guarded.device('granted by itself');
  expect((await device.attempt()).ok, 'the gateway grants it').toBe(true);
  const row = await newestOf(guarded.console.api, { cause: 'silent-grant', device: device.deviceId });
  expect(row.outcome).toBe('admitted');
}

/** How long before and after the stop signal the callers send their `connect`, ms: the window in which 2026.9.6 refuses is short. */
const AROUND_THE_STOP_MS = [0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100];
const BEFORE_THE_STOP_MS = 400;

/**
 * A restart is told as such. 2026.9.6 refuses who was about to connect with a cause of its own; on 2026.4.14 only the gateway's own
 * lines tell. Afterwards the console is live again and new attempts get their rows. The gateway comes back behind a proxy.
 */
export async function restartShows({ guarded }: Scene, finder: Finder): Promise<void> {
  const { gateway, console: started } = guarded;
  const callers = AROUND_THE_STOP_MS.map((ms) =>
    guarded
      .device('in the middle')
      .attempt({ pauseMs: BEFORE_THE_STOP_MS + ms, headers: { 'User-Agent': `restart: ${ms}` } })
      .catch(() => undefined),
  );
  const paused = new Promise((resume) => setTimeout(resume, BEFORE_THE_STOP_MS));
  await paused;
  const restarted = gateway.restart(behindProxy(gateway.version));
  const answers = await Promise.all(callers);
  await restarted;
  await until('the console live again', async () => ((await started.api.gateways())[0]?.state === 'live' ? true : undefined), 40_000);
  await newestOf(started.api, { cause: 'gateway-stopped' });
  await newestOf(started.api, { cause: 'gateway-started' });
  if (gateway.version !== OLDEST) {
    const refused = answers.filter((answer) => answer?.ok === false && answer.error?.details?.reason === 'gateway-restarting');
    expect(refused.length, 'callers that met the closing door').toBeGreaterThan(0);
    const rows = await started.api.allHandshakes({ cause: 'gateway-restarting' });
    expect(rows).toHaveLength(refused.length);
    const [row] = rows;
    const detail = row && (await started.api.handshake(guarded.id, row.id));
    expect(detail?.diagnosis?.remedies.map(({ text }) => text).join(' ')).toMatch(/wait|retry|by itself/i);
  }
  await guarded.device('after the restart').attempt({ instead: [NOT_CONNECT], headers: { 'User-Agent': 'restart: after' } });
  expect((await finder.marked('restart: after')).row.cause).toBe('invalid-handshake');
}

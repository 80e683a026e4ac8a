// What the handshake log promises of one caller over time, on a real gateway: its loop, what became of it, its name shown safely.
import { expect, type Page } from '@playwright/test';
import { until } from '../gateways/until.ts';
import { openLog } from './handshakes-page.ts';
import { type Finder, newestOf, type Scene } from './handshakes-scene.ts';
import { OLDEST, READ_WRITE, refusedForPairing } from './scene.ts';

const LOOPS = 12;

/** A client that retries is one row with its count, and unfolds into its attempts. */
export async function loopIsOneRow(page: Page, { cast, main }: Scene): Promise<void> {
  const device = cast.spare('loops');
  for (let i = 0; i < LOOPS; i += 1) await refusedForPairing(device, { scopes: READ_WRITE });
  const { api } = main.console;
  const folded = await until('one row for the whole loop', async () => {
    const { items } = await api.handshakes({ device: device.deviceId, outcome: 'waiting', fold: '1' });
    return items[0]?.run.count === LOOPS ? items : undefined;
  });
  expect(folded, 'the loop is one row').toHaveLength(1);
  expect(await api.allHandshakes({ device: device.deviceId, outcome: 'waiting' }), 'no attempt is lost').toHaveLength(LOOPS);

  const log = await openLog(page, main.console.origin, { device: device.deviceId });
  await expect(log.rows.first()).toContainText(String(LOOPS));
  await log.rows.first().click();
  await expect(log.panel).toContainText(String(LOOPS));
  const shown = await log.rows.count();
  await page.getByRole('button', { name: new RegExp(`^unfold ${LOOPS} attempts`, 'i') }).click();
  await expect.poll(() => log.rows.count(), 'its attempts, unfolded').toBeGreaterThanOrEqual(shown + LOOPS - 1);
}

/**
 * After an approval from the panel and a successful reconnect, the same row says what became of the caller: seen again where the
 * gateway shows it, and not refused again since where it shows nothing (a CLI on 2026.4.14 leaves no trace).
 */
export async function aftermathShows(page: Page, { cast, main, stage }: Scene): Promise<void> {
  const device = cast.spare('approved');
  const silent = stage.gateway.version === OLDEST;
  const asks = { scopes: READ_WRITE, ...(silent ? { clientId: 'cli', clientMode: 'cli' } : {}) };
  await refusedForPairing(device, asks);
  const row = await newestOf(main.console.api, { cause: 'pairing-required/scope-upgrade', device: device.deviceId });
  const log = await openLog(page, main.console.origin, { device: device.deviceId });
  await log.rowOf(row).click();
  await log.panel.getByRole('button', { name: /^approve/i }).click();
  await until('the approval on the gateway', async () =>
    (await stage.admin.paired(device.deviceId))?.scopes.includes('operator.write') ? true : undefined,
  );
  const after = await device.attempt(asks);
  expect(after.ok, 'the approved client gets in').toBe(true);
  const aftermath = await until(
    'what became of the caller',
    async () => {
      const found = (await main.console.api.handshake(main.id, row.id)).aftermath;
      return found !== undefined && (silent || found.kind === 'admitted') ? found : undefined;
    },
    45_000,
  );
  expect(aftermath.kind).toBe(silent ? 'quiet' : 'admitted');
  await page.reload();
  await expect(log.panel).toContainText(silent ? /not refused again since/i : /seen|admitted|connected/i);
  if (silent) await expect(log.panel).not.toContainText(/reconnected|seen again/i);
}

/** A device's name is shown as text: nothing of it becomes markup, turns the reading direction or hides. */
export async function nameIsSafe(page: Page, { cast, main }: Scene, finder: Finder): Promise<void> {
  const device = cast.spare('named');
  await refusedForPairing(device, { scopes: READ_WRITE });
  const row = await newestOf(main.console.api, { cause: 'pairing-required/scope-upgrade', device: device.deviceId });
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  // The gateway puts the name as it came into its own line about a wrong token, and the panel shows that line.
  const mark = 'name: with a wrong token';
  await device.attempt({ auth: { token: 'not-the-token-of-this-gateway' }, headers: { 'User-Agent': mark } });
  const inRecord = (await finder.marked(mark)).row;
  for (const { id, cause } of [row, inRecord]) {
    const log = await openLog(page, main.console.origin, { cause, row: `${main.id}/${id}` });
    await expect(log.panel).toContainText(cause);
    if (id === inRecord.id) await expect(log.panel).toContainText('\\u{202e}');
    await expect(page.getByText('<img src=x onerror=alert(1)>').filter({ visible: true }).first()).toBeVisible();
    await expect(page.locator('img[src="x"]')).toHaveCount(0);
    const shown = await page.locator('body').textContent();
    expect(shown).not.toContain('\u202E');
    expect(shown).not.toContain('\u0007');
  }
  expect(asked).toEqual([]);
}

// The handshake log on the practice gateway: live rows, loops, filters in the address, ranges, pause, one row explained, and export.
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { PATIENCE_MS, PHONE, practiceConsole, worldOpened } from './support.ts';

const practice = practiceConsole();
/** Signed by a clock that is an hour off: the one refusal whose record names the device although nobody has paired it. */
const LATE_MS = 3_600_000;

test.beforeAll(() => worldOpened(practice.console()));

/** A caller with a fresh key that the practice gateway has never seen. */
async function stranger(): Promise<TestDevice> {
  const [gateway] = await practice.console().api.gateways();
  return createDevice({ url: String(gateway?.url) });
}

const rowsOf = (page: Page, { deviceId }: { deviceId: string }): Locator => page.locator(`[data-handshake][data-device="${deviceId}"]`);
const bar = (page: Page): Locator => page.getByRole('button', { name: /^(Pause|Go on)/ });
const held = (page: Page): Promise<number> => page.locator('[data-loaded]').evaluate((list: HTMLElement) => Number(list.dataset.loaded));

async function fail(device: TestDevice, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await device.attempt({ device: { signedAtMs: Date.now() - LATE_MS } });
}

/** All rows of the API that fit, through its pages. */
async function told(query: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  let before: string | undefined;
  do {
    const page = await practice.console().api.handshakes({ limit: '500', ...query, ...(before === undefined ? {} : { before }) });
    ids.push(...page.items.map(({ id }) => id));
    before = page.cursor;
  } while (before !== undefined);
  return ids;
}

test('a refused attempt stands on top as it happens; the second joins it as "twice", a third makes a loop that unfolds in place', async ({
  browser,
}) => {
  const page = await practice.open(browser, { path: '/handshakes' });
  const device = await stranger();
  await expect(page.locator('[data-handshake]').first()).toBeVisible();
  await fail(device, 1);
  const row = rowsOf(page, device).first();
  await expect(row).toContainText('refused');
  await expect(row).toContainText(device.deviceId.slice(0, 8));
  await fail(device, 1);
  await expect(row).toContainText('twice');
  await fail(device, 3);
  await expect(row).toContainText('5 times');
  await expect(row).toContainText('looping');
  await expect(rowsOf(page, device)).toHaveCount(1);

  const unfold = page
    .getByRole('listitem')
    .filter({ has: rowsOf(page, device) })
    .first()
    .getByRole('button', { name: /^Unfold 5 attempts/ });
  await unfold.click();
  await expect(rowsOf(page, device)).toHaveCount(6);
  await fail(device, 1);
  await expect(rowsOf(page, device)).toHaveCount(7);
  await page.getByRole('button', { name: /^Fold 6 attempts/ }).click();
  await expect(rowsOf(page, device)).toHaveCount(1);

  await page.getByRole('switch', { name: /Fold loops/ }).click();
  await expect(page).toHaveURL(/fold=0/);
  await expect(rowsOf(page, device)).toHaveCount(6);
});

test('a filter lives in the address, survives a reload, keeps strangers out, and goes by its chip', async ({ browser }) => {
  const [one, other] = [await stranger(), await stranger()];
  await fail(one, 2);
  await fail(other, 1);
  const page = await practice.open(browser, { path: '/handshakes' });
  await expect(rowsOf(page, other)).toHaveCount(1);
  const devices = page.getByRole('combobox', { name: 'Filter by device' });
  await devices.focus();
  await expect(devices.locator(`option[value="${one.deviceId}"]`)).toHaveText(/\(2\)/);
  await devices.selectOption(one.deviceId);
  await expect(page).toHaveURL(new RegExp(`device=${one.deviceId}`));
  await expect(rowsOf(page, other)).toHaveCount(0);
  await page.reload();
  await expect(rowsOf(page, one)).toHaveCount(1);
  await fail(other, 1);
  await fail(one, 1);
  await expect(rowsOf(page, one)).toContainText('3 times');
  expect(await rowsOf(page, other).count()).toBe(0);
  await page.getByRole('button', { name: /^Remove the filter device/ }).click();
  await expect(page).not.toHaveURL(/device=/);
  await expect(rowsOf(page, other)).toHaveCount(1);
});

test('the key / leads to the text filter, and an empty result says what is filtered', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/handshakes' });
  await expect(page.locator('[data-handshake]').first()).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('no such words anywhere');
  await expect(page).toHaveURL(/text=no\+such\+words/);
  await expect(page.getByText('No handshake passes the filter')).toBeVisible();
  await expect(page.getByText('text “no such words anywhere”')).toBeVisible();
  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect(page.locator('[data-handshake]').first()).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Filter by text' })).toHaveValue('');
});

test('outcomes are filtered by the legend, several at once', async ({ browser }) => {
  const device = await stranger();
  await fail(device, 1);
  const page = await practice.open(browser, { path: `/handshakes` });
  await expect(rowsOf(page, device)).toHaveCount(1);
  const legend = page.getByRole('group', { name: 'Outcomes to show' });
  await legend.getByRole('button', { name: /^waiting/ }).click();
  await expect(rowsOf(page, device)).toHaveCount(0);
  await legend.getByRole('button', { name: /^refused/ }).click();
  await expect(page).toHaveURL(/outcome=waiting%2Crefused/);
  await expect(rowsOf(page, device)).toHaveCount(1);
  for (const row of await page.locator('[data-handshake]').all()) await expect(row).toHaveAttribute('data-outcome', /waiting|refused/);
});

test('a drag over the histogram narrows the log, keys do too, and the chip gives the whole range back', async ({ browser }) => {
  const device = await stranger();
  await fail(device, 1);
  const page = await practice.open(browser, { path: '/handshakes' });
  await expect(rowsOf(page, device)).toHaveCount(1);
  const bars = page.locator('[data-histogram]');
  await expect(bars.locator('svg')).toBeVisible();
  const box = await bars.boundingBox();
  if (box === null) throw new Error('the histogram has no box');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.1, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.3, y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=.+&to=/);
  await expect(rowsOf(page, device)).toHaveCount(0);
  const range = () => {
    const query = new URL(page.url()).searchParams;
    return (Date.parse(query.get('to') ?? '') + 1 - Date.parse(query.get('from') ?? '')) / 60_000;
  };
  const dragged = range();
  expect(dragged).toBeGreaterThanOrEqual(12);
  expect(dragged).toBeLessThanOrEqual(14);
  await bars.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(range).toBe(dragged + 1);
  await page.getByRole('button', { name: /^Remove the filter time/ }).click();
  await expect(page).not.toHaveURL(/from=/);
  await expect(rowsOf(page, device)).toHaveCount(1);
});

test('a range can be typed', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/handshakes' });
  await page.getByRole('button', { name: 'Times' }).click();
  await page.getByLabel('from', { exact: true }).fill('2026-01-01T10:00:00');
  await page.getByLabel('to', { exact: true }).fill('2026-01-01T11:00:00');
  await page.getByRole('button', { name: 'Show this range' }).click();
  await expect(page).toHaveURL(/from=2026-01-01T/);
  await expect(page.getByText('No handshake passes the filter')).toBeVisible();
});

test('a paused log does not move; what waits is counted, and "go on" brings it', async ({ browser }) => {
  const [before, during] = [await stranger(), await stranger()];
  await fail(before, 1);
  const page = await practice.open(browser, { path: '/handshakes?fold=0' });
  await expect(rowsOf(page, before)).toHaveCount(1);
  await bar(page).click();
  const list = page.getByRole('list', { name: 'Handshakes, newest first' });
  const text = await list.textContent();
  await fail(during, 4);
  await expect(bar(page)).toHaveText(/^Go on, \d+ new$/);
  await expect.poll(async () => Number(/\d+/.exec((await bar(page).textContent()) ?? '')?.[0] ?? 0)).toBeGreaterThanOrEqual(4);
  expect(await list.textContent()).toBe(text);
  await bar(page).click();
  await expect(rowsOf(page, during)).toHaveCount(4);
});

test('a loop that stays unfolded while the log is paused has each of its attempts afterwards', async ({ browser }) => {
  const device = await stranger();
  await fail(device, 3);
  const page = await practice.open(browser, { path: `/handshakes?device=${device.deviceId}` });
  await page.getByRole('button', { name: /^Unfold 3 attempts/ }).click();
  await expect(rowsOf(page, device)).toHaveCount(1 + 3);
  await bar(page).click();
  await fail(device, 4);
  await expect(bar(page)).toHaveText('Go on, 4 new');
  expect(await rowsOf(page, device).count()).toBe(1 + 3);
  await bar(page).click();
  await expect(rowsOf(page, device)).toHaveCount(1 + 7);
  const shown = await rowsOf(page, device).evaluateAll((rows: HTMLElement[]) => rows.slice(1).map((row) => row.dataset.handshake));
  expect(shown).toEqual(await told({ device: device.deviceId }));
});

test('the bars count each attempt of a burst once, and those of a pause when it ends', async ({ browser }) => {
  const device = await stranger();
  await fail(device, 1);
  const page = await practice.open(browser, { path: `/handshakes?device=${device.deviceId}` });
  const refused = page.getByRole('group', { name: 'Outcomes to show' }).getByRole('button', { name: /^refused/ });
  await expect(refused).toHaveText('refused1');
  await fail(device, 12);
  await expect(rowsOf(page, device)).toContainText('13 times');
  await expect(refused).toHaveText('refused13');
  await bar(page).click();
  await fail(device, 2);
  await expect(bar(page)).toHaveText('Go on, 2 new');
  await expect(refused).toHaveText('refused13');
  await bar(page).click();
  await expect(refused).toHaveText('refused15');
});

test('further down the log holds its place; the button leads back to now', async ({ browser }) => {
  const filler = await stranger();
  await fail(filler, 60);
  const page = await practice.open(browser, { path: '/handshakes?fold=0', viewport: { width: 1280, height: 600 } });
  await expect.poll(() => held(page)).toBeGreaterThanOrEqual(60);
  await page.evaluate(() => window.scrollTo(0, 900));
  await expect(page.getByText('Nothing new')).toBeVisible();
  const inSight = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-handshake]')]
        .map((row) => `${row.dataset.handshake} ${Math.round(row.getBoundingClientRect().top)}`)
        .filter((place) => Number(place.split(' ')[1]) > 100 && Number(place.split(' ')[1]) < 500),
    );
  const places = await inSight();
  expect(places.length).toBeGreaterThan(5);
  const late = await stranger();
  await fail(late, 3);
  const jump = page.getByRole('button', { name: /\d+ new, jump to now/ });
  await expect(jump).toBeVisible();
  expect(await inSight()).toEqual(places);
  await jump.click();
  await expect(rowsOf(page, late)).toHaveCount(3);
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
});

test('a row opens to what happened, why and the fix to copy; its address opens the same, Escape closes it', async ({ browser }) => {
  const device = await stranger();
  await fail(device, 3);
  const page = await practice.open(browser, {
    path: `/handshakes?device=${device.deviceId}`,
    permissions: ['clipboard-read', 'clipboard-write'],
    viewport: { width: 1440, height: 900 },
  });
  await rowsOf(page, device).first().focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/row=practice%2F/);
  const panel = page.getByRole('complementary');
  for (const heading of ['What happened', 'Why', 'The loop', 'The connection', 'Facts'])
    await expect(panel.getByRole('heading', { name: heading })).toBeVisible();
  await expect(panel.getByRole('heading', { name: /^Fix/ })).toBeVisible();
  await expect(panel).toContainText('3 times');
  await expect(panel).toContainText('device-auth-invalid/device-signature-stale');
  await expect(panel.locator('pre').first()).toBeVisible();
  const copy = panel.getByRole('button', { name: /^Copy the command/ }).first();
  const command = (await copy.getAttribute('aria-label'))?.replace('Copy the command ', '');
  await copy.click();
  await expect(copy).toContainText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command);
  await page.reload();
  await expect(panel.getByRole('heading', { name: 'What happened' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(page).not.toHaveURL(/row=/);
});

test('a request that waits is approved in the panel of its attempt, and the panel says what came of it', async ({ browser }) => {
  const plain = async () =>
    (await practice.console().api.pending()).find(({ needsConfirm, addedScopes }) => needsConfirm.length === 0 && addedScopes.length > 0);
  await expect.poll(plain, { timeout: PATIENCE_MS }).toBeDefined();
  const request = await plain();
  const page = await practice.open(browser, {
    path: `/handshakes?device=${request?.deviceId}&outcome=waiting`,
    viewport: { width: 1440, height: 900 },
  });
  await page.locator('[data-handshake]').first().click();
  const panel = page.getByRole('complementary');
  await panel.getByRole('button', { name: /^Approve / }).click();
  await expect(panel.getByRole('heading', { name: 'Its request' })).toBeVisible();
  await expect(panel).toContainText('approved by operator');
});

test('an export holds exactly the rows that pass the filter', async ({ browser }) => {
  const [device, other] = [await stranger(), await stranger()];
  await fail(device, 5);
  await fail(other, 1);
  const page = await practice.open(browser, { path: `/handshakes?device=${device.deviceId}` });
  await expect(rowsOf(page, device)).toContainText('5 times');
  const rows = await told({ device: device.deviceId });
  expect(rows).toHaveLength(5);
  await page.getByRole('button', { name: 'Export' }).click();
  for (const [name, idsIn] of [
    [
      'Save as JSONL',
      (text: string) =>
        text
          .trim()
          .split('\n')
          .map((line) => String(JSON.parse(line).id)),
    ],
    ['Save as CSV', (text: string) => rows.filter((id) => text.includes(id) && text.trim().split('\n').length === rows.length + 1)],
  ] as const) {
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    const text = await readFile(await (await saving).path(), 'utf8');
    expect(idsIn(text)).toEqual(rows);
    await expect(page.getByText(/^Saved, /)).toBeVisible();
  }
});

test('on a phone the rows take two lines, nothing scrolls sideways, and a row opens as a sheet', async ({ browser }) => {
  const device = await stranger();
  await fail(device, 3);
  const page = await practice.open(browser, { path: '/handshakes', viewport: PHONE });
  const row = rowsOf(page, device).first();
  await expect(row).toContainText('3 times');
  expect((await row.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  await row.click();
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByRole('heading', { name: 'What happened' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`loop, filter, range and open panel have no serious accessibility violation, ${colorScheme}`, async ({ browser }) => {
    const device = await stranger();
    await fail(device, 3);
    const page = await practice.open(browser, {
      path: `/handshakes?text=${device.deviceId.slice(0, 12)}&outcome=refused`,
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width: 1440, height: 900 },
    });
    await page.getByRole('button', { name: /^Unfold 3 attempts/ }).click();
    await rowsOf(page, device).first().click();
    await expect(page.getByRole('complementary').getByRole('heading', { name: 'What happened' })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(' ')) }))).toEqual([]);
  });
}

// Devices: any of ten thousand is found, the view lives in the address, grants that nobody clicked are seen to, and a review prints.
import { expect, type Page, test } from '@playwright/test';
import { z } from 'zod';
import { breaches, PATIENCE_MS, PHONE, practiceConsole, worldOpened } from './support.ts';

const openGrants = z.object({ items: z.array(z.object({ id: z.string(), displayName: z.string().optional() })) });
const practice = practiceConsole();
test.describe.configure({ mode: 'serial' });
test.beforeAll(() => worldOpened(practice.console()));

const MANY = 10_000;
const list = (page: Page) => page.getByRole('list', { name: /^Devices, / });
const rows = (page: Page) => list(page).locator('[data-device]');
const filter = (page: Page) => page.getByRole('searchbox', { name: 'Filter devices by text' });
const selectedBar = (page: Page) => page.getByRole('region', { name: 'Selected devices' });

/** The real answer, its devices again and again under other ids and names until there are ten thousand. */
async function openMany(page: Page): Promise<void> {
  await page.route('**/api/v1/devices', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const items = Array.from({ length: MANY }, (_, n) => {
      const real = body.items[n % body.items.length];
      const deviceId = n.toString(16).padStart(8, '0') + String(real.deviceId).slice(8);
      return { ...real, deviceId, displayName: `machine-${n}.`, isConsole: false, isHostKey: false };
    });
    await route.fulfill({ response: answer, json: { ...body, items } });
  });
  await page.goto('/devices');
  await expect(rows(page).first()).toBeVisible({ timeout: PATIENCE_MS });
}

test('ten thousand devices: only what is in sight is in the page, and one of them is found by its name', async ({ browser }) => {
  const page = await practice.open(browser);
  await openMany(page);
  await expect(list(page).getByRole('listitem').first()).toHaveAttribute('aria-setsize', String(MANY));
  const nodes = () => page.evaluate(() => document.querySelectorAll('*').length);
  expect(await nodes()).toBeLessThan(2_000);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight / 2));
  await expect(list(page).locator('li[aria-posinset="5010"]')).toBeVisible();
  expect(await nodes()).toBeLessThan(2_000);
  await filter(page).fill('machine-9999.');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('machine-9999.');
});

test('no letter is lost to the address, however fast or slowly it is typed', async ({ browser }) => {
  test.slow();
  for (const [path, name] of [
    ['/devices', 'Filter devices by text'],
    ['/handshakes', 'Filter by text'],
  ] as const) {
    const page = await practice.open(browser, { path });
    const input = page.getByRole('searchbox', { name });
    // Around the time after which the address follows, on a quiet machine and on a busy one.
    for (const delay of [0, 205, 225, 255, 265, 275, 300]) {
      await input.pressSequentially('machine 123', { delay });
      await expect(page).toHaveURL(/text=machine(\+|%20)123/);
      await expect(input, `${delay} ms between two letters`).toHaveValue('machine 123');
      await input.fill('');
      await expect(page).not.toHaveURL(/text=/);
    }
  }
});

test('the keyboard moves, selects one and a range, and opens; all that passes the filter is selected at once', async ({ browser }) => {
  // The panel asks for what else is known of the device, and of these nothing is.
  const page = await practice.open(browser, { provoked: /404/ });
  await openMany(page);
  for (const key of ['j', 'x', 'j', 'j', 'Shift+X']) await page.keyboard.press(key);
  await expect(selectedBar(page)).toContainText('3 selected');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/device=/);
  await page.getByRole('button', { name: 'Close details' }).click();
  await selectedBar(page).getByRole('button', { name: 'Select none' }).click();
  await expect(selectedBar(page)).toBeHidden();
  await filter(page).fill('machine-99');
  await page.getByRole('checkbox', { name: 'Select all 111 that pass the filter' }).check();
  await expect(selectedBar(page)).toContainText('111 selected');
  await filter(page).fill('machine-9999.');
  await expect(selectedBar(page)).toContainText('1 selected; 110 more are not in this list and are left alone');
});

test('filter, order and columns live in the address: a link shows the same', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/devices' });
  await expect(rows(page).first()).toBeVisible({ timeout: PATIENCE_MS });
  await page.getByRole('button', { name: 'holds admin' }).click();
  await page.getByRole('button', { name: /^device, sort by name/ }).click();
  await page.getByRole('button', { name: 'View' }).click();
  await page.getByRole('checkbox', { name: 'platform' }).check();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/admin=1.*sort=name.*columns=holds%2Cplatform%2Cgranted%2Cseen/);
  const shown = await rows(page).allTextContents();
  expect(shown.length).toBeGreaterThan(0);
  const other = await practice.open(browser, { path: page.url() });
  await expect(rows(other)).toHaveCount(shown.length, { timeout: PATIENCE_MS });
  await expect(other.getByRole('button', { name: 'holds admin' })).toHaveAttribute('aria-pressed', 'true');
  await expect(other.getByRole('button', { name: /^platform, sort/ })).toBeVisible();
  expect(await breaches(other)).toEqual([]);
});

test('a device that comes back by itself is a grant that nobody clicked, live, until a person acknowledges it', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/devices?tab=unclicked' });
  const newestOfCli = async () =>
    openGrants.parse((await practice.console().api.call('GET', '/device-changes?open=1')).body).items.find((g) => g.displayName === 'cli')
      ?.id;
  // That it was let in at its very first connection is such a grant, too; it ends with its pairing.
  const before = await newestOfCli();
  await page.getByRole('button', { name: 'Devices', exact: true }).click();
  await page.getByRole('button', { name: /^cli / }).click({ timeout: PATIENCE_MS });
  await page.getByRole('button', { name: 'Take back all that cli holds' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take back' });
  const word = await dialog.getByText(/To confirm, type/).textContent();
  await dialog.getByLabel(/To confirm, type/).fill(word?.replace('To confirm, type', '').trim() ?? '');
  await dialog.getByRole('button', { name: 'Take 1 device back' }).click();
  await dialog.getByRole('button', { name: /^Press again/ }).click();
  await expect(dialog).toContainText('One device taken back.');
  await page.keyboard.press('Escape');
  await expect.poll(async () => ((await newestOfCli()) ?? before) !== before, { timeout: 2 * PATIENCE_MS }).toBe(true);
  await page.getByRole('button', { name: /^Grants nobody clicked/ }).click();
  const grant = page
    .getByRole('list', { name: 'Grants nobody clicked, newest first' })
    .getByRole('listitem')
    .filter({ hasText: /cli/ })
    .first();
  await expect(grant).toContainText(/nobody/i);
  expect(await breaches(page)).toEqual([]);
  await grant.getByRole('button', { name: /^Acknowledge the grant of cli/ }).click();
  await page.goto('/devices?tab=changed');
  await expect(
    page
      .getByRole('listitem')
      .filter({ hasText: /acknowledged it at/ })
      .first(),
  ).toBeVisible();
  await page.goto('/activity');
  await expect(page.getByRole('listitem').filter({ hasText: 'acknowledged a grant that nobody clicked: cli' })).toBeVisible();
});

test('an access review prints light and without the console around it', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/devices/review', colorScheme: 'dark' });
  await expect(page.getByRole('heading', { name: 'Access review', level: 1 })).toBeVisible();
  await expect(page.getByRole('row').nth(1)).toBeVisible({ timeout: PATIENCE_MS });
  expect(await breaches(page)).toEqual([]);
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeHidden();
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Access review', level: 1 })).toBeVisible();
  await expect(page.getByText(/From Gatehouse at localhost:\d+, \d+ \w+ \d{4}/)).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('light');
});

test('on a phone nothing is wider than the screen, on any face of the page', async ({ browser }) => {
  const page = await practice.open(browser, { viewport: PHONE });
  for (const path of ['/devices', '/devices?tab=unclicked', '/devices?tab=changed', '/devices/review']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('[data-waiting]')).toHaveCount(0, { timeout: PATIENCE_MS });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(PHONE.width);
  }
});

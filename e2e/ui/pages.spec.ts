// Every page on a desk and on a phone, in both themes: labelled as practice, readable, reachable, and what its switches do.
import { expect, type Page, test } from '@playwright/test';
import { breaches, EVERY_PAGE, PAGES, PATIENCE_MS, PHONE, practiceConsole, worldOpened } from './support.ts';

const practice = practiceConsole();

test.beforeAll(() => worldOpened(practice.console()));

/** A page whose data is there. */
async function settled(page: Page, heading: string): Promise<void> {
  await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
  await expect(page.getByText('Practice gateway.')).toBeVisible();
  await expect(page.locator('[data-waiting]')).toHaveCount(0);
  await expect(page.locator('[data-item]').first()).toBeAttached();
}

test('every page says that this is practice', async ({ browser }) => {
  const page = await practice.open(browser);
  for (const [path, heading] of EVERY_PAGE) {
    await page.goto(path);
    await settled(page, heading);
    await expect(page.getByText('Everything here is made up; nothing reaches a real gateway.')).toBeVisible();
    await expect(page).toHaveTitle(`${heading} · Gatehouse`);
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no page has a serious accessibility violation, ${colorScheme}`, async ({ browser }) => {
    const page = await practice.open(browser, { colorScheme, reducedMotion: 'reduce' });
    for (const [path, heading] of EVERY_PAGE) {
      await page.goto(path);
      await settled(page, heading);
      expect.soft(await breaches(page), `${heading}, ${colorScheme}`).toEqual([]);
    }
  });
}

test('no page scrolls sideways on a phone, and the bar at the bottom leads to each', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', viewport: PHONE });
  for (const [path, heading] of PAGES) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: heading }).click();
    await expect(page).toHaveURL(new URL(path, practice.console().origin).href);
    await settled(page, heading);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), heading).toBeLessThanOrEqual(PHONE.width);
  }
});

test('on a phone a menu in sight holds the operators, the theme and the way out; on a desk the rail names the operators', async ({
  browser,
}) => {
  const page = await practice.open(browser, { path: '/', viewport: PHONE, reducedMotion: 'reduce' });
  const menu = page.getByRole('button', { name: 'You and this console' });
  await menu.click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  for (const theme of ['dark', 'light', 'system']) {
    await page.getByRole('button', { name: theme, exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    expect.soft(await breaches(page), theme).toEqual([]);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  await page.getByRole('link', { name: 'Operators' }).click();
  await settled(page, 'Operators');
  await expect(menu).toHaveAttribute('aria-expanded', 'false');

  const desk = await practice.open(browser, { path: '/' });
  const link = desk.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Operators' });
  await expect(link.getByText('Operators')).toBeVisible();
  await link.click();
  await settled(desk, 'Operators');
});

test('Gateways: the statement is given and taken back, with whose word it is', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/gateways' });
  const statement = page.getByRole('switch', { name: 'No proxy in front of practice gateway' });
  await statement.click();
  await expect(statement).toHaveAttribute('aria-checked', 'true');
  await expect(page.getByText(/said by operator/)).toBeVisible();
  const said = async () => (await practice.console().api.gateways())[0]?.statement.noProxyInFront;
  expect(await said()).toBe(true);
  await statement.click();
  await expect(statement).toHaveAttribute('aria-checked', 'false');
  expect(await said()).toBe(false);
});

test('Gateways: says how the link stands, what the console holds there and which proof can be had', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/gateways' });
  const card = page.getByRole('article', { name: 'practice gateway' });
  await expect(card).toContainText('live');
  await expect(card).toContainText('OpenClaw');
  await expect(card).toContainText('admin');
  for (const proof of ['Canary', 'Peer', 'Configuration'])
    await expect(card.getByRole('listitem').filter({ hasText: proof }).first()).toBeVisible();
  await expect(card.locator('[data-fact-times="peer"]')).toContainText(/\d+ of \d+ times?, median \d|0 of \d+ times?|not needed yet/);
  await expect(card.getByRole('listitem').filter({ hasText: "this host's own key" })).toContainText('until it next connects');
});

test('Devices: a person vouches for a device, and its row says so', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/devices' });
  const row = page.getByRole('button', { name: /^Nightly report/ });
  await row.click({ timeout: PATIENCE_MS });
  const vouch = page.getByRole('switch', { name: 'Vouch for Nightly report' });
  await vouch.click();
  await expect(vouch).toHaveAttribute('aria-checked', 'true');
  await expect(row).toContainText('vouched for');
  await vouch.click();
  await expect(row).not.toContainText('vouched for');
});

test('a page takes less than its budget on a first visit', async ({ browser }) => {
  const page = await practice.open(browser);
  const sizes: { url: string; bytes: number }[] = [];
  page.on('requestfinished', async (request) => {
    const { responseBodySize } = await request.sizes();
    sizes.push({ url: request.url(), bytes: responseBodySize });
  });
  await page.goto('/');
  await settled(page, 'Requests');
  const kilobytes = (all: typeof sizes) => all.reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
  expect(sizes.length, sizes.map(({ url, bytes }) => `${new URL(url).pathname} ${bytes}`).join('\n')).toBeLessThanOrEqual(20);
  expect(kilobytes(sizes)).toBeLessThan(300);
  expect(kilobytes(sizes.filter(({ url }) => url.endsWith('.js')))).toBeLessThan(200);
});

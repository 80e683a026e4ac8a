// One device read in its panel: what it may do, approval against tokens, its findings with their fixes, its whole story.
import { expect, type Page, test } from '@playwright/test';
import { breaches, cardOf, foldsIntoLately, PATIENCE_MS, PHONE, practiceConsole, worldOpened } from './support.ts';

const practice = practiceConsole();
test.describe.configure({ mode: 'serial' });
test.beforeAll(() => worldOpened(practice.console()));

const panelOf = (page: Page, name: string | RegExp) => page.getByRole('complementary', { name });
const openCli = (page: Page) => page.getByRole('button', { name: /^cli / }).click({ timeout: PATIENCE_MS });
const WIDE = { width: 1400, height: 900 };

test('a grant reads as a sentence, stands beside its token, and each scope opens to what it lets a client do', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', viewport: WIDE, reducedMotion: 'reduce' });
  const card = await cardOf(page, /^cli on linux wants admin/);
  await card.getByRole('button', { name: /^Approve admin/ }).click();
  await card.getByRole('button', { name: /^Press again/ }).click();
  await foldsIntoLately(page, card, /approved cli .* by operator/);
  await page.goto('/devices');
  await openCli(page);
  const panel = panelOf(page, 'cli');
  await expect(panel.getByRole('region', { name: 'What it may do' })).toContainText('It may do everything');
  const table = panel.getByRole('table', { name: /Scopes that were approved/ });
  await expect(table.getByRole('row').filter({ hasText: /^admin/ })).toContainText('yesyes', { timeout: PATIENCE_MS });
  await table.getByRole('button', { name: /^admin/ }).click();
  await expect(page.getByRole('dialog', { name: 'admin' })).toContainText(/Adds \d+ methods over write/);
  await page.keyboard.press('Escape');
  await expect(panel).toBeVisible();
  expect(await breaches(page)).toEqual([]);
});

test('its story tells the request, the decision and the handshakes, and each leads to where all of it is shown', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/devices', viewport: WIDE });
  await openCli(page);
  const story = panelOf(page, 'cli').getByRole('region', { name: 'Its story' });
  await expect(story.locator('[data-story="request"]').first()).toContainText('Asked for more scopes', { timeout: PATIENCE_MS });
  await expect(story.locator('[data-story="decision"]').first()).toContainText(/Approved by/);
  const handshake = story.locator('[data-story="handshake"]').first();
  await expect(handshake).toBeVisible({ timeout: PATIENCE_MS });
  await handshake.getByRole('link').click();
  await expect(page).toHaveURL(/\/handshakes\?.*device=[0-9a-f]{64}/);
});

test('the console itself can be read, and neither taken back, vouched for nor given a window', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/devices', viewport: WIDE });
  await page.getByRole('button', { name: /this console/ }).click({ timeout: PATIENCE_MS });
  const panel = page.getByRole('complementary').filter({ hasText: 'This is the console itself' });
  await expect(panel.getByText(/remove its device on the gateway’s host/)).toBeVisible();
  await expect(panel.getByRole('button', { name: /^Take back all that/ })).toHaveCount(0);
  await expect(panel.getByRole('button', { name: /^Open a window for/ })).toHaveCount(0);
  await expect(panel.getByRole('switch')).toHaveCount(0);
});

test('on a phone the panel is a sheet that is no wider than the screen', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/devices', viewport: PHONE });
  await openCli(page);
  const sheet = page.getByRole('dialog', { name: 'cli' });
  await expect(sheet.getByRole('region', { name: 'Its story' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  expect(
    await sheet.evaluate((element) =>
      [...element.querySelectorAll('*')].every((one) => one.getBoundingClientRect().right <= innerWidth + 1),
    ),
  ).toBe(true);
  expect(await breaches(page)).toEqual([]);
});

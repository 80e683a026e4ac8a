// A node in the inbox of the practice console: after its device, its commands by danger; a second press; read back on the card.
import { expect, type Page, test } from '@playwright/test';
import { breaches, cardOf, lately, PATIENCE_MS, PHONE, practiceConsole, worldOpened } from './support.ts';

const practice = practiceConsole();
test.beforeAll(() => worldOpened(practice.console()));

/** The practice machine comes again up to two minutes after its device was approved. */
const COMES_AGAIN_MS = 150_000;

const nodeCard = (page: Page) => page.locator('article[data-node-request]');

test('a machine that offers system.run waits twice, and its commands are given with a second press', async ({ browser }) => {
  test.setTimeout(COMES_AGAIN_MS + 120_000);
  const page = await practice.open(browser, { path: '/', reducedMotion: 'reduce' });
  const device = await cardOf(page, /^Mac mini in the rack/);
  await expect(nodeCard(page)).toHaveCount(0);
  await device
    .getByRole('button', { name: /^Approve/ })
    .first()
    .click();
  await device.getByRole('button', { name: /^Press again/ }).click();

  const card = nodeCard(page);
  await expect(card).toBeVisible({ timeout: COMES_AGAIN_MS });
  await expect(card.getByRole('heading', { level: 2 })).toContainText('any command on that machine');
  await expect(card).toContainText('system.run means any command on that machine.');
  await expect(card).toContainText('lets a paired node run its commands before anybody approves them');
  await expect(card.getByRole('listitem').filter({ hasText: 'Any command on that machine' }).first()).toContainText('system.run');
  expect(await breaches(page)).toEqual([]);

  // By the keys that every card of the inbox follows; Escape steps back.
  await card.focus();
  await page.keyboard.press('a');
  const again = card.getByRole('button', { name: /^Press again/ });
  await expect(again).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(again).toHaveCount(0);
  await card.focus();
  await page.keyboard.press('a');
  await again.click();
  await expect(card).toContainText('Approved. It may now run: system.run, system.which.', {
    timeout: PATIENCE_MS,
  });
  await expect(card).toHaveCount(0, { timeout: PATIENCE_MS });

  // It stands under Lately beside the decision on its device, and also for whoever comes later.
  await page.reload();
  const line = lately(page).getByRole('button', { name: /approved Mac mini in the rack .* system\.run and 1 more by/ });
  await line.click();
  await expect(lately(page)).toContainText('Asked for system.run, system.which');
  expect(await breaches(page)).toEqual([]);
});

test('the inbox stays within a phone', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', viewport: PHONE });
  await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
});

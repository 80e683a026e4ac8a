// What a scope opens, from the card of a gateway, and the setting that the practice gateway does not have.
import { expect, type Page, test } from '@playwright/test';
import { breaches, PATIENCE_MS, PHONE, practiceConsole } from './support.ts';

const practice = practiceConsole();

const bookOf = (page: Page, scope: string) => page.getByRole('dialog', { name: scope });

test('a scope opens to what it lets a client do there, with what admin adds over write', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/gateways', reducedMotion: 'reduce' });
  await page.getByRole('button', { name: /^admin ?, what it lets a client do/ }).click({ timeout: PATIENCE_MS });
  const admin = bookOf(page, 'admin');
  await expect(admin).toContainText(/Adds \d+ methods over write/);
  await expect(admin.getByRole('listitem').filter({ hasText: 'device.pair.approve' })).toContainText('lets a device in');
  expect(await breaches(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^read ?, what it lets a client do/ }).click();
  await expect(bookOf(page, 'read')).toContainText('Look at everything');
  await expect(bookOf(page, 'read')).toContainText('config.get');
});

test('a gateway that does not know the setting for silent grants says so and offers no switch, also on a phone', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/gateways', viewport: PHONE });
  await expect(page.getByText('No such setting here')).toBeVisible({ timeout: PATIENCE_MS });
  await expect(page.getByText(/always waits for somebody/)).toBeVisible();
  await expect(page.getByRole('button', { name: /Let it (ask first|grant by itself)/ })).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
});

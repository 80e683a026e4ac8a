// A permit window: opened by a person in a sentence, seen on every page with what is left, closed by hand or by its one request.
import { expect, type Page, test } from '@playwright/test';
import { breaches, PAGES, PHONE, practiceConsole, startProven } from './support.ts';

const practice = practiceConsole(startProven);
test.describe.configure({ mode: 'serial' });

const strip = (page: Page) => page.getByRole('region', { name: 'Permit windows' });
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Open a window' });

test('the form reads aloud what it will do, and follows every choice', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', reducedMotion: 'reduce' });
  await page.getByRole('button', { name: 'Open a window', exact: true }).click();
  const dialog = dialogOf(page);
  await expect(dialog).toContainText('For the next 2 minutes, approve one request from the next new CLI');
  await dialog.getByLabel('How long').selectOption('30');
  await dialog.getByLabel('How many requests').selectOption('2');
  await expect(dialog).toContainText('For the next 30 seconds, approve two requests from the next new CLI');
  await dialog.getByRole('checkbox', { name: 'pairing' }).check({ force: true });
  const open = dialog.getByRole('button', { name: 'Open the window' });
  await expect(open).toBeDisabled();
  await dialog.getByLabel(/To confirm, type/).fill('pairing');
  await expect(open).toBeEnabled();
  await expect(dialog).toContainText('for no more than read and pairing');
  expect(await breaches(page)).toEqual([]);
});

test('an open window stands on every page with the time it has left, until a person closes it', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a command' }).fill('open a window');
  await page.keyboard.press('Enter');
  await dialogOf(page).getByRole('button', { name: 'Open the window' }).click();
  await expect(dialogOf(page)).toBeHidden();
  for (const [path] of PAGES) {
    await page.goto(path);
    await expect(strip(page)).toContainText(/Window open for the next new CLI, up to read/);
    await expect(strip(page)).toContainText(/1:\d\d left/);
    await expect(page.getByRole('banner').getByRole('link', { name: /window open/ })).toBeVisible();
  }
  await expect(strip(page).getByRole('status')).toHaveText('Permit window: no more than 2 minutes left');
  await page.setViewportSize(PHONE);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  await expect(page.getByRole('banner').getByText('live', { exact: true })).toBeInViewport();
  expect(await breaches(page)).toEqual([]);
  await strip(page).getByRole('button', { name: 'Close the window for the next new CLI' }).click();
  await expect(strip(page)).toContainText('Window closed, for the next new CLI.');
  await strip(page)
    .getByRole('button', { name: /^Dismiss: window closed/ })
    .click();
  await expect(strip(page)).toBeHidden();
});

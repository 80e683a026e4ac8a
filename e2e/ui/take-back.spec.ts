// Taking back: what will be lost and whether that holds is said before, done after a second press, and told as the gateway tells it.
import { expect, type Page, test } from '@playwright/test';
import { breaches, cardOf, foldsIntoLately, lately, PATIENCE_MS, practiceConsole, worldOpened } from './support.ts';

const practice = practiceConsole();
test.describe.configure({ mode: 'serial' });
test.beforeAll(() => worldOpened(practice.console()));

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Take back' });
const holds = async (name: string) =>
  (await practice.console().api.devices()).filter((device) => device.displayName === name || device.clientId === name);

test('a grant is taken back with a second press: the worse is told where nothing shows whence the device comes, and the gateway lists it no more', async ({
  browser,
}) => {
  const page = await practice.open(browser, { path: '/', reducedMotion: 'reduce' });
  const card = await cardOf(page, /^Maya's phone .* wants to pair/);
  await card
    .getByRole('button', { name: /^Approve/ })
    .first()
    .click();
  await foldsIntoLately(page, card, /approved Maya's phone .* by operator/);
  await lately(page)
    .getByRole('button', { name: /approved Maya's phone/ })
    .click();
  await lately(page)
    .getByRole('button', { name: /^Take back what Maya's phone/ })
    .click();
  const dialog = dialogOf(page);
  await expect(dialog.getByRole('listitem').first()).toContainText(/loses.*read.*write/);
  await expect(dialog).toContainText('until it next connects');
  await expect(dialog).toContainText('Nothing shows for certain where it comes from');
  expect(await breaches(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Take 1 device back' }).click();
  expect(await holds("Maya's phone")).toHaveLength(1);
  await dialog.getByRole('button', { name: 'Press again: take 1 device back' }).click();
  await expect(dialog).toContainText('One device taken back.');
  await expect(dialog.getByRole('listitem').first()).toContainText('taken back');
  expect(await holds("Maya's phone")).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(lately(page).getByRole('button', { name: /approved Maya's phone .* taken back/ })).toBeVisible();
});

test("the host's own key: the plan says beforehand that it returns, asks for a typed word, and then its return is told", async ({
  browser,
}) => {
  const page = await practice.open(browser, { path: '/' });
  const card = await cardOf(page, /^cli on linux wants admin/);
  await card.getByRole('button', { name: /^Approve admin/ }).click();
  await card.getByRole('button', { name: /^Press again/ }).click();
  await foldsIntoLately(page, card, /approved cli .* by operator/);
  await page.goto('/devices');
  await page.getByRole('button', { name: /^cli / }).click({ timeout: PATIENCE_MS });
  await page.getByRole('button', { name: 'Take back all that cli holds' }).click();
  const dialog = dialogOf(page);
  await expect(dialog).toContainText('until it next connects');
  const take = dialog.getByRole('button', { name: 'Take 1 device back' });
  const [cli] = await holds('cli');
  await expect(take).toBeDisabled();
  await dialog.getByLabel(/To confirm, type/).fill(String(cli?.deviceId).slice(0, 8));
  await take.click();
  await dialog.getByRole('button', { name: /^Press again/ }).click();
  await expect(dialog).toContainText('One device taken back.');
  await page.keyboard.press('Escape');

  const row = page.getByRole('button', { name: /^cli / });
  await expect(row).toContainText('came back by itself', { timeout: 2 * PATIENCE_MS });
  await row.click();
  await expect(page.getByRole('complementary', { name: 'cli' })).toContainText(/took it back at .* let it in again .* with read.*admin/);
  await page.goto('/activity');
  await expect(page.getByRole('listitem').filter({ hasText: 'came back by itself' }).first()).toBeVisible();
});

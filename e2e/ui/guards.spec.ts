// The guards page: what each guard is, what it holds now, figures that only get tighter, and a suspension that a person lifts.
import { expect, test } from '@playwright/test';
import { breaches, cardOf, PATIENCE_MS, practiceConsole } from './support.ts';

const practice = practiceConsole();
test.describe.configure({ mode: 'serial' });

test('every guard says what it is and whether it holds something back now; the command leads there', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', reducedMotion: 'reduce' });
  await cardOf(page, /^cli on linux wants admin/);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a command' }).fill('guards');
  await page.keyboard.press('Enter');
  const guards = page.getByRole('region', { name: 'Guards' });
  await expect(guards).toBeInViewport();
  const rows = guards.locator('[data-guard]');
  await expect(rows.first()).toBeVisible();
  expect(await rows.count()).toBeGreaterThan(5);
  for (const row of await rows.all()) {
    await expect(row).toContainText(/holds something back now|nothing held now/);
    // Codes are for scripts; a person reads words.
    const code = (await row.getAttribute('data-guard')) ?? '';
    if (code.includes('-')) await expect(row).not.toContainText(code);
  }
  expect(await breaches(page)).toEqual([]);
});

test('a figure above the own one of the product cannot be set; a lower one is, and the API says so too', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/rules' });
  const form = page.getByRole('form', { name: 'Limits' });
  const figure = form.getByLabel('Devices that ask a minute');
  const set = form.getByRole('button', { name: 'Set the limits' });
  const most = Number(await figure.inputValue());
  await figure.fill(String(most + 1));
  await expect(figure).toHaveAccessibleDescription(`1 to ${most} More than ${most}: a limit can only be made tighter.`);
  await expect(set).toBeDisabled();
  await figure.fill('1');
  await set.click();
  await expect(form).toContainText('Set.');
  await page.reload();
  await expect(figure).toHaveValue('1');
});

test('with a figure of one device a minute the practice world is a flood: the suspension names its cause on every page, a person lifts it', async ({
  browser,
}) => {
  const page = await practice.open(browser, { path: '/rules' });
  // Whoever is rejected asks anew.
  const { api } = practice.console();
  for (const request of await api.pending()) await api.reject(request);
  await expect(page.getByRole('banner').getByRole('button', { name: 'automation suspended' })).toBeVisible({ timeout: 2 * PATIENCE_MS });
  await expect(page.getByRole('region', { name: 'Notices' })).toContainText('Automation is suspended');
  // The switch stands once on the page, with the cause beside it; the words of the stop stand in the notice alone.
  const automation = page.getByRole('region', { name: 'Automation' });
  await expect(automation).toContainText('Cause: more devices or requests at once than the limits allow');
  const form = page.getByRole('form', { name: 'Limits' });
  await form.getByLabel('Devices that ask a minute').fill('10');
  await form.getByRole('button', { name: 'Set the limits' }).click();
  await expect(page.getByRole('switch', { name: 'Automation' })).toHaveCount(1);
  await expect(page.getByText(/pairing requests by \d+ devices? within a minute/)).toHaveCount(1);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a command' }).fill('automation');
  await expect(page.getByRole('option')).toHaveText([/^See why automation is suspended/, /^Turn automation off/]);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(automation).toBeInViewport();
  await expect(page.getByRole('banner').getByRole('button', { name: 'automation suspended' })).toBeVisible();
  await automation.getByRole('switch', { name: 'Automation' }).click();
  await expect(page.getByRole('banner').getByRole('button', { name: 'automation on' })).toBeVisible();
});

// Help, commands and search by keyboard alone, from any page.
import { expect, test } from '@playwright/test';
import { PAGES, practiceConsole } from './support.ts';

const practice = practiceConsole();

test('? shows the keys and Escape closes them', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/rules' });
  await expect(page.getByText('Ready-made')).toBeVisible();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help).toContainText('approve the request in focus');
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});

for (const shortcut of ['Meta+k', 'Control+k']) {
  test(`${shortcut} opens the commands, which lead to every page`, async ({ browser }) => {
    const page = await practice.open(browser, { path: '/' });
    await expect(page.getByText('Practice gateway.')).toBeVisible();
    for (const [path, heading] of [...PAGES].reverse()) {
      await page.keyboard.press(shortcut);
      await page.getByRole('combobox', { name: 'Find a command' }).fill(`${heading} page`);
      await expect(page.getByRole('listbox', { name: 'Commands' }).getByRole('option')).toHaveCount(1);
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(new URL(path, practice.console().origin).href);
      await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    }
  });
}

test('what the console refuses stays in sight in the palette, which closes only on what was done', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', provoked: /status of 503/ });
  await expect(page.getByText('Practice gateway.')).toBeVisible();
  const refused = { code: 'store-unwritable', title: 'The record cannot be written', detail: 'No room.', fix: 'Make room.' };
  await page.route('**/api/v1/automation', (route) => route.fulfill({ status: 503, json: refused }), { times: 1 });
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await page.getByRole('combobox', { name: 'Find a command' }).fill('turn automation off');
  await page.keyboard.press('Enter');
  await expect(palette.getByRole('alert')).toContainText('The record cannot be written');
  await expect(page.getByRole('banner').getByRole('button', { name: 'automation on' })).toBeAttached();
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
  await expect(page.getByRole('button', { name: 'automation off' })).toBeVisible();
});

test('/ goes to the filter of a list, where letters are letters again', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/devices' });
  await expect(page.getByRole('list', { name: 'Devices, gravest first' }).getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('/');
  const filter = page.getByRole('searchbox', { name: 'Filter devices by text' });
  await expect(filter).toBeFocused();
  await page.keyboard.type('jarek');
  await expect(filter).toHaveValue('jarek');
  await expect(page.getByText('No device passes the filter')).toBeVisible();
});

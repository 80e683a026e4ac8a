// Acts on devices: what breaks is said before, done after a second press, told as the gateway lists it; many at once, each told apart.
import { expect, type Page, test } from '@playwright/test';
import { breaches, cardOf, foldsIntoLately, PATIENCE_MS, practiceConsole, worldOpened } from './support.ts';

const practice = practiceConsole();
test.describe.configure({ mode: 'serial' });
test.beforeAll(() => worldOpened(practice.console()));

const WIDE = { width: 1400, height: 900 };
const openPanel = async (page: Page, name: RegExp) => {
  await page.goto('/devices');
  await page.getByRole('button', { name }).click({ timeout: PATIENCE_MS });
};
const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name });
const devices = () => practice.console().api.devices();
const idOf = async (client: string) => String((await devices()).find(({ clientId }) => clientId === client)?.deviceId);

test('what this version cannot do is said with its reason, and nothing can be pressed', async ({ browser }) => {
  const page = await practice.open(browser, { viewport: WIDE });
  await openPanel(page, /^cli /);
  const rename = page.getByRole('button', { name: 'Rename of cli: not on this version' });
  await expect(rename).toBeDisabled();
  await expect(page.getByText(/^Rename: not on this version\. OpenClaw 2026\.4\.14\S* cannot rename a device/)).toBeVisible();
});

test('a rotated token: what breaks is said, the second press does it, and the panel shows when', async ({ browser }) => {
  const page = await practice.open(browser, { viewport: WIDE, reducedMotion: 'reduce' });
  await openPanel(page, /^cli /);
  await page.getByRole('button', { name: 'Rotate token of cli' }).click();
  const dialog = dialogOf(page, 'Rotate token');
  await expect(dialog.getByRole('heading', { name: 'What breaks' })).toBeVisible();
  await expect(dialog).toContainText('enforced');
  expect(await breaches(page)).toEqual([]);
  const word = dialog.getByLabel(/To confirm, type/);
  if ((await word.count()) > 0) await word.fill((await idOf('cli')).slice(0, 8));
  await dialog.getByRole('button', { name: 'Rotate 1 token' }).click();
  await dialog.getByRole('button', { name: 'Press again: rotate 1 token' }).click();
  await expect(dialog).toContainText('One device got a new token.');
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  const panel = page.getByRole('complementary', { name: 'cli' });
  await expect(panel.locator('[data-story="act"]').first()).toContainText(/rotated/i, { timeout: PATIENCE_MS });
  await page.goto('/activity');
  await expect(page.getByRole('listitem').filter({ hasText: 'Its operator token was rotated' }).first()).toBeVisible();
});

test('the console itself is acted upon only with its words typed', async ({ browser }) => {
  const page = await practice.open(browser, { viewport: WIDE });
  await openPanel(page, /this console/);
  await page.getByRole('button', { name: /^Revoke token of/ }).click();
  const dialog = dialogOf(page, 'Revoke token');
  await expect(dialog).toContainText('This is the console itself: it loses this gateway until it is let in again.');
  const revoke = dialog.getByRole('button', { name: 'Revoke 1 token' });
  await expect(revoke).toBeDisabled();
  await dialog.getByLabel(/To confirm, type/).fill('this');
  await expect(revoke).toBeDisabled();
  await dialog.getByLabel(/To confirm, type/).fill('This console');
  await expect(revoke).toBeEnabled();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('many at once: one preview, one after the other, and a device that changed meanwhile is told apart from one that was done', async ({
  browser,
}) => {
  // The browser says in its own log that a call was refused.
  const page = await practice.open(browser, { viewport: WIDE, reducedMotion: 'reduce', provoked: /409/ });
  await expect
    .poll(async () => (await devices()).filter(({ isConsole }) => isConsole !== true).length, { timeout: PATIENCE_MS })
    .toBeGreaterThan(1);
  await page.goto('/devices');
  await page.getByRole('checkbox', { name: /^Select all/ }).check({ timeout: PATIENCE_MS });
  await page.getByRole('region', { name: 'Selected devices' }).getByRole('button', { name: 'Rotate tokens' }).click();
  const dialog = dialogOf(page, 'Rotate token');
  await expect(dialog.getByRole('listitem').first()).toBeVisible();
  const cli = await idOf('cli');
  const asked: string[] = [];
  await page.route('**/api/v1/device-acts', async (route) => {
    const { deviceId } = route.request().postDataJSON();
    asked.push(deviceId);
    if (deviceId !== cli) return route.continue();
    const problem = { code: 'request-changed', status: 409, title: 'Changed', detail: 'It holds something else.', fix: 'Look again.' };
    await route.fulfill({ status: 409, contentType: 'application/problem+json', json: problem });
  });
  for (const box of await dialog.getByRole('checkbox', { name: /^Include (gatehouse|Gatehouse)/ }).all()) await box.uncheck();
  const typed = dialog.getByLabel(/To confirm, type/);
  if ((await typed.count()) > 0) {
    const words = await dialog.getByText(/To confirm, type/).textContent();
    await typed.fill(words?.replace('To confirm, type', '').trim() ?? '');
  }
  await dialog.getByRole('button', { name: /^Rotate \d+ tokens?$/ }).click();
  await dialog.getByRole('button', { name: /^Press again: rotate/ }).click();
  await expect(dialog).toContainText(/\d+ of \d+ got a new token\. 1 was not asked\./, { timeout: PATIENCE_MS });
  await expect(dialog.locator(`[data-act="${cli}"]`)).toContainText('changed meanwhile. It holds something else.');
  await expect(dialog.locator('[data-outcome="done"]').first()).toBeVisible();
  expect(new Set(asked).size).toBe(asked.length);
  expect(await breaches(page)).toEqual([]);
});

test('a revoked token stands as such beside the grant that it was for', async ({ browser }) => {
  const page = await practice.open(browser, { viewport: WIDE });
  await openPanel(page, /^Chrome on the desk /);
  await page.getByRole('button', { name: 'Revoke token of Chrome on the desk' }).click();
  const dialog = dialogOf(page, 'Revoke token');
  await expect(dialog).toContainText('No rule approves its key until a person does.');
  await dialog.getByRole('button', { name: 'Revoke 1 token' }).click();
  await dialog.getByRole('button', { name: 'Press again: revoke 1 token' }).click();
  await expect(dialog).toContainText('One device lost the token.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'Chrome on the desk' })).toContainText(
    'Its operator token is revoked; the approval stands.',
    { timeout: PATIENCE_MS },
  );
});

test('a narrowed token: it must be confirmed by a word where no other admin is left, the drift is told, and so is that it came back', async ({
  browser,
}) => {
  test.setTimeout(5 * PATIENCE_MS);
  const page = await practice.open(browser, { path: '/', viewport: WIDE, reducedMotion: 'reduce' });
  const card = await cardOf(page, /^cli on linux wants admin/);
  await card.getByRole('button', { name: /^Approve admin/ }).click();
  await card.getByRole('button', { name: /^Press again/ }).click();
  await foldsIntoLately(page, card, /approved cli .* by operator/);
  await openPanel(page, /^cli /);
  await page.getByRole('button', { name: 'Narrow token of cli' }).click();
  const dialog = dialogOf(page, 'Narrow token');
  await expect(dialog).toContainText('Leave out what the token shall lose.');
  for (const box of await dialog.getByRole('group', { name: 'What is left to it' }).getByRole('checkbox').all()) await box.uncheck();
  await dialog.getByRole('checkbox', { name: /^read/ }).check();
  await expect(dialog).toContainText('until it next connects');
  expect(await breaches(page)).toEqual([]);
  const narrow = dialog.getByRole('button', { name: 'Narrow 1 token' });
  await expect(narrow).toBeDisabled();
  await dialog.getByLabel(/To confirm, type/).fill((await idOf('cli')).slice(0, 8));
  await narrow.click();
  await dialog.getByRole('button', { name: 'Press again: narrow 1 token' }).click();
  await expect(dialog).toContainText('One device got a narrower token.');
  await page.keyboard.press('Escape');
  const panel = page.getByRole('complementary', { name: 'cli' });
  await expect(panel).toContainText(/Its token lacks .*admin, which is approved\./, { timeout: PATIENCE_MS });
  await expect(panel).toContainText('Its operator token came back by itself', { timeout: 3 * PATIENCE_MS });
  await page.goto('/activity');
  await expect(page.getByRole('listitem').filter({ hasText: 'came back by itself' }).first()).toBeVisible();
});

test('more than fit are previewed by what is to be said of them, and a stop lets the one that is asked finish and asks no other', async ({
  browser,
}) => {
  const page = await practice.open(browser, { viewport: WIDE, reducedMotion: 'reduce' });
  const cli = await idOf('cli');
  const others = Array.from({ length: 39 }, (_, n) => n.toString(16).padStart(8, '0') + cli.slice(8));
  // The plan of a real device, many times over; the gateway is asked nothing.
  await page.route('**/api/v1/device-acts/plan', async (route) => {
    const answer = await route.fetch();
    const { items } = await answer.json();
    const [real] = items;
    const plan = others.map((deviceId, n) => ({
      ...real,
      deviceId,
      displayName: `machine-${n}`,
      ...(n < 2 ? { impossible: 'It has no operator token.' } : {}),
    }));
    await route.fulfill({ json: { items: plan, gone: [{ gateway: real.gateway, deviceId: cli }] } });
  });
  const asked: string[] = [];
  let answerThird = () => {};
  const third = new Promise<void>((resolve) => {
    answerThird = resolve;
  });
  await page.route('**/api/v1/device-acts', async (route) => {
    const { act, gateway, deviceId, role } = route.request().postDataJSON();
    asked.push(deviceId);
    if (asked.length === 3) await third;
    const outcome = asked.length === 2 ? 'The gateway refused: denied. Nothing was done.' : 'Its operator token was rotated.';
    const state = asked.length === 2 ? 'failed' : 'done';
    const at = new Date().toISOString();
    await route.fulfill({ json: { id: `made-up-${asked.length}`, act, gateway, deviceId, role, by: 'operator', at, state, outcome } });
  });
  await page.goto('/devices');
  await page.getByRole('checkbox', { name: /^Select cli/ }).check({ timeout: PATIENCE_MS });
  await page.getByRole('region', { name: 'Selected devices' }).getByRole('button', { name: 'Rotate tokens' }).click();
  const dialog = dialogOf(page, 'Rotate token');
  await expect(dialog.locator('[data-preview="cannot"]')).toContainText('2 devices: cannot be done');
  await expect(dialog.locator('[data-preview="enforced"]')).toContainText('37 devices: enforced');
  await expect(dialog).toContainText('1 device that you chose: paired no more.');
  await dialog.locator('[data-preview="enforced"]').getByRole('button', { name: 'Which ones' }).click();
  expect(await breaches(page)).toEqual([]);
  await dialog.getByRole('checkbox', { name: /^Include machine-3 / }).uncheck();
  const words = dialog.getByLabel(/To confirm, type/);
  if ((await words.count()) > 0) await words.fill(cli.slice(0, 8));
  await dialog.getByRole('button', { name: 'Rotate 36 tokens' }).click();
  await dialog.getByRole('button', { name: 'Press again: rotate 36 tokens' }).click();
  await expect(dialog).toContainText('2 of 36 told');
  await dialog.getByRole('button', { name: 'Stop after this one' }).click();
  await expect(dialog).toContainText('It ends after the one that is asked now.');
  answerThird();
  await expect(dialog).toContainText('2 of 36 got a new token. 33 were not asked.');
  expect(asked).toEqual([others[2], others[4], others[5]]);
  await expect(dialog.locator(`[data-bulk="${others[4]}"]`)).toContainText('not done. The gateway refused: denied.');
  expect(await breaches(page)).toEqual([]);
});

test('cleaning up chooses nothing beforehand, says why for each, and goes through the plan of a take-back', async ({ browser }) => {
  const page = await practice.open(browser, { viewport: WIDE, reducedMotion: 'reduce' });
  // Nothing in this world is old enough: the group is made up, its device is real.
  const phone = (await devices()).find(({ isConsole, clientId }) => isConsole !== true && clientId !== 'cli');
  await page.route('**/api/v1/devices/clean-up*', (route) =>
    route.fulfill({
      json: {
        groups: [
          {
            kind: 'never-used',
            title: 'Never used',
            why: 'The gateway never saw these since they were paired.',
            items: [{ gateway: phone?.gateway, deviceId: phone?.deviceId, why: 'Paired long ago and not seen since.' }],
          },
        ],
        freshness: { state: 'live' },
      },
    }),
  );
  await page.goto('/devices');
  await page.getByRole('button', { name: 'Clean up' }).click({ timeout: PATIENCE_MS });
  const dialog = dialogOf(page, 'Clean up');
  await expect(dialog.getByRole('region', { name: 'Never used' })).toContainText('Paired long ago and not seen since.');
  await expect(dialog.getByRole('button', { name: 'Nothing is chosen' })).toBeDisabled();
  expect(await breaches(page)).toEqual([]);
  await dialog.getByRole('checkbox', { name: new RegExp(String(phone?.deviceId).slice(0, 8)) }).check();
  await dialog.getByRole('button', { name: 'See what taking 1 device back does' }).click();
  const plan = dialogOf(page, 'Take back');
  await expect(plan.getByRole('button', { name: 'Take 1 device back' })).toBeVisible();
  await expect(plan).toContainText(/loses/);
});

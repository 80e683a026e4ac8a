// Writing a rule: with the keyboard alone, seen before it is stored on what was recorded, and tried in shadow before it decides.
import { expect, type Locator, type Page, test } from '@playwright/test';
import { breaches, cardOf, PATIENCE_MS, PHONE, practiceConsole, startProven } from './support.ts';

const practice = practiceConsole(startProven);
test.describe.configure({ mode: 'serial' });

const MOST_TABS = 60;
const formOf = (page: Page) => page.getByRole('dialog', { name: /rule$/ });
const previewOf = (page: Page) => page.getByRole('region', { name: 'What it would have done' });
const rowOf = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('switch', { name: `Rule ${name}`, exact: true }) });

/** Presses the visible label of a small switch; its own box is for the keyboard and for reading aloud. */
const press = (root: Locator, role: 'checkbox' | 'radio', name: string) =>
  root
    .locator('label')
    .filter({ has: root.page().getByRole(role, { name, exact: true }) })
    .first()
    .click();

/** Presses Tab until the focus is there, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let n = 0; n < MOST_TABS; n += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Not reached by ${MOST_TABS} presses of Tab`);
}

test('a rule is written from scratch with the keyboard alone, and reads aloud what it means', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/rules' });
  const create = page.getByRole('button', { name: 'New rule' });
  await expect(create).toBeEnabled();
  await create.press('Enter');
  const form = formOf(page);
  await expect(form.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type('Local tools');
  await tabTo(page, form.getByRole('checkbox', { name: 'write' }));
  await page.keyboard.press('Space');
  const add = form.getByRole('button', { name: 'Add a condition or a limit' });
  await tabTo(page, add);
  await page.keyboard.press('Enter');
  await tabTo(page, form.getByRole('button', { name: 'paired for at least', exact: true }));
  await page.keyboard.press('Enter');
  // What was added has the focus, so that its figure can be typed at once.
  await expect(form.getByRole('spinbutton', { name: 'Paired for at least' })).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2');
  await tabTo(page, add);
  await page.keyboard.press('Enter');
  await tabTo(page, form.getByRole('button', { name: 'client', exact: true }));
  await page.keyboard.press('Enter');
  const make = form.getByRole('button', { name: 'Make the rule' });
  await expect(make).toBeDisabled();
  await page.keyboard.type('cli');
  await expect(form).toContainText(
    /calls itself cli and has been paired for at least 2 days asks.*no more than read and write, approve it/,
  );
  await tabTo(page, form.getByRole('radio', { name: /^Switched on/ }));
  await page.keyboard.press('ArrowDown');
  await expect(form.getByRole('radio', { name: /^In shadow/ })).toBeChecked();
  await tabTo(page, make);
  await page.keyboard.press('Enter');
  await expect(form).toBeHidden();
  await expect(rowOf(page, 'Local tools')).toContainText('in shadow');
  await expect(rowOf(page, 'Local tools')).toContainText('paired for at least 2 days');
  expect((await practice.console().api.rules()).find(({ name }) => name === 'Local tools')).toMatchObject({
    enabled: true,
    shadow: true,
    scopes: ['operator.read', 'operator.write'],
    pairedForHours: 48,
    clientIds: ['cli'],
  });
});

test('before it is stored, a rule shows what it would have done with what was recorded, and why not with what waits', async ({
  browser,
}) => {
  const page = await practice.open(browser, { path: '/rules' });
  await page.getByRole('button', { name: 'New rule' }).click();
  const form = formOf(page);
  const preview = previewOf(page);
  const recorded = preview.getByRole('list', { name: 'Recorded requests' }).getByRole('listitem').filter({ hasText: /^cli/ });
  await expect(recorded.first()).toContainText('left to you', { timeout: PATIENCE_MS });
  const cli = preview.locator('[data-waits]').filter({ hasText: /^cli/ });
  await expect(cli).toHaveAttribute('data-waits', 'hold');
  await cli.getByText('Why not', { exact: false }).click();
  await expect(cli.locator('[data-condition="scopes"]')).toContainText('does not hold');
  await expect(cli.locator('[data-condition="scopes"]')).toContainText('admin');

  // With admin in the ceiling the same request would be approved, and that is marked in words before anybody types the confirmation.
  for (const name of ['write', 'approvals', 'pairing', 'talk.secrets', 'admin']) await press(form, 'checkbox', name);
  await expect(preview).toContainText(/1 would have been approved/);
  await expect(recorded.first()).toContainText('gives admin');
  await expect(cli).toHaveAttribute('data-waits', 'approve');
  await expect(form.getByRole('button', { name: 'Make the rule' })).toBeDisabled();
  await press(preview, 'radio', '7 days');
  await expect(preview.getByRole('status').filter({ hasText: /^In the last 7 days: 1 would have been approved/ })).toHaveCount(1);
  expect(await breaches(page)).toEqual([]);
});

test('on a phone the whole form can be read and used without scrolling sideways', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/rules', viewport: PHONE });
  await page.getByRole('button', { name: 'New rule' }).click();
  const form = formOf(page);
  for (const clause of ['days and hours', 'which device', 'what it holds already', 'uses in all']) {
    await form.getByRole('button', { name: 'Add a condition or a limit' }).click();
    await form.getByRole('button', { name: clause, exact: true }).click();
  }
  await press(form, 'checkbox', 'admin');
  const wide = await form.evaluate((dialog) =>
    [...dialog.querySelectorAll<HTMLElement>('*')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth)
      .map(({ tagName }) => tagName),
  );
  expect(wide).toEqual([]);
  expect(await breaches(page)).toEqual([]);
});

test('a half-written rule is not thrown away by Escape or a press outside, and a name that is taken is said at its field', async ({
  browser,
}) => {
  const page = await practice.open(browser, { path: '/rules', provoked: /status of 400/ });
  await page.getByRole('button', { name: 'New rule' }).click();
  const form = formOf(page);
  const ask = form.getByRole('alertdialog', { name: 'Leave without saving?' });
  await form.getByLabel('Name', { exact: true }).fill('Local tools');
  await press(form, 'checkbox', 'write');
  await page.keyboard.press('Escape');
  await expect(ask).toBeVisible();
  // A second Escape steps back to the form; a press beside the dialog asks again.
  await page.keyboard.press('Escape');
  await expect(ask).toBeHidden();
  await page.mouse.click(4, 4);
  await ask.getByRole('button', { name: 'Keep editing' }).click();
  await expect(form.getByLabel('Name', { exact: true })).toHaveValue('Local tools');
  // The first test made one of this name.
  await form.getByRole('button', { name: 'Make the rule' }).click();
  await expect(form.getByLabel('Name', { exact: true })).toBeFocused();
  await expect(form.getByLabel('Name', { exact: true })).toHaveAccessibleDescription(/name/i);
  await page.keyboard.press('Escape');
  await ask.getByRole('button', { name: 'Leave' }).click();
  await expect(form).toBeHidden();
  // Nothing entered, nothing asked.
  await page.getByRole('button', { name: 'New rule' }).click();
  await page.keyboard.press('Escape');
  await expect(form).toBeHidden();
});

test('a rule in shadow decides nothing and tells how often a person did the same', async ({ browser }) => {
  const { api } = practice.console();
  const page = await practice.open(browser, { path: '/rules' });
  await page.getByRole('button', { name: 'New rule' }).click();
  const form = formOf(page);
  await form.getByLabel('Name', { exact: true }).fill('No admin at all');
  await form.getByRole('combobox', { name: 'What it does' }).selectOption('reject');
  await form.getByRole('combobox', { name: 'Who asks' }).selectOption('any');
  await press(form, 'checkbox', 'read');
  await press(form, 'checkbox', 'admin');
  await form.getByRole('radio', { name: /^In shadow/ }).check();
  await form.getByRole('button', { name: 'Make the rule' }).click();
  await expect(form).toBeHidden();
  const row = rowOf(page, 'No admin at all');
  await expect(row).toContainText('No request yet that both this rule and a person would have decided');

  // The rule is asked about the request that waits; then a person says the opposite of it.
  const cli = async () => (await api.pending()).find((request) => request.clientId === 'cli');
  await expect.poll(async () => JSON.stringify((await cli())?.verdict), { timeout: PATIENCE_MS }).toContain('No admin at all');
  const seen = await cli();
  expect(seen?.verdict.kind).toBe('hold');
  if (seen === undefined) return;
  expect((await api.approve(seen)).status).toBeLessThan(300);
  // On the page that is open: the figure comes over the bridge when it stands in the record.
  await expect(row).toContainText('agreed with you 0 of 1 time', { timeout: PATIENCE_MS });
  await row.getByText('agreed with you 0 of 1 time').click();
  await expect(row).toContainText('Last disagreement');
});

test('rules are put in order with buttons and with the keyboard, the new place is read out, and the order stays', async ({ browser }) => {
  const names = async () => (await practice.console().api.rules()).map(({ name }) => name);
  expect(await names()).toEqual(['Local tools', 'No admin at all']);
  const page = await practice.open(browser, { path: '/rules' });
  await page.getByRole('button', { name: 'Move rule No admin at all up' }).click();
  const list = page.getByRole('region', { name: 'Rules, first match wins' });
  await expect(list.getByRole('status').first()).toHaveText('No admin at all is now 1 of 2.');
  await expect.poll(names).toEqual(['No admin at all', 'Local tools']);
  // It cannot go further up, so the focus is on the row itself, and Alt with an arrow takes it back.
  await expect(rowOf(page, 'No admin at all')).toBeFocused();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(list.getByRole('status').first()).toHaveText('No admin at all is now 2 of 2.');
  await expect(rowOf(page, 'No admin at all')).toBeFocused();
  await expect.poll(names).toEqual(['Local tools', 'No admin at all']);
  await page.reload();
  await expect(list.getByRole('heading', { level: 2 })).toHaveText([/Local tools/, /No admin at all/]);
  expect(await breaches(page)).toEqual([]);
});

test('removing asks once more, and says that nothing is taken back', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/rules' });
  await page.getByRole('button', { name: 'Remove rule No admin at all' }).click();
  const row = rowOf(page, 'No admin at all');
  await expect(row).toContainText('Removing it takes nothing back');
  await row.getByRole('button', { name: 'Press again to remove: rule No admin at all' }).click();
  await expect(row).toBeHidden();
  expect((await practice.console().api.rules()).map(({ name }) => name)).toEqual(['Local tools']);
});

test('approving and making a rule starts from the tightest rule that covers the request', async ({ browser }) => {
  const { api } = practice.console();
  const page = await practice.open(browser, { path: '/' });
  const card = await cardOf(page, /^Nightly report on linux wants/);
  const seen = (await api.pending()).find(({ displayName }) => displayName === 'Nightly report');
  await card.getByRole('button', { name: /make a rule/ }).click();
  const form = formOf(page);
  await expect(form.getByRole('combobox', { name: 'Which device' })).toHaveValue(seen?.deviceId ?? 'none');
  await expect(form.getByRole('combobox', { name: 'Clients' })).toHaveValue('gateway-client');
  await expect(form.getByRole('combobox', { name: 'Platforms' })).toHaveValue('linux');
  await form.getByRole('radio', { name: /^In shadow/ }).check();
  await form.getByRole('button', { name: /and make the rule$/ }).click();
  // Both outcomes are said, with the way to the rule.
  const made = page.getByRole('dialog', { name: 'Approved, and a rule made' });
  await expect(made.getByRole('status')).toContainText(/is made and only records for now/);
  expect(await breaches(page)).toEqual([]);
  const rule = (await api.rules()).at(-1);
  await made.getByRole('link', { name: 'See it on Rules' }).click();
  await expect(rowOf(page, rule?.name ?? 'none')).toBeVisible();
  expect(rule).toMatchObject({
    deviceId: seen?.deviceId,
    origin: 'loopback',
    clientIds: ['gateway-client'],
    platforms: ['linux'],
    shadow: true,
  });
  expect(rule?.scopes).toEqual(['operator.read', 'operator.write']);
  expect((await api.decided()).find(({ deviceId }) => deviceId === seen?.deviceId)).toMatchObject({ state: 'approved' });
});

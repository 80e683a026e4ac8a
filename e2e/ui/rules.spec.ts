// A ready-made rule, switched on, approves by itself; the one switch over all rules holds it back; Activity says on what evidence.
import { expect, type Page, test } from '@playwright/test';
import { cardOf, foldsIntoLately, PAGES, practiceConsole, startProven } from './support.ts';

const RULE = 'This host, agents included';
const practice = practiceConsole(startProven);
test.describe.configure({ mode: 'serial' });

async function switchAutomation(page: Page, to: 'on' | 'off') {
  await page
    .getByRole('banner')
    .getByRole('button', { name: /automation/ })
    .click();
  const knob = page.getByRole('banner').getByRole('switch', { name: 'Automation' });
  await knob.click();
  await expect(knob).toHaveAttribute('aria-checked', String(to === 'on'));
  await page.keyboard.press('Escape');
}

test('automation off shows on every page, and a rule that is on approves nothing', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  await expect(page.getByText('Practice gateway.')).toBeVisible();
  await switchAutomation(page, 'off');
  for (const [path] of PAGES) {
    await page.goto(path);
    await expect(page.getByRole('banner').getByRole('button', { name: 'automation off' })).toBeVisible();
  }

  await page.goto('/rules');
  await page.getByRole('switch', { name: `Ready-made rule ${RULE}` }).click();
  const form = page.getByRole('dialog', { name: 'New rule' });
  const make = form.getByRole('button', { name: 'Make the rule' });
  await expect(make).toBeDisabled();
  const confirmed = form.getByLabel(/To confirm, type/);
  await confirmed.fill('approvals pairing talk.secrets admin');
  await expect(make).toBeDisabled();
  await confirmed.fill('approvals pairing talk.secrets admin same-user');
  await make.click();
  await expect(form).toBeHidden();
  await expect(page.getByRole('switch', { name: `Rule ${RULE}`, exact: true })).toHaveAttribute('aria-checked', 'true');

  // The verdict on the waiting request is the event that says: the rule was asked, and automation held it back.
  const { api } = practice.console();
  await expect
    .poll(async () => (await api.pending()).find((request) => request.clientId === 'cli')?.verdict.reasons.map(({ code }) => code))
    .toContain('automation-off');
  expect((await api.decided()).filter(({ actor }) => actor.kind === 'rule')).toEqual([]);
});

test('switched on, the rule approves the waiting request without anybody, and the card shows it', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const card = await cardOf(page, /^cli on linux wants admin/);
  await switchAutomation(page, 'on');
  await foldsIntoLately(page, card, new RegExp(`approved cli .* by rule ${RULE}`));
  await page.goto('/rules');
  await expect(page.getByRole('listitem').filter({ has: page.getByRole('switch', { name: `Rule ${RULE}`, exact: true }) })).toContainText(
    'used 1 time',
  );
});

test('Activity shows which rule approved what, and on which evidence', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/activity' });
  await page.getByRole('combobox', { name: 'Who' }).selectOption('rule');
  const row = page.getByRole('listitem').filter({ hasText: /^.*cli \([0-9a-f]{8}\): Approved\./ });
  await row.getByRole('button').first().click();
  await expect(row).toContainText(RULE);
  await expect(row).toContainText('Signed by this host’s own key');
  await row.getByRole('button', { name: 'evidence' }).click();
  await expect(row.getByRole('listitem').filter({ hasText: 'Peer' })).toContainText('held');
});

test('Activity also names who switched automation and made the rule', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/activity' });
  await page.getByRole('combobox', { name: 'Who' }).selectOption('person');
  for (const text of ['switched all automation off', 'switched automation on', `made the rule ${RULE}`])
    await expect(page.getByRole('listitem').filter({ hasText: text })).toBeVisible();
});

// Rules as a file: exported and imported after what changes was seen, and a file that holds them, with its faults and their place.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { startConsole } from '../gateways/console.ts';
import { breaches, PATIENCE_MS, PHONE, practiceConsole } from './support.ts';

const RULE = {
  name: 'Local tools',
  enabled: false,
  scopes: ['operator.read', 'operator.write'],
  maxPerHour: 5,
};

test.describe('exported and imported', () => {
  const practice = practiceConsole();
  test.describe.configure({ mode: 'serial' });
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-rules-'));
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Import rules' });
  const open = async (page: Page) => {
    await page.getByRole('button', { name: 'Import' }).click();
    return dialogOf(page);
  };

  for (const format of ['YAML', 'JSON'] as const) {
    test(`${format}: what was exported changes nothing, and brings a removed rule back`, async ({ browser }) => {
      const { api } = practice.console();
      const made = await api.addRule(RULE);
      const page = await practice.open(browser, { path: '/rules' });
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Save as ${format}` }).click(),
      ]);
      const path = join(folder, download.suggestedFilename());
      await download.saveAs(path);
      expect(readFileSync(path, 'utf8')).toContain('Local tools');
      await page.keyboard.press('Escape');

      const same = await open(page);
      await same.getByLabel('Rules file', { exact: true }).setInputFiles(path);
      await same.getByRole('button', { name: 'Show what it changes' }).click();
      await expect(same).toContainText('Nothing changes');
      expect(await breaches(page)).toEqual([]);
      await page.keyboard.press('Escape');

      await api.call('DELETE', `/rules/${made.id}`);
      await page.reload();
      const back = await open(page);
      await back.getByLabel('Rules file', { exact: true }).setInputFiles(path);
      await back.getByRole('button', { name: 'Show what it changes' }).click();
      await expect(back.locator('[data-change="add"]')).toContainText('Local tools');
      await back.getByRole('button', { name: 'Make this change' }).click();
      await expect(back).toBeHidden();
      await expect(page.getByRole('switch', { name: 'Rule Local tools', exact: true })).toHaveAttribute('aria-checked', 'false');
      const [again] = await api.rules();
      expect(again).toMatchObject(RULE);
      await api.call('DELETE', `/rules/${again?.id}`);
    });
  }

  test('a change is shown field by field; what gives a grave scope must be typed', async ({ browser }) => {
    const { api } = practice.console();
    await api.addRule({ ...RULE, enabled: true });
    const page = await practice.open(browser, { path: '/rules' });
    const dialog = await open(page);
    await dialog.getByLabel('Text of the file').fill(
      JSON.stringify({
        version: 1,
        rules: [{ ...RULE, enabled: true, maxPerHour: 9, scopes: ['operator.read', 'operator.admin'], confirm: ['operator.admin'] }],
      }),
    );
    await dialog.getByRole('combobox', { name: 'Format' }).selectOption('json');
    await dialog.getByRole('button', { name: 'Show what it changes' }).click();
    const change = dialog.locator('[data-change="change"]');
    await expect(change).toContainText('gives more than before');
    await expect(change).toContainText('maxPerHour');
    await expect(change.locator('ins').filter({ hasText: '9' })).toBeVisible();
    const make = dialog.getByRole('button', { name: 'Make this change' });
    await expect(make).toBeDisabled();
    await dialog.getByLabel(/To confirm, type/).fill('admin');
    expect(await breaches(page)).toEqual([]);
    await make.click();
    await expect(dialog).toBeHidden();
    expect((await api.rules())[0]).toMatchObject({ maxPerHour: 9, scopes: ['operator.read', 'operator.admin'] });
  });

  test('a file with faults names each with its place, and changes nothing', async ({ browser }) => {
    const { api } = practice.console();
    const before = await api.rules();
    const page = await practice.open(browser, { path: '/rules', viewport: PHONE });
    const dialog = await open(page);
    await dialog
      .getByLabel('Text of the file')
      .fill('version: 1\nrules:\n  - name: Broken\n    enabled: true\n    scopes: [operator.superuser]\n    maxPerHuor: 5\n');
    await dialog.getByRole('button', { name: 'Show what it changes' }).click();
    const problems = dialog.getByRole('list', { name: 'Problems of the file' }).getByRole('listitem');
    await expect(problems.filter({ hasText: 'superuser' })).toContainText('line 5');
    await expect(problems.filter({ hasText: 'maxPerHuor' })).toContainText('line 6');
    await expect(dialog.getByRole('button', { name: /^Make/ })).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    expect((await api.rules()).map(({ id, name }) => ({ id, name }))).toEqual(before.map(({ id, name }) => ({ id, name })));
  });
});

test.describe('held by a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-rules-'));
  const file = join(folder, 'rules.yaml');
  const END = new Date(Date.now() + 20 * 86_400_000).toISOString();
  const GOOD = `version: 1\nrules:\n  - name: Local tools\n    enabled: true\n    scopes: [operator.read]\n    maxPerHour: 5\n    expiresAt: ${END}\n`;
  const practice = practiceConsole(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, GOOD, { mode: 0o600 });
    return startConsole({
      gateway: { stateDir: '', configPath: '', home: '' },
      env: { GATEHOUSE_PRACTICE: '1', GATEHOUSE_RULES_FILE: file },
    });
  });
  test.describe.configure({ mode: 'serial' });
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const banner = (page: Page) => page.getByRole('region', { name: 'Rules file' });

  test('the page says where the rules come from and changes none of them', async ({ browser }) => {
    const page = await practice.open(browser, { path: '/rules' });
    await expect(banner(page)).toContainText(file);
    const row = page.getByRole('listitem').filter({ has: page.getByRole('switch', { name: 'Rule Local tools', exact: true }) });
    await expect(row).toContainText('from the file');
    await expect(row.getByRole('switch')).toBeDisabled();
    for (const name of ['New rule', 'Import']) await expect(page.getByRole('button', { name })).toHaveCount(0);
    await expect(page.getByRole('button', { name: /^(Change|Remove|Move) rule/ })).toHaveCount(0);
    expect(await breaches(page)).toEqual([]);
  });

  test('agents can write this file, so a new rule of it waits for a person, once', async ({ browser }) => {
    const page = await practice.open(browser, { path: '/rules' });
    const row = page.getByRole('listitem').filter({ has: page.getByRole('switch', { name: 'Rule Local tools', exact: true }) });
    await expect(banner(page)).toContainText("The gateway's user can write this file");
    await expect(row).toContainText('file-unacknowledged');
    await row.getByRole('button', { name: 'Acknowledge rule Local tools' }).click();
    await expect(row).not.toContainText('Cannot fire');
  });

  test('a file that breaks is told on the open page with line and column, the last good rule stays, and mending it is enough', async ({
    browser,
  }) => {
    const page = await practice.open(browser, { path: '/rules' });
    await expect(banner(page)).toContainText('A file holds the rules');
    writeFileSync(file, GOOD.replace('operator.read', 'operator.reed'));
    await expect(banner(page)).toContainText('The rules file is not valid', { timeout: PATIENCE_MS });
    await expect(banner(page).getByRole('listitem')).toContainText(/line 5.*reed/);
    const row = page.getByRole('listitem').filter({ has: page.getByRole('switch', { name: 'Rule Local tools', exact: true }) });
    await expect(row).toContainText('Cannot fire');
    writeFileSync(file, GOOD.replace('maxPerHour: 5', 'maxPerHour: 3'));
    await expect(banner(page)).toContainText('A file holds the rules', { timeout: PATIENCE_MS });
    await expect(row).not.toContainText('Cannot fire', { timeout: PATIENCE_MS });
    await expect(row).toContainText('at most 3 times an hour');
  });
});

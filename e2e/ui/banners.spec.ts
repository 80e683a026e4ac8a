// A rules file that cannot be used is told on every page, live, in one line that leads to the faults, and marked beside Rules.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { startConsole } from '../gateways/console.ts';
import { breaches, PAGES, PATIENCE_MS, PHONE, practiceConsole } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-banner-'));
const file = join(folder, 'rules.yaml');
const GOOD = 'version: 1\nrules:\n  - name: Local tools\n    enabled: false\n    scopes: [operator.read]\n    maxPerHour: 5\n';
const BAD = GOOD.replace('operator.read', 'operator.reed');
const practice = practiceConsole(() => {
  writeFileSync(file, GOOD, { mode: 0o600 });
  return startConsole({
    gateway: { stateDir: '', configPath: '', home: '' },
    env: { GATEHOUSE_PRACTICE: '1', GATEHOUSE_RULES_FILE: file },
  });
});
test.describe.configure({ mode: 'serial' });
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notices = (page: Page) => page.getByRole('region', { name: 'Notices' });
const marked = (page: Page) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Rules the rules file cannot be used' });

test('a file that breaks is told on an open page and marked at Rules; the line leads there, and mending the file ends both', async ({
  browser,
}) => {
  const page = await practice.open(browser, { path: '/devices' });
  await expect(page.getByRole('link', { name: 'Rules', exact: true })).toBeVisible();
  writeFileSync(file, BAD);
  await expect(notices(page)).toContainText(
    /The rules file is not valid, since \d.*The last good rules stay in force; a rule that is wrong/,
    {
      timeout: PATIENCE_MS,
    },
  );
  await expect(marked(page)).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  await notices(page).getByRole('link', { name: 'See what is wrong' }).click();
  await expect(page.getByRole('region', { name: 'Rules file' })).toContainText(/reed/);
  // The page of the rules says it once, with its faults.
  await expect(notices(page)).not.toContainText('rules file');
  await expect(marked(page)).toBeVisible();
  writeFileSync(file, GOOD);
  await expect(marked(page)).toHaveCount(0, { timeout: PATIENCE_MS });
});

test('every page says it, also on a phone, and none is wider than it', async ({ browser }) => {
  writeFileSync(file, BAD);
  const page = await practice.open(browser, { path: '/', viewport: PHONE });
  for (const [path] of PAGES.filter(([path]) => path !== '/rules')) {
    await page.goto(path);
    await expect(notices(page)).toContainText('The rules file is not valid', { timeout: PATIENCE_MS });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  }
  writeFileSync(file, GOOD);
  await expect(notices(page)).not.toContainText('The rules file', { timeout: PATIENCE_MS });
});

// A record that was lost is told before anybody signs in, and once on each page after; the chain says what was walked of it.
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { headsIn } from '../../lib/audit/heads.ts';
import { practiceFolder } from '../../lib/practice/choice.ts';
import { startConsole, type TestConsole } from '../gateways/console.ts';
import { breaches, PHONE } from './support.ts';

let target: TestConsole;
test.beforeAll(async () => {
  target = await startConsole({ gateway: { stateDir: '', configPath: '', home: '' }, env: { GATEHOUSE_PRACTICE: '1' }, bare: true });
  await target.stop();
  truncateSync(join(practiceFolder(target.dataDir), 'gatehouse.db'), 0);
  await target.start();
});
test.afterAll(() => target.dispose());

test('a lost record is told at the door, a link that was opened still works, and the words of the stop stand once on a page', async ({
  browser,
}) => {
  const context = await browser.newContext({ baseURL: target.origin, viewport: PHONE, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const link = /http\S+set-up#\S+/.exec(target.output())?.[0] ?? '';
  const LOST = 'The record was lost or damaged';

  await page.goto('/sign-in');
  await expect(page.getByText(LOST)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy the command npm run gatehouse -- backups' })).toBeVisible();
  expect(await breaches(page)).toEqual([]);

  await page.goto(link);
  await expect(page.getByText(LOST)).toBeVisible();
  await expect(page.getByText('Who will run this console?')).toBeVisible();
  expect(page.url()).not.toContain('#');
  await page.reload();
  await expect(page.getByText('Open the same link again')).toBeVisible();
  expect(await breaches(page)).toEqual([]);
  await page.goto(link);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Password', { exact: true }).fill('a few words of Ada');
  await page.getByRole('button', { name: 'Start' }).click();

  const notices = page.getByRole('region', { name: 'Notices' });
  await expect(notices).toContainText('Automation is suspended');
  await page.goto('/rules');
  const automation = page.getByRole('region', { name: 'Automation' });
  await expect(automation).toContainText('Cause: the record of decisions was lost');
  await expect(page.locator('[data-guard="automation-off"]')).toContainText('the notice at the top says why');
  await expect(page.getByText(/moved aside/)).toHaveCount(1);

  await page.goto('/activity');
  await page.getByRole('button', { name: /^Chain (holds to row [\d,]+|not walked yet)$/ }).click();
  await expect(page.getByText(/came later and (is|are) not walked yet/)).toBeVisible();
  const line = (await page.getByText(/^audit head /).textContent()) ?? '';
  expect(headsIn(line)).toEqual([{ at: expect.any(String), rows: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(line).toMatch(/^audit head \S+Z rows=\d+ hash=[0-9a-f]{64}$/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  expect(await breaches(page)).toEqual([]);

  await page.goto('/rules');
  await automation.getByRole('switch', { name: 'Automation' }).click();
  await expect(automation).toContainText('Automation on');
  const other = await (await browser.newContext({ baseURL: target.origin })).newPage();
  await other.goto('/sign-in');
  await expect(other.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await expect(other.getByText(LOST)).toBeHidden();
  await other.context().close();
  await context.close();
});

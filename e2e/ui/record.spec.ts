// A record that was lost is told once on each page, a link that was opened works on, and the head of the record can be taken whole.
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

test('with a lost record a link that was opened still works, and the words of the stop stand once on a page', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: target.origin, viewport: PHONE, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const link = /http\S+set-up#\S+/.exec(target.output())?.[0] ?? '';
  await page.goto(link);
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
  await page.getByRole('button', { name: /^Chain (held|holds to row [\d,]+|not walked yet)$/ }).click();
  const line = (await page.getByText(/^audit head /).textContent()) ?? '';
  expect(headsIn(line)).toEqual([{ at: expect.any(String), rows: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(line).toMatch(/^audit head \S+Z rows=\d+ hash=[0-9a-f]{64}$/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  expect(await breaches(page)).toEqual([]);

  await page.goto('/rules');
  await automation.getByRole('switch', { name: 'Automation' }).click();
  await expect(automation).toContainText('Automation on');
  await context.close();
});

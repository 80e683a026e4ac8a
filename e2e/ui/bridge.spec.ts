// The live link of a page: what is lost is said, and it comes back by itself when the console is back.
import { expect, test } from '@playwright/test';
import { allWait, practiceConsole } from './support.ts';

const practice = practiceConsole();

test('a console that goes shows as reconnecting; when it is back the page is live again, with what waits now', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', provoked: /WebSocket|ERR_CONNECTION|Failed to load/ });
  await allWait(practice.console());
  const bar = page.getByRole('banner');
  await expect(bar).toContainText('live');
  await expect(page.locator('article')).toHaveCount(5);
  await page.evaluate(() => {
    document.documentElement.dataset.loaded = 'once';
  });
  const before = await page.locator('article').evaluateAll((cards) => cards.map((card) => card.id));

  await practice.console().stop();
  await expect(bar).toContainText('reconnecting');
  await expect(bar).toContainText('stale since');
  await expect(page.locator('article')).toHaveCount(5);

  await practice.console().start();
  await expect(bar.getByText('reconnecting')).toBeHidden({ timeout: 30_000 });
  await expect(bar).toContainText('live');
  // The practice world starts over with keys of its own, so what waits now is not what waited before; the host's CLI keeps its key.
  await allWait(practice.console());
  const waiting = (await practice.console().api.pending()).map(({ deviceId }) => `device-${deviceId}`);
  await expect
    .poll(() => page.locator('article').evaluateAll((cards) => cards.map((card) => card.id).sort()), { timeout: 30_000 })
    .toEqual(waiting.sort());
  expect(before).not.toEqual(waiting);
  expect(await page.evaluate(() => document.documentElement.dataset.loaded)).toBe('once');
});

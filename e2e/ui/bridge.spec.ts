// The live link of a page: what is lost is said, and it comes back by itself when the console is back.
import { expect, type Page, test } from '@playwright/test';
import { PATIENCE_MS, practiceConsole } from './support.ts';

const practice = practiceConsole();

const cardsOn = (page: Page) => page.locator('article').evaluateAll((cards) => cards.map((card) => card.id).sort());
const waiting = async () => (await practice.console().api.pending()).map(({ deviceId }) => `device-${deviceId}`).sort();

test('a console that goes shows as reconnecting; when it is back the page is live again, with what waits now', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', provoked: /WebSocket|ERR_CONNECTION|Failed to load/ });
  const bar = page.getByRole('banner');
  await expect(bar).toContainText('live');
  await expect.poll(async () => (await cardsOn(page)).length, { timeout: PATIENCE_MS }).toBeGreaterThan(2);
  await page.evaluate(() => {
    document.documentElement.dataset.loaded = 'once';
  });

  await practice.console().stop();
  await expect(bar).toContainText('reconnecting');
  await expect(bar).toContainText('stale since');
  const before = await cardsOn(page);
  expect(before.length).toBeGreaterThan(2);

  await practice.console().start();
  await expect(bar.getByText('reconnecting')).toBeHidden({ timeout: PATIENCE_MS });
  await expect(bar).toContainText('live');
  // The practice world starts over with keys of its own, so other devices wait now; those of before are gone from the page.
  await expect
    .poll(
      async () => {
        const [here, there] = [await cardsOn(page), await waiting()];
        return { same: JSON.stringify(here) === JSON.stringify(there), enough: there.some((id) => !before.includes(id)) };
      },
      { timeout: PATIENCE_MS },
    )
    .toEqual({ same: true, enough: true });
  expect(await page.evaluate(() => document.documentElement.dataset.loaded)).toBe('once');
});

// The live link of a page: what is lost is said; a console that comes back wants a new sign-in, because sessions end with the process.
import { expect, type Page, test, type WebSocketRoute } from '@playwright/test';
import { PATIENCE_MS, practiceConsole } from './support.ts';

const practice = practiceConsole();

const cardsOn = (page: Page) => page.locator('article').evaluateAll((cards) => cards.map((card) => card.id).sort());
const waiting = async () => (await practice.console().api.pending()).map(({ deviceId }) => `device-${deviceId}`).sort();

test('a bridge that breaks while the console stays is taken up again by itself, without loading the page', async ({ browser }) => {
  const page = await practice.open(browser);
  const bridges: WebSocketRoute[] = [];
  await page.routeWebSocket('**/bridge', (bridge) => {
    bridge.connectToServer();
    bridges.push(bridge);
  });
  await page.goto('/');
  const bar = page.getByRole('banner');
  await expect(bar).toContainText('live');
  await page.evaluate(() => {
    document.documentElement.dataset.loaded = 'once';
  });
  await Promise.all(bridges.map((bridge) => bridge.close({ code: 1011 })));
  await expect.poll(() => bridges.length).toBe(2);
  await expect(bar).toContainText('live');
  await expect
    .poll(async () => JSON.stringify(await cardsOn(page)) === JSON.stringify(await waiting()), { timeout: PATIENCE_MS })
    .toBe(true);
  expect(await page.evaluate(() => document.documentElement.dataset.loaded)).toBe('once');
});

// The last of this file: the browsers that were signed in before are not after it.
test('a restart of the console ends the session, the page says so, and after another link it shows what waits now', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', provoked: /WebSocket|ERR_CONNECTION|Failed to load/ });
  const bar = page.getByRole('banner');
  await expect(bar).toContainText('live');
  await expect.poll(async () => (await cardsOn(page)).length, { timeout: PATIENCE_MS }).toBeGreaterThan(2);

  await practice.console().stop();
  await expect(bar).toContainText('reconnecting');
  await expect(bar).toContainText('stale since');
  const before = await cardsOn(page);
  expect(before.length).toBeGreaterThan(2);

  await practice.console().start();
  await expect(page).toHaveURL(/\/sign-in$/, { timeout: PATIENCE_MS });
  const ended = page.getByText('Signed out: the console was restarted or the session ended.');
  await expect(ended).toBeVisible();
  await page.reload();
  await expect(ended).toBeVisible();

  await page.goto(await practice.link());
  await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
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

  // Whoever is signed in already has no business on the sign-in page.
  await page.goto('/sign-in');
  await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
});

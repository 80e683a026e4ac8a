// The door in a real browser: a link works once, a cookie alone is worth nothing, and signing out ends everything of the session.
import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import WebSocket from 'ws';
import { EVERY_PAGE, KEY_NAME, PATIENCE_MS, practiceConsole } from './support.ts';

const practice = practiceConsole();

// The browser writes a line of its own for every refused call.
const REFUSED = /status of (401|404)|WebSocket connection/;

test('a link signs in once; the second time the page names the problem, its code and the way to another link', async ({ browser }) => {
  const link = await practice.link();
  const first = await practice.open(browser, { signedOut: true, path: link });
  await expect(first.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
  expect(new URL(first.url()).hash).toBe('');
  const second = await practice.open(browser, { signedOut: true, path: link, provoked: REFUSED });
  const problem = second.getByRole('alert').filter({ hasText: 'link-spent' });
  await expect(problem).toContainText('This sign-in link does not work any more');
  await expect(problem).toContainText('link-spent');
  await expect(second.getByRole('button', { name: /Copy the command npm run gatehouse -- link/ })).toBeVisible();
  expect(second.url()).not.toContain('#');
  expect(await second.evaluate((name) => window.localStorage.getItem(name), KEY_NAME)).toBeNull();
});

test('without a session every page leads to sign-in', async ({ browser }) => {
  const page = await practice.open(browser, { signedOut: true });
  for (const [path] of EVERY_PAGE) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in$/);
  }
  await expect(page.getByText('A link of the terminal signs in once')).toBeVisible();
});

test('the cookie without its second secret shows sign-in', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/', provoked: REFUSED });
  await expect(page.locator('article').first()).toBeVisible({ timeout: PATIENCE_MS });
  await page.evaluate((name) => window.localStorage.removeItem(name), KEY_NAME);
  await page.goto('/devices');
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('what the server renders for a cookie alone holds no data', async ({ browser }) => {
  const page = await practice.open(browser);
  const { api } = practice.console();
  await expect.poll(async () => (await api.pending()).length, { timeout: PATIENCE_MS }).toBeGreaterThan(1);
  const devices = await api.devices();
  const requests = await api.pending();
  const gateways = await api.gateways();
  const secrets = [
    ...devices.map((d) => d.deviceId),
    ...requests.flatMap((r) => [r.deviceId, r.requestId]),
    ...gateways.map((g) => String(g.name)),
  ];
  for (const [path] of EVERY_PAGE) {
    const html = await (await page.request.get(path)).text();
    expect(html).toContain('<html');
    expect(secrets.filter((secret) => html.includes(secret))).toEqual([]);
  }
});

test('signing out closes the bridge, ends the session for the API and goes to sign-in', async ({ browser }) => {
  const page = await practice.open(browser, { signedOut: true, provoked: REFUSED });
  await page.goto(await practice.link());
  await expect(page.getByText('Practice gateway.')).toBeVisible();
  const key = await page.evaluate((name) => window.localStorage.getItem(name), KEY_NAME);
  const asked = () => page.request.get('/api/v1/overview', { headers: { 'X-Gatehouse-Key': key ?? '' } });
  const cookies = await page.context().cookies();
  expect((await asked()).status()).toBe(200);
  // A bridge of the same session beside the page's own, whose end no navigation of the browser can hide.
  const { origin } = practice.console();
  const bridge = new WebSocket(`${origin.replace(/^http/, 'ws')}/bridge`, ['gatehouse.v1', `key.${key ?? ''}`], {
    headers: { Origin: origin, Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
  });
  await once(bridge, 'open');
  const closed = once(bridge, 'close');

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a command' }).fill('sign out');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/sign-in$/);
  expect((await closed)[0]).toBe(4001);
  // The browser dropped its cookie; an old copy of both secrets is worth nothing either.
  await page.context().addCookies(cookies);
  expect((await asked()).status()).toBe(401);
});

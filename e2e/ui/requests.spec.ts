// The home page: what waits arrives by itself, a card says what is asked, and a decision shows what really happened.
import { expect, test } from '@playwright/test';
import { cardOf, foldsIntoLately, lately, PATIENCE_MS, practiceConsole } from './support.ts';

const practice = practiceConsole();
test.describe.configure({ mode: 'serial' });

test('a request that comes in is on screen by itself, on a page that is never loaded again', async ({ browser }) => {
  const page = await practice.open(browser);
  const frames: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
  await page.goto('/');
  await expect(page.locator('article').first()).toBeVisible({ timeout: PATIENCE_MS });
  await page.evaluate(() => {
    document.documentElement.dataset.loaded = 'once';
  });
  const seen = frames.length;
  const shown = async () => {
    const came = frames.slice(seen).flatMap((frame) => /"topic":"requests","op":"set".*?"requestId":"([^"]+)"/.exec(frame)?.[1] ?? []);
    const cards = await page.locator('article').evaluateAll((all) => all.map((card) => card.getAttribute('data-request')));
    return came.some((id) => cards.includes(id));
  };
  await expect.poll(shown, { timeout: PATIENCE_MS }).toBe(true);
  expect(await page.evaluate(() => document.documentElement.dataset.loaded)).toBe('once');
});

test('a request that somebody else decides shows their decision and ends here too', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const { api } = practice.console();
  const report = await cardOf(page, /Nightly report/);
  const waiting = async () => (await api.pending()).find((request) => request.displayName === 'Nightly report');
  await expect
    .poll(
      async () => {
        const request = await waiting();
        return request === undefined ? 'gone' : (await api.reject(request)).status;
      },
      { timeout: PATIENCE_MS },
    )
    .toBe(200);
  await expect(report).toContainText('Rejected.');
  await expect(report).toContainText('The device keeps what it held.');
  await foldsIntoLately(page, report, /rejected Nightly report .* by the API token/);
});

test('a card says who wants what, why it is held, where it came from, how often it tried and how long it waits', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const card = await cardOf(page, /^cli on linux wants admin/);
  await expect(card).toContainText('scope upgrade');
  await expect(card.getByRole('link', { name: /^refused (once|\d+ times)/ })).toBeVisible();
  await expect(card).toContainText(/\d:\d\d left/);
  await expect(card).toContainText(/No rule is switched on/);
  await card.getByRole('button', { name: 'evidence' }).click();
  await expect(card.getByRole('listitem').filter({ hasText: 'Signed by the gateway’s own key' })).toBeVisible();
});

test('a fact opens to the records it stands on, as the gateway wrote them', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const card = await cardOf(page, /^cli on linux wants admin/);
  await card.getByRole('button', { name: 'evidence' }).click();
  await card
    .getByRole('button', { name: /^\d+ records? behind/ })
    .first()
    .click();
  await expect(card.locator('pre').first()).toContainText(/closed before connect conn=|device access upgrade requested/);
  await expect(card.getByRole('button', { name: /^Copy record 1 behind/ }).first()).toBeVisible();
});

test('a card shows has and asks, and marks what is new by a word, not by colour alone', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const card = await cardOf(page, /^cli on linux wants admin/);
  const diff = card.getByRole('heading', { name: 'Has, asks' }).locator('..');
  await expect(diff.getByRole('img', { name: 'asks for' })).toBeVisible();
  await expect(diff.getByRole('button', { name: /^read ?,/ }).first()).toBeVisible();
  for (const scope of ['write', 'approvals', 'pairing', 'talk.secrets', 'admin'])
    await expect(diff.getByRole('button', { name: new RegExp(`^\\+ ${scope.replace('.', '\\.')} ?, what it allows$`) })).toBeVisible();
  await expect(diff.getByRole('button', { name: '+ read' })).toHaveCount(0);
  await diff.getByRole('button', { name: /^\+ admin ?,/ }).click();
  await expect(diff.getByText('Everything: settings, updates, devices and all other scopes.')).toBeVisible();
});

test('admin takes a second press, which names it again; the answer comes from the gateway and folds into Lately', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const { api } = practice.console();
  const card = await cardOf(page, /^cli on linux wants admin/);
  const first = card.getByRole('button', { name: /^Approve admin and 4 more: .*admin, for cli [0-9a-f]{8}$/ });
  await first.click();
  await expect(card.getByRole('status').filter({ hasText: 'This gives' })).toContainText('admin');
  expect((await api.decided()).some(({ action }) => action === 'approve')).toBe(false);
  await card.getByRole('button', { name: 'Not now' }).click();
  await expect(first).toBeVisible();

  await first.click();
  await card.getByRole('button', { name: /^Press again: Approve admin and 4 more/ }).click();
  await expect(card).toContainText(/Approved\..*It now holds read, write, .*admin/);
  await foldsIntoLately(page, card, /approved cli .* by operator/);
  const device = (await api.devices()).find(({ scopes }) => scopes.includes('operator.admin') && scopes.includes('operator.talk.secrets'));
  expect(device).toBeDefined();
});

test('node commands take a second press; Escape steps back from it', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const card = await cardOf(page, /wants to pair with the role node/);
  const first = card.getByRole('button', { name: /^Approve node/ });
  await first.click();
  await expect(card.getByRole('button', { name: /^Press again: Approve node/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(first).toBeVisible();
  // Nothing was asked of the gateway: the request still waits there.
  expect((await practice.console().api.pending()).some(({ roles }) => roles.includes('node'))).toBe(true);
});

test('the keys move between cards, show evidence, approve and reject', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const desk = await cardOf(page, /^Chrome on the desk .* wants write/);
  const phone = await cardOf(page, /Maya's phone .* wants/);
  const focused = page.locator('article:focus');
  await page.keyboard.press('j');
  await expect(focused).toHaveCount(1);
  const top = await focused.getAttribute('id');
  await page.keyboard.press('j');
  await expect.poll(() => focused.getAttribute('id')).not.toBe(top);
  await page.keyboard.press('k');
  await expect.poll(() => focused.getAttribute('id')).toBe(top);

  await desk.focus();
  const evidence = desk.getByRole('button', { name: 'evidence' });
  await page.keyboard.press('e');
  await expect(evidence).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('e');
  await expect(evidence).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('a');
  await expect(desk).toContainText(/Approved\..*It now holds read, write/);
  await phone.focus();
  await page.keyboard.press('r');
  await expect(phone).toContainText('Rejected.');
  await expect(lately(page).getByRole('button', { name: /approved Chrome on the desk .* by operator/ })).toBeVisible({
    timeout: PATIENCE_MS,
  });
});

// A permit window that does what it is for. In a world of its own, asked right after it was proven: each later try of the practice CLI
// is one more socket that a busy machine may miss, and what was missed is rightly held.
import { expect, type Page, test } from '@playwright/test';
import { cardOf, foldsIntoLately, PATIENCE_MS, practiceConsole, startProven } from './support.ts';

const practice = practiceConsole(startProven);
const strip = (page: Page) => page.getByRole('region', { name: 'Permit windows' });
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Open a window' });

test('a window for the device that waits approves its one request by itself, and says so wherever that is shown', async ({ browser }) => {
  const page = await practice.open(browser, { path: '/' });
  const card = await cardOf(page, /^cli on linux wants admin/);
  await card.getByRole('button', { name: /^Open a window for cli/ }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel(/To confirm, type/).fill('admin pairing approvals talk.secrets');
  await dialog.getByRole('button', { name: 'Open the window' }).click();
  // A try that is under way at that moment is judged first.
  await expect(strip(page)).toContainText(/Window used, for cli/, { timeout: PATIENCE_MS });
  await foldsIntoLately(page, card, /approved cli .* by the permit window/);
  const { api } = practice.console();
  const [newest] = (await api.decided()).filter(({ action }) => action === 'approve');
  expect(newest?.state).toBe('approved');
  await page.goto('/activity');
  for (const text of ['permit window', 'Approved.'])
    await expect(page.getByRole('listitem').filter({ hasText: text }).first()).toBeVisible();
});

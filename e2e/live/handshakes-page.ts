// The Handshakes page as a person uses it: rows, the panel beside them, and the controls above.
import { expect, type Locator, type Page } from '@playwright/test';
import type { HandshakeQuery, HandshakeSeen } from '../gateways/api.ts';

export type LogPage = {
  /** The row under which an attempt, or a run with this newest attempt, is shown. */
  rowOf: (row: HandshakeSeen) => Locator;
  rows: Locator;
  panel: Locator;
};

/** Opens the log with these filters in the address and waits until it has read its rows. */
export async function openLog(page: Page, origin: string, query: HandshakeQuery = {}): Promise<LogPage> {
  await page.goto(`${origin}/handshakes?${new URLSearchParams(query)}`);
  await expect(page.getByRole('heading', { name: 'Handshakes', level: 1 })).toBeVisible();
  const rows = page.locator('[data-handshake]');
  return {
    rows,
    panel: page.getByRole('complementary').last(),
    rowOf: ({ id }) => page.locator(`[data-handshake="${id}"]`),
  };
}

// The handshake log over a real 2026.4.14: every cause that a caller can provoke, and what the log promises beyond causes.
import { test } from '@playwright/test';
import { keepsItsPromises } from './handshakes.ts';
import { EVERYWHERE, ONLY_OLDEST } from './handshakes-cases.ts';
import { OLDEST, versionsUnderTest } from './scene.ts';

test.describe('the handshake log on 2026.4.14', () => {
  test.skip(!versionsUnderTest().includes(OLDEST), `${OLDEST} is not among the gateways of this run`);
  // Wide enough for the panel to stand beside the list.
  test.use({ viewport: { width: 1440, height: 900 } });

  test('each attempt is explained, loops are one row, and nothing is lost', async ({ page }) => {
    test.setTimeout(300_000);
    await keepsItsPromises(page, OLDEST, [...EVERYWHERE, ...ONLY_OLDEST]);
  });
});

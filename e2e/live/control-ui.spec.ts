// The gateway's own Control UI as a new device: it waits on its approve page and gets in by itself once Gatehouse approved it.
import { expect, test } from '@playwright/test';
import { until } from '../gateways/until.ts';
import { holds, NEWEST, onStage, settledRequest, versionsUnderTest, watch } from './scene.ts';

test.skip(!versionsUnderTest().includes(NEWEST), `${NEWEST} is not among the gateways of this run`);

test('the Control UI in a fresh profile waits for its approval and then gets in by itself', async ({ browser }) => {
  await onStage({ version: NEWEST }, async (stage) => {
    const scene = await watch(stage);
    const profile = await browser.newContext();
    const page = await profile.newPage();
    await page.goto(`http://127.0.0.1:${stage.gateway.port}/#token=${stage.gateway.token}`);
    await expect(page.getByText('Approve this browser')).toBeVisible({ timeout: 30_000 });

    const shown = await until('the Control UI among the requests', async () =>
      (await scene.console.api.pending()).find((r) => r.clientId === 'openclaw-control-ui'),
    );
    const seen = await settledRequest(scene, shown);
    expect(seen.reason).toBe('new-device');
    expect(seen.verdict.kind).toBe('hold');
    await expect(page.getByText(seen.requestId).first()).toBeVisible();

    const answer = await scene.console.api.approve(seen);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    await holds(stage, seen.deviceId, seen.scopes, scene);
    await expect(page.getByText('Approve this browser')).toBeHidden({ timeout: 30_000 });
    await expect(page.getByRole('link', { name: 'Devices' }).first()).toBeVisible({ timeout: 30_000 });
    const row = await until('the Control UI connected', async () => {
      const found = await stage.admin.paired(seen.deviceId);
      return found?.connected ? found : undefined;
    });
    expect(row.publicKey).toBe(seen.publicKey);
    await profile.close();
  });
});

// What goes wrong in a bulk of acts on a real gateway, each told apart for its device: changed by somebody else in between, gone in
// between, gone before, and a gateway that gives the console too little. Nothing is asked twice and nothing is lost.
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { loadConsoleKey } from '../../lib/gateway/keys.ts';
import { CONSOLE_SCOPES } from '../../lib/gateway/scopes.ts';
import { openVault } from '../../lib/secrets/vault.ts';
import { readSettings } from '../../lib/settings.ts';
import { pair } from '../gateways/admin.ts';
import type { TestDevice } from '../gateways/client.ts';
import { signIn } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { knownDevice, onStage, READ, READ_WRITE, type Stage, versionsUnderTest, watch } from './scene.ts';
import { startWeaker } from './weaker.ts';

const item = z.looseObject({
  act: z.string(),
  gateway: z.string(),
  deviceId: z.string(),
  publicKey: z.string(),
  rowCreatedAtMs: z.number(),
  holds: z.array(z.string()),
  role: z.string().optional(),
  tokenScopes: z.array(z.string()).optional(),
  needsConfirm: z.string().optional(),
  impossible: z.string().optional(),
});
const plan = z.looseObject({ items: z.array(item), gone: z.array(z.looseObject({ deviceId: z.string() })) });
const act = z.looseObject({ deviceId: z.string(), act: z.string(), state: z.string(), outcome: z.string() });
const acts = z.looseObject({ items: z.array(act) });
const refusal = z.looseObject({ code: z.string(), detail: z.string() });
const asked = z.looseObject({ deviceId: z.string() });

type Item = z.infer<typeof item>;

const LITTLE = ['operator.read', 'operator.pairing'];
const TOO_LITTLE = 'The console itself holds too little on this gateway.';

const operatorToken = async ({ admin }: Stage, { deviceId }: TestDevice) =>
  (await admin.paired(deviceId))?.tokens.find(({ role }) => role === 'operator');

async function paired(stage: Stage, name: string, scopes: string[]): Promise<TestDevice> {
  const device = stage.device(name);
  await pair(device, stage.admin, scopes);
  return device;
}

for (const version of versionsUnderTest()) {
  test(`${version}: many revoked in a browser: one changed and one removed by somebody else in between, and one gone before, each told apart`, async ({
    page,
  }) => {
    await onStage({ version }, async (stage) => {
      await paired(stage, 'spare admin', [...READ_WRITE, 'operator.admin']);
      const first = await paired(stage, 'bulk first', READ_WRITE);
      const changed = await paired(stage, 'bulk changed', READ_WRITE);
      const gone = await paired(stage, 'bulk removed', READ_WRITE);
      const last = await paired(stage, 'bulk last', READ_WRITE);
      const before = await paired(stage, 'bulk gone before', READ_WRITE);
      const scene = await watch(stage);
      const { api, origin } = scene.console;
      await page.setViewportSize({ width: 1400, height: 900 });
      await signIn(page, scene.console);
      await page.goto(`${origin}/devices?text=bulk`);
      for (const { deviceId } of [first, changed, gone, last, before])
        await page.getByRole('checkbox', { name: new RegExp(`^Select bulk .* ${deviceId.slice(0, 8)}`) }).check();

      // Between the selection and the preview: the list of this browser still shows it.
      await page.route('**/api/v1/device-acts/plan', async (route) => {
        if ((await stage.admin.paired(before.deviceId)) !== undefined) await stage.admin.remove(before.deviceId);
        await route.continue();
      });
      // Between the preview and the device's turn: somebody else is faster.
      const turns: string[] = [];
      await page.route('**/api/v1/device-acts', async (route) => {
        const { deviceId } = asked.parse(route.request().postDataJSON());
        turns.push(deviceId);
        if (deviceId === changed.deviceId) await stage.admin.request('device.token.rotate', { deviceId, role: 'operator', scopes: READ });
        if (deviceId === gone.deviceId) await stage.admin.remove(deviceId);
        await route.continue();
      });
      await page.getByRole('region', { name: 'Selected devices' }).getByRole('button', { name: 'Revoke tokens' }).click();
      const dialog = page.getByRole('dialog', { name: 'Revoke token' });
      await expect(dialog).toContainText('1 device that you chose: paired no more.');
      await dialog.getByRole('button', { name: 'Revoke 4 tokens' }).click();
      expect(turns, 'one press asks nothing').toEqual([]);
      await dialog.getByRole('button', { name: 'Press again: revoke 4 tokens' }).click();
      await expect(dialog).toContainText('2 of 4 lost the token. 2 were not asked.', { timeout: 40_000 });
      const rowOf = ({ deviceId }: TestDevice) => dialog.locator(`[data-act="${deviceId}"]`);
      await expect(rowOf(changed)).toContainText('changed meanwhile');
      await expect(rowOf(gone)).toContainText('gone meanwhile');
      for (const device of [first, last]) await expect(rowOf(device).locator('[data-outcome="done"]')).toBeVisible();

      expect([...turns].sort(), 'each once').toEqual([first, changed, gone, last].map(({ deviceId }) => deviceId).sort());
      for (const device of [first, last]) expect((await operatorToken(stage, device))?.revokedAtMs).toBeDefined();
      expect(await operatorToken(stage, changed)).toMatchObject({ scopes: READ });
      expect((await operatorToken(stage, changed))?.revokedAtMs, 'what was not seen is left alone').toBeUndefined();
      expect(await stage.admin.paired(gone.deviceId)).toBeUndefined();
      const kept = acts.parse((await api.call('GET', '/device-acts?limit=50')).body).items;
      expect(kept.map(({ deviceId, state }) => [deviceId, state]).sort(), 'what was not asked is no act').toEqual(
        [first, last].map(({ deviceId }) => [deviceId, 'done']).sort(),
      );
    });
  });

  test(`${version}: a gateway that gives the console too little: told as that for each device, nothing is done, and with all of it again it is`, async ({
    page,
  }) => {
    await onStage({ version }, async (stage) => {
      const weaker = await startWeaker(stage.gateway.url);
      stage.owns(weaker);
      await paired(stage, 'spare admin', [...READ_WRITE, 'operator.admin']);
      const devices = [await knownDevice(stage, 'weak one'), await paired(stage, 'weak two', READ_WRITE)];
      const scene = await watch(stage, { env: { GATEHOUSE_GATEWAY_URL: weaker.url, GATEHOUSE_GATEWAY_TOKEN: stage.gateway.token } });
      const { api, origin } = scene.console;
      const { dataDir } = scene.console;
      const { key } = readSettings({ GATEHOUSE_DATA_DIR: dataDir });
      const identity = loadConsoleKey(openVault({ folder: dataDir, source: key, tell: () => {} }));
      const planned = async () => {
        const body = { act: 'revoke', devices: devices.map(({ deviceId }) => ({ gateway: scene.id, deviceId })) };
        return plan.parse((await api.call('POST', '/device-acts/plan', body)).body).items;
      };
      const does = async (shown: Item) => {
        const { act: kind, gateway, deviceId, publicKey, rowCreatedAtMs, holds, role, tokenScopes, needsConfirm } = shown;
        const body = { act: kind, gateway, deviceId, publicKey, rowCreatedAtMs, holds, role, tokenScopes, confirm: needsConfirm };
        return api.call('POST', '/device-acts', body);
      };
      const liveWith = (missing: readonly string[]) =>
        until(
          `the console live, ${missing.length} scopes missing`,
          async () => {
            const [gateway] = await api.gateways();
            const seen = z.looseObject({ missingScopes: z.array(z.string()) }).parse(gateway).missingScopes;
            return gateway?.state === 'live' && String([...seen].sort()) === String([...missing].sort()) ? true : undefined;
          },
          30_000,
        );
      const shown = await planned();
      expect(shown.map(({ impossible }) => impossible)).toEqual([undefined, undefined]);
      await page.setViewportSize({ width: 1400, height: 900 });
      await signIn(page, scene.console);
      await page.goto(`${origin}/devices?text=weak`);
      for (const { deviceId } of devices)
        await page.getByRole('checkbox', { name: new RegExp(`^Select weak .* ${deviceId.slice(0, 8)}`) }).check();

      await test.step('while it runs: told for each, and nothing is left in doubt', async () => {
        let turns = 0;
        await page.route('**/api/v1/device-acts', async (route) => {
          turns += 1;
          if (turns === 1) {
            weaker.weaken(identity, LITTLE);
            await stage.admin.request('device.token.rotate', { deviceId: identity.deviceId, role: 'operator', scopes: LITTLE });
            await liveWith(['operator.admin', 'operator.approvals', 'operator.write']);
          }
          await route.continue();
        });
        await page.getByRole('region', { name: 'Selected devices' }).getByRole('button', { name: 'Revoke tokens' }).click();
        const dialog = page.getByRole('dialog', { name: 'Revoke token' });
        await dialog.getByRole('button', { name: 'Revoke 2 tokens' }).click();
        await dialog.getByRole('button', { name: 'Press again: revoke 2 tokens' }).click();
        await expect(dialog).toContainText('0 of 2 lost the token. 2 were not asked.', { timeout: 40_000 });
        for (const { deviceId } of devices)
          await expect(dialog.locator(`[data-act="${deviceId}"]`)).toContainText(`the console holds too little. ${TOO_LITTLE}`);
        expect(turns).toBe(2);
        await page.keyboard.press('Escape');
      });

      await test.step('before it is begun: in the plan, and to a script', async () => {
        for (const seen of shown) {
          const answer = await does(seen);
          expect(answer.status, JSON.stringify(answer.body)).toBe(502);
          expect(refusal.parse(answer.body)).toMatchObject({ code: 'gateway-limited', detail: TOO_LITTLE });
        }
        expect((await planned()).map(({ impossible }) => impossible)).toEqual([TOO_LITTLE, TOO_LITTLE]);
        for (const device of devices) expect((await operatorToken(stage, device))?.revokedAtMs).toBeUndefined();
        expect(acts.parse((await api.call('GET', '/device-acts?limit=50')).body).items, 'what was not asked is no act').toEqual([]);
      });

      await test.step('with all of its scopes again', async () => {
        weaker.weaken(identity, CONSOLE_SCOPES);
        await liveWith([]);
        for (const seen of await planned()) expect(act.parse((await does(seen)).body)).toMatchObject({ state: 'done' });
        for (const device of devices) expect((await operatorToken(stage, device))?.revokedAtMs).toBeDefined();
      });
    });
  });
}

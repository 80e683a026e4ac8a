// What is odd about devices of real gateways, each made on purpose by real clients, read in a browser with its fix, and gone once mended.
import { expect, type Page, test } from '@playwright/test';
import { pair } from '../gateways/admin.ts';
import type { Attempt, TestDevice } from '../gateways/client.ts';
import { signIn } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import {
  knownDevice,
  OLDEST,
  onStage,
  READ,
  READ_WRITE,
  refusedForPairing,
  type Stage,
  settledRequest,
  versionsUnderTest,
  type Watch,
  watch,
} from './scene.ts';

const FROM_ELSEWHERE = { headers: { 'x-forwarded-for': '203.0.113.7' } };
const FOUND_WITHIN_MS = 40_000;
/** An approval that comes no later than this after the pairing could be the pairing itself. */
const APART_MS = 5500;

function tokenIn(attempt: Attempt): string {
  const token = attempt.ok ? attempt.hello.auth?.deviceToken : undefined;
  if (token === undefined) throw new Error('the gateway handed out no device token');
  return token;
}

/** Waits until so much time lies between a moment of the gateway and now: nothing announces that. */
const after = (ms: number) => until('enough time between two moments', () => (Date.now() > ms ? true : undefined));

/** The panel of a device, opened by its address. */
async function panelOf(page: Page, { console: started, id }: Watch, { deviceId }: TestDevice, name: string) {
  await page.goto(`${started.origin}/devices?device=${encodeURIComponent(`${id}/${deviceId}`)}`);
  return page.getByRole('complementary', { name });
}

const refusedForItsToken = async (device: TestDevice, over: Parameters<TestDevice['attempt']>[0]) => {
  const attempt = await device.attempt(over);
  expect(attempt.ok, 'its old device token is dead').toBe(false);
  expect(attempt.ok || attempt.requestId, 'nothing waits for it').toBeUndefined();
};

/** Pairs a client, lets it keep its device token, and approves more for it: the token that it keeps is replaced by that. */
async function approvedMore(stage: Stage, scene: Watch, device: TestDevice, from: Parameters<TestDevice['attempt']>[0]): Promise<string> {
  const kept = tokenIn(await device.attempt({ ...from, scopes: READ }));
  const row = await stage.admin.paired(device.deviceId);
  await after((row?.createdAtMs ?? 0) + APART_MS);
  await refusedForPairing(device, { ...from, scopes: READ_WRITE });
  const approved = await scene.console.api.approve(await settledRequest(scene, device));
  expect(approved.status, JSON.stringify(approved.body)).toBe(200);
  return kept;
}

for (const version of versionsUnderTest()) {
  test(`${version}: approved, but refused since: shown with its fix, and gone once the client connected with the shared secret`, async ({
    page,
  }) => {
    await onStage({ version, config: { gateway: { trustedProxies: ['127.0.0.1'] } } }, async (stage) => {
      const near = await knownDevice(stage, 'desk client');
      const far = stage.device('far client');
      const other = await knownDevice(stage, 'another client');
      await refusedForPairing(far, { ...FROM_ELSEWHERE, scopes: READ });
      await stage.admin.approve((await stage.admin.pending(far.deviceId))?.requestId ?? '');
      const scene = await watch(stage);
      await page.setViewportSize({ width: 1400, height: 900 });
      await signIn(page, scene.console);

      for (const { device, from, name } of [
        { device: near, from: {}, name: 'desk client' },
        { device: far, from: FROM_ELSEWHERE, name: 'far client' },
      ])
        await test.step(name, async () => {
          const kept = await approvedMore(stage, scene, device, from);
          const panel = await panelOf(page, scene, device, name);
          await expect(panel.getByRole('region', { name: 'What it may do' })).toContainText('write');
          const finding = panel.locator('[data-finding="looping-after-approval"]');
          await expect(finding, 'an approval alone is nothing odd').toHaveCount(0);
          await refusedForItsToken(device, { ...from, scopes: READ, auth: { deviceToken: kept } });
          await expect(finding).toContainText('Approved, but refused since', { timeout: FOUND_WITHIN_MS });
          await expect(finding).toContainText('it is probably this device');
          const fixes = finding.getByRole('list', { name: /^What mends it/ }).getByRole('listitem');
          await expect(fixes.first()).toContainText('Let it connect once with the shared secret · harms nothing');
          await expect(fixes.last()).toContainText('it is paired no more');

          const row = await stage.admin.paired(device.deviceId);
          await after((row?.approvedAtMs ?? 0) + APART_MS);
          const fresh = tokenIn(await device.attempt({ ...from, scopes: READ_WRITE }));
          expect((await device.attempt({ ...from, scopes: READ_WRITE, auth: { deviceToken: fresh } })).ok).toBe(true);
          await expect(finding, 'the least harmful fix mends it').toHaveCount(0, { timeout: FOUND_WITHIN_MS });
        });

      const untouched = await panelOf(page, scene, other, 'another client');
      await expect(untouched.getByRole('region', { name: 'Its story' })).toBeVisible();
      await expect(untouched.locator('[data-finding="looping-after-approval"]')).toHaveCount(0);
    });
  });

  test(`${version}: a platform that changed: shown with the request that waits, and gone once that is approved`, async ({ page }) => {
    await onStage({ version }, async (stage) => {
      const device = await knownDevice(stage, 'updated client');
      const scene = await watch(stage);
      await page.setViewportSize({ width: 1400, height: 900 });
      const person = await signIn(page, scene.console);
      const panel = await panelOf(page, scene, device, 'updated client');
      const finding = panel.locator('[data-finding="platform-changed"]');
      await expect(panel.getByRole('region', { name: 'What it may do' })).toBeVisible();
      await expect(finding).toHaveCount(0);
      await refusedForPairing(device, { scopes: READ, platform: 'darwin', deviceFamily: 'Mac' });
      await expect(finding).toContainText('It is paired as linux and now says darwin, Mac.', { timeout: FOUND_WITHIN_MS });
      await expect(finding).toContainText('another machine with a copied key');
      await expect(finding.getByText('Approve the change')).toBeVisible();
      expect((await device.attempt({ scopes: READ })).ok, 'as it was it is let in').toBe(true);

      await finding.getByRole('link', { name: 'To the requests' }).click();
      await expect(page.getByRole('article').filter({ hasText: device.deviceId.slice(0, 8) })).toBeVisible();
      expect((await person.approve(await settledRequest(scene, device))).status).toBe(200);
      expect((await stage.admin.paired(device.deviceId))?.platform).toBe('darwin');
      const mended = await panelOf(page, scene, device, 'updated client');
      await expect(mended.getByText('darwin, Mac')).toBeVisible();
      await expect(mended.locator('[data-finding="platform-changed"]')).toHaveCount(0, { timeout: FOUND_WITHIN_MS });
      expect((await device.attempt({ scopes: READ, platform: 'darwin', deviceFamily: 'Mac' })).ok).toBe(true);
    });
  });

  test(`${version}: one client with two keys: each shows it, the one in use is named where the gateway tells, and one taken back ends it`, async ({
    page,
  }) => {
    await onStage({ version }, async (stage) => {
      const first = stage.device('same client');
      await pair(first, stage.admin, READ);
      const second = stage.device('same client');
      await pair(second, stage.admin, READ);
      const alone = await knownDevice(stage, 'alone');
      const open = await second.connect({ scopes: READ });
      const scene = await watch(stage);
      await page.setViewportSize({ width: 1400, height: 900 });
      await signIn(page, scene.console);

      const used = (await panelOf(page, scene, second, 'same client')).locator('[data-finding="many-keys"]');
      await expect(used).toContainText('2 keys say to be this client', { timeout: FOUND_WITHIN_MS });
      if (version === OLDEST) await expect(used).toContainText('Which of them is used cannot be told on this gateway.');
      else {
        await expect(used).toContainText('This is the one that was used last.');
        await expect(used.getByText('Take it back'), 'the one in use is not the one to go').toHaveCount(0);
      }

      const panel = await panelOf(page, scene, first, 'same client');
      const finding = panel.locator('[data-finding="many-keys"]');
      if (version !== OLDEST) await expect(finding).toContainText(`The one that was used last is ${second.deviceId.slice(0, 8)}.`);
      await finding.getByRole('button', { name: 'Take it back' }).click();
      const dialog = page.getByRole('dialog', { name: 'Take back' });
      await dialog.getByRole('button', { name: 'Take 1 device back' }).click();
      await dialog.getByRole('button', { name: 'Press again: take 1 device back' }).click();
      await until('the row gone', async () => ((await stage.admin.paired(first.deviceId)) === undefined ? true : undefined));
      const left = (await panelOf(page, scene, second, 'same client')).locator('[data-finding="many-keys"]');
      await expect(page.getByRole('complementary', { name: 'same client' })).toBeVisible();
      await expect(left).toHaveCount(0, { timeout: FOUND_WITHIN_MS });
      const lone = await panelOf(page, scene, alone, 'alone');
      await expect(lone.getByRole('region', { name: 'What it may do' })).toBeVisible();
      await expect(lone.locator('[data-finding="many-keys"]')).toHaveCount(0);
      await open.close();
    });
  });
}

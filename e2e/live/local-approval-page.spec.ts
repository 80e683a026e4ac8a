// The switch for silent grants on loopback as a person uses it: a real Chromium over a real gateway. Nothing is sent before the press,
// what is sent is what was shown, and what is said afterwards is what the gateway's own file and answers show.
import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { signIn } from '../gateways/person.ts';
import { knownDevice, OLDEST, onStage, READ_WRITE, refusedForPairing, type Stage, versionsUnderTest, watch } from './scene.ts';

type Json = { [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error('no object');
  return value;
}
function merged(base: Json, over: Json): Json {
  const out = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = out[key];
    out[key] = isObject(under) && isObject(value) ? merged(under, value) : value;
  }
  return out;
}

/** The gateway's file without what every writer stamps on it. */
function fileOf({ gateway }: Stage): Json {
  const { meta: _stamp, ...rest } = parsed(readFileSync(gateway.configPath, 'utf8'));
  return rest;
}
const shownPatch = async (page: Page) => parsed((await page.getByRole('dialog').locator('pre').textContent()) ?? '');

for (const version of versionsUnderTest().filter((v) => v !== OLDEST))
  test(`${version}: in a browser: the exact change is shown, done after the press, read back, in force, and taken back with its word typed`, async ({
    page,
  }) => {
    await onStage({ version }, async (stage) => {
      const waits = await knownDevice(stage, 'waits');
      const granted = await knownDevice(stage, 'granted unseen');
      const scene = await watch(stage, { granting: true });
      await signIn(page, scene.console);
      await page.goto(`${scene.console.origin}/gateways`);
      const place = page.locator(`#local-approval-${scene.id}`);
      await expect(place).toContainText('Grants by itself');

      await test.step('off', async () => {
        await place.getByRole('button', { name: /^Let it ask first/ }).click();
        const dialog = page.getByRole('dialog', { name: /^Let it ask first/ });
        await expect(dialog).toContainText('gateway.nodes.pairing.autoApproveLocal is switched off');
        await expect(dialog).toContainText('Nothing that was granted before is taken back.');
        const before = fileOf(stage);
        const patch = await shownPatch(page);
        expect(patch).toEqual({ gateway: { nodes: { pairing: { autoApproveLocal: false } } } });
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        await expect(dialog).toHaveCount(0);
        expect(fileOf(stage), 'looked at, and not sent').toEqual(before);

        await place.getByRole('button', { name: /^Let it ask first/ }).click();
        await dialog.getByRole('button', { name: 'Let it ask first' }).click();
        await expect(place.getByText('Switched off, and read back from the gateway.')).toBeVisible();
        await expect(place).toContainText('Asks first');
        expect(fileOf(stage), 'what was shown, and nothing else').toEqual(merged(before, patch));
        await refusedForPairing(waits, { scopes: READ_WRITE });
      });

      await test.step('somebody else changes the configuration while the dialog is open: told, nothing is sent, and it can be seen anew', async () => {
        await place.getByRole('button', { name: /^Let it grant by itself/ }).click();
        const dialog = page.getByRole('dialog', { name: /^Let it grant by itself/ });
        await stage.gateway.reconfigure({ gateway: { nodes: { pairing: { sshVerify: false } } } });
        const before = fileOf(stage);
        await dialog.getByLabel(/To confirm, type/).fill('unseen');
        await dialog.getByRole('button', { name: 'Let it grant by itself' }).click();
        await expect(dialog.getByRole('button', { name: 'See how it stands now' })).toBeVisible();
        expect(fileOf(stage)).toEqual(before);
        await dialog.getByRole('button', { name: 'See how it stands now' }).click();
        await expect(place).toContainText('Asks first');
      });

      await test.step('on again', async () => {
        await place.getByRole('button', { name: /^Let it grant by itself/ }).click();
        const dialog = page.getByRole('dialog', { name: /^Let it grant by itself/ });
        await expect(dialog).toContainText('Everything on this machine that asks is granted unseen, admin included');
        const before = fileOf(stage);
        const patch = await shownPatch(page);
        expect(patch).toEqual({ gateway: { nodes: { pairing: { autoApproveLocal: true } } } });
        const press = dialog.getByRole('button', { name: 'Let it grant by itself' });
        await expect(press).toBeDisabled();
        await dialog.getByLabel(/To confirm, type/).fill('unseen');
        await press.click();
        await expect(place.getByText('Switched on, and read back from the gateway.')).toBeVisible();
        expect(fileOf(stage)).toEqual(merged(before, patch));
        expect((await granted.attempt({ scopes: READ_WRITE })).ok, 'nobody is asked').toBe(true);
      });
    });
  });

if (versionsUnderTest().includes(OLDEST))
  test(`${OLDEST}: in a browser: it has no such setting, and nothing can be pressed`, async ({ page }) => {
    await onStage({ version: OLDEST }, async (stage) => {
      const scene = await watch(stage);
      await signIn(page, scene.console);
      await page.goto(`${scene.console.origin}/gateways`);
      const place = page.locator(`#local-approval-${scene.id}`);
      await expect(place).toContainText('No such setting here');
      await expect(place).toContainText(
        'This version has no such setting: a device of this machine that asks for more scopes always waits',
      );
      await expect(place.getByRole('button')).toHaveCount(0);
      expect(JSON.stringify(fileOf(stage))).not.toContain('autoApproveLocal');
    });
  });

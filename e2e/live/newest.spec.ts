// 2026.9.6 that asks: there the CLI comes in by the local helper path, so the seed case is a scripted operator device.
import { expect, test } from '@playwright/test';
import { cleanUpgrade } from './refusals.ts';
import {
  giveStatement,
  holds,
  knownDevice,
  LOOPBACK_RULE,
  NEWEST,
  onStage,
  READ,
  READ_WRITE,
  ruleApproves,
  settledRequest,
  spareDevices,
  versionsUnderTest,
  vouch,
  watch,
} from './scene.ts';

test.skip(!versionsUnderTest().includes(NEWEST), `${NEWEST} is not among the gateways of this run`);

test('a scripted operator device is approved by hand and by a rule of origin loopback, and the CLI asks nobody', async () => {
  await onStage({ version: NEWEST }, async (stage) => {
    const byHand = await knownDevice(stage, 'scripted operator, by hand');
    const byRule = await knownDevice(stage, 'scripted operator, by rule');
    const spares = await spareDevices(stage, 4);
    const scene = await watch(stage);

    await test.step('by hand', async () => {
      await cleanUpgrade(byHand);
      const seen = await settledRequest(scene, byHand);
      expect(seen.addedScopes).toEqual(['operator.write']);
      expect(seen.heldScopes).toEqual(READ);
      const answer = await scene.console.api.approve(seen);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      await holds(stage, byHand.deviceId, READ_WRITE, scene);
      expect((await byHand.attempt({ scopes: READ_WRITE })).ok).toBe(true);
      const [decision] = await scene.console.api.decided();
      expect(decision).toMatchObject({ state: 'approved', actor: { kind: 'api-token' } });
    });

    await test.step('by rule', async () => {
      for (const device of [byRule, ...spares]) await vouch(scene, device);
      await giveStatement(scene);
      await scene.console.api.addRule(LOOPBACK_RULE);
      const device = await ruleApproves(stage, scene, { first: byRule, spares }, READ_WRITE, cleanUpgrade);
      expect((await device.attempt({ scopes: READ_WRITE })).ok).toBe(true);
      const [decision] = await scene.console.api.decided();
      expect(decision).toMatchObject({ state: 'approved', actor: { kind: 'rule' }, origin: { origin: 'loopback', assurance: 'peer' } });
    });

    await test.step('the CLI comes in by the local helper path', async () => {
      const before = (await stage.admin.list()).pending.length;
      const { code, stderr } = await stage.gateway.cli(['cron', 'list']);
      expect(stderr).not.toMatch(/pairing required/i);
      expect(code).toBe(0);
      expect((await stage.admin.list()).pending.length).toBe(before);
    });
  });
});

test('on a gateway that grants loopback upgrades by itself, the console says that rules do not matter', async () => {
  await onStage({ version: NEWEST }, async (stage) => {
    const scene = await watch(stage, { granting: true });
    const [gateway] = await scene.console.api.gateways();
    expect(gateway?.rulesMatter.matter).toBe(false);
    expect(gateway?.rulesMatter.text).not.toBe('');
  });
});

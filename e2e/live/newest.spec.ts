// 2026.9.6 that asks: there the CLI comes in by the local helper path, so the seed case is a scripted operator device.
import { expect, test } from '@playwright/test';
import { cleanUpgrade } from './refusals.ts';
import {
  giveStatement,
  holds,
  knownDevice,
  LOOPBACK_RULE,
  NEWEST,
  openStage,
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

test('the CLI comes in by the local helper path and asks nobody', async () => {
  const stage = await openStage({ version: NEWEST });
  await stage.ask();
  try {
    const { code, stderr } = await stage.gateway.cli(['cron', 'list']);
    expect(stderr).not.toMatch(/pairing required/i);
    expect(code).toBe(0);
    expect((await stage.admin.list()).pending).toEqual([]);
  } finally {
    await stage.dispose();
  }
});

test('a scripted operator device is approved by hand, and gets in at its next try', async () => {
  const stage = await openStage({ version: NEWEST });
  const device = await knownDevice(stage, 'scripted operator');
  const scene = await watch(stage);
  try {
    await cleanUpgrade(device);
    const seen = await settledRequest(scene, device);
    expect(seen.addedScopes).toEqual(['operator.write']);
    expect(seen.heldScopes).toEqual(READ);
    const answer = await scene.console.api.approve(seen);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    await holds(stage, device.deviceId, READ_WRITE, scene);
    expect((await device.attempt({ scopes: READ_WRITE })).ok).toBe(true);
    const [decision] = await scene.console.api.decided();
    expect(decision).toMatchObject({ state: 'approved', actor: { kind: 'api-token' } });
  } finally {
    await scene.console.dispose();
    await stage.dispose();
  }
});

test('a scripted operator device is approved by a rule of origin loopback', async () => {
  const stage = await openStage({ version: NEWEST });
  const first = await knownDevice(stage, 'scripted operator');
  const spares = await spareDevices(stage, 2);
  const scene = await watch(stage);
  try {
    for (const device of [first, ...spares]) await vouch(scene, device);
    await giveStatement(scene);
    await scene.console.api.addRule(LOOPBACK_RULE);
    const device = await ruleApproves(stage, scene, { first, spares }, READ_WRITE, cleanUpgrade);
    expect((await device.attempt({ scopes: READ_WRITE })).ok).toBe(true);
    const [decision] = await scene.console.api.decided();
    expect(decision).toMatchObject({ state: 'approved', actor: { kind: 'rule' }, origin: { origin: 'loopback', assurance: 'peer' } });
  } finally {
    await scene.console.dispose();
    await stage.dispose();
  }
});

test('on a gateway that grants loopback upgrades by itself, the console says that rules do not matter', async () => {
  const stage = await openStage({ version: NEWEST });
  const scene = await watch(stage, { granting: true });
  try {
    const [gateway] = await scene.console.api.gateways();
    expect(gateway?.rulesMatter.matter).toBe(false);
    expect(gateway?.rulesMatter.text).not.toBe('');
  } finally {
    await scene.console.dispose();
    await stage.dispose();
  }
});

// Each condition of the evidence, taken away by itself on a real gateway: the rule then only records, and says what is missing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { demoteCli } from '../gateways/demote.ts';
import { loadHostKey } from '../gateways/hostkey.ts';
import { until } from '../gateways/until.ts';
import { cleanUpgrade, moment } from './refusals.ts';
import {
  CLI_SCOPES,
  giveStatement,
  HOST_RULE,
  holds,
  knownDevice,
  LOOPBACK_RULE,
  OLDEST,
  openStage,
  READ,
  READ_WRITE,
  reasonsOf,
  type Stage,
  settledRequest,
  versionsUnderTest,
  vouch,
  type Watch,
  watch,
} from './scene.ts';

test.describe.configure({ mode: 'parallel' });

/** A clean upgrade of a vouched device that must wait at 3 s and at 35 s, held for the reason `why`. */
async function waits(stage: Stage, scene: Watch, device: TestDevice, why: RegExp): Promise<void> {
  await vouch(scene, device);
  await cleanUpgrade(device);
  const askedAt = performance.now();
  for (const wait of [3000, 35_000]) {
    await moment(askedAt + wait);
    expect((await stage.admin.paired(device.deviceId))?.scopes, `after ${wait} ms`).toEqual(READ);
    const seen = await settledRequest(scene, device);
    expect(seen.verdict.kind).toBe('hold');
    expect(reasonsOf(seen)).toMatch(why);
  }
}

for (const version of versionsUnderTest()) {
  test(`without the statement a rule for loopback only records, and approves once it is given (${version})`, async () => {
    const stage = await openStage({ version });
    const device = await knownDevice(stage, 'honest');
    const scene = await watch(stage);
    try {
      await scene.console.api.addRule(LOOPBACK_RULE);
      await waits(stage, scene, device, /proxy or tunnel/i);
      await giveStatement(scene);
      await holds(stage, device.deviceId, READ_WRITE, scene);
    } finally {
      await scene.console.dispose();
      await stage.dispose();
    }
  });

  test(`without the canary a rule only records, and the Gateways answer says so (${version})`, async () => {
    const stage = await openStage({ version, logLevel: 'error' });
    const device = await knownDevice(stage, 'honest');
    const scene = await watch(stage);
    try {
      await giveStatement(scene);
      await scene.console.api.addRule(LOOPBACK_RULE);
      await waits(stage, scene, device, /canary|not proven to run/i);
      const [gateway] = await scene.console.api.gateways();
      const canary = gateway?.proof.find((f) => f.name === 'canary');
      expect(canary?.held).not.toBe(true);
    } finally {
      await scene.console.dispose();
      await stage.dispose();
    }
  });

  test(`without sight of the caller's socket a rule only records (${version})`, async () => {
    const hidden = mkdtempSync(join(tmpdir(), 'gatehouse-empty-'));
    // A console that cannot see the host's sockets, as in a container: an empty folder stands where the kernel's tables were.
    const blind = ['--mount', '--propagation', 'private', 'sh', '-c', 'mount --bind "$0" /proc/$$/net && exec "$@"', hidden];
    const can = spawnSync('unshare', [...blind, 'true']).status === 0;
    test.skip(!can, 'hiding the sockets of the host needs the right to mount, which these tests do not have');
    const stage = await openStage({ version });
    const device = await knownDevice(stage, 'honest');
    // Named by its address: where the listener cannot be seen, the console sends no secret to a gateway that it found by itself.
    const env = { GATEHOUSE_GATEWAY_URL: stage.gateway.url, GATEHOUSE_GATEWAY_TOKEN: stage.gateway.token };
    const scene = await watch(stage, { env, wrap: (command, args) => ({ command: 'unshare', args: [...blind, command, ...args] }) });
    try {
      await giveStatement(scene);
      await scene.console.api.addRule(LOOPBACK_RULE);
      await waits(stage, scene, device, /socket/i);
    } finally {
      await scene.console.dispose();
      await stage.dispose();
    }
  });

  test(`a rule for the host key leaves any other key to a person, even on clean loopback (${version})`, async () => {
    const stage = await openStage({ version });
    const device = await knownDevice(stage, 'honest');
    const scene = await watch(stage);
    try {
      await giveStatement(scene);
      await scene.console.api.addRule(HOST_RULE);
      await waits(stage, scene, device, /own key/i);
    } finally {
      await scene.console.dispose();
      await stage.dispose();
    }
  });
}

test.describe('the host key on an odd path', () => {
  test.skip(!versionsUnderTest().includes(OLDEST), `${OLDEST} is not among the gateways of this run`);

  test('waits, and raises the alarm that the key was used from elsewhere', async () => {
    const stage = await openStage({ version: OLDEST });
    const { deviceId } = await demoteCli(stage.gateway);
    const scene = await watch(stage);
    try {
      await giveStatement(scene);
      await scene.console.api.addRule(HOST_RULE);
      const thief = createDevice({
        url: stage.gateway.url,
        identity: loadHostKey(stage.gateway.stateDir),
        base: { clientId: 'cli', clientMode: 'cli', auth: { token: stage.gateway.token } },
      });
      const attempt = await thief.attempt({ scopes: CLI_SCOPES, headers: { 'X-Real-IP': '203.0.113.9' } });
      expect(attempt.ok).toBe(false);
      const askedAt = performance.now();
      for (const wait of [3000, 35_000]) {
        await moment(askedAt + wait);
        expect((await stage.admin.paired(deviceId))?.scopes).toEqual(READ);
        const seen = await settledRequest(scene, { deviceId });
        expect(seen.origin.alarm ?? '').toMatch(/used from elsewhere/i);
        expect(seen.verdict.kind).toBe('hold');
      }
      const alarm = await until('the alarm on the gateway', async () => (await scene.console.api.gateways())[0]?.alarms[0]);
      expect(alarm.text).toMatch(/used from elsewhere/i);
    } finally {
      await scene.console.dispose();
      await stage.dispose();
    }
  });
});

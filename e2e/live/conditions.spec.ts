// Each condition of the evidence, taken away by itself on a real gateway: the rule then only records, and says what is missing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { demoteCli } from '../gateways/demote.ts';
import { loadHostKey } from '../gateways/hostkey.ts';
import { personAt } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { cleanUpgrade, moment } from './refusals.ts';
import {
  CLI_SCOPES,
  giveStatement,
  HOST_RULE,
  knownDevice,
  LOOPBACK_RULE,
  OLDEST,
  onStage,
  READ,
  READ_WRITE,
  reasonsOf,
  ruleApproves,
  type Stage,
  settledRequest,
  spareDevices,
  versionsUnderTest,
  vouch,
  type Watch,
  watch,
} from './scene.ts';

test.describe.configure({ mode: 'parallel' });

/** The words that put a program where it cannot see the host's sockets, as in a container; undefined without the right to mount. */
function blindfold(stage: Stage): readonly string[] | undefined {
  const empty = mkdtempSync(join(tmpdir(), 'gatehouse-empty-'));
  stage.owns({ dispose: async () => rmdirSync(empty) });
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', 'mount --bind "$0" /proc/$$/net && exec "$@"', empty];
  return spawnSync('unshare', [...words, 'true']).status === 0 ? words : undefined;
}

type Held = { scene: Watch; why: RegExp };

/** A clean upgrade of a vouched device that must wait at 3 s and at 35 s, held by every console for its own reason. */
async function waits(stage: Stage, device: TestDevice, held: readonly Held[]): Promise<void> {
  for (const { scene } of held) await vouch(scene, device);
  await cleanUpgrade(device);
  const askedAt = performance.now();
  for (const wait of [3000, 35_000]) {
    await moment(askedAt + wait);
    expect((await stage.admin.paired(device.deviceId))?.scopes, `after ${wait} ms`).toEqual(READ);
    for (const { scene, why } of held) {
      const seen = await settledRequest(scene, device);
      expect(seen.verdict.kind).toBe('hold');
      expect(reasonsOf(seen)).toMatch(why);
    }
  }
}

for (const version of versionsUnderTest()) {
  test(`without the statement, for another key, without sight of the socket: a rule only records (${version})`, async () => {
    await onStage({ version }, async (stage) => {
      const device = await knownDevice(stage, 'honest');
      const first = await knownDevice(stage, 'with statement');
      const spares = await spareDevices(stage, 4);
      const noStatement = await watch(stage);
      await noStatement.console.api.addRule(LOOPBACK_RULE);
      const hostKeyOnly = await watch(stage);
      await giveStatement(hostKeyOnly);
      await (await personAt(hostKeyOnly.console)).addRule(HOST_RULE);
      const held: Held[] = [
        { scene: noStatement, why: /proxy or tunnel/i },
        { scene: hostKeyOnly, why: /own key/i },
      ];
      const blind = blindfold(stage);
      if (blind) {
        // Named by its address: where the listener cannot be seen, the console sends no secret to a gateway that it found by itself.
        const env = { GATEHOUSE_GATEWAY_URL: stage.gateway.url, GATEHOUSE_GATEWAY_TOKEN: stage.gateway.token };
        const scene = await watch(stage, { env, wrap: (command, args) => ({ command: 'unshare', args: [...blind, command, ...args] }) });
        await giveStatement(scene);
        await scene.console.api.addRule(LOOPBACK_RULE);
        held.push({ scene, why: /sockets of the gateway’s host cannot be seen/i });
      } else {
        test.info().annotations.push({ type: 'skipped case', description: 'hiding the sockets of the host needs the right to mount' });
      }
      await waits(stage, device, held);

      await giveStatement(noStatement);
      for (const known of [first, ...spares]) await vouch(noStatement, known);
      await ruleApproves(stage, noStatement, { first, spares }, READ_WRITE, cleanUpgrade);
    });
  });

  test(`without the canary a rule only records, and the Gateways answer says so (${version})`, async () => {
    await onStage({ version, logLevel: 'error' }, async (stage) => {
      const device = await knownDevice(stage, 'honest');
      const scene = await watch(stage);
      await giveStatement(scene);
      await scene.console.api.addRule(LOOPBACK_RULE);
      await waits(stage, device, [{ scene, why: /canary|not proven to run/i }]);
      const [gateway] = await scene.console.api.gateways();
      const canary = gateway?.proof.find((f) => f.name === 'canary');
      expect(canary?.held).not.toBe(true);
    });
  });
}

test.describe('the host key on an odd path', () => {
  test.skip(!versionsUnderTest().includes(OLDEST), `${OLDEST} is not among the gateways of this run`);

  test('waits, and raises the alarm that the key was used from elsewhere', async () => {
    await onStage({ version: OLDEST }, async (stage) => {
      const { deviceId } = await demoteCli(stage.gateway);
      const scene = await watch(stage);
      await giveStatement(scene);
      await (await personAt(scene.console)).addRule(HOST_RULE);
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
    });
  });
});

// A gateway that dies, hangs, goes silent, loses its events, answers late, changes its secret or its version: the console says so, comes
// back by itself, loses nothing and grants nothing twice.
import { expect, test } from '@playwright/test';
import type { RequestSeen } from '../gateways/api.ts';
import type { TestDevice } from '../gateways/client.ts';
import { startMeddler } from '../gateways/meddler.ts';
import { until } from '../gateways/until.ts';
import { cleanUpgrade } from './refusals.ts';
import {
  holds,
  knownDevice,
  live,
  NEWEST,
  OLDEST,
  onStage,
  READ,
  READ_WRITE,
  type Stage,
  versionsUnderTest,
  type Watch,
  watch,
} from './scene.ts';

/** A gateway's watchdog is two of its ticks of 30 s. */
const SILENCE_MS = 90_000;

const sorted = (scopes: readonly string[] | undefined) => [...(scopes ?? [])].sort();

async function asks(scene: Watch, device: TestDevice): Promise<RequestSeen> {
  await cleanUpgrade(device);
  return until(
    'the request in the console',
    async () => (await scene.console.api.pending()).find((r) => r.deviceId === device.deviceId),
    45_000,
  );
}

const stateOf = async (scene: Watch) => (await scene.console.api.gateways())[0]?.state;
const away = (scene: Watch, limitMs: number) =>
  until('the gateway told as away', async () => ((await stateOf(scene)) === 'live' ? undefined : true), limitMs);

/** What the record says of a device must be what the gateway did, once. */
async function agrees(stage: Stage, scene: Watch, device: TestDevice): Promise<string[]> {
  const own = await until(
    'no decision open',
    async () => {
      const found = (await scene.console.api.decided()).filter((d) => d.deviceId === device.deviceId && d.action === 'approve');
      return found.some((d) => d.state === 'asking') ? undefined : found;
    },
    60_000,
  );
  const states = own.map((d) => d.state);
  const approved = states.filter((state) => state === 'approved' || state === 'settled-approved').length;
  const held = sorted((await stage.admin.paired(device.deviceId))?.scopes);
  expect(held, states.join(', ')).toEqual(sorted(approved === 1 ? READ_WRITE : READ));
  expect(approved, states.join(', ')).toBeLessThanOrEqual(1);
  return states;
}

// 2026.9.6 serves from a child of the process that was started.
const signal = (stage: Stage, name: NodeJS.Signals) => process.kill(-stage.gateway.pid(), name);

for (const version of versionsUnderTest()) {
  test(`a gateway that is killed, restarted and hangs (${version})`, async () => {
    test.setTimeout(300_000);
    await onStage({ version }, async (stage) => {
      const [killed, hung] = [await knownDevice(stage, 'killed'), await knownDevice(stage, 'hung')];
      const scene = await watch(stage);
      const before = await asks(scene, killed);
      signal(stage, 'SIGKILL');
      await away(scene, 10_000);
      const refused = await scene.console.api.approve(before);
      expect([refused.status, scene.console.api.problemCode(refused)]).toEqual([503, 'gateway-down']);
      await stage.gateway.stop();
      await stage.gateway.start();
      await live(stage, scene.console);
      const again = await asks(scene, killed);
      expect((await scene.console.api.approve(again)).status).toBe(200);
      await holds(stage, killed.deviceId, READ_WRITE);
      expect(await agrees(stage, scene, killed)).toEqual(['approved']);

      const waiting = await asks(scene, hung);
      signal(stage, 'SIGSTOP');
      const answer = await scene.console.api.approve(waiting);
      signal(stage, 'SIGCONT');
      expect(answer.status).not.toBe(200);
      await live(stage, scene.console);
      const states = await agrees(stage, scene, hung);
      console.log(
        `a hanging gateway (${version}) answered ${answer.status} ${scene.console.api.problemCode(answer)}; settled as ${states.join(', ')}`,
      );
    });
  });

  test(`a network that goes half-open, events that are dropped, answers that come late (${version})`, async () => {
    test.setTimeout(400_000);
    await onStage({ version }, async (stage) => {
      const [quiet, late] = [await knownDevice(stage, 'quiet'), await knownDevice(stage, 'late')];
      const meddler = await startMeddler(stage.gateway.url);
      stage.owns(meddler);
      const scene = await watch(stage, { env: { GATEHOUSE_GATEWAY_URL: meddler.url, GATEHOUSE_GATEWAY_TOKEN: stage.gateway.token } });

      meddler.fromGateway((frame) => (frame.event === 'device.pair.requested' || frame.event === 'device.pair.resolved' ? [] : undefined));
      const unseen = await asks(scene, quiet);
      expect((await scene.console.api.approve(unseen)).status).toBe(200);
      expect(await agrees(stage, scene, quiet)).toEqual(['approved']);

      const waiting = await asks(scene, late);
      meddler.fromGateway((frame) => (frame.type === 'res' ? { laterMs: 2500 } : undefined));
      const answer = await scene.console.api.approve(waiting);
      meddler.fromGateway(undefined);
      expect(answer.status).toBe(200);
      expect(await agrees(stage, scene, late)).toEqual(['approved']);

      const had = meddler.count();
      meddler.freeze();
      await away(scene, SILENCE_MS);
      expect(meddler.count()).toBeGreaterThanOrEqual(had);
      meddler.thaw();
      await live(stage, scene.console);
      expect(meddler.count()).toBeGreaterThan(had);
    });
  });

  test(`a gateway whose shared secret changes (${version})`, async () => {
    test.setTimeout(240_000);
    await onStage({ version }, async (stage) => {
      const device = await knownDevice(stage, 'after');
      const scene = await watch(stage);
      const token = `changed-${'x'.repeat(40)}`;
      await stage.gateway.restart({ gateway: { auth: { token } } });
      await until(
        'the console back with the secret of the configuration',
        async () => ((await stateOf(scene)) === 'live' ? true : undefined),
        60_000,
      );
      await device.attempt({ scopes: READ_WRITE, auth: { token } });
      await until('the request in the console', async () =>
        (await scene.console.api.pending()).find((r) => r.deviceId === device.deviceId),
      );
      expect(scene.console.output()).not.toContain(token);
    });
  });
}

test('a gateway that is updated from the oldest to the newest version under the console', async () => {
  test.skip(versionsUnderTest().length < 2, 'needs both versions: GATEHOUSE_TEST_GATEWAYS=2026.9.6,2026.4.14');
  test.setTimeout(300_000);
  await onStage({ version: OLDEST }, async (stage) => {
    const device = await knownDevice(stage, 'through the update');
    const scene = await watch(stage);
    const shown = async () => (await scene.console.api.gateways())[0];
    expect(await shown()).toMatchObject({ version: OLDEST });
    const before = (await scene.console.api.devices()).map((d) => d.deviceId).sort();
    await stage.gateway.update(NEWEST);
    await live(stage, scene.console);
    expect(await shown()).toMatchObject({ version: NEWEST, state: 'live' });
    expect((await scene.console.api.devices()).map((d) => d.deviceId).sort()).toEqual(expect.arrayContaining(before));
    // Whatever the new default is, the console says whether rules matter, and never approves by itself what it did not see.
    const answer = await device.attempt({ scopes: READ_WRITE });
    if (!answer.ok) {
      const seen = await until('the request in the console', async () =>
        (await scene.console.api.pending()).find((r) => r.deviceId === device.deviceId),
      );
      expect((await scene.console.api.approve(seen)).status).toBe(200);
    }
    await holds(stage, device.deviceId, READ_WRITE);
    expect((await shown())?.rulesMatter.matter).toBe(!answer.ok);
  });
});

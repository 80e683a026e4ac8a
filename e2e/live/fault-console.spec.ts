// A console that is told to stop, put to sleep, met by two people at once or by fifty browsers: nothing is lost, nothing granted twice.
import { expect, test } from '@playwright/test';
import { type BridgeClient, openBridge } from '../gateways/bridge.ts';
import { startConsole } from '../gateways/console.ts';
import { personAt } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { cleanUpgrade } from './refusals.ts';
import { holds, knownDevice, live, onStage, READ, READ_WRITE, versionsUnderTest, watch } from './scene.ts';

const STOP_LIMIT_MS = 5000;
const BROWSERS = 50;

const sorted = (scopes: readonly string[] | undefined) => [...(scopes ?? [])].sort();

for (const version of versionsUnderTest()) {
  test(`two people decide the same request in the same instant: one wins, the other is told (${version})`, async () => {
    test.setTimeout(240_000);
    await onStage({ version }, async (stage) => {
      const devices = [];
      for (let at = 0; at < 6; at += 1) devices.push(await knownDevice(stage, `contested ${at}`));
      const scene = await watch(stage);
      const people = [await personAt(scene.console), await personAt(scene.console)] as const;
      for (const [at, device] of devices.entries()) {
        await cleanUpgrade(device);
        const seen = await until('the request in the console', async () =>
          (await scene.console.api.pending()).find((r) => r.deviceId === device.deviceId),
        );
        // Twice the same, and once each way round against each other.
        const second = at % 3 === 0 ? people[1].approve(seen) : people[1].reject(seen);
        const [one, other] = await Promise.all([people[0].approve(seen), second]);
        const statuses = [one.status, other.status].sort();
        expect(statuses[0], JSON.stringify([one.body, other.body])).toBe(200);
        expect(statuses[1], JSON.stringify([one.body, other.body])).toBeGreaterThanOrEqual(400);
        const won = one.status === 200 || at % 3 === 0 ? READ_WRITE : READ;
        expect(sorted((await stage.admin.paired(device.deviceId))?.scopes)).toEqual(sorted(won));
        const own = (await scene.console.api.decided()).filter((d) => d.deviceId === device.deviceId);
        expect(own.filter((d) => d.state === 'approved' || d.state === 'rejected')).toHaveLength(1);
      }
    });
  });

  test(`a console that is told to stop in the middle of decisions is gone within 5 s, and each decision is settled (${version})`, async () => {
    test.setTimeout(240_000);
    await onStage({ version }, async (stage) => {
      const devices = [];
      for (let at = 0; at < 8; at += 1) devices.push(await knownDevice(stage, `stopping ${at}`));
      const scene = await watch(stage);
      const { console: started } = scene;
      for (const device of devices) await cleanUpgrade(device);
      const seen = await until('the requests in the console', async () => {
        const pending = await started.api.pending();
        return pending.length === devices.length ? pending : undefined;
      });
      const pid = started.pid();
      const answers = seen.map((request) => started.api.approve(request).catch(() => undefined));
      await Promise.race(answers);
      const from = performance.now();
      process.kill(pid, 'SIGTERM');
      await until(
        'the console gone',
        () => {
          try {
            process.kill(pid, 0);
            return undefined;
          } catch {
            return true;
          }
        },
        STOP_LIMIT_MS,
      );
      console.log(
        `a console with ${seen.length} decisions under way was gone ${Math.round(performance.now() - from)} ms after SIGTERM (${version})`,
      );
      const told = await Promise.all(answers);
      await started.stop();
      await started.start();
      await live(stage, started);
      const decided = await until('every decision settled', async () => {
        const all = await started.api.decided();
        return all.some((d) => d.state === 'asking') ? undefined : all;
      });
      for (const [at, request] of seen.entries()) {
        const held = sorted((await stage.admin.paired(request.deviceId))?.scopes);
        const approved = decided.filter((d) => d.deviceId === request.deviceId && /approved$/.test(d.state));
        expect(approved.length).toBe(held.length === READ_WRITE.length ? 1 : 0);
        if (told[at]?.status === 200) expect(held).toEqual(sorted(READ_WRITE));
      }
    });
  });

  test(`a laptop that slept wakes up to what is true now, and a second console on the same folder is told who holds it (${version})`, async () => {
    test.setTimeout(240_000);
    await onStage({ version }, async (stage) => {
      const device = await knownDevice(stage, 'while it slept');
      const scene = await watch(stage);
      const { console: started } = scene;
      await expect(startConsole({ gateway: stage.gateway, env: { GATEHOUSE_DATA_DIR: started.dataDir } })).rejects.toThrow(
        new RegExp(`Process ${started.pid()} uses the data folder .*data-folder-locked`, 's'),
      );
      process.kill(started.pid(), 'SIGSTOP');
      await cleanUpgrade(device);
      await stage.gateway.restart();
      process.kill(started.pid(), 'SIGCONT');
      await live(stage, started);
      await cleanUpgrade(device);
      // At first it may still believe its old connection; each answer that is no yes says so, and nothing is approved by itself.
      await until(
        'an approval of what waits now',
        async () => {
          const seen = (await started.api.pending()).find((r) => r.deviceId === device.deviceId);
          if (seen) expect(seen.verdict.kind).toBe('hold');
          return seen && (await started.api.approve(seen)).status === 200 ? true : undefined;
        },
        30_000,
      );
      await holds(stage, device.deviceId, READ_WRITE);
    });
  });
}

test(`${BROWSERS} browsers that come back at once get what they missed, each of them all of it`, async () => {
  test.setTimeout(180_000);
  const [version = ''] = versionsUnderTest();
  await onStage({ version }, async (stage) => {
    const devices = [await knownDevice(stage, 'before'), await knownDevice(stage, 'meanwhile')] as const;
    const { console: started } = await watch(stage);
    const open = (from?: { epoch: string; after: number }) =>
      openBridge({ port: started.port, headers: started.tokenHeaders, ...(from ? { from } : {}) });
    const first = await Promise.all(Array.from({ length: BROWSERS }, () => open()));
    const hears = (client: BridgeClient, deviceId: string) =>
      client.frames.some((frame) => frame.change?.topic === 'requests' && JSON.stringify(frame.change).includes(deviceId));
    await cleanUpgrade(devices[0]);
    await until('the request at every browser', () => (first.every((client) => hears(client, devices[0].deviceId)) ? true : undefined));
    const positions = first.map((client) => client.position());
    for (const client of first) client.close();
    await Promise.all(first.map((client) => client.closed));
    await cleanUpgrade(devices[1]);
    await until('the request in the console', async () => (await started.api.pending()).find((r) => r.deviceId === devices[1].deviceId));
    const again = await Promise.all(positions.map((position) => open(position)));
    await until('what was missed at every browser', () => (again.every((client) => hears(client, devices[1].deviceId)) ? true : undefined));
    for (const [at, client] of again.entries()) {
      const rows = client.frames.filter((frame) => frame.type === 'row').map((frame) => frame.cursor);
      const after = positions[at]?.after ?? 0;
      expect(rows.slice(0, 1)).toEqual([after + 1]);
      expect(rows).toEqual(rows.map((_, row) => after + 1 + row));
      expect(client.frames.some((frame) => frame.type === 'reread')).toBe(false);
      client.close();
    }
  });
});

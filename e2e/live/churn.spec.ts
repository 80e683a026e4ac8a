// Two clients of one key that keep asking replace the request's id at every try on 2026.4.14. A decision must find its content.
import { expect, test } from '@playwright/test';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { until } from '../gateways/until.ts';
import {
  giveStatement,
  holds,
  knownDevice,
  LOOPBACK_RULE,
  openStage,
  READ_WRITE,
  ruleApproves,
  type Stage,
  settledRequest,
  spareDevices,
  versionsUnderTest,
  vouch,
  watch,
} from './scene.ts';

const WITH_APPROVALS = ['operator.read', 'operator.approvals'];
const BOTH = [...READ_WRITE, 'operator.approvals'];
/** Faster than any client retries by itself, and slow enough that the machine is not the subject. */
const PAUSE_MS = 500;
const LOOP_LIMIT_MS = 30_000;

const RULE = { ...LOOPBACK_RULE, scopes: BOTH, confirm: ['operator.approvals'], acknowledge: ['same-user'] };

/** Two clients that share a key and ask different sets, each again soon after it was refused, until both are let in. */
function startLoop(stage: Stage, device: TestDevice) {
  let over = false;
  const one = async (scopes: readonly string[], displayName: string) => {
    const client = createDevice({ url: stage.gateway.url, identity: device.identity, base: { auth: { token: stage.gateway.token } } });
    while (!over) {
      if ((await client.attempt({ scopes, displayName })).ok) return;
      await new Promise((resume) => setTimeout(resume, PAUSE_MS));
    }
  };
  const done = Promise.all([one(READ_WRITE, 'first client'), one(WITH_APPROVALS, 'second client')]);
  return {
    done,
    async end() {
      over = true;
      await done;
    },
  };
}

for (const version of versionsUnderTest()) {
  test(`a decision by hand reaches its request while two clients loop (${version})`, async () => {
    const stage = await openStage({ version });
    const device = await knownDevice(stage, 'looping');
    const scene = await watch(stage);
    const loop = startLoop(stage, device);
    try {
      const approved = await until(
        'an approval that the gateway took',
        async () => {
          const seen = (await scene.console.api.pending()).find((r) => r.deviceId === device.deviceId && r.scopes.length === 3);
          if (!seen) return undefined;
          const answer = await scene.console.api.approve(seen);
          expect([200, 404, 409]).toContain(answer.status);
          return answer.status === 200 ? seen : undefined;
        },
        30_000,
      );
      await holds(stage, device.deviceId, approved.scopes, scene);
      await loop.done;
      const row = await stage.admin.paired(device.deviceId);
      expect([...(row?.scopes ?? [])].sort()).toEqual([...BOTH].sort());
    } finally {
      await loop.end();
      await scene.console.dispose();
      await stage.dispose();
    }
  });

  test(`a rule reaches its request while two clients loop (${version})`, async () => {
    const stage = await openStage({ version });
    const first = await knownDevice(stage, 'looping');
    const spares = await spareDevices(stage, 2);
    const scene = await watch(stage);
    for (const device of [first, ...spares]) await vouch(scene, device);
    await giveStatement(scene);
    await scene.console.api.addRule(RULE);
    const loops: ReturnType<typeof startLoop>[] = [];
    try {
      const approved = await ruleApproves(
        stage,
        scene,
        { first, spares },
        BOTH,
        async (device) => {
          await loops.at(-1)?.end();
          loops.push(startLoop(stage, device));
        },
        LOOP_LIMIT_MS,
      );
      await loops.at(-1)?.done;
      const decided = (await scene.console.api.decided()).filter((d) => d.deviceId === approved.deviceId && d.state === 'approved');
      expect(decided.length).toBeGreaterThan(0);
      expect(decided.every((d) => d.actor.kind === 'rule')).toBe(true);
    } finally {
      await loops.at(-1)?.end();
      await scene.console.dispose();
      await stage.dispose();
    }
  });

  test(`what was swapped between card and decision is not approved (${version})`, async () => {
    const stage = await openStage({ version });
    const device = await knownDevice(stage, 'swapping');
    const scene = await watch(stage);
    try {
      await device.attempt({ scopes: READ_WRITE });
      const seen = await settledRequest(scene, device);
      const swaps = [{ platform: 'darwin' }, { scopes: ['operator.read', 'operator.admin'] }];
      for (const swap of swaps) {
        await device.attempt({ scopes: READ_WRITE, ...swap });
        const answer = await scene.console.api.approve(seen);
        expect([404, 409], JSON.stringify(answer.body)).toContain(answer.status);
        expect((await stage.admin.paired(device.deviceId))?.scopes).toEqual(['operator.read']);
      }
    } finally {
      await scene.console.dispose();
      await stage.dispose();
    }
  });
}

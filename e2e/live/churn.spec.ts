// Two clients of one key that keep asking replace the request's id at every try on 2026.4.14. A decision must find its content.
import { expect, test } from '@playwright/test';
import type { RequestSeen } from '../gateways/api.ts';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { personAt } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import {
  giveStatement,
  holds,
  knownDevice,
  LOOPBACK_RULE,
  onStage,
  READ,
  READ_WRITE,
  ruleApproves,
  type Stage,
  settledRequest,
  spareDevices,
  versionsUnderTest,
  vouch,
  type Watch,
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
  test(`a decision reaches its request while two clients loop, by hand and by rule, and never what was swapped (${version})`, async () => {
    await onStage({ version }, async (stage) => {
      const byHand = await knownDevice(stage, 'looping, by hand');
      const byRule = await knownDevice(stage, 'looping, by rule');
      const swapping = await knownDevice(stage, 'swapping');
      const spares = await spareDevices(stage, 4);
      const scene = await watch(stage);

      await test.step('what was swapped between card and decision is not approved', async () => {
        await swapping.attempt({ scopes: READ_WRITE });
        const seen = await settledRequest(scene, swapping);
        for (const swap of [{ platform: 'darwin' }, { scopes: ['operator.read', 'operator.admin'] }]) {
          await swapping.attempt({ scopes: READ_WRITE, ...swap });
          const answer = await scene.console.api.approve(seen);
          expect([404, 409], JSON.stringify(answer.body)).toContain(answer.status);
          expect((await stage.admin.paired(swapping.deviceId))?.scopes).toEqual(READ);
        }
      });

      await test.step('by hand', async () => {
        const loop = startLoop(stage, byHand);
        try {
          const approved = await until('an approval that the gateway took', () => approveBoth(scene, byHand), LOOP_LIMIT_MS);
          await holds(stage, byHand.deviceId, approved.scopes, scene);
          await loop.done;
          const row = await stage.admin.paired(byHand.deviceId);
          expect([...(row?.scopes ?? [])].sort()).toEqual([...BOTH].sort());
        } finally {
          await loop.end();
        }
      });

      await test.step('by rule', async () => {
        for (const device of [byRule, ...spares]) await vouch(scene, device);
        await giveStatement(scene);
        await (await personAt(scene.console)).addRule(RULE);
        const loops: ReturnType<typeof startLoop>[] = [];
        const loopAlone = async (device: TestDevice) => {
          await loops.at(-1)?.end();
          loops.push(startLoop(stage, device));
        };
        try {
          const approved = await ruleApproves(stage, scene, { first: byRule, spares }, BOTH, loopAlone, LOOP_LIMIT_MS);
          await loops.at(-1)?.done;
          const decided = (await scene.console.api.decided()).filter((d) => d.deviceId === approved.deviceId && d.state === 'approved');
          expect(decided.length).toBeGreaterThan(0);
          expect(decided.every((d) => d.actor.kind === 'rule')).toBe(true);
        } finally {
          await loops.at(-1)?.end();
        }
      });
    });
  });
}

/** One approval of all that both clients ask, as the console shows it now; undefined where the gateway has moved on in between. */
async function approveBoth(scene: Watch, device: TestDevice): Promise<RequestSeen | undefined> {
  const seen = (await scene.console.api.pending()).find((r) => r.deviceId === device.deviceId && r.scopes.length === BOTH.length);
  if (!seen) return undefined;
  const answer = await scene.console.api.approve(seen);
  expect([200, 404, 409]).toContain(answer.status);
  return answer.status === 200 ? seen : undefined;
}

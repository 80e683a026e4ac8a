// Taking back on real gateways: what the plan says is what happens when the client asks again, for each way a device can come.
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { pair } from '../gateways/admin.ts';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { loadHostKey } from '../gateways/hostkey.ts';
import { until } from '../gateways/until.ts';
import {
  giveStatement,
  knownDevice,
  LOOPBACK_RULE,
  OLDEST,
  onStage,
  READ,
  READ_WRITE,
  reasonsOf,
  refusedForPairing,
  ruleApproves,
  type Stage,
  settledRequest,
  spareDevices,
  versionsUnderTest,
  vouch,
  type Watch,
  watch,
} from './scene.ts';

const FROM_ELSEWHERE = { headers: { 'x-forwarded-for': '203.0.113.7' } };
const ADMIN = [...READ_WRITE, 'operator.admin'];
const SPARES = 6;

const item = z.looseObject({
  gateway: z.string(),
  deviceId: z.string(),
  publicKey: z.string(),
  rowCreatedAtMs: z.number(),
  holds: z.array(z.string()),
  given: z.array(z.string()),
  enforcement: z.string(),
  why: z.string(),
  needsConfirm: z.string().optional(),
});
const plan = z.looseObject({ items: z.array(item), gone: z.number() });
const taken = z.looseObject({
  id: z.string(),
  deviceId: z.string(),
  state: z.string(),
  outcome: z.string(),
  returnedWith: z.array(z.string()).optional(),
});
const takenPage = z.looseObject({ items: z.array(taken) });
const refusal = z.looseObject({ code: z.string(), item: item.optional() });
type Item = z.infer<typeof item>;

const planOf = async ({ console: started }: Watch, query: Record<string, string>) =>
  plan.parse((await started.api.call('GET', `/take-backs/plan?${new URLSearchParams(query)}`)).body);

function bodyOf(
  { gateway, deviceId, publicKey, rowCreatedAtMs, holds, needsConfirm }: Item,
  account: { rule?: string; decision?: string } = {},
) {
  return {
    gateway,
    deviceId,
    publicKey,
    rowCreatedAtMs,
    holds,
    ...account,
    ...(needsConfirm === undefined ? {} : { confirm: needsConfirm }),
  };
}

async function take({ console: started }: Watch, shown: Item, account: { rule?: string; decision?: string } = {}) {
  const answer = await started.api.call('POST', '/take-backs', bodyOf(shown, account));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return taken.parse(answer.body);
}

const planned = (items: readonly Item[], device: TestDevice): Item => {
  const found = items.find((i) => i.deviceId === device.deviceId);
  if (!found) throw new Error(`the plan does not name ${device.deviceId.slice(0, 8)}`);
  return found;
};

/** What the console says of the newest take-back of a device, once it says that. */
const saidOf = ({ console: started }: Watch, device: TestDevice, state: string) =>
  until(
    `the take-back ${state}`,
    async () => {
      const { items } = takenPage.parse((await started.api.call('GET', '/take-backs')).body);
      const newest = items.find((t) => t.deviceId === device.deviceId);
      return newest?.state === state ? newest : undefined;
    },
    20_000,
  );

/** The removed device asks again as itself, with the shared token, and is let in: silently, as the plan said. */
async function comesBack(stage: Stage, scene: Watch, device: TestDevice, over: Parameters<TestDevice['attempt']>[0]) {
  expect((await device.attempt(over)).ok, 'it is let in at once').toBe(true);
  const scopes = (await stage.admin.paired(device.deviceId))?.scopes;
  expect(scopes).toEqual(expect.arrayContaining([...(over?.scopes ?? READ)]));
  const said = await saidOf(scene, device, 'returned');
  expect([...(said.returnedWith ?? [])].sort()).toEqual([...(scopes ?? [])].sort());
  expect(
    (await scene.console.api.activity()).some((a) => a.what === 'device.returned' && a.text.includes(device.deviceId.slice(0, 8))),
  ).toBe(true);
}

/** The removed device asks again as itself and has to wait for a person. */
async function mustAsk(stage: Stage, scene: Watch, device: TestDevice, over: Parameters<TestDevice['attempt']>[0]) {
  await refusedForPairing(device, over);
  expect(await stage.admin.paired(device.deviceId), 'no row came back').toBeUndefined();
  await saidOf(scene, device, 'gone');
}

/** Whether a holder of the shared token gets in on the gateway's host without being paired, as the gateway's own helper. */
async function helperGetsIn(stage: Stage, device: TestDevice): Promise<boolean> {
  const attempt = await device.attempt({ clientId: 'gateway-client', clientMode: 'backend', scopes: ADMIN });
  expect(await stage.admin.paired(device.deviceId), 'a helper leaves no row').toBeUndefined();
  return attempt.ok;
}

for (const version of versionsUnderTest()) {
  test(`${version}: all that a rule gave over loopback, one by one, and the ledger keeps the rule away afterwards`, async () => {
    await onStage({ version }, async (stage) => {
      const first = await knownDevice(stage, 'first');
      const second = await knownDevice(stage, 'second');
      const spares = await spareDevices(stage, SPARES);
      const scene = await watch(stage);
      const { api } = scene.console;
      for (const device of [first, second, ...spares]) await vouch(scene, device);
      await giveStatement(scene);
      const rule = await api.addRule(LOOPBACK_RULE);
      const upgrade = async (device: TestDevice) => void (await device.attempt({ scopes: READ_WRITE }));
      const one = await ruleApproves(stage, scene, { first, spares }, READ_WRITE, upgrade);
      const two = await ruleApproves(stage, scene, { first: second, spares }, READ_WRITE, upgrade);

      const { items } = await planOf(scene, { rule: rule.id });
      expect(items.map((i) => i.deviceId).sort()).toEqual([one.deviceId, two.deviceId].sort());
      const word = version === OLDEST ? 'until-next-connect' : 'needs-new-secret';
      for (const shown of items) expect(shown).toMatchObject({ given: ['operator.write'], holds: READ_WRITE, enforcement: word });
      expect(items[0]?.why).toContain('gateway.auth.token');

      await test.step('a row that is not what was shown is left alone', async () => {
        const wrong = await api.call('POST', '/take-backs', bodyOf({ ...planned(items, one), holds: READ }, { rule: rule.id }));
        expect(wrong.status).toBe(409);
        expect(refusal.parse(wrong.body)).toMatchObject({ code: 'request-changed', item: { holds: READ_WRITE } });
      });

      await test.step('the first, while it is connected and a wish of it waits', async () => {
        const open = await one.connect({ scopes: READ_WRITE });
        await refusedForPairing(one, { scopes: ADMIN });
        const view = await take(scene, planned(items, one), { rule: rule.id });
        expect(view).toMatchObject({ state: 'gone', lost: READ_WRITE });
        expect(view.outcome).toContain('A request of it that waited was rejected.');
        expect((await open.closed).code).toBe(4001);
        expect(await stage.admin.paired(one.deviceId)).toBeUndefined();
        expect(await stage.admin.pending(one.deviceId)).toBeUndefined();
        const [decision] = (await api.decided()).filter((d) => d.deviceId === one.deviceId && d.actor.kind === 'rule');
        expect(decision).toMatchObject({ takenBack: { id: view.id, state: 'gone' } });
        expect((await stage.admin.paired(two.deviceId))?.scopes, 'one by one').toEqual(READ_WRITE);
      });

      await test.step('the second', async () => {
        const now = await planOf(scene, { rule: rule.id });
        expect(now.items.map((i) => i.deviceId)).toEqual([two.deviceId]);
        expect(now.gone).toBe(1);
        expect(await take(scene, planned(now.items, two), { rule: rule.id })).toMatchObject({ state: 'gone' });
      });

      await test.step('each asks again, and what was said happens', async () => {
        if (version === OLDEST) await comesBack(stage, scene, one, { scopes: ADMIN });
        else {
          await mustAsk(stage, scene, one, { scopes: ADMIN });
          expect(await helperGetsIn(stage, one)).toBe(true);
        }
      });

      await test.step('the rule leaves the key alone until a person approves it', async () => {
        const attempt = await two.attempt({ scopes: READ });
        if (!attempt.ok && attempt.requestId) await stage.admin.approve(attempt.requestId);
        expect((await stage.admin.paired(two.deviceId))?.scopes).toEqual(READ);
        await refusedForPairing(two, { scopes: READ_WRITE });
        const seen = await settledRequest(scene, two);
        expect(seen.verdict.kind).toBe('hold');
        expect(reasonsOf(seen)).toContain('refused-before');
        expect((await stage.admin.paired(two.deviceId))?.scopes).toEqual(READ);
      });
    });
  });

  test(`${version}: a device from elsewhere must ask again, one on a gateway that grants by itself is back at once`, async () => {
    const nodes = version === OLDEST ? {} : { nodes: { pairing: { autoApproveLocal: true } } };
    await onStage({ version, config: { gateway: { trustedProxies: ['127.0.0.1'], ...nodes } } }, async (stage) => {
      const near = await knownDevice(stage, 'near');
      const scene = await watch(stage, { granting: true });
      const { api } = scene.console;

      const far = stage.device('far');
      const wish = { ...FROM_ELSEWHERE, scopes: ADMIN };
      await refusedForPairing(far, wish);
      const approved = await api.approve(await settledRequest(scene, far));
      expect(approved.status, JSON.stringify(approved.body)).toBe(200);
      const letIn = await far.attempt(wish);
      expect(letIn.ok).toBe(true);
      const deviceToken = letIn.ok ? letIn.hello.auth?.deviceToken : undefined;

      await test.step('from elsewhere: enforced', async () => {
        const [decision] = (await api.decided()).filter((d) => d.deviceId === far.deviceId);
        const account = { decision: decision?.id ?? '' };
        const shown = planned((await planOf(scene, account)).items, far);
        expect(shown).toMatchObject({ enforcement: 'enforced', needsConfirm: far.deviceId.slice(0, 8) });
        const { confirm: _word, ...unsaid } = { confirm: '', ...bodyOf(shown, account) };
        expect((await api.call('POST', '/take-backs', unsaid)).status, 'the last admin but the console needs the word').toBe(400);
        expect(await take(scene, shown, account)).toMatchObject({ state: 'gone' });
        await mustAsk(stage, scene, far, wish);
        const byToken = await far.attempt({ ...wish, auth: deviceToken === undefined ? {} : { deviceToken } });
        expect(byToken.ok, 'its own token is dead').toBe(false);
      });

      await test.step('over loopback on a gateway that pairs there by itself: until its next connection', async () => {
        const [shown] = (await planOf(scene, { gateway: scene.id, device: near.deviceId })).items;
        expect(shown).toMatchObject({ enforcement: 'until-next-connect', given: [], holds: READ });
        if (!shown) return;
        expect(await take(scene, shown)).toMatchObject({ state: 'gone' });
        await comesBack(stage, scene, near, { scopes: ADMIN });
      });
    });
  });

  test(`${version}: the gateway's own key needs a word and is not kept out; the console itself is not taken back`, async () => {
    await onStage({ version }, async (stage) => {
      await knownDevice(stage, 'another');
      const identity = loadHostKey(stage.gateway.stateDir);
      const base = { clientId: 'cli', clientMode: 'cli', scopes: READ_WRITE, auth: { token: stage.gateway.token } };
      const host = createDevice({ url: stage.gateway.url, identity, base });
      await pair(host, stage.admin, READ_WRITE);
      const scene = await watch(stage);
      const { api } = scene.console;

      const [shown] = (await planOf(scene, { gateway: scene.id, device: host.deviceId })).items;
      expect(shown).toMatchObject({ enforcement: 'until-next-connect', needsConfirm: host.deviceId.slice(0, 8), holds: READ_WRITE });
      if (!shown) return;
      const { needsConfirm: _word, ...unsaid } = shown;
      expect((await api.call('POST', '/take-backs', bodyOf(unsaid))).status).toBe(400);
      expect(await take(scene, shown)).toMatchObject({ state: 'gone' });
      if (version === OLDEST) await comesBack(stage, scene, host, { scopes: ADMIN });
      else {
        await mustAsk(stage, scene, host, {});
        expect(await helperGetsIn(stage, host), 'as the CLI of this version does').toBe(true);
      }

      const [gateway] = await api.gateways();
      const [own] = (await planOf(scene, { gateway: scene.id, device: gateway?.consoleDeviceId ?? '' })).items;
      expect(own).toMatchObject({ impossible: expect.stringContaining('console itself') });
      if (!own) return;
      const answer = await api.call('POST', '/take-backs', bodyOf(own));
      expect(answer.status).toBe(409);
      expect(api.problemCode(answer)).toBe('take-back-impossible');
      expect(await stage.admin.paired(own.deviceId)).toBeDefined();
    });
  });
}

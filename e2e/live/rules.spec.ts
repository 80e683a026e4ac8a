// What rules do on real gateways beyond their conditions: order, rejecting, shadow, limits, a person's word, and a rule that is not what
// it was when a request was first looked at.
import { expect, test } from '@playwright/test';
import type { ConsoleApi, RequestSeen } from '../gateways/api.ts';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { signIn } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { approvalOf, approvedOne, devicesOf, heldThough, oddPath, wasSeen } from './openings.ts';
import {
  giveStatement,
  holds,
  LOOPBACK_RULE,
  OLDEST,
  onStage,
  READ,
  READ_WRITE,
  reasonsOf,
  refusedForPairing,
  type Stage,
  settledRequest,
  versionsUnderTest,
  vouch,
  type Watch,
  watch,
} from './scene.ts';

const PARTS = ['order', 'reject', 'reason', 'shadow', 'uses', 'device', 'cool', 'off', 'narrow', 'end', 'still', 'make'] as const;
type Part = (typeof PARTS)[number];
const TIMES = 8;
const WRITE = ['operator.write'];
const QUESTIONS = 'operator.questions';
/** A rule lives for so long where the test is about its end: longer than its device needs to ask, on a busy machine too. */
const SHORT_LIFE_MS = 12_000;

const codesOf = ({ verdict }: RequestSeen) => verdict.reasons.map((r) => r.code);

type Play = {
  stage: Stage;
  scene: Watch;
  api: ConsoleApi;
  person: ConsoleApi;
  /** The devices of a part, which nobody asked with yet. */
  of: (part: Part) => TestDevice[];
  /** A rule for the devices of one part. */
  rule: (part: Part, over?: Record<string, unknown>) => Record<string, unknown>;
  /** Who was held, and must hold nothing new at the end. */
  held: { name: string; device: TestDevice; scopes: readonly string[] }[];
};

/** The view of a rule, once it says that. */
const ruleSays = (api: ConsoleApi, id: string, says: Record<string, unknown>) =>
  expect.poll(async () => (await api.rules()).find((r) => r.id === id), { timeout: 20_000 }).toMatchObject(says);

async function order({ api, stage, scene, of, rule }: Play) {
  const below = await api.addRule(rule('order'));
  const leave = { effect: 'leave', scopes: WRITE, note: 'Ask on the phone first.' };
  const top = await api.addRule(rule('order', { ...leave, name: 'order, left' }));
  const put = (ids: string[]) => api.call('PUT', '/rules/order', { ids });
  const others = (await api.rules()).map((r) => r.id).filter((id) => id !== below.id && id !== top.id);
  expect((await put([top.id, below.id, ...others])).status).toBe(200);
  const { device, seen } = await heldThough(scene, of('order'));
  expect(seen.verdict).toMatchObject({ rule: top.id, note: leave.note, trace: { rule: top.id, outcome: 'matches' } });
  expect(codesOf(seen)).toEqual(['left']);
  expect((await stage.admin.paired(device.deviceId))?.scopes).toEqual(READ);
  expect((await put([below.id])).status, 'an order names every rule that there is').toBe(409);
  // The other way round the same rule decides the same request, which still waits.
  expect((await put([below.id, top.id, ...others])).status).toBe(200);
  await holds(stage, device.deviceId, READ_WRITE, scene);
  expect(await approvalOf(scene, device)).toMatchObject({ actor: { kind: 'rule', ruleId: below.id } });
  await api.removeRule(top.id);
  await api.removeRule(below.id);
}

async function rejecting({ api, stage, scene, of, rule }: Play) {
  const reject = await api.addRule(rule('reject', { effect: 'reject', scopes: WRITE, note: 'Use the other tool.' }));
  const devices = of('reject');
  const rejected = async (device: TestDevice) => {
    await refusedForPairing(device, { scopes: READ_WRITE });
    return until('the request rejected, or held for a look that came too late', async () => {
      const decision = (await api.decided()).find((d) => d.deviceId === device.deviceId && d.state === 'rejected');
      if (decision) return decision;
      const seen = (await scene.console.api.pending()).find((r) => r.deviceId === device.deviceId && r.origin.settled);
      return seen && !wasSeen(seen) ? 'unseen' : undefined;
    });
  };
  for (let device = devices.shift(); device; device = devices.shift()) {
    const decision = await rejected(device);
    if (decision === 'unseen') continue;
    expect(decision).toMatchObject({ action: 'reject', actor: { kind: 'rule', ruleId: reject.id } });
    expect(decision.verdict).toMatchObject({ kind: 'reject', rule: reject.id, note: 'Use the other tool.', trace: { outcome: 'matches' } });
    expect(await stage.admin.pending(device.deviceId), "the gateway's own list").toBeUndefined();
    expect((await stage.admin.paired(device.deviceId))?.scopes).toEqual(READ);
    await api.removeRule(reject.id);
    // The rule's word is nobody's word on the key: another rule may approve it afterwards.
    await api.addRule(rule('reject', { name: 'reject, approved later' }));
    const approved = await approvedOne(stage, scene, [device, ...devices]);
    if (approved !== device) expect(reasonsOf(await settledRequest(scene, device))).not.toMatch(/refused-before|cooling-off/);
    return;
  }
  throw new Error('no caller of this part was seen in time');
}

/** A rule that rejects new devices only, wherever they come from; an upgrade of a known one is its twin. */
async function reasons({ api, stage, scene, of, held }: Play) {
  const body = { name: 'No new devices', enabled: true, effect: 'reject', origin: 'any', reasons: ['new-device'], scopes: READ };
  const rule = await api.addRule(body);
  const { device, seen } = await heldThough(scene, of('reason'));
  expect(seen.verdict.kind).toBe('hold');
  expect(seen.verdict.reasons).toContainEqual(expect.objectContaining({ code: 'other-reason', rule: rule.id }));
  held.push({ name: 'another reason', device, scopes: READ });
  const stranger = createDevice({ url: stage.gateway.url, base: { displayName: 'stranger', auth: { token: stage.gateway.token } } });
  const way = stage.gateway.version === OLDEST ? oddPath(OLDEST) : {};
  await refusedForPairing(stranger, { scopes: READ, ...way });
  const decision = await until('the stranger rejected', async () =>
    (await api.decided()).find((d) => d.deviceId === stranger.deviceId && d.state === 'rejected'),
  );
  expect(decision.verdict).toMatchObject({ rule: rule.id, trace: { rule: rule.id, version: 1 } });
  expect(await stage.admin.pending(stranger.deviceId)).toBeUndefined();
  expect(await stage.admin.paired(stranger.deviceId)).toBeUndefined();
  await api.removeRule(rule.id);
}

async function shadow({ api, person, stage, scene, of, rule, held }: Play) {
  const tried = await api.addRule(rule('shadow', { shadow: true }));
  const devices = of('shadow');
  const would = { rule: tried.id, version: tried.version, would: 'approve' };
  const first = await heldThough(scene, devices);
  expect(first.seen.verdict.shadows).toEqual([expect.objectContaining(would)]);
  expect((await stage.admin.paired(first.device.deviceId))?.scopes).toEqual(READ);
  expect((await person.approve(first.seen)).status).toBe(200);
  await ruleSays(api, tried.id, { hits: 0, agreement: { decided: 1, agreed: 1 } });
  const second = await heldThough(scene, devices);
  expect(second.seen.verdict.shadows).toEqual([expect.objectContaining(would)]);
  expect((await person.reject(second.seen)).status).toBe(200);
  const { deviceId } = second.device;
  await ruleSays(api, tried.id, { hits: 0, agreement: { decided: 2, agreed: 1, lastDisagreement: { deviceId } } });
  expect((await api.decided()).filter((d) => d.actor.ruleId === tried.id)).toEqual([]);
  held.push({ name: 'rejected by a person under a shadow', device: second.device, scopes: READ });
  await api.removeRule(tried.id);
}

async function uses({ api, stage, scene, of, rule, held }: Play) {
  const once = await api.addRule(rule('uses', { maxUses: 1 }));
  const devices = of('uses');
  await approvedOne(stage, scene, devices);
  const { device, seen } = await heldThough(scene, devices);
  expect(codesOf(seen)).toEqual(['limit-uses']);
  expect(seen.verdict).toMatchObject({ rule: once.id, trace: { outcome: 'limited' } });
  await ruleSays(api, once.id, { hits: 1 });
  held.push({ name: 'a second use', device, scopes: READ });
}

async function perDevice({ person, stage, scene, of, rule, held }: Play) {
  const scopes = [...READ_WRITE, QUESTIONS];
  const limited = await person.addRule(rule('device', { maxPerDevicePerHour: 1, scopes, acknowledge: ['same-user'] }));
  const devices = of('device');
  for (;;) {
    const device = await approvedOne(stage, scene, devices);
    await refusedForPairing(device, { scopes: ['operator.read', QUESTIONS] });
    const seen = await settledRequest(scene, device);
    expect(seen.verdict.kind).toBe('hold');
    held.push({ name: 'a second time for a device', device, scopes: READ_WRITE });
    if (!wasSeen(seen)) continue;
    expect(codesOf(seen)).toEqual(['limit-device']);
    expect(seen.verdict).toMatchObject({ rule: limited.id, trace: { outcome: 'limited' } });
    break;
  }
  await approvedOne(stage, scene, devices);
}

/** A person says no to what the rule would have approved: it rests, for every device. */
async function coolingOff({ api, person, stage, scene, of, rule, held }: Play) {
  const rested = await api.addRule(rule('cool'));
  const devices = of('cool');
  await approvedOne(stage, scene, devices);
  await person.setAutomation(false);
  const { device, seen } = await heldThough(scene, devices);
  expect(codesOf(seen)).toEqual(['automation-off']);
  expect((await person.reject(seen)).status).toBe(200);
  held.push({ name: 'rejected by a person', device, scopes: READ });
  await person.setAutomation(true);
  const after = await heldThough(scene, devices);
  expect(codesOf(after.seen)).toEqual(['cooling-off']);
  expect(after.seen.verdict).toMatchObject({ rule: rested.id, trace: { outcome: 'limited' } });
  held.push({ name: 'while the rule rests', device: after.device, scopes: READ });
}

/** Four requests wait, each with a rule that would approve it. Three rules are not what they were when they are asked again. */
async function meanwhile({ api, person, stage, scene, of, rule, held }: Play) {
  await person.setAutomation(false);
  const wait = async (part: Part) => {
    const found = await heldThough(scene, of(part));
    expect(codesOf(found.seen), part).toEqual(['automation-off']);
    expect(found.seen.verdict.trace?.outcome).toBe('matches');
    return found.device;
  };
  const expiresAt = new Date(Date.now() + SHORT_LIFE_MS).toISOString();
  const ended = await api.addRule(rule('end', { expiresAt }));
  const end = await wait('end');
  const rules = { off: await api.addRule(rule('off')), narrow: await api.addRule(rule('narrow')), still: await api.addRule(rule('still')) };
  const off = await wait('off');
  const narrow = await wait('narrow');
  const still = await wait('still');
  await api.changeRule(rules.off.id, rule('off', { enabled: false }));
  expect(await api.changeRule(rules.narrow.id, rule('narrow', { scopes: READ }))).toMatchObject({ version: 2 });
  await ruleSays(api, ended.id, { ended: true });
  await person.setAutomation(true);
  await holds(stage, still.deviceId, READ_WRITE, scene);
  expect(await approvalOf(scene, still)).toMatchObject({ actor: { ruleId: rules.still.id } });
  for (const [name, device] of Object.entries({ end, off, narrow })) {
    expect((await settledRequest(scene, device)).verdict.kind, name).toBe('hold');
    held.push({ name: `its rule: ${name}`, device, scopes: READ });
  }
  expect(reasonsOf(await settledRequest(scene, narrow))).toMatch(/above-ceiling/);
}

/** The rule that "approve and make a rule" proposes covers the request it was made from, and no other device's. */
async function madeFromRequest({ api, stage, scene, of, held }: Play) {
  const devices = of('make');
  const { device, seen } = await heldThough(scene, devices);
  const other = await heldThough(scene, devices);
  const rule = await api.addRule({
    name: 'made from a request',
    enabled: true,
    effect: 'approve',
    origin: 'loopback',
    assurance: 'peer',
    agentsMayUse: false,
    confirm: [],
    maxPerHour: 5,
    gateway: seen.gateway,
    deviceId: seen.deviceId,
    clientIds: ['gateway-client'],
    platforms: ['linux'],
    scopes: [...seen.heldScopes, ...seen.addedScopes],
  });
  await holds(stage, device.deviceId, READ_WRITE, scene);
  expect(await approvalOf(scene, device)).toMatchObject({ actor: { kind: 'rule', ruleId: rule.id } });
  expect((await settledRequest(scene, other.device)).verdict.kind).toBe('hold');
  held.push({ name: 'another device than the one of the rule', device: other.device, scopes: READ });
}

for (const version of versionsUnderTest()) {
  test(`order, rejecting, shadow, limits, a person's no, and rules that changed meanwhile (${version})`, async ({ page }) => {
    test.setTimeout(300_000);
    await onStage({ version }, async (stage) => {
      const cast = new Map<Part, TestDevice[]>();
      for (const part of PARTS)
        cast.set(
          part,
          await devicesOf(
            stage,
            Array.from({ length: TIMES }, (_, i) => `${part} ${i + 1}`),
          ),
        );
      const scene = await watch(stage);
      for (const device of [...cast.values()].flat()) await vouch(scene, device);
      await giveStatement(scene);
      const play: Play = {
        stage,
        scene,
        api: scene.console.api,
        person: await signIn(page, scene.console),
        of: (part) => cast.get(part) ?? [],
        rule: (part, over = {}) => ({ ...LOOPBACK_RULE, name: part, displayName: `${part} ?`, ...over }),
        held: [],
      };
      await test.step('the first rule that matches decides, and one that leaves keeps it for a person', () => order(play));
      await test.step('a rejecting rule rejects on the gateway, and says nothing about the key', () => rejecting(play));
      await test.step('a rejecting rule for new devices leaves upgrades alone', () => reasons(play));
      await test.step('a rule in shadow records, approves nothing, and is compared with a person', () => shadow(play));
      await test.step('uses in all', () => uses(play));
      await test.step('once an hour for each device', () => perDevice(play));
      await test.step('after a person rejected what it would approve, a rule rests', () => coolingOff(play));
      await test.step('a rule that was switched off, narrowed or ended meanwhile approves nothing', () => meanwhile(play));
      await test.step('a rule made from a request covers it, and it alone', () => madeFromRequest(play));

      const { paired } = await stage.admin.list();
      for (const { name, device, scopes } of play.held)
        expect.soft(paired.find((d) => d.deviceId === device.deviceId)?.scopes, `${name}: the gateway's own row`).toEqual(scopes);
    });
  });
}

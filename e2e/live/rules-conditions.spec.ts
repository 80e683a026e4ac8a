// Each condition of a rule on real gateways: a device that meets it is approved, its twin that differs in just that waits, and the decision
// keeps every condition with its value.
import { expect, test } from '@playwright/test';
import { pair } from '../gateways/admin.ts';
import { ageDevices } from '../gateways/age.ts';
import type { RequestSeen, RuleSeen } from '../gateways/api.ts';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { loadHostKey } from '../gateways/hostkey.ts';
import { personAt } from '../gateways/person.ts';
import { approvalOf, approvedOne, devicesOf, heldThough } from './openings.ts';
import {
  CLI_SCOPES,
  giveStatement,
  HOST_RULE,
  holds,
  LOOPBACK_RULE,
  onStage,
  READ,
  READ_WRITE,
  refusedForPairing,
  untilSeen,
  versionsUnderTest,
  vouch,
  type Watch,
  watch,
} from './scene.ts';

const HOUR_MS = 3_600_000;
const TIMES = 6;
const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const TALKING = ['operator.read', 'operator.talk'];
const ASKING = ['operator.read', 'operator.questions'];

type Make = Parameters<typeof devicesOf>[2];

type Case = {
  /** The condition, as a trace names it. */
  condition: string;
  /** What the rule says beside its name pattern. */
  rule: (device: TestDevice | undefined, scene: Watch) => Record<string, unknown>;
  /** What it says to the twin, where device and twin are of one make and the rule differs. */
  otherRule?: Record<string, unknown>;
  device?: Make;
  twin?: Make;
  /** What the devices call themselves, where that is the condition. */
  names?: { devices: string[]; twins: string[] };
  twinAsks?: readonly string[];
  /** How long the device has been paired, and its twin has not. */
  ageMs?: number;
  /** The values that the trace must show of the device and of the twin. */
  values: [device: RegExp, twin: RegExp];
  /** The reason that the twin is held for. */
  miss: string;
};

const clock = (atMs: number) => new Date(atMs).toISOString().slice(11, 16);
const utc = (fromMs: number, toMs: number) => ({ hours: { days: EVERY_DAY, from: clock(fromMs), to: clock(toMs), timeZone: 'UTC' } });
const always = (rule: Record<string, unknown>) => () => rule;

function casesAt(now: number): Case[] {
  const cli = { clientId: 'cli', clientMode: 'cli' };
  return [
    {
      condition: 'client-id',
      rule: always({ clientIds: ['cli'] }),
      device: cli,
      twin: { ...cli, clientId: 'gateway-client' },
      values: [/^“cli”$/, /^“gateway-client”$/],
      miss: 'other-client-id',
    },
    {
      condition: 'client-mode',
      rule: always({ clientModes: ['cli'] }),
      device: cli,
      twin: { ...cli, clientMode: 'ui' },
      values: [/^“cli”$/, /^“ui”$/],
      miss: 'other-client-mode',
    },
    {
      condition: 'platform',
      rule: always({ platforms: ['darwin'] }),
      device: { platform: 'darwin' },
      twin: { platform: 'linux' },
      values: [/^“darwin”$/, /^“linux”$/],
      miss: 'other-platform',
    },
    {
      condition: 'display-name',
      rule: always({ displayName: 'build box ??' }),
      names: {
        devices: ['Build box 01', 'Build box 02', 'BUILD BOX 03', 'build box 04', 'build box 05'],
        twins: ['Build box 001', 'Build box 2', 'A build box 03', 'Build-box 04', 'build box'],
      },
      values: [/build box 0\d/i, /build box/i],
      miss: 'other-name',
    },
    {
      condition: 'held-scopes',
      rule: always({ heldScopes: TALKING, scopes: [...READ_WRITE, 'operator.talk', 'operator.questions'], acknowledge: ['same-user'] }),
      device: { held: TALKING },
      twin: { held: ASKING },
      values: [/talk/, /questions/],
      miss: 'holds-less',
    },
    {
      condition: 'paired-for',
      rule: always({ pairedForHours: 24 }),
      ageMs: 50 * HOUR_MS,
      values: [/days|hours/, /less than an hour/],
      miss: 'paired-too-short',
    },
    {
      condition: 'auth',
      rule: always({ authMethods: ['token'] }),
      otherRule: { authMethods: ['password'] },
      values: [/^token$/, /^token$/],
      miss: 'other-auth',
    },
    {
      condition: 'hours',
      rule: always(utc(now - HOUR_MS, now + HOUR_MS)),
      otherRule: utc(now + HOUR_MS, now - HOUR_MS),
      values: [/UTC$/, /UTC$/],
      miss: 'asleep',
    },
    {
      condition: 'gateway',
      rule: (_device, { id }) => ({ gateway: id }),
      otherRule: { gateway: 'another' },
      values: [/./, /./],
      miss: 'other-gateway',
    },
    {
      condition: 'device',
      rule: (device) => ({ deviceId: device?.deviceId }),
      values: [/^[0-9a-f]{8}$/, /^[0-9a-f]{8}$/],
      miss: 'other-device',
    },
    {
      condition: 'scopes',
      rule: always({}),
      twinAsks: [...READ_WRITE, 'operator.questions'],
      values: [/asks read and write/, /questions/],
      miss: 'above-ceiling',
    },
  ];
}

/** A twin that the rule for the device would let in as well has another name. */
const twinName = ({ condition, otherRule }: Case) => (otherRule ? `other ${condition}` : condition);

type Rule = Pick<RuleSeen, 'id' | 'version'>;

/** The conditions of a decision or of a held request, and the one that is looked for. */
function traceOf(verdict: RequestSeen['verdict'] | undefined, condition: string) {
  const trace = verdict?.trace;
  const found = trace?.conditions.find((c) => c.name === condition);
  if (!trace || !found) throw new Error(`the trace has no condition ${condition}: ${JSON.stringify(trace)}`);
  return { trace, found, missed: trace.conditions.filter((c) => c.held !== true).map((c) => c.name) };
}

function twinMisses(rule: Rule, it: Case, seen: RequestSeen) {
  const { trace, found, missed } = traceOf(seen.verdict, it.condition);
  expect.soft(trace).toMatchObject({ rule: rule.id, version: rule.version, outcome: 'no-match' });
  expect.soft(missed, 'the twin misses in just this').toEqual([it.condition]);
  expect.soft(found.value).toMatch(it.values[1]);
  expect.soft(seen.verdict.reasons).toContainEqual(expect.objectContaining({ code: it.miss, rule: rule.id }));
}

/** The approval of a device by a rule, with every condition and its value. */
async function keptWhole(scene: Watch, rule: Rule, device: { deviceId: string }, condition: string, value: RegExp) {
  const decision = await approvalOf(scene, device);
  expect.soft(decision.actor).toMatchObject({ kind: 'rule', ruleId: rule.id });
  expect.soft(decision.verdict).toMatchObject({ kind: 'approve', rule: rule.id, ruleVersion: rule.version });
  const { trace, found, missed } = traceOf(decision.verdict, condition);
  expect.soft(trace).toMatchObject({ rule: rule.id, version: rule.version, outcome: 'matches' });
  expect.soft(missed).toEqual([]);
  expect.soft(found.value).toMatch(value);
  for (const c of trace.conditions) expect.soft([c.wanted, c.value], c.name).not.toContain('');
  return trace;
}

for (const version of versionsUnderTest()) {
  test(`each condition lets in what meets it and holds its twin, and the trace tells every value (${version})`, async () => {
    test.setTimeout(240_000);
    await onStage({ version }, async (stage) => {
      const played: { it: Case; devices: TestDevice[]; twins: TestDevice[] }[] = [];
      for (const it of casesAt(Date.now())) {
        const called = (word: string) => Array.from({ length: TIMES }, (_, i) => `${word} ${i + 1}`);
        const devices = await devicesOf(stage, it.names?.devices ?? called(it.condition), it.device);
        const twins = await devicesOf(stage, it.names?.twins ?? called(twinName(it)), it.twin ?? it.device);
        played.push({ it, devices, twins });
      }
      for (const { it, devices } of played)
        if (it.ageMs !== undefined)
          await ageDevices(
            stage.gateway,
            devices.map((d) => d.deviceId),
            it.ageMs,
          );
      const scene = await watch(stage);
      const api = await personAt(scene.console);
      for (const { devices, twins } of played) for (const device of [...devices, ...twins]) await vouch(scene, device);
      await giveStatement(scene);
      const held: { name: string; device: TestDevice; scopes: readonly string[] }[] = [];

      for (const { it, devices, twins } of played) {
        await test.step(it.condition, async () => {
          // The name keeps the rule away from the twins of other cases, which wait on.
          const base = { ...LOOPBACK_RULE, name: it.condition, displayName: `${it.condition} ?` };
          const other = { ...base, ...it.rule(devices[0], scene), displayName: `${twinName(it)} ?`, ...it.otherRule };
          let rule = await api.addRule(it.names ? { ...base, ...it.rule(devices[0], scene) } : other);
          const { device: twin, seen } = await heldThough(scene, twins, (d) => refusedForPairing(d, { scopes: it.twinAsks ?? READ_WRITE }));
          twinMisses(rule, it, seen);
          held.push({ name: it.condition, device: twin, scopes: it.twin?.held ?? READ });
          await api.removeRule(rule.id);

          const device = await approvedOne(stage, scene, [...devices], READ_WRITE, async (d) => {
            // A rule of this very device, where the one before was not seen in time.
            const body = { ...base, ...it.rule(d, scene) };
            if (d === devices[0]) rule = await api.addRule(body);
            else if (it.condition === 'device') rule = await api.changeRule(rule.id, body);
            await refusedForPairing(d, { scopes: READ_WRITE });
          });
          await keptWhole(scene, rule, device, it.condition, it.values[0]);
          await api.removeRule(rule.id);
        });
      }

      const { paired } = await stage.admin.list();
      for (const { name, device, scopes } of held)
        expect.soft(paired.find((d) => d.deviceId === device.deviceId)?.scopes, `${name}: the twin's own row`).toEqual(scopes);
    });
  });

  test(`the gateway's own key, asked by another process than the gateway, and its twin with another key (${version})`, async () => {
    test.setTimeout(240_000);
    await untilSeen(async () => {
      await onStage({ version }, async (stage) => {
        const base = { clientId: 'cli', clientMode: 'cli', scopes: READ, auth: { token: stage.gateway.token } };
        const host = createDevice({ url: stage.gateway.url, identity: loadHostKey(stage.gateway.stateDir), base });
        await pair(host, stage.admin, READ);
        const others = await devicesOf(stage, ['cli', 'cli', 'cli'], { clientId: 'cli', clientMode: 'cli' });
        const scene = await watch(stage);
        for (const device of others) await vouch(scene, device);
        await giveStatement(scene);
        const rule = await (await personAt(scene.console)).addRule(HOST_RULE);
        const it = {
          condition: 'origin',
          rule: always({}),
          values: [/own key/, /clean loopback/] as [RegExp, RegExp],
          miss: 'origin',
        };
        const { device: twin, seen } = await heldThough(scene, others, (d) => refusedForPairing(d, { scopes: CLI_SCOPES }));
        twinMisses(rule, it, seen);
        await refusedForPairing(host, { scopes: CLI_SCOPES });
        await holds(stage, host.deviceId, CLI_SCOPES, scene);
        const trace = await keptWhole(scene, rule, host, 'origin', it.values[0]);
        expect(trace.conditions.find((c) => c.name === 'agents')).toMatchObject({ held: true, value: 'another process' });
        expect((await stage.admin.paired(twin.deviceId))?.scopes).toEqual(READ);
      });
    });
  });
}

// A rules file on real gateways: what it says is in force while the console runs, what it widens waits for a person, what is broken stops,
// and the API changes nothing beside it.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import type { ConsoleApi, RuleSeen } from '../gateways/api.ts';
import type { TestDevice } from '../gateways/client.ts';
import { signIn } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { approvalOf, approvedOne, devicesOf, heldThough } from './openings.ts';
import { giveStatement, holds, LOOPBACK_RULE, onStage, READ, READ_WRITE, reasonsOf, versionsUnderTest, vouch, watch } from './scene.ts';

const NAME = 'Kept in git';
const TIMES = 5;
const fileView = z.looseObject({
  problems: z.array(z.looseObject({ line: z.number().optional(), message: z.string(), rule: z.string().optional() })),
  writableByAgents: z.boolean(),
});
const filePage = z.looseObject({ items: z.array(fileView) });

/** The file as an author writes it; the last line is where a test breaks it. */
const textOf = (over: { scopes?: string; maxPerHour?: number; last?: string } = {}) =>
  [
    'version: 1',
    'rules:',
    `  - name: ${NAME}`,
    '    enabled: true',
    '    origin: loopback',
    `    scopes: [${over.scopes ?? 'operator.read, operator.write'}]`,
    `    maxPerHour: ${over.maxPerHour ?? 30}`,
    ...(over.last === undefined ? [] : [`    ${over.last}`]),
    '',
  ].join('\n');

const fileOf = async (api: ConsoleApi) => filePage.parse((await api.call('GET', '/rules/file')).body).items[0];

/** The rule of the file, once it says that. */
const ruleOnce = (api: ConsoleApi, what: string, is: (rule: RuleSeen) => boolean): Promise<RuleSeen> =>
  until(what, async () => (await api.rules()).find((rule) => rule.name === NAME && is(rule)));

const blocked = (rule: RuleSeen, code: string) => rule.blockedBy.some((reason) => reason.code === code);

for (const version of versionsUnderTest()) {
  test(`a rules file is followed live, waits for a person where it widens, stops where it breaks, and is not changed here (${version})`, async ({
    page,
  }) => {
    test.setTimeout(240_000);
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-rules-'));
    const path = join(folder, 'rules.yaml');
    // As git and editors do it: a whole new file in the place of the old one.
    const put = (text: string) => {
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    };
    try {
      await onStage({ version }, async (stage) => {
        const parts = ['new', 'narrow', 'broken', 'mended'] as const;
        const cast = new Map<string, TestDevice[]>();
        for (const part of parts)
          cast.set(
            part,
            await devicesOf(
              stage,
              Array.from({ length: TIMES }, (_, i) => `${part} ${i + 1}`),
            ),
          );
        const of = (part: (typeof parts)[number]) => cast.get(part) ?? [];
        put(textOf());
        const scene = await watch(stage, { env: { GATEHOUSE_RULES_FILE: path } });
        const { api } = scene.console;
        const person = await signIn(page, scene.console);
        for (const device of [...cast.values()].flat()) await vouch(scene, device);
        await giveStatement(scene);
        const acknowledge = ({ id, version: read }: RuleSeen) => person.call('POST', `/rules/${id}/acknowledge`, { version: read });

        await test.step('a rule that agents could have written waits for a person', async () => {
          const rule = await ruleOnce(api, 'the rule of the file', () => true);
          expect(rule).toMatchObject({ source: 'file', unacknowledged: true });
          expect(await fileOf(api)).toMatchObject({ problems: [], writableByAgents: true });
          const { device, seen } = await heldThough(scene, of('new'));
          expect(reasonsOf(seen)).toMatch(/file-unacknowledged/);
          const byScript = await api.call('POST', `/rules/${rule.id}/acknowledge`, { version: rule.version });
          expect([byScript.status, api.problemCode(byScript)]).toEqual([403, 'person-required']);
          expect((await stage.admin.paired(device.deviceId))?.scopes).toEqual(READ);
          expect((await acknowledge(rule)).status).toBe(200);
          await holds(stage, device.deviceId, READ_WRITE, scene);
        });

        await test.step('the API changes nothing that the file holds', async () => {
          const [rule] = await api.rules();
          const before = await api.rules();
          const tries = [
            await api.call('POST', '/rules', { ...LOOPBACK_RULE, name: 'beside it' }),
            await api.call('PUT', `/rules/${rule?.id}`, { ...LOOPBACK_RULE, name: NAME }),
            await api.call('DELETE', `/rules/${rule?.id}`),
            await api.call('PUT', '/rules/order', { ids: before.map((r) => r.id) }),
          ];
          for (const answer of tries) expect([answer.status, api.problemCode(answer)]).toEqual([409, 'rules-read-only']);
          expect((await api.rules()).map((r) => [r.id, r.version])).toEqual(before.map((r) => [r.id, r.version]));
        });

        await test.step('a narrower text counts at once, for nobody waits for less', async () => {
          const before = await ruleOnce(api, 'the rule', () => true);
          put(textOf({ scopes: 'operator.read' }));
          const rule = await ruleOnce(api, 'the narrower rule', (r) => r.version > before.version);
          expect(blocked(rule, 'file-unacknowledged')).toBe(false);
          const { device, seen } = await heldThough(scene, of('narrow'));
          expect(reasonsOf(seen)).toMatch(/above-ceiling/);
          expect(seen.verdict.trace).toMatchObject({ rule: rule.id, version: rule.version });

          put(textOf());
          const wider = await ruleOnce(api, 'the wider rule', (r) => r.version > rule.version);
          expect(blocked(wider, 'file-unacknowledged'), 'it gives more than before').toBe(true);
          expect((await stage.admin.paired(device.deviceId))?.scopes).toEqual(READ);
          expect((await acknowledge({ ...wider, version: rule.version })).status, 'another form than was read').toBe(409);
          expect((await acknowledge(wider)).status).toBe(200);
          await holds(stage, device.deviceId, READ_WRITE, scene);
        });

        await test.step('a broken rule stops, and goes on when its text is mended', async () => {
          put(textOf({ last: 'maxPerMinute: 9' }));
          const stopped = await ruleOnce(api, 'the broken rule stopped', (r) => blocked(r, 'file-broken'));
          expect((await fileOf(api))?.problems).toEqual([
            expect.objectContaining({ line: 8, rule: NAME, message: expect.stringContaining('maxPerMinute') }),
          ]);
          const { device, seen } = await heldThough(scene, of('broken'));
          expect(reasonsOf(seen)).toMatch(/file-broken/);
          expect(seen.verdict.trace).toMatchObject({ rule: stopped.id, outcome: 'blocked' });
          expect((await stage.admin.paired(device.deviceId))?.scopes).toEqual(READ);
          put(textOf());
          await ruleOnce(api, 'the mended rule', (r) => r.blockedBy.length === 0);
          await holds(stage, device.deviceId, READ_WRITE, scene);
          expect((await fileOf(api))?.problems).toEqual([]);
        });

        await test.step('a file that is gone leaves the last good rules in force', async () => {
          rmSync(path);
          await until('the console says so', async () => ((await fileOf(api))?.problems.length === 1 ? true : undefined));
          const device = await approvedOne(stage, scene, of('mended'));
          expect(await approvalOf(scene, device)).toMatchObject({ actor: { kind: 'rule', name: NAME } });
        });
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

// A node with system.run through both queues of real gateways: the device is paired, then its commands are decided, each read back.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { saidNo, type TestDevice } from '../gateways/client.ts';
import { personAt } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { OLDEST, onStage, type Stage, versionsUnderTest, type Watch, watch } from './scene.ts';

const HOST = ['system.run', 'system.which', 'system.notify'];
const MORE = [...HOST, 'system.run.prepare', 'browser.proxy'];
const NODE = { role: 'node', clientId: 'node-host', clientMode: 'node', deviceFamily: 'Linux', scopes: [], caps: ['system', 'browser'] };
const FROM_ELSEWHERE = { headers: { 'x-forwarded-for': '203.0.113.7' } };

const nodeRequest = z.looseObject({
  gateway: z.string(),
  requestId: z.string(),
  nodeId: z.string(),
  commands: z.array(z.string()),
  caps: z.array(z.string()),
  groups: z.array(z.looseObject({ danger: z.string(), commands: z.array(z.string()) })),
  requiredScopes: z.array(z.string()),
  holds: z.array(z.string()).optional(),
  adds: z.array(z.string()),
  devicePaired: z.boolean(),
  cannotApprove: z.string().optional(),
  regardless: z.string().optional(),
  confirm: z.array(z.string()),
});
type NodeRequest = z.infer<typeof nodeRequest>;
const inbox = z.looseObject({ items: z.array(nodeRequest), gaps: z.array(z.looseObject({ why: z.string() })) });
const decision = z.looseObject({ action: z.string(), state: z.string(), outcome: z.string(), by: z.string() });
const decisions = z.looseObject({ items: z.array(decision) });
const queue = z.object({
  pending: z.array(z.looseObject({ requestId: z.string(), nodeId: z.string() })),
  paired: z.array(z.looseObject({ nodeId: z.string(), commands: z.array(z.string()), token: z.string().optional() })),
});

/** The node queue as the judge reads it, past the console. */
const judged = async ({ admin }: Stage) => queue.parse(await admin.request('node.pair.list'));
const heldBy = async (stage: Stage, node: TestDevice) => (await judged(stage)).paired.find((row) => row.nodeId === node.deviceId);

const inboxOf = async ({ console: started }: Watch) => inbox.parse((await started.api.call('GET', '/node-requests')).body);
const shownOf = (scene: Watch, node: TestDevice, wanted: (item: NodeRequest) => boolean) =>
  until(
    'the node in the inbox',
    async () => (await inboxOf(scene)).items.find((item) => item.nodeId === node.deviceId && wanted(item)),
    25_000,
  );

const bodyOf = ({ nodeId, commands, caps, confirm }: NodeRequest) => ({ nodeId, commands, caps, confirm });
const pathOf = ({ gateway, requestId }: NodeRequest, action: string) => `/node-requests/${gateway}/${requestId}/${action}`;

/** All that is on the disk of a folder, as one text. */
const diskOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

for (const version of versionsUnderTest()) {
  test(`${version}: a node with system.run through both queues, approved and rejected, each read back`, async () => {
    await onStage({ version, config: { gateway: { trustedProxies: ['127.0.0.1'] } } }, async (stage) => {
      const scene = await watch(stage);
      const { api } = scene.console;
      const person = await personAt(scene.console);
      const node = stage.device('Build box');
      const offer = (commands: string[]) => node.attempt({ ...NODE, ...FROM_ELSEWHERE, commands });

      await test.step('nothing waits, and that is known', async () => {
        const read = await until('the queue read', async () => {
          const now = await inboxOf(scene);
          return now.gaps.length === 0 ? now : undefined;
        });
        expect(read.items).toEqual([]);
      });

      await test.step('the device queue first: approving it gives the key the role node, and no word of commands yet', async () => {
        const refused = await offer(HOST);
        expect(refused.ok ? '' : refused.requestId, saidNo(refused)).toBeTruthy();
        const asked = await until(
          'the device request',
          async () => (await api.pending()).find((r) => r.deviceId === node.deviceId),
          25_000,
        );
        expect(asked.roles).toEqual(['node']);
        expect((await inboxOf(scene)).items).toEqual([]);
        const { gateway, requestId, publicKey, roles, scopes, platform, deviceFamily, needsConfirm } = asked;
        const body = { publicKey, roles, scopes, platform, deviceFamily, confirm: needsConfirm };
        const answer = await person.call('POST', `/requests/${gateway}/${requestId}/approve`, body);
        expect(answer.body, JSON.stringify(answer.body)).toMatchObject({ state: 'approved' });
      });

      const open = await node.connect({ ...NODE, ...FROM_ELSEWHERE, commands: HOST });
      const shown = await shownOf(scene, node, (item) => item.devicePaired);
      await test.step('then its commands, by danger, with what the approver must hold', async () => {
        expect([...shown.commands].sort()).toEqual([...HOST].sort());
        expect(shown.groups[0]).toMatchObject({ danger: 'any-command', commands: ['system.run'] });
        expect([...shown.requiredScopes].sort()).toEqual(['operator.admin', 'operator.pairing']);
        expect([...shown.adds].sort()).toEqual([...HOST].sort());
        expect(shown).toMatchObject({ confirm: ['any-command', 'data'] });
        expect([shown.holds, shown.cannotApprove]).toEqual([undefined, undefined]);
        expect(shown.regardless !== undefined, 'only 2026.4.14 runs them whatever is decided').toBe(version === OLDEST);
        expect((await judged(stage)).pending.map(({ requestId }) => requestId)).toEqual([shown.requestId]);
        // The other queue does not know this id.
        await expect(stage.admin.approve(shown.requestId)).rejects.toThrow('unknown requestId');
      });

      await test.step('bound to what was shown, and named once more', async () => {
        const other = await api.call('POST', pathOf(shown, 'approve'), { ...bodyOf(shown), commands: ['system.notify'] });
        expect([other.status, api.problemCode(other)]).toEqual([409, 'request-changed']);
        expect(other.body).toMatchObject({ nodeRequest: { requestId: shown.requestId, nodeId: node.deviceId } });
        const bare = await api.call('POST', pathOf(shown, 'approve'), { ...bodyOf(shown), confirm: ['data'] });
        expect([bare.status, api.problemCode(bare)]).toEqual([400, 'input-invalid']);
        expect(await heldBy(stage, node)).toBeUndefined();
      });

      await test.step('approved by a person, read back, and gone from the inbox', async () => {
        const answer = await person.call('POST', pathOf(shown, 'approve'), bodyOf(shown));
        expect(decision.parse(answer.body), JSON.stringify(answer.body)).toMatchObject({ action: 'approve', state: 'approved' });
        expect([...((await heldBy(stage, node))?.commands ?? [])].sort()).toEqual([...HOST].sort());
        expect((await inboxOf(scene)).items).toEqual([]);
        const twice = await api.call('POST', pathOf(shown, 'approve'), bodyOf(shown));
        expect([twice.status, api.problemCode(twice)]).toEqual([404, 'request-gone']);
      });

      await test.step('the node’s bearer token, which 2026.4.14 lists, is nowhere in the console', async () => {
        const token = (await heldBy(stage, node))?.token;
        expect(token !== undefined).toBe(version === OLDEST);
        if (token === undefined) return;
        const answers = await Promise.all(
          ['/node-requests', '/node-decisions', '/activity', '/devices'].map((path) => api.call('GET', path)),
        );
        for (const text of [diskOf(scene.console.dataDir), scene.console.output(), JSON.stringify(answers)])
          expect(text.includes(token)).toBe(false);
      });

      await open.close();
      const wider = await node.connect({ ...NODE, ...FROM_ELSEWHERE, commands: MORE });
      const again = await shownOf(scene, node, (item) => item.commands.length === MORE.length);
      await test.step('more commands ask again, beside what it holds', async () => {
        expect([...(again.holds ?? [])].sort()).toEqual([...HOST].sort());
        expect([...again.adds].sort()).toEqual(['browser.proxy', 'system.run.prepare']);
      });

      await test.step('rejected with the token of a script: it keeps what it had', async () => {
        const answer = await api.call('POST', pathOf(again, 'reject'), bodyOf(again));
        const view = decision.parse(answer.body);
        expect(view, JSON.stringify(answer.body)).toMatchObject({ action: 'reject', state: 'rejected' });
        expect(view.outcome).toContain('It keeps what was approved before');
        expect((await judged(stage)).pending).toEqual([]);
        expect([...((await heldBy(stage, node))?.commands ?? [])].sort()).toEqual([...HOST].sort());
        const list = decisions.parse((await api.call('GET', '/node-decisions')).body).items;
        expect(list.map(({ state }) => state)).toEqual(['rejected', 'approved']);
        expect(list[1]?.by).not.toBe(list[0]?.by);
        const activity = z.looseObject({ items: z.array(z.looseObject({ what: z.string() })) });
        const entries = activity.parse((await api.call('GET', '/activity')).body).items.map(({ what }) => what);
        expect(entries.filter((what) => what.startsWith('node.'))).toEqual(['node.rejected', 'node.approved']);
      });
      await wider.close();
    });
  });

  test(`${version}: what a node asks for in between is not what was seen, and somebody else’s decision takes it off the inbox`, async () => {
    await onStage({ version }, async (stage) => {
      const node = stage.device('Build box');
      await node.attempt({ ...NODE, commands: ['system.notify'] });
      const scene = await watch(stage);
      const { api } = scene.console;
      if ((await stage.admin.paired(node.deviceId)) === undefined) throw new Error('the stage pairs a local node silently');
      const first = await node.connect({ ...NODE, commands: ['system.notify'] });
      const shown = await shownOf(scene, node, () => true);
      expect(shown.confirm).toEqual([]);
      await first.close();
      const second = await node.connect({ ...NODE, commands: HOST });
      const late = await api.call('POST', pathOf(shown, 'approve'), bodyOf(shown));
      expect([late.status, api.problemCode(late)]).toEqual([409, 'request-changed']);
      expect((await heldBy(stage, node))?.commands).toBeUndefined();
      const now = await shownOf(scene, node, (item) => item.commands.length === HOST.length);
      // 2026.4.14 changes the content under one id; 2026.9.6 gives a new one.
      expect(now.requestId === shown.requestId).toBe(version === OLDEST);
      await stage.admin.request('node.pair.reject', { requestId: now.requestId });
      await until('the inbox empty', async () => ((await inboxOf(scene)).items.length === 0 ? true : undefined), 25_000);
      expect(decisions.parse((await api.call('GET', '/node-decisions')).body).items).toEqual([]);
      await second.close();
    });
  });
}

// Acts on devices of real gateways: each is read back, the old token is dead, the new one is nowhere, and what comes back is told.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { pair } from '../gateways/admin.ts';
import type { Attempt, TestDevice } from '../gateways/client.ts';
import { personAt } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import {
  knownDevice,
  OLDEST,
  onStage,
  READ,
  READ_WRITE,
  refusedForPairing,
  type Stage,
  versionsUnderTest,
  type Watch,
  watch,
} from './scene.ts';

const FROM_ELSEWHERE = { headers: { 'x-forwarded-for': '203.0.113.7' } };

const item = z.looseObject({
  act: z.string(),
  gateway: z.string(),
  deviceId: z.string(),
  publicKey: z.string(),
  rowCreatedAtMs: z.number(),
  holds: z.array(z.string()),
  role: z.string().optional(),
  tokenScopes: z.array(z.string()).optional(),
  breaks: z.array(z.string()),
  enforcement: z.string().optional(),
  needsConfirm: z.string().optional(),
  impossible: z.string().optional(),
});
const tokensOf = z.looseObject({ tokens: z.array(z.looseObject({ revoked: z.boolean() })) });
const findingsOf = z.looseObject({ findings: z.array(z.string()) });
const plan = z.looseObject({ items: z.array(item), gone: z.array(z.looseObject({ deviceId: z.string() })) });
const act = z.looseObject({ id: z.string(), act: z.string(), state: z.string(), outcome: z.string() });
const page = z.looseObject({ items: z.array(act) });
type Item = z.infer<typeof item>;
type More = { scopes?: string[]; label?: string };

async function planOf({ console: started, id }: Watch, kind: string, deviceId: string, scopes?: string[]): Promise<Item> {
  const body = { act: kind, devices: [{ gateway: id, deviceId }], ...(scopes ? { scopes } : {}) };
  const { items } = plan.parse((await started.api.call('POST', '/device-acts/plan', body)).body);
  const [found] = items;
  if (!found) throw new Error(`the plan does not name ${deviceId.slice(0, 8)}`);
  return found;
}

function bodyOf(shown: Item, more: More = {}) {
  const { act: kind, gateway, deviceId, publicKey, rowCreatedAtMs, holds, role, tokenScopes, needsConfirm } = shown;
  return { act: kind, gateway, deviceId, publicKey, rowCreatedAtMs, holds, role, tokenScopes, confirm: needsConfirm, ...more };
}

/** Plans an act on a device and does what the plan showed. */
async function does(scene: Watch, kind: string, deviceId: string, more: More = {}) {
  const shown = await planOf(scene, kind, deviceId, more.scopes);
  const answer = await scene.console.api.call('POST', '/device-acts', bodyOf(shown, more));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return { shown, view: act.parse(answer.body) };
}

/** What the console says of the newest act on a device, once it says that. */
const saidOf = ({ console: started, id }: Watch, deviceId: string, state: string) =>
  until(
    `the newest act ${state}`,
    async () => {
      const query = new URLSearchParams({ gateway: id, device: deviceId, limit: '1' });
      const [newest] = page.parse((await started.api.call('GET', `/device-acts?${query}`)).body).items;
      return newest?.state === state ? newest : undefined;
    },
    25_000,
  );

const tokenRow = async ({ admin }: Stage, { deviceId }: TestDevice) =>
  (await admin.paired(deviceId))?.tokens.find((token) => token.role === 'operator');

/** The device token that a hello hands out. */
function tokenIn(attempt: Attempt): string {
  const token = attempt.ok ? attempt.hello.auth?.deviceToken : undefined;
  if (token === undefined) throw new Error('the gateway handed out no device token');
  return token;
}

/** All that is on the disk of a folder, as one text. */
const diskOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

/** The judge stays the last admin's equal: an admin of its own, so that no act needs a word. */
async function spareAdmin(stage: Stage) {
  const device = stage.device('spare admin');
  await pair(device, stage.admin, [...READ_WRITE, 'operator.admin']);
}

async function pairedWith(stage: Stage, name: string, scopes: string[]): Promise<TestDevice> {
  const device = stage.device(name);
  await pair(device, stage.admin, scopes);
  return device;
}

for (const version of versionsUnderTest()) {
  test(`${version}: rename, rotate and narrow, each read back, and a narrow token that is wide again is told`, async () => {
    await onStage({ version }, async (stage) => {
      await spareAdmin(stage);
      const device = await pairedWith(stage, 'bench laptop', READ_WRITE);
      const scene = await watch(stage, { granting: true });
      const { api } = scene.console;
      const { deviceId } = device;

      await test.step('rename, where the version can', async () => {
        if (version === OLDEST) {
          const shown = await planOf(scene, 'rename', deviceId);
          expect(shown.impossible).toBe(`OpenClaw ${version} cannot rename a device: it came with 2026.9.`);
          const answer = await api.call('POST', '/device-acts', bodyOf(shown, { label: 'Desk of Anna' }));
          expect(answer.status).toBe(409);
          expect(api.problemCode(answer)).toBe('device-act-impossible');
          return;
        }
        const { view } = await does(scene, 'rename', deviceId, { label: ' Desk of Anna ' });
        expect(view).toMatchObject({ state: 'done', outcome: 'Renamed to “Desk of Anna”.' });
        expect((await stage.admin.paired(deviceId))?.label).toBe('Desk of Anna');
        await stage.admin.request('device.pair.rename', { deviceId, label: 'Somebody else’s' });
        expect((await saidOf(scene, deviceId, 'undone')).outcome).toContain('Somebody else’s');
      });

      let own = '';
      await test.step('rotate: its connection is closed, the old token is dead, the shared secret hands out the new one', async () => {
        const first = tokenIn(await device.attempt({ scopes: READ_WRITE }));
        const open = await device.connect({ scopes: READ_WRITE, auth: { deviceToken: first } });
        const before = await tokenRow(stage, device);
        const { shown, view } = await does(scene, 'rotate', deviceId);
        expect(shown).toMatchObject({ enforcement: 'enforced', role: 'operator', tokenScopes: READ_WRITE });
        expect(shown.breaks.join(' ')).toContain('It has signed in with this token');
        expect(view).toMatchObject({ state: 'done' });
        expect((await open.closed).code).toBe(4001);
        const after = await tokenRow(stage, device);
        expect(after?.rotatedAtMs).not.toBe(before?.rotatedAtMs);
        expect([...(after?.scopes ?? [])].sort()).toEqual(READ_WRITE);
        expect((await device.attempt({ scopes: READ, auth: { deviceToken: first } })).ok, 'the old token').toBe(false);
        own = tokenIn(await device.attempt({ scopes: READ_WRITE }));
        expect(own).not.toBe(first);
      });

      await test.step('the new token is nowhere in the console', async () => {
        const answers = await Promise.all(
          ['/device-acts', '/devices', '/activity', '/device-changes'].map((path) => api.call('GET', path)),
        );
        for (const text of [diskOf(scene.console.dataDir), scene.console.output(), JSON.stringify(answers)])
          expect(text.includes(own)).toBe(false);
        expect(JSON.stringify(answers)).toContain(deviceId);
      });

      await test.step('narrow: the token holds read, the row keeps its grant, and with the shared secret it is wide again', async () => {
        const { shown, view } = await does(scene, 'narrow', deviceId, { scopes: READ });
        expect(shown).toMatchObject({ enforcement: 'until-next-connect' });
        expect(view).toMatchObject({ state: 'done' });
        expect((await tokenRow(stage, device))?.scopes).toEqual(READ);
        expect([...((await stage.admin.paired(deviceId))?.scopes ?? [])].sort()).toEqual(READ_WRITE);
        expect((await device.attempt({ scopes: READ })).ok).toBe(true);
        expect((await tokenRow(stage, device))?.scopes, 'asked as it is, it stays narrow').toEqual(READ);
        expect((await device.attempt({ scopes: READ_WRITE })).ok).toBe(true);
        await saidOf(scene, deviceId, 'undone');
        expect((await api.activity()).filter((a) => a.what === 'device.act-undone' && a.text.includes('Narrowed'))).toHaveLength(1);
        const row = (await api.devices()).find((d) => d.deviceId === deviceId);
        expect(findingsOf.parse(row).findings).toContain('token-wide-again');
        await does(scene, 'narrow', deviceId, { scopes: READ });
        await until('narrowed again: nothing wide is found', async () => {
          const now = (await api.devices()).find((d) => d.deviceId === deviceId);
          return findingsOf.parse(now).findings.includes('token-wide-again') ? undefined : true;
        });
      });

      await test.step('a row that changed, and one that is gone, are told apart and left alone', async () => {
        const shown = await planOf(scene, 'rotate', deviceId);
        await stage.admin.request('device.token.rotate', { deviceId, role: 'operator', scopes: READ_WRITE });
        const changed = await api.call('POST', '/device-acts', bodyOf(shown));
        expect(changed.status).toBe(409);
        expect(changed.body).toMatchObject({ code: 'request-changed', item: { tokenScopes: READ_WRITE } });
        await stage.admin.remove(deviceId);
        const gone = await api.call('POST', '/device-acts', bodyOf(shown));
        expect([gone.status, api.problemCode(gone)]).toEqual([404, 'device-unknown']);
        const body = { act: 'rotate', devices: [{ gateway: scene.id, deviceId }] };
        expect(plan.parse((await api.call('POST', '/device-acts/plan', body)).body)).toMatchObject({ items: [], gone: [{ deviceId }] });
      });
    });
  });

  test(`${version}: revoke: from elsewhere it must ask, on a gateway that grants by itself it is back at once and told, also after a restart`, async () => {
    await onStage({ version, config: { gateway: { trustedProxies: ['127.0.0.1'] } } }, async (stage) => {
      await spareAdmin(stage);
      const near = await pairedWith(stage, 'near', READ_WRITE);
      const node = stage.device('build box');
      const asNode = { role: 'node', clientId: 'node-host', clientMode: 'node', scopes: [] };
      expect((await node.attempt(asNode)).ok).toBe(true);
      const far = stage.device('far');
      const wish = { ...FROM_ELSEWHERE, scopes: READ_WRITE };
      await refusedForPairing(far, wish);
      const pending = await stage.admin.pending(far.deviceId);
      await stage.admin.approve(pending?.requestId ?? '');
      const own = tokenIn(await far.attempt(wish));
      const scene = await watch(stage, { granting: true });

      await test.step('from elsewhere', async () => {
        const { shown, view } = await does(scene, 'revoke', far.deviceId);
        expect(shown).toMatchObject({ enforcement: 'enforced' });
        expect(view).toMatchObject({ state: 'done' });
        expect((await tokenRow(stage, far))?.revokedAtMs).toBeDefined();
        expect((await far.attempt({ ...wish, auth: { deviceToken: own } })).ok, 'its own token is dead').toBe(false);
        await refusedForPairing(far, wish);
        expect((await stage.admin.pending(far.deviceId))?.roles).toEqual(['operator']);
        expect((await planOf(scene, 'revoke', far.deviceId)).impossible).toBe('Its operator token is revoked already.');
      });

      await test.step('a node on the gateway’s own host: 2026.9.x asks for its role, 2026.4.14 gives it back', async () => {
        const { shown, view } = await does(scene, 'revoke', node.deviceId);
        expect(shown).toMatchObject({ role: 'node', enforcement: version === OLDEST ? 'until-next-connect' : 'needs-new-secret' });
        expect(view).toMatchObject({ state: 'done' });
        if (version === OLDEST) {
          expect((await node.attempt(asNode)).ok).toBe(true);
          await saidOf(scene, node.deviceId, 'undone');
        } else {
          await refusedForPairing(node, asNode);
          expect((await stage.admin.paired(node.deviceId))?.tokens[0]?.revokedAtMs).toBeDefined();
        }
      });

      await test.step('on the gateway’s own host, while the console is away', async () => {
        const { shown, view } = await does(scene, 'revoke', near.deviceId);
        expect(shown).toMatchObject({ enforcement: 'until-next-connect' });
        expect(view).toMatchObject({ state: 'done' });
        await scene.console.stop();
        expect((await near.attempt({ scopes: READ_WRITE })).ok, 'it is let in at once').toBe(true);
        expect((await tokenRow(stage, near))?.revokedAtMs).toBeUndefined();
        await scene.console.start();
        await saidOf(scene, near.deviceId, 'undone');
        const told = (await scene.console.api.activity()).filter((a) => a.what === 'device.act-undone');
        expect(told.filter((a) => a.text.includes(near.deviceId.slice(0, 8)))).toHaveLength(1);
      });

      await test.step('the one from elsewhere is let in here: that is no coming back by itself', async () => {
        const request = await until('its request', async () =>
          (await scene.console.api.pending()).find((r) => r.deviceId === far.deviceId && r.origin.settled),
        );
        const unasked = await scene.console.api.approve(request);
        expect(scene.console.api.problemCode(unasked), 'whoever revokes turns the key away').toBe('person-required');
        const person = await personAt(scene.console);
        expect((await person.approve(request)).status).toBe(200);
        expect((await tokenRow(stage, far))?.revokedAtMs).toBeUndefined();
        const shown = async () => (await scene.console.api.devices()).find((d) => d.deviceId === far.deviceId);
        await until('the console to show the token as valid', async () =>
          tokensOf.parse(await shown()).tokens.some((token) => !token.revoked) ? true : undefined,
        );
        await saidOf(scene, far.deviceId, 'done');
      });
    });
  });

  test(`${version}: the console's own token is rotated with the word, and it is back with the shared secret`, async () => {
    await onStage({ version }, async (stage) => {
      await spareAdmin(stage);
      await knownDevice(stage, 'another');
      const scene = await watch(stage, { granting: true });
      const { api } = scene.console;
      const [gateway] = await api.gateways();
      const deviceId = gateway?.consoleDeviceId ?? '';
      const shown = await planOf(scene, 'rotate', deviceId);
      expect(shown).toMatchObject({ needsConfirm: 'this console' });
      expect((await api.call('POST', '/device-acts', { ...bodyOf(shown), confirm: 'yes' })).status).toBe(400);
      expect((await planOf(scene, 'narrow', deviceId, READ)).impossible).toContain('the console itself');
      const before = (await stage.admin.paired(deviceId))?.tokens.find((t) => t.role === 'operator')?.rotatedAtMs;
      await api.call('POST', '/device-acts', bodyOf(shown));
      await saidOf(scene, deviceId, 'done');
      expect((await stage.admin.paired(deviceId))?.tokens.find((t) => t.role === 'operator')?.rotatedAtMs).not.toBe(before);
      await until('the console live again', async () => ((await api.gateways())[0]?.state === 'live' ? true : undefined));
    });
  });

  if (version !== OLDEST)
    test(`${version}: where the gateway asks, a revoked device must ask for its role, and the helper path brings it back, told`, async () => {
      await onStage({ version }, async (stage) => {
        await spareAdmin(stage);
        const device = await pairedWith(stage, 'asker', READ_WRITE);
        const scene = await watch(stage);
        const { shown, view } = await does(scene, 'revoke', device.deviceId);
        expect(shown).toMatchObject({ enforcement: 'needs-new-secret' });
        expect(view).toMatchObject({ state: 'done' });
        await refusedForPairing(device, { scopes: READ_WRITE });
        expect((await tokenRow(stage, device))?.revokedAtMs).toBeDefined();
        await saidOf(scene, device.deviceId, 'done');
        expect((await device.attempt({ clientMode: 'backend', scopes: READ_WRITE })).ok).toBe(true);
        await saidOf(scene, device.deviceId, 'undone');
      });
    });
}

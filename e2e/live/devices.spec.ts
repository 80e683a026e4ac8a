// What is told of devices on real gateways: token drift made on purpose, a device that is back by itself, what was granted unseen, and
// what somebody gave with the gateway's own command line.
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { pair } from '../gateways/admin.ts';
import type { TestDevice } from '../gateways/client.ts';
import { until } from '../gateways/until.ts';
import { NEWEST, onStage, READ, READ_WRITE, refusedForPairing, type Stage, versionsUnderTest, type Watch, watch } from './scene.ts';

const FROM_ELSEWHERE = { headers: { 'x-forwarded-for': '203.0.113.7' } };
const ADMIN = 'operator.admin';

const finding = z.looseObject({
  code: z.string(),
  text: z.string(),
  fixes: z.array(z.looseObject({ harm: z.string(), command: z.string().optional() })),
});
const detail = z.looseObject({ sentence: z.string(), findings: z.array(finding), removal: z.looseObject({ enforcement: z.string() }) });
const listed = z.looseObject({
  items: z.array(z.looseObject({ deviceId: z.string(), findings: z.array(z.string()), unclicked: z.number() })),
});
const changes = z.looseObject({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      at: z.string(),
      toldAt: z.string().optional(),
      by: z.looseObject({ kind: z.string() }),
      gained: z.looseObject({ scopes: z.array(z.string()) }),
      unclicked: z.boolean(),
    }),
  ),
});
const story = z.looseObject({
  items: z.array(z.looseObject({ id: z.string(), at: z.string(), kind: z.string(), title: z.string() })),
  next: z.string().optional(),
});
const review = z.looseObject({
  gateways: z.array(z.looseObject({ holders: z.array(z.looseObject({ deviceId: z.string(), since: z.string().optional() })) })),
});
const cleanUp = z.looseObject({ groups: z.array(z.looseObject({ items: z.array(z.looseObject({ deviceId: z.string() })) })) });
const plan = z.looseObject({ items: z.array(z.looseObject({ deviceId: z.string(), needsConfirm: z.string().optional() })) });

const get = async ({ console: started }: Watch, path: string) => {
  const { status, body } = await started.api.call('GET', path);
  expect(status, path).toBe(200);
  return body;
};
const rowOf = async (scene: Watch, { deviceId }: TestDevice) =>
  listed.parse(await get(scene, '/devices')).items.find((row) => row.deviceId === deviceId);
/** A console is live a moment before it has read its first list. */
async function detailOf(scene: Watch, device: TestDevice) {
  await until('the device listed', async () => ((await rowOf(scene, device)) ? true : undefined));
  return detail.parse(await get(scene, `/devices/${scene.id}/${device.deviceId}`));
}
const changesOf = async (scene: Watch, { deviceId }: TestDevice) =>
  changes.parse(await get(scene, `/device-changes?gateway=${scene.id}&device=${deviceId}`)).items;
const isFound = (scene: Watch, device: TestDevice, code: string) =>
  until(`${code} found`, async () => ((await rowOf(scene, device))?.findings.includes(code) ? true : undefined), 40_000);

/** The whole story, three items a page. */
async function storyOf(scene: Watch, { deviceId }: TestDevice) {
  const items: z.infer<typeof story>['items'] = [];
  let before: string | undefined;
  do {
    const page: z.infer<typeof story> = story.parse(
      await get(scene, `/devices/${scene.id}/${deviceId}/story?limit=3${before === undefined ? '' : `&before=${before}`}`),
    );
    items.push(...page.items);
    before = page.next;
  } while (before !== undefined);
  return items;
}

const BEHIND_A_PROXY = { gateway: { trustedProxies: ['127.0.0.1'] } };

/** A device that came from elsewhere and was approved by the judge: over loopback a 2026.9.6 would have asked nobody. */
async function approvedWith(stage: Stage, name: string, scopes: string[]): Promise<TestDevice> {
  const device = stage.device(name);
  await refusedForPairing(device, { ...FROM_ELSEWHERE, scopes });
  const pending = await stage.admin.pending(device.deviceId);
  await stage.admin.approve(pending?.requestId ?? '');
  return device;
}

for (const version of versionsUnderTest()) {
  test(`${version}: a token that somebody made narrower is found with what mends it, and mended is found no more`, async () => {
    await onStage({ version, config: BEHIND_A_PROXY }, async (stage) => {
      const device = await approvedWith(stage, 'drifting', READ_WRITE);
      const scene = await watch(stage, { granting: true });
      expect((await rowOf(scene, device))?.findings).toEqual([]);
      await stage.admin.request('device.token.rotate', { deviceId: device.deviceId, role: 'operator', scopes: READ });
      await isFound(scene, device, 'token-narrower');
      const shown = await detailOf(scene, device);
      expect(shown.findings[0]).toMatchObject({ code: 'token-narrower', text: expect.stringContaining('write is missing') });
      expect(shown.findings[0]?.fixes.map(({ harm }) => harm)).toEqual(['none', 'loses-token', 'loses-pairing']);
      expect((await changesOf(scene, device)).map(({ kind }) => kind)).toContain('token-narrowed');
      expect((await device.attempt({ scopes: READ_WRITE })).ok, 'the least harmful fix').toBe(true);
      await until(
        'no drift any more',
        async () => ((await rowOf(scene, device))?.findings.includes('token-narrower') ? undefined : true),
        40_000,
      );
      const items = await storyOf(scene, device);
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      expect(items.map(({ at }) => at)).toEqual(
        items
          .map(({ at }) => at)
          .toSorted()
          .toReversed(),
      );
      expect(items.map(({ kind }) => kind)).toContain('change');
    });
  });

  test(`${version}: a device that was taken back here and pairs itself again is found`, async () => {
    await onStage({ version }, async (stage) => {
      const device = stage.device('returning');
      await pair(device, stage.admin, READ_WRITE);
      const scene = await watch(stage, { granting: true });
      const { api } = scene.console;
      expect((await detailOf(scene, device)).removal.enforcement).toBe('until-next-connect');
      const query = `gateway=${scene.id}&device=${device.deviceId}`;
      const [item] = plan.parse(await get(scene, `/take-backs/plan?${query}`)).items;
      const { deviceId, publicKey, rowCreatedAtMs, holds, needsConfirm } = { ...item };
      const body = { gateway: scene.id, deviceId, publicKey, rowCreatedAtMs, holds, ...(needsConfirm ? { confirm: needsConfirm } : {}) };
      expect((await api.call('POST', '/take-backs', body)).body).toMatchObject({ state: 'gone' });
      expect(
        (await storyOf(scene, device)).map(({ kind }) => kind),
        'its story outlives it',
      ).toContain('take-back');
      expect((await device.attempt({ scopes: READ_WRITE })).ok).toBe(true);
      await isFound(scene, device, 'came-back');
      const back = (await changesOf(scene, device)).find(({ kind }) => kind === 'paired' || kind === 'paired-anew');
      expect(back).toMatchObject({ by: { kind: 'silent' }, unclicked: true });
      expect((await rowOf(scene, device))?.findings).toContain('silent-grant');
      expect((await storyOf(scene, device)).map(({ title }) => title).join()).toContain('and back since');
    });
  });

  test(`${version}: what the real command line gave is told as the gateway's own tools, and nobody's silence`, async () => {
    await onStage({ version, config: BEHIND_A_PROXY }, async (stage) => {
      const device = await approvedWith(stage, 'far', READ);
      const scene = await watch(stage, { granting: true });
      await refusedForPairing(device, { ...FROM_ELSEWHERE, scopes: READ_WRITE });
      const pending = await stage.admin.pending(device.deviceId);
      const { gateway } = stage;
      const done = await gateway.cli(['devices', 'approve', pending?.requestId ?? '']);
      expect(done.code, done.stderr).toBe(0);
      const grew = await until(
        'the grant told',
        async () =>
          (await changesOf(scene, device)).find(({ kind, gained }) => kind === 'scopes-grew' && gained.scopes.includes('operator.write')),
        40_000,
      );
      expect(grew, JSON.stringify(await changesOf(scene, device))).toMatchObject({ by: { kind: 'gateway-tools' }, unclicked: false });
      expect((await rowOf(scene, device))?.findings).not.toContain('silent-grant');
    });
  });

  if (version === NEWEST)
    test(`${version}: a silent upgrade of a device that a person approved is found within one reading, with its time and scopes`, async () => {
      await onStage({ version, config: BEHIND_A_PROXY }, async (stage) => {
        const device = await approvedWith(stage, 'growing', READ);
        const scene = await watch(stage, { granting: true });
        expect((await rowOf(scene, device))?.findings, 'a person approved it').toEqual([]);
        const before = Date.now();
        expect((await device.attempt({ scopes: [...READ, ADMIN] })).ok, 'nobody is asked').toBe(true);
        const after = Date.now();
        await isFound(scene, device, 'silent-grant');
        const grew = (await changesOf(scene, device)).find(({ kind }) => kind === 'scopes-grew');
        expect(grew).toMatchObject({ by: { kind: 'silent' }, unclicked: true });
        expect(grew?.gained.scopes).toContain(ADMIN);
        expect(Date.parse(grew?.toldAt ?? '')).toBeGreaterThanOrEqual(before - 1000);
        expect(Date.parse(grew?.toldAt ?? '')).toBeLessThanOrEqual(after + 1000);
        const { holders } = review.parse(await get(scene, '/devices/review')).gateways[0] ?? { holders: [] };
        expect(holders.find(({ deviceId }) => deviceId === device.deviceId)?.since).toBe(grew?.toldAt);
        const going = cleanUp
          .parse(await get(scene, '/devices/clean-up'))
          .groups.flatMap(({ items }) => items.map(({ deviceId }) => deviceId));
        expect(going).not.toContain(device.deviceId);
      });
    });
}

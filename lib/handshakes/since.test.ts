// What became of a caller is told from the whole log: no crowd of others may hide that it was refused again.
import { expect, test } from 'vitest';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { isoOf } from '#lib/clock.ts';
import { START_MS, sampleHandshake } from '#lib/store/test-samples.ts';
import { testStore } from '#lib/store/test-store.ts';
import type { NewHandshake } from './attempt.ts';
import { aftermathOf } from './detail.ts';
import { sinceOf } from './since.ts';

const wrongToken = (id: string, seconds: number, over: Partial<NewHandshake> = {}) =>
  sampleHandshake(id, {
    at: isoOf(START_MS + seconds * 1000),
    cause: 'unauthorized/token_mismatch',
    title: 'Wrong token',
    clientId: 'cli',
    remoteAddr: '192.0.2.7',
    host: 'gateway.example',
    ...over,
  });

async function logOf(rows: readonly NewHandshake[]) {
  const { store } = await testStore();
  const [first] = await store.handshakes.append(rows);
  if (!first) throw new Error('nothing was stored');
  return { log: store.handshakes, first };
}

const aftermath = async ({ log, first }: { log: Parameters<typeof sinceOf>[0]; first: HandshakeView }) =>
  aftermathOf(first, await sinceOf(log, first));

test('a scanner with a thousand hosts since does not hide that a caller failed again', async () => {
  const scanner = Array.from({ length: 1000 }, (_, n) => wrongToken(`scan ${n}`, 700 + n, { host: `host-${n}.example` }));
  const asked = await logOf([wrongToken('first', 0), wrongToken('again', 600), ...scanner]);
  expect(await aftermath(asked)).toMatchObject({ kind: 'again', at: isoOf(START_MS + 600_000) });
});

test.each([
  ['another host', { host: 'other.example' }],
  ['another cause', { cause: 'unauthorized/token_missing' }],
  ['another gateway', { gateway: 'g2' }],
  ['a device, claimed', { deviceId: 'd1' }],
])('%s is not the same way of failing', async (_, over) => {
  expect(await aftermath(await logOf([wrongToken('first', 0), wrongToken('other', 600, over)]))).toMatchObject({ kind: 'quiet' });
});

test('the same way of failing is known under whatever title versions gave it', async () => {
  const titles = Array.from({ length: 8 }, (_, n) => wrongToken(`title ${n}`, n * 100, { title: `Title of version ${n}` }));
  const { log } = await logOf(titles);
  const [newest, ...earlier] = (await log.list({ limit: 9 })).items;
  expect(earlier).toHaveLength(7);
  for (const row of earlier) expect(await sinceOf(log, row)).toEqual({ failed: newest });
});

test('a caller whose words are no whole text is known again', async () => {
  const half = { clientId: 'half \ud800' };
  expect(await aftermath(await logOf([wrongToken('first', 0, half), wrongToken('again', 600, half)]))).toMatchObject({ kind: 'again' });
});

test('a proven device is known by itself, in whatever way it fails, comes in or is approved', async () => {
  const upgrade = (id: string, seconds: number, over: Partial<NewHandshake> = {}) =>
    sampleHandshake(id, { at: isoOf(START_MS + seconds * 1000), outcome: 'waiting', deviceId: 'd1', ...over });
  const { log, first } = await logOf([
    upgrade('first', 0),
    upgrade('role', 10, { cause: 'pairing-required/role-upgrade' }),
    upgrade('grant', 20, { outcome: 'note', cause: 'operator-grant' }),
    upgrade('in', 30, { outcome: 'admitted', cause: 'seen-again' }),
    upgrade('other', 40, { deviceId: 'd2' }),
  ]);
  const { failed, admitted, granted } = await sinceOf(log, first);
  expect([failed?.id, admitted?.id, granted?.id]).toEqual(['role', 'in', 'grant']);
});

test('what is no failure has no aftermath, and nothing is asked for it', async () => {
  const { log, first } = await logOf([wrongToken('note', 0, { outcome: 'note' })]);
  expect(await sinceOf({ ...log, newestAlike: () => Promise.reject(new Error('asked')) }, first)).toEqual({});
});

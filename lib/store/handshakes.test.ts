import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoOf } from '../clock.ts';
import { START_MS, sampleHandshake } from './test-samples.ts';
import { testStore } from './test-store.ts';

const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);
const numbered = (count: number, over: (n: number) => Parameters<typeof sampleHandshake>[1]) =>
  Array.from({ length: count }, (_, n) => sampleHandshake(`h${n}`, over(n)));

describe('the handshake log', () => {
  test('numbers new rows by their time and answers only those', async () => {
    const { store } = await testStore();
    const later = { at: isoOf(START_MS + 5) };
    const first = await store.handshakes.append([sampleHandshake('b', later), sampleHandshake('a'), sampleHandshake('b', later)]);
    expect(first.map((row) => [row.id, row.seq, row.at])).toEqual([
      ['b', (START_MS + 5) * 4096, isoOf(START_MS + 5)],
      ['a', START_MS * 4096, isoOf(START_MS)],
    ]);
    const again = await store.handshakes.append([sampleHandshake('b'), sampleHandshake('c'), sampleHandshake('a', { gateway: 'g2' })]);
    expect(again.map((row) => [row.gateway, row.id, row.seq - START_MS * 4096])).toEqual([
      ['g1', 'c', 1],
      ['g2', 'a', 2],
    ]);
    expect(await store.handshakes.append([])).toEqual([]);
    expect(ids((await store.handshakes.list({ limit: 9 })).items)).toEqual(['b', 'a', 'c', 'a']);
  });

  test('gives back every field of a row, and its evidence when asked for that row', async () => {
    const { store } = await testStore();
    const whole = sampleHandshake('conn-c1', {
      derived: true,
      unsure: true,
      deviceId: 'd1',
      deviceName: 'Kitchen',
      clientId: 'cli',
      clientMode: 'cli',
      origin: 'loopback',
      browserOrigin: 'http://a.example',
      remoteAddr: '127.0.0.1',
      host: 'localhost:18789',
      scopesFrom: [],
      scopesTo: ['operator.read', 'operator.admin'],
      durationMs: 12.5,
      conn: 'c1',
      requestId: 'r1',
      evidence: {
        facts: { cause: 'pairing-required', userAgent: 'nul \u0000 and \u202e', scopesTo: ['operator.admin'] },
        timeline: [{ step: 'close', at: isoOf(START_MS), derived: false, text: 'Closed.' }],
        raw: ['{"0":"gateway/ws"}', '\u0000 \ud83d\ude00'],
      },
    });
    const { evidence, ...shown } = whole;
    const [row] = await store.handshakes.append([whole, sampleHandshake('other', { conn: 'c1' })]);
    expect(row).toEqual({ ...shown, seq: START_MS * 4096, run: { id: START_MS * 4096, count: 1, firstAt: isoOf(START_MS) } });
    expect(await store.handshakes.find('g1', 'conn-c1')).toEqual({ row, evidence });
    expect((await store.handshakes.find('g1', 'other'))?.row.conn).toBe('c1');
    expect((await store.handshakes.list({ limit: 9, text: 'c1' })).items).toHaveLength(2);
    expect(await store.handshakes.find('g2', 'conn-c1')).toBeUndefined();
  });

  test('holds each row once, whatever was read again in whatever pieces', async () => {
    const { store } = await testStore();
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('g1', 'g2'), fc.nat({ max: 300 })), { maxLength: 450 }), async (rows) => {
        const added = await store.handshakes.append(rows.map(([gateway, n]) => sampleHandshake(`h${n}`, { gateway })));
        const fresh = [...new Set(rows.map(([gateway, n]) => `${gateway} h${n}`))].filter((key) => !seen.has(key));
        expect(added.map((row) => `${row.gateway} ${row.id}`)).toEqual(fresh);
        for (const key of fresh) seen.add(key);
      }),
      { numRuns: 30 },
    );
    const all = (await store.handshakes.list({ limit: 5000 })).items;
    expect(all).toHaveLength(seen.size);
    expect(new Set(all.map((row) => `${row.gateway} ${row.id}`))).toEqual(seen);
    expect(new Set(all.map((row) => row.seq)).size).toBe(seen.size);
  });

  test('has room for more than 4096 attempts of one millisecond, and marks those it had to move', async () => {
    const { store } = await testStore();
    const late = sampleHandshake('next', { at: isoOf(START_MS + 1) });
    const added = await store.handshakes.append([
      late,
      ...numbered(4500, () => ({})),
      sampleHandshake('last', { at: isoOf(START_MS + 1) }),
    ]);
    expect(added).toHaveLength(4502);
    expect(new Set(added.map((row) => row.seq)).size).toBe(4502);
    expect(added.filter((row) => row.derived).map((row) => row.id)).toEqual(Array.from({ length: 404 }, (_, n) => `h${4096 + n}`));
    expect(added.filter((row) => row.derived).every((row) => row.at === isoOf(START_MS + 1))).toBe(true);
    expect((await store.handshakes.list({ limit: 1, from: START_MS + 1 })).items[0]?.id).toBe('last');
  });

  test('keeps attempts of times that no number can stand for, as near as can be', async () => {
    const { store } = await testStore();
    const far = await store.handshakes.append([
      sampleHandshake('2150', { at: '2150-01-01T00:00:00.000Z' }),
      sampleHandshake('1960', { at: '1960-01-01T00:00:00.000Z' }),
      sampleHandshake('2030', { at: '2030-01-01T00:00:00.000Z' }),
    ]);
    expect(far.map((row) => [row.id, row.at, row.derived])).toEqual([
      ['2150', '2039-09-07T15:47:35.551Z', true],
      ['1960', '1970-01-01T00:00:00.000Z', true],
      ['2030', '2030-01-01T00:00:00.000Z', undefined],
    ]);
    expect(far.every((row) => Number.isSafeInteger(row.seq))).toBe(true);
    expect(ids((await store.handshakes.list({ limit: 9 })).items)).toEqual(['2150', '2030', '1960']);
    const full = await store.handshakes.append(numbered(4200, () => ({ at: '9999-01-01T00:00:00.000Z' })));
    expect(full.every((row) => Number.isSafeInteger(row.seq))).toBe(true);
  });

  test('is read backwards from the newest without loss or doubles while rows arrive, late ones too', async () => {
    const { store } = await testStore();
    await store.handshakes.append(numbered(300, (n) => ({ at: isoOf(START_MS + n * 1000), cause: `c${n % 7}` })));
    const seen: string[] = [];
    let before: string | undefined;
    for (let page = 0; ; page += 1) {
      const { items, cursor } = await store.handshakes.list({ limit: 17, ...(before === undefined ? {} : { before }) });
      seen.push(...ids(items));
      if (cursor === undefined) break;
      before = cursor;
      const newer = sampleHandshake(`newer${page}`, { at: isoOf(START_MS + 400_000 + page) });
      const late = sampleHandshake(`late${page}`, { at: isoOf(START_MS + 299_500) });
      await store.handshakes.append([newer, late]);
    }
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => `h${299 - n}`));
  });

  test('refuses a cursor that is none', async () => {
    const { store } = await testStore();
    for (const before of ['', '-1', '1e3', '99999999999999999', '9999999999999999', 'a']) {
      await expect(store.handshakes.list({ limit: 5, before })).rejects.toMatchObject({ code: 'input-invalid' });
    }
  });

  test('counts failures, not those that wait, admissions, notes or gaps', async () => {
    const { store } = await testStore();
    const outcomes = ['refused', 'waiting', 'timed-out', 'left-early', 'admitted', 'note', 'gap'] as const;
    await store.handshakes.append(outcomes.map((outcome) => sampleHandshake(outcome, { outcome })));
    await store.handshakes.append([sampleHandshake('early', { at: isoOf(START_MS - 1) })]);
    await store.handshakes.append(numbered(50, (n) => ({ at: isoOf(START_MS + n * 150_000) })));
    expect(await store.handshakes.countFailuresSince(START_MS)).toBe(53);
    expect(await store.handshakes.countFailuresSince(START_MS - 1)).toBe(54);
    expect(await store.handshakes.countFailuresSince(START_MS + 30 * 150_000 + 1)).toBe(19);
  });

  test('knows the newest failure of a device and the newest sign that it was admitted', async () => {
    const { store } = await testStore();
    expect(await store.handshakes.latestOf('g1', 'd1')).toEqual({});
    const attempt = (id: string, ms: number, over: object) => sampleHandshake(id, { at: isoOf(START_MS + ms), deviceId: 'd1', ...over });
    await store.handshakes.append([
      attempt('f2', 2, { cause: 'x' }),
      attempt('f1', 1, {}),
      attempt('a3', 3, { outcome: 'admitted' }),
      attempt('n4', 4, { outcome: 'note' }),
      attempt('other', 5, { gateway: 'g2' }),
    ]);
    const { failed, admitted } = await store.handshakes.latestOf('g1', 'd1');
    expect([failed?.id, admitted?.id]).toEqual(['f2', 'a3']);
  });

  test('knows a device by its newest name, in every row and in the search', async () => {
    const { store } = await testStore();
    await store.handshakes.append([sampleHandshake('a', { deviceId: 'd1', deviceName: 'Kitchen' })]);
    await store.handshakes.append([
      sampleHandshake('b', { deviceId: 'd1', deviceName: 'Hallway' }),
      sampleHandshake('c', { deviceId: 'd1' }),
    ]);
    const { items } = await store.handshakes.list({ limit: 9, text: 'hallway' });
    expect(items.map((row) => [row.id, row.deviceName])).toEqual([
      ['c', 'Hallway'],
      ['b', 'Hallway'],
      ['a', 'Hallway'],
    ]);
    expect((await store.handshakes.list({ limit: 9, text: 'kitchen' })).items).toEqual([]);
  });

  test('folded, shows a run once that only the connections of its attempts find', async () => {
    const { store } = await testStore();
    const attempt = (n: number, cause: string) => sampleHandshake(`conn-ab-${n}`, { conn: `ab-${n}`, cause, at: isoOf(START_MS + n) });
    await store.handshakes.append([attempt(1, 'x'), attempt(2, 'y'), attempt(3, 'x')]);
    const ask = { text: 'ab-', fold: true, limit: 1 };
    const first = await store.handshakes.list(ask);
    const second = await store.handshakes.list({ ...ask, before: first.cursor ?? '' });
    expect([first, second].map(({ items, cursor }) => [ids(items), cursor !== undefined])).toEqual([
      [['conn-ab-3'], true],
      [['conn-ab-2'], false],
    ]);
  });

  test('folded, shows a loop at its newest attempt before the end of a span, though it goes on', async () => {
    const { store } = await testStore();
    await store.handshakes.append(numbered(30, (n) => ({ at: isoOf(START_MS + n * 10_000) })));
    const { items } = await store.handshakes.list({ fold: true, limit: 9, from: START_MS + 60_000, to: START_MS + 155_000 });
    expect(items.map((row) => [row.id, row.run.count])).toEqual([['h15', 30]]);
  });

  test('streams all that passes, newest first', async () => {
    const { store } = await testStore();
    await store.handshakes.append(numbered(1300, (n) => ({ at: isoOf(START_MS + n), cause: n % 2 ? 'odd' : 'even' })));
    const slices: string[][] = [];
    for await (const slice of store.handshakes.each({ cause: 'odd' })) slices.push(ids(slice));
    expect(slices.length).toBeGreaterThan(1);
    expect(slices.flat()).toEqual(Array.from({ length: 650 }, (_, n) => `h${1299 - 2 * n}`));
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChainedRow, GENESIS, hashOfRow } from './chain.ts';
import { verifyChain } from './verify.ts';

/** A record of rows with these bodies, chained as the store does it. */
function recordOf(bodies: readonly string[]): ChainedRow[] {
  const rows: ChainedRow[] = [];
  for (const [at, body] of bodies.entries()) {
    const row = {
      seq: at + 1,
      id: `id${at}`,
      at_ms: 1_700_000_000_000 + at,
      gateway: at % 2 ? 'local' : null,
      what: 'decision.approve',
      body,
    };
    const full = { ...row, rule_id: null, rule_version: null, rule_digest: null, prev: rows.at(-1)?.hash ?? GENESIS };
    rows.push({ ...full, hash: hashOfRow(full) });
  }
  return rows;
}

const TEN = recordOf(Array.from({ length: 10 }, (_, at) => JSON.stringify({ text: `row ${at}` })));
const headAt = (rows: readonly ChainedRow[], seq: number) => ({ rows: seq, hash: rows[seq - 1]?.hash ?? '' });

test('a chain as it was written holds, and says its head and since when', async () => {
  const report = await verifyChain([TEN.slice(0, 4), TEN.slice(4)]);
  expect(report).toMatchObject({
    read: 10,
    broken: 0,
    breaks: [],
    head: headAt(TEN, 10),
    since: new Date(1_700_000_000_000).toISOString(),
  });
});

const FIELDS: Partial<ChainedRow>[] = [
  { body: '{"text":"another"}' },
  { id: 'other' },
  { at_ms: 1 },
  { gateway: 'other' },
  { what: 'rule.create' },
  { rule_id: 'r' },
  { rule_version: 2 },
  { rule_digest: 'd' },
];

test.each(FIELDS)('a row in which %o was put is named', async (change) => {
  const rows = TEN.map((row) => (row.seq === 5 ? { ...row, ...change } : row));
  const { breaks, head } = await verifyChain([rows]);
  expect(breaks).toEqual([expect.objectContaining({ seq: 5, kind: 'changed' })]);
  expect(head).toEqual(headAt(TEN, 4));
});

test('a row that was changed and hashed anew breaks at the next one, one that is missing or moved where it was', async () => {
  const anew = TEN.map((row) => {
    if (row.seq !== 5) return row;
    const other = { ...row, body: '{}' };
    return { ...other, hash: hashOfRow(other) };
  });
  expect((await verifyChain([anew])).breaks).toEqual([expect.objectContaining({ seq: 6, kind: 'not-linked' })]);
  expect((await verifyChain([TEN.filter((row) => row.seq !== 5)])).breaks).toEqual([
    expect.objectContaining({ seq: 6, kind: 'missing', text: 'Row 5 is missing: row 6 follows row 4.' }),
  ]);
  expect((await verifyChain([TEN.slice(3)])).breaks[0]).toMatchObject({
    seq: 4,
    kind: 'missing',
    text: 'Rows 1 to 3 are missing: row 4 follows row 0.',
  });
});

test('whatever is done to one row, no change passes', () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 10 }), fc.constantFrom(...FIELDS), fc.boolean(), async (seq, change, rehash) => {
      const rows = TEN.map((row) => {
        if (row.seq !== seq) return row;
        const other = { ...row, ...change };
        return rehash ? { ...other, hash: hashOfRow(other) } : other;
      });
      const report = await verifyChain([rows], [headAt(TEN, 10)]);
      // The last row has none after it: there only a head from elsewhere tells.
      expect(report.broken > 0 || report.checks.some((check) => check.kind === 'other')).toBe(true);
    }),
  ));

test('heads that were kept elsewhere tell a chain that was written anew, and an end that was cut off', async () => {
  const kept = [headAt(TEN, 4), headAt(TEN, 10)];
  expect((await verifyChain([TEN], kept)).checks.map((check) => check.kind)).toEqual(['holds', 'holds']);
  const other = recordOf(TEN.map((row) => (row.seq === 7 ? '{}' : row.body)));
  expect(await verifyChain([other], kept)).toMatchObject({ broken: 0, checks: [{ kind: 'holds' }, { kind: 'other' }] });
  expect(await verifyChain([TEN.slice(0, 8)], kept)).toMatchObject({
    broken: 0,
    checks: [{ kind: 'holds' }, { kind: 'shorter', rows: 8 }],
  });
  expect(await verifyChain([], [{ rows: 0, hash: GENESIS }])).toMatchObject({ read: 0, checks: [{ kind: 'holds' }] });
});

test('a head behind a break is no witness', async () => {
  const rows = TEN.map((row) => (row.seq === 5 ? { ...row, body: '{}' } : row));
  expect((await verifyChain([rows], [headAt(TEN, 4), headAt(TEN, 10)])).checks.map((check) => check.head.rows)).toEqual([4]);
});

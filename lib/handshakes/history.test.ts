// The Handshakes page hides nothing: every record of a caller is a row, and gaps and unread lines are rows as well.
import { expect, test } from 'vitest';
import {
  auditLine,
  closeLine,
  hostWarning,
  liveLine,
  logLine,
  proxyWarning,
  refusedUpgrade,
  sizeCapLine,
  uuid,
} from '#lib/testing/log-lines.ts';
import { RECORDINGS, recordedLines } from '#lib/testing/recorded.ts';
import { gapRow, handshakeRows } from './history.ts';
import { parseLogLine } from './records.ts';

const AT = Date.parse('2026-11-22T10:45:25.250Z');
const DEVICE = 'a1'.repeat(32);
const rowsOf = (...lines: string[]) => {
  const records = lines.map(parseLogLine);
  return handshakeRows('g1', records, records, AT);
};

test('an attempt carries what its audit line and its close record say', () => {
  const rows = rowsOf(
    auditLine({ at: AT, conn: uuid(1), device: DEVICE }),
    closeLine({ at: AT + 10, conn: uuid(1), object: refusedUpgrade(DEVICE, uuid(2)) }),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    gateway: 'g1',
    at: '2026-11-22T10:45:25.260Z',
    outcome: 'waiting',
    deviceId: DEVICE,
    clientId: 'cli',
    scopesFrom: ['operator.read'],
    scopesTo: ['operator.admin'],
    durationMs: 14,
    conn: uuid(1),
  });
  expect(rows[0]?.raw).toHaveLength(2);
});

test('the console’s own canary is folded away', () => {
  const object = { cause: 'invalid-handshake', frameId: 'gatehouse-canary-0123' };
  expect(rowsOf(closeLine({ at: AT, conn: uuid(1), object }))).toEqual([]);
});

test('a caller that borrows the canary’s name is shown all the same', () => {
  const object = { ...refusedUpgrade(DEVICE, uuid(2)), lastFrameId: 'gatehouse-canary-0123' };
  expect(rowsOf(closeLine({ at: AT, conn: uuid(1), object }))).toMatchObject([{ deviceId: DEVICE, outcome: 'waiting' }]);
});

test('grants, token work, warnings, live upgrades and a full file are rows', () => {
  const rows = rowsOf(
    logLine(AT, 'gateway', `device pairing auto-approved device=${DEVICE} role=operator`),
    logLine(AT, 'gateway', `device pairing approved device=${DEVICE} role=operator`),
    logLine(AT, 'gateway', `device token revoked device=${DEVICE} role=operator`),
    proxyWarning(AT),
    hostWarning(AT),
    liveLine(AT, DEVICE),
    auditLine({ at: AT, conn: uuid(1), device: DEVICE, scopesTo: 'nonsense' }),
    sizeCapLine(AT),
  );
  expect(rows.map((r) => r.cause)).toEqual([
    'silent-grant',
    'operator-grant',
    'token-revoked',
    'proxy-headers',
    'non-local-host',
    'live-upgrade',
    'audit-unreadable',
    'size-cap',
  ]);
});

test('unread lines are one counted row', () => {
  expect(rowsOf('garbage', 'more', closeLine({ at: AT, conn: uuid(1) })).at(-1)).toMatchObject({
    outcome: 'gap',
    cause: 'unread-lines',
    title: '2 lines of the log cannot be read',
  });
});

test('strings of a caller are cut and cannot disguise themselves', () => {
  const [row] = rowsOf(closeLine({ at: AT, conn: uuid(1), object: { origin: `http://\u202e${'x'.repeat(500)}` } }));
  expect(row?.origin?.length).toBe(200);
  expect(row?.origin).not.toContain('\u202e');
});

test('every refusal of the recordings is a row of its own', () => {
  for (const recording of RECORDINGS) {
    const records = recordedLines(recording).map(parseLogLine);
    const rows = handshakeRows('g1', records, records, AT);
    expect(rows.filter((r) => r.conn).length).toBe(records.filter((r) => r.kind === 'close').length);
    expect(new Set(rows.map((r) => r.id)).size).toBe(rows.length);
  }
});

test('a gap of the source is a row; what has one already gets no second', () => {
  expect(gapRow('g1', { from: AT, to: AT + 1, why: 'limit' })).toMatchObject({ outcome: 'gap', cause: 'limit' });
  expect(gapRow('g1', { from: AT, to: Number.POSITIVE_INFINITY, why: 'file-changed' })).toMatchObject({ at: '2026-11-22T10:45:25.250Z' });
  expect(gapRow('g1', { from: AT, to: AT, why: 'unread-line' })).toBeUndefined();
});

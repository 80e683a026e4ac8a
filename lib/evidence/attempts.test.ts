// An attempt is an audit line with exactly one close record of its connection. Each way to hide one, all seen on real gateways, is a fault.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLogLine } from '#lib/handshakes/records.ts';
import { auditLine, closeLine, liveLine, metadataLine, refusedUpgrade, uuid } from '#lib/testing/log-lines.ts';
import { recordedLines } from '#lib/testing/recorded.ts';
import { DEVICE, T0 } from '#lib/testing/situation.ts';
import { collectAttempts } from './attempts.ts';

const OTHER = 'ee'.repeat(32);
const audit = (n: number, over: Partial<Parameters<typeof auditLine>[0]> = {}) =>
  auditLine({ at: T0 + n, conn: uuid(n), device: DEVICE, ...over });
const close = (n: number, object: Record<string, unknown> = refusedUpgrade(DEVICE, uuid(100))) =>
  closeLine({ at: T0 + n + 10, conn: uuid(n), object });
const collect = (lines: string[], from = T0 - 1000) => collectAttempts(lines.map(parseLogLine), DEVICE, from);
const faults = (...lines: string[]) => collect(lines).faults.map((f) => f.fault);

test('audit line and close record pair by connection, in either order', () => {
  for (const lines of [
    [audit(1), close(1)],
    [close(1), audit(1)],
  ]) {
    const set = collect(lines);
    expect(set.faults).toEqual([]);
    expect(set.attempts).toMatchObject([{ conn: uuid(1), from: T0 + 11 - 14 - 100, to: T0 + 11 }]);
  }
});

test('attempts of one device are told apart from those of others, however they are mixed', () => {
  const lines = [audit(1), audit(2, { device: OTHER }), close(2, refusedUpgrade(OTHER, uuid(9))), close(1), audit(3), close(3)];
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (mixed) => {
      const set = collect(mixed);
      expect(set.faults).toEqual([]);
      expect(set.attempts.map((a) => a.conn)).toEqual([uuid(1), uuid(3)]);
    }),
  );
});

test.each([
  ['a user agent that leaves no close record (swiftpm)', [audit(1)], 'audit-without-close'],
  ['a socket destroyed after connect: its close names nobody', [audit(1), close(1, {})], 'close-names-another-device'],
  ['a socket destroyed before its audit line', [close(1, {}), audit(1)], 'close-names-another-device'],
  ['two connects on one socket', [audit(1), audit(1), close(1)], 'two-audits-on-one-connection'],
  ['two devices on one socket', [audit(1, { device: OTHER }), audit(1), close(1)], 'two-audits-on-one-connection'],
  ['one connection that closes twice', [audit(1), close(1), close(1)], 'two-closes-of-one-connection'],
  ['a close record of another device', [audit(1), close(1, refusedUpgrade(OTHER, uuid(9)))], 'close-names-another-device'],
  [
    'a close record without a request',
    [audit(1), close(1, { cause: 'pairing-required', deviceId: DEVICE, reason: 'scope-upgrade' })],
    'close-names-another-device',
  ],
  [
    'a close record with another cause',
    [audit(1), close(1, { ...refusedUpgrade(DEVICE, uuid(9)), cause: 'unauthorized' })],
    'close-names-another-device',
  ],
  ['an upgrade over an open connection', [audit(1), close(1), liveLine(T0 + 50, DEVICE)], 'live-upgrade'],
  ['a change of platform', [audit(1), close(1), metadataLine(T0 + 50, DEVICE, uuid(7))], 'metadata-change'],
  ['another reason in the audit line', [audit(1, { reason: 'role-upgrade' }), close(1)], 'other-reason'],
  ['another role in the audit line', [audit(1, { roleTo: 'node' }), close(1)], 'other-reason'],
  ['another reason in the close record', [audit(1), close(1, refusedUpgrade(DEVICE, uuid(9), 'role-upgrade'))], 'other-reason'],
  ['a first pairing, which writes no audit line', [close(1, refusedUpgrade(DEVICE, uuid(9), 'not-paired'))], 'not-paired'],
  ['a refusal whose audit line is missing', [close(1)], 'close-without-audit'],
  ['an audit line that a scope broke', [audit(1), close(1), audit(2, { scopesTo: `operator.read conn=${uuid(1)}` })], 'unreadable-audit'],
  ['an audit line of nobody knows whom', [audit(1), close(1), audit(2, { device: 'x' })], 'unreadable-audit'],
  ['a masked audit line', [audit(1).replace('WARN', '***'), close(1)], 'masked-audit'],
])('%s is a fault', (_name, lines, fault) => {
  expect(faults(...lines)).toContain(fault);
});

test('a stranger’s live upgrade, platform change or refusal is no fault of this device', () => {
  const lines = [
    audit(1),
    close(1),
    liveLine(T0 + 5, OTHER),
    metadataLine(T0 + 6, OTHER, uuid(8)),
    close(5, refusedUpgrade(OTHER, uuid(9), 'not-paired')),
  ];
  expect(faults(...lines)).toEqual([]);
});

test('what is older than asked is not looked at', () => {
  const set = collect([audit(1), close(1)], T0 + 1000);
  expect(set).toEqual({ attempts: [], unpaired: [], faults: [] });
});

test('an attempt that only half reaches into the time is a fault, never half an attempt', () => {
  expect(collect([audit(1), close(1)], T0 + 5)).toMatchObject({ attempts: [], faults: [{ fault: 'close-without-audit' }] });
});

test('the recorded loop of a real 2026.4.14 is thirteen whole attempts and its odd ones are faults', () => {
  const device = '21fdb796e6f9ab197a21a6660de4f9547424993d63b99fc2c7362d015a820270';
  const set = collectAttempts(recordedLines('2026.4.14').map(parseLogLine), device, 0);
  expect(set.attempts.length).toBe(15);
  expect(new Set(set.faults.map((f) => f.fault))).toEqual(
    new Set(['other-reason', 'audit-without-close', 'metadata-change', 'close-without-audit']),
  );
});

test('removing any one line of two whole attempts leaves a fault', () => {
  const lines = [audit(1), close(1), audit(2), close(2)];
  for (const gone of lines) expect(faults(...lines.filter((l) => l !== gone)).length).toBe(1);
});

test('attempts of a key never paired are kept apart: whole ones only, and each is still a fault', () => {
  const unpaired = (n: number, more: Record<string, unknown> = {}) =>
    close(n, { ...refusedUpgrade(DEVICE, uuid(9), 'not-paired'), ...more });
  expect(collect([unpaired(2), unpaired(1)])).toMatchObject({
    attempts: [],
    unpaired: [{ conn: uuid(1) }, { conn: uuid(2) }],
    faults: [{ fault: 'not-paired' }, { fault: 'not-paired' }],
  });
  for (const odd of [[unpaired(1), unpaired(1)], [unpaired(1, { requestId: 'x' })], [audit(1, { device: OTHER }), unpaired(1)]])
    expect(collect(odd)).toMatchObject({ unpaired: [], faults: [{ fault: 'close-without-audit' }] });
});

// The facts of an attempt are what the gateway wrote, field by field, with the caller's words cut to what can be shown.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callerString } from '#lib/gateway/records.ts';
import {
  auditLine,
  closeLine,
  metadataLine,
  parseErrorLine,
  refusedUpgrade,
  socketErrorLine,
  unauthorizedLine,
  uuid,
} from '#lib/testing/log-lines.ts';
import { RECORDINGS, recordedLines } from '#lib/testing/recorded.ts';
import { factsOf, isOfConnection, marksOf } from './facts.ts';
import { parseLogLine } from './records.ts';

const AT = Date.parse('2026-11-22T10:45:25.250Z');
const DEVICE = 'a1'.repeat(32);
const facts = (...lines: string[]) => factsOf(lines.map(parseLogLine));

/** The facts of every connection that a recording closes. */
function recordedFacts(recording: (typeof RECORDINGS)[number]) {
  const records = recordedLines(recording).map(parseLogLine);
  return records.flatMap((r) => (r.kind === 'close' ? [factsOf(records.filter((other) => isOfConnection(other, r.conn)))] : []));
}

test('a recorded upgrade says who asked for what, and what it held', () => {
  expect(recordedFacts('2026.4.14')[0]).toMatchObject({
    cause: 'pairing-required',
    reason: 'scope-upgrade',
    closeCode: 1008,
    closeReason: 'pairing required',
    handshake: 'failed',
    deviceId: '21fdb796e6f9ab197a21a6660de4f9547424993d63b99fc2c7362d015a820270',
    requestId: 'd4e471af-9d9e-40db-827f-f741b3ab71f7',
    clientId: 'cli',
    role: 'operator',
    scopesFrom: ['operator.read'],
    scopesTo: ['operator.admin'],
    localPort: 18814,
    durationMs: 14,
  });
});

test('what the object of a cause adds is kept: sign-in, protocol, role', () => {
  for (const recording of RECORDINGS) {
    const all = recordedFacts(recording);
    expect(all.find((f) => f.cause === 'protocol-mismatch')).toMatchObject({
      minProtocol: 9,
      maxProtocol: 9,
      expectedProtocol: recording === '2026.4.14' ? 3 : 4,
      clientId: 'cli',
      clientVersion: '2026.4.14',
    });
    expect(all.find((f) => f.authReason === 'token_missing')).toMatchObject({ authProvided: 'none', role: 'operator', platform: 'linux' });
  }
});

test('of every recorded connection without a cause the records say why, or nothing does', () => {
  for (const recording of RECORDINGS) {
    const why = recordedFacts(recording)
      .filter((f) => f.cause === undefined)
      .map((f) => f.reason);
    expect(why.filter((reason) => reason === 'not-json')).toHaveLength(1);
    expect(why.filter((reason) => reason === 'max-payload')).toHaveLength(1);
  }
});

test('another record’s reason never replaces the cause that the gateway gave', () => {
  const conn = uuid(1);
  const refused = closeLine({ at: AT, conn, object: refusedUpgrade(DEVICE, uuid(2)) });
  expect(facts(parseErrorLine(AT, conn), socketErrorLine(AT, conn), refused).reason).toBe('scope-upgrade');
});

test('the order of the records does not matter', () => {
  const conn = uuid(1);
  const lines = [
    auditLine({ at: AT, conn, device: DEVICE }),
    unauthorizedLine({ at: AT, conn, reason: 'scope_mismatch' }),
    closeLine({ at: AT + 9, conn, object: refusedUpgrade(DEVICE, uuid(2)) }),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: 3 }), (shuffled) => {
      expect(facts(...shuffled)).toEqual(facts(...lines));
    }),
  );
});

test('a change of platform keeps what was pinned and what was claimed apart, unless a caller forged one', () => {
  const conn = uuid(1);
  expect(facts(metadataLine(AT, DEVICE, conn))).toMatchObject({ deviceId: DEVICE, platformFrom: 'linux', platformTo: 'darwin' });
  const forged = metadataLine(AT, DEVICE, conn).replace('claimedPlatform=darwin', 'claimedPlatform=darwin pinnedPlatform=darwin');
  expect(facts(forged).platformFrom).toBeUndefined();
});

test('a refused sign-in is known before its close record comes', () => {
  expect(facts(unauthorizedLine({ at: AT, conn: uuid(1), shape: '2026.9.6', suppressed: 12 }))).toMatchObject({
    cause: 'unauthorized',
    authReason: 'token_mismatch',
    authProvided: 'token',
    suppressed: 12,
  });
});

test('whatever a caller wrote is cut and blanked as everywhere else', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.constantFrom('\u202eevil', 'a\u0000b', '<b>x</b>', 'x'.repeat(5000)),
  );
  fc.assert(
    fc.property(words, words, (userAgent, host) => {
      const said = facts(closeLine({ at: AT, conn: uuid(1), object: { userAgent, host, platform: userAgent, client: host } }));
      expect(said).toMatchObject({
        userAgent: callerString(userAgent),
        host: callerString(host),
        platform: callerString(userAgent),
        clientId: callerString(host),
      });
    }),
    { numRuns: 200, seed: 41 },
  );
});

test('each record says by what it can be told apart from those of another gateway', () => {
  expect(marksOf(parseLogLine(closeLine({ at: AT, conn: uuid(1), port: 18790, object: refusedUpgrade(DEVICE, uuid(2)) })))).toEqual({
    conn: uuid(1),
    port: 18790,
    deviceId: DEVICE,
  });
  expect(marksOf(parseLogLine(auditLine({ at: AT, conn: uuid(1), device: DEVICE })))).toEqual({ conn: uuid(1), deviceId: DEVICE });
  expect(marksOf(parseLogLine('garbage'))).toEqual({});
});

// Every cause that a real gateway wrote has a name and a first thing to try; an unknown one is shown as it is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closeLine, uuid } from '#lib/testing/log-lines.ts';
import { RECORDINGS, recordedLines } from '#lib/testing/recorded.ts';
import { diagnose } from './diagnosis.ts';
import { parseLogLine } from './records.ts';

const AT = Date.parse('2026-11-22T10:45:25.250Z');

function diagnosed(object: Record<string, unknown>) {
  const record = parseLogLine(closeLine({ at: AT, conn: uuid(1), object }));
  if (record.kind !== 'close') throw new Error(`expected a close record, got ${record.kind}`);
  return diagnose(record);
}

test('no recorded refusal is called unknown, and each has a fix', () => {
  for (const recording of RECORDINGS) {
    for (const line of recordedLines(recording)) {
      const record = parseLogLine(line);
      if (record.kind !== 'close') continue;
      const { title, fix } = diagnose(record);
      expect(title, line).not.toMatch(/unknown cause/i);
      expect(fix, line).toBeTruthy();
    }
  }
});

test.each([
  [{ cause: 'pairing-required', reason: 'scope-upgrade' }, 'waiting', 'pairing-required/scope-upgrade', /more scopes/],
  [{ cause: 'pairing-required', reason: 'not-paired' }, 'waiting', 'pairing-required/not-paired', /Unknown device/],
  [{ cause: 'pairing-required', reason: 'role-upgrade' }, 'waiting', 'pairing-required/role-upgrade', /role/],
  [{ cause: 'pairing-required', reason: 'metadata-upgrade' }, 'waiting', 'pairing-required/metadata-upgrade', /Platform/],
  [{ cause: 'unauthorized', authReason: 'token_mismatch' }, 'refused', 'unauthorized/token_mismatch', /Wrong token/],
  [{ cause: 'unauthorized', authReason: 'rate_limited' }, 'refused', 'unauthorized/rate_limited', /Locked out/],
  [{ cause: 'device-auth-invalid', reason: 'device-signature-stale' }, 'refused', 'device-auth-invalid/device-signature-stale', /Clock/],
  [{ cause: 'origin-mismatch' }, 'refused', 'origin-mismatch', /origin/],
  [{ cause: 'protocol-mismatch' }, 'refused', 'protocol-mismatch', /Protocol/],
  [{ cause: 'handshake-timeout' }, 'timed-out', 'handshake-timeout', /in time/],
  [{}, 'left-early', 'left-early', /Left/],
])('%o is %s', (object, outcome, cause, title) => {
  const diagnosis = diagnosed(object);
  expect(diagnosis).toMatchObject({ outcome, cause });
  expect(diagnosis.title).toMatch(title);
});

test('a cause of a later version is named with its own words', () => {
  expect(diagnosed({ cause: 'quantum-mismatch' })).toMatchObject({
    outcome: 'refused',
    cause: 'quantum-mismatch',
    title: 'Unknown cause: quantum-mismatch',
  });
});

test('any cause and reason gives a title', () => {
  const word = fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString', 'pairing-required', 'unauthorized'));
  fc.assert(
    fc.property(word, word, word, (cause, reason, authReason) => {
      expect(diagnosed({ cause, reason, authReason }).title).toBeTypeOf('string');
    }),
  );
});

// Every failed step of the recordings has its right diagnosis, by what the log says and by the code that the client was given.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { RECORDINGS, type Recording, recordedJson, recordedLines } from '#lib/testing/recorded.ts';
import { factsOf, isOfConnection } from '../handshakes/facts.ts';
import { type LogRecord, parseLogLine } from '../handshakes/records.ts';
import { ENTRIES } from './catalogue/all.ts';
import { diagnose } from './diagnose.ts';

const steps = z.array(
  z.object({
    step: z.string(),
    at: z.string().transform((at) => Date.parse(at)),
    result: z.object({
      ok: z.boolean().optional(),
      closed: z.tuple([z.number(), z.string()]).optional(),
      err: z.string().optional(),
      error: z
        .object({
          details: z.object({ code: z.string().optional(), reason: z.string().optional(), authReason: z.string().optional() }).optional(),
        })
        .optional(),
    }),
  }),
);

/** What each step must come out as, wherever it failed. */
const EXPECTED: Record<string, string> = {
  'first pairing, loopback, operator.read': 'pairing-required/not-paired',
  'scope upgrade read -> admin, loopback': 'pairing-required/scope-upgrade',
  'same upgrade retried 12 times (retry loop)': 'pairing-required/scope-upgrade',
  'scope upgrade read -> write, loopback': 'pairing-required/scope-upgrade',
  'superseded by a wider one (approvals, pairing)': 'pairing-required/scope-upgrade',
  'role upgrade operator -> node, loopback': 'pairing-required/role-upgrade',
  'metadata change: platform linux -> darwin': 'pairing-required/metadata-upgrade',
  'wrong token': 'unauthorized/token_mismatch',
  'no token': 'unauthorized/token_missing',
  'bad signature': 'device-auth-invalid/device-signature',
  'stale signature (clock 10 min behind)': 'device-auth-invalid/device-signature-stale',
  'device id does not match key': 'device-auth-invalid/device-id-mismatch',
  'protocol range 9..9': 'protocol-mismatch',
  'unknown client id and mode': 'invalid-handshake',
  'foreign browser origin': 'origin-mismatch',
  'untrusted proxy: X-Forwarded-For': 'pairing-required/not-paired',
  'loopback socket, non-local Host header': 'pairing-required/not-paired',
  'first frame is not connect': 'invalid-handshake',
  'first frame is not JSON': 'not-json',
  '70 KiB before connect': 'preauth-payload-too-large',
  'silent client (handshake timeout)': 'handshake-timeout',
  'client hangs up before connect': 'left-early',
  'display name with markup and line breaks': 'pairing-required/not-paired',
  '20 wrong tokens in a row': 'unauthorized/token_mismatch',
};
// The kept lines hold all of the first loop, and the first of the 20 wrong tokens.
const TIMES: Record<string, number> = { 'same upgrade retried 12 times (retry loop)': 12 };

function readSteps(recording: Recording) {
  const all = steps.parse(recordedJson(recording, 'steps.json'));
  return all.map((step, i) => ({ ...step, until: all[i + 1]?.at ?? Number.POSITIVE_INFINITY }));
}

const recordsOf = (recording: Recording): LogRecord[] => recordedLines(recording).map((line) => parseLogLine(line));

/** The failed connections of a span, as the reader puts them together. */
function attempts(records: readonly LogRecord[], from: number, until: number) {
  return records.flatMap((close) => {
    if (close.kind !== 'close' || close.at < from || close.at >= until) return [];
    return [factsOf(records.filter((record) => isOfConnection(record, close.conn)))];
  });
}

test.each(RECORDINGS)('%s: every failed step is named rightly by the log', (recording) => {
  const records = recordsOf(recording);
  const failed = readSteps(recording).filter(({ result }) => result.closed !== undefined && result.ok !== true);
  expect(failed.length).toBeGreaterThanOrEqual(15);
  for (const { step, at, until, result } of failed) {
    const keys = attempts(records, at, until).map((facts) => diagnose(facts).key);
    // HTTP 403 leaves no close record at all.
    if (result.err?.includes('403')) expect(keys, step).toEqual([]);
    else expect(keys, step).toEqual(Array.from({ length: TIMES[step] ?? 1 }, () => EXPECTED[step]));
  }
});

test.each(RECORDINGS)('%s: the code that the client was given says the same', (recording) => {
  const coded = readSteps(recording).filter(({ result }) => result.error?.details?.code !== undefined);
  expect(coded.length).toBeGreaterThanOrEqual(7);
  for (const { step, result } of coded) {
    const { code = '', reason, authReason } = result.error?.details ?? {};
    const named = ENTRIES.filter(({ codes }) => codes.includes(code)).map(({ key }) => key);
    expect(named, `${step}: ${code}`).toContain(EXPECTED[step]);
    // A code with several entries is told apart by the reason beside it.
    const said = named.filter((key) => key.endsWith(`/${authReason ?? reason}`));
    if (said.length > 0) expect(said, step).toEqual([EXPECTED[step]]);
  }
});

test.each(['2026.9.6-manual', '2026.9.6-default'] as const)(
  '%s: a proxy’s 403 is written once in the gateway’s life, and counted as a note',
  (recording) => {
    const refused = readSteps(recording).filter(({ result }) => result.err?.includes('403'));
    expect(refused.length).toBe(2);
    expect(recordsOf(recording).filter(({ kind }) => kind === 'unattributable')).toHaveLength(1);
  },
);

test.each(RECORDINGS)('%s: no failed connection is left without an entry', (recording) => {
  const records = recordsOf(recording);
  for (const facts of attempts(records, 0, Number.POSITIVE_INFINITY))
    expect(diagnose(facts), JSON.stringify(facts)).toMatchObject({ known: true });
});

// The handshake log hides nothing and mixes nothing up: each attempt is one row made of all its records, and only of its own.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auditLine,
  closeLine,
  hostWarning,
  liveLine,
  logLine,
  metadataLine,
  proxyWarning,
  refusedUpgrade,
  SHAPES,
  sizeCapLine,
  uuid,
} from '#lib/testing/log-lines.ts';
import { RECORDINGS, type Recording, recordedLines } from '#lib/testing/recorded.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { type AssemblerContext, createAssembler } from './assemble.ts';
import type { NewHandshake } from './attempt.ts';
import { type CloseRecord, type LifeRecord, type LogRecord, parseLogLine } from './records.ts';

const AT = Date.parse('2026-11-22T10:45:25.250Z');
const DEVICE = 'a1'.repeat(32);
const OTHER = 'b2'.repeat(32);
const PORT = 18_789;

const context = (over: Partial<AssemblerContext> = {}): AssemblerContext => ({
  gateway: 'g1',
  port: () => PORT,
  hostKeyId: () => undefined,
  knows: (deviceId) => deviceId === DEVICE,
  isCanary: () => false,
  gatewayNow: () => AT + 10 * 60_000,
  ...over,
});

/** All rows of these lines, given in the pieces named. */
const rowsOf = (lines: readonly string[], over: Partial<AssemblerContext> = {}, pieces: readonly number[] = []) =>
  rowsOfRecords(lines.map(parseLogLine), over, pieces);

function rowsOfRecords(records: readonly LogRecord[], over: Partial<AssemblerContext>, pieces: readonly number[]): NewHandshake[] {
  const assembler = createAssembler(context(over));
  const cuts = [0, ...[...pieces].sort((a, b) => a - b), records.length];
  const rows = cuts.flatMap((from, n) => assembler.push(records.slice(from, cuts[n + 1] ?? records.length)));
  return [...rows, ...assembler.settle()];
}

const PORTS: Record<Recording, number> = { '2026.4.14': 18_814, '2026.9.6-manual': 18_896, '2026.9.6-default': 18_897 };
const portOf = (recording: Recording) => PORTS[recording];
const recorded = (recording: Recording, over: Partial<AssemblerContext> = {}, pieces: readonly number[] = []) =>
  rowsOf(recordedLines(recording), { port: () => portOf(recording), ...over }, pieces);

/** Everything that a list of rows says, to compare. */
const told = (rows: readonly NewHandshake[]) => JSON.stringify(rows);
const times = (cause: string, count: number) => Array.from({ length: count }, () => cause);

describe('the recordings', () => {
  test.each<[Recording, string[]]>([
    [
      '2026.4.14',
      [
        'silent-grant',
        ...times('pairing-required/scope-upgrade', 15),
        'operator-grant',
        'silent-grant',
        'pairing-required/metadata-upgrade',
        'unauthorized/token_mismatch',
        'unauthorized/token_missing',
        'device-auth-invalid/device-signature',
        'device-auth-invalid/device-signature-stale',
        'device-auth-invalid/device-id-mismatch',
        'protocol-mismatch',
        'invalid-handshake',
        'origin-mismatch',
        'proxy-headers',
        'pairing-required/not-paired',
        'non-local-host',
        'silent-grant',
        'invalid-handshake',
        'not-json',
        'preauth-payload-too-large',
        'handshake-timeout',
        'left-early',
        'proxy-headers',
        'pairing-required/not-paired',
        'token-revoked',
        'token-removed',
        'unauthorized/token_mismatch',
      ],
    ],
    [
      '2026.9.6-manual',
      [
        'pairing-required/not-paired',
        'operator-grant',
        ...times('pairing-required/scope-upgrade', 15),
        'operator-grant',
        'pairing-required/role-upgrade',
        'operator-grant',
        'pairing-required/metadata-upgrade',
        'unauthorized/token_mismatch',
        'unauthorized/token_missing',
        'device-auth-invalid/device-signature',
        'device-auth-invalid/device-signature-stale',
        'device-auth-invalid/device-id-mismatch',
        'protocol-mismatch',
        'invalid-handshake',
        'origin-mismatch',
        'proxy-attribution-required',
        'non-local-host',
        'pairing-required/not-paired',
        'invalid-handshake',
        'not-json',
        'preauth-payload-too-large',
        'handshake-timeout',
        'left-early',
        'token-revoked',
        'token-removed',
        'unauthorized/token_mismatch',
      ],
    ],
    [
      '2026.9.6-default',
      [
        'silent-grant',
        'silent-grant',
        'pairing-required/role-upgrade',
        'operator-grant',
        'pairing-required/metadata-upgrade',
        'unauthorized/token_mismatch',
        'unauthorized/token_missing',
        'device-auth-invalid/device-signature',
        'device-auth-invalid/device-signature-stale',
        'device-auth-invalid/device-id-mismatch',
        'protocol-mismatch',
        'invalid-handshake',
        'origin-mismatch',
        'proxy-attribution-required',
        'non-local-host',
        'silent-grant',
        'invalid-handshake',
        'not-json',
        'preauth-payload-too-large',
        'handshake-timeout',
        'left-early',
        'token-revoked',
        'token-removed',
        'unauthorized/token_mismatch',
      ],
    ],
  ])('of %s give one row for each step that left a trace, in its order', (recording, causes) => {
    const rows = recorded(recording);
    expect(rows.map((r) => r.cause)).toEqual(causes);
    expect(new Set(rows.map((r) => r.id)).size).toBe(rows.length);
    expect(rows.every((r) => r.unsure === undefined && r.derived === undefined)).toBe(true);
  });

  test('an upgrade carries its device, client, scopes, origin and whole course', () => {
    const [row] = recorded('2026.4.14').filter((r) => r.cause === 'pairing-required/scope-upgrade');
    expect(row).toMatchObject({
      id: 'conn-937cb79f-641f-4bba-a603-3dbac255663a',
      at: '2026-11-22T10:45:25.260Z',
      outcome: 'waiting',
      deviceId: '21fdb796e6f9ab197a21a6660de4f9547424993d63b99fc2c7362d015a820270',
      clientId: 'cli',
      origin: 'loopback',
      scopesFrom: ['operator.read'],
      scopesTo: ['operator.admin'],
      durationMs: 14,
      requestId: 'd4e471af-9d9e-40db-827f-f741b3ab71f7',
    });
    expect(row?.evidence.timeline.map(({ step, at, derived }) => [step, at.slice(17), derived])).toEqual([
      ['open', '25.246Z', true],
      ['challenge', '25.246Z', true],
      ['connect', '25.250Z', true],
      ['audit', '25.250Z', false],
      ['close', '25.260Z', false],
    ]);
    expect(row?.evidence.raw).toHaveLength(2);
  });

  test('the silent grant of an upgrade shows what was asked', () => {
    expect(recorded('2026.9.6-default').filter((r) => r.cause === 'silent-grant')[1]).toMatchObject({
      outcome: 'admitted',
      clientId: 'cli',
      scopesFrom: ['operator.read'],
      scopesTo: ['operator.admin'],
    });
  });

  test('the gateway’s own key shows as such only where its signature was checked and its path is clean', () => {
    const key = '21fdb796e6f9ab197a21a6660de4f9547424993d63b99fc2c7362d015a820270';
    const rows = recorded('2026.4.14', { hostKeyId: () => key });
    expect(new Set(rows.filter((r) => r.deviceId === key && r.conn !== undefined && r.outcome === 'waiting').map((r) => r.origin))).toEqual(
      new Set(['host-key']),
    );
    const claimed = recorded('2026.4.14', { hostKeyId: () => 'd063bee1bd0239c0a1e50b59810b2dfd39bce9dfef9f0a0efc5c22201dc6420c' });
    expect(claimed.find((r) => r.cause === 'device-auth-invalid/device-signature')?.origin).toBe('loopback');
  });

  test.each(RECORDINGS)('of %s: it does not matter in which pieces the log was read', (recording) => {
    const records = recordedLines(recording).map(parseLogLine);
    const inPieces = (...pieces: number[]) => told(rowsOfRecords(records, { port: () => portOf(recording) }, pieces));
    const whole = told(recorded(recording));
    for (let cut = 0; cut <= records.length; cut += 1) expect(inPieces(cut)).toBe(whole);
    expect(inPieces(...records.keys())).toBe(whole);
  });

  test('garbage between the records changes none of them, wherever it stands', () => {
    const lines = recordedLines('2026.9.6-manual');
    const whole = told(recorded('2026.9.6-manual'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(lines.length), fc.string({ unit: 'binary' })), { maxLength: 8 }), fc.nat(80), (garbage, cut) => {
        const mixed = [...lines];
        for (const [at, text] of garbage) mixed.splice(at, 0, `?${text}`);
        const rows = rowsOf(mixed, { port: () => portOf('2026.9.6-manual') }, [Math.min(cut, mixed.length)]);
        expect(told(rows.filter((r) => r.cause !== 'unread-lines'))).toBe(whole);
        const counted = rows.filter((r) => r.cause === 'unread-lines').map((r) => r.evidence.facts.suppressed ?? 0);
        expect(counted.reduce((sum, n) => sum + n, 0)).toBe(garbage.length);
      }),
      { numRuns: 25 },
    );
  });
});

describe('what is not an attempt', () => {
  test('grants, token work, warnings, live upgrades, unreadable audits and a full file are rows', () => {
    const rows = rowsOf([
      logLine(AT, 'gateway', `device pairing auto-approved device=${DEVICE} role=operator`),
      logLine(AT, 'gateway', `device pairing approved device=${DEVICE} role=operator`),
      logLine(AT, 'gateway', `device token rotated device=${DEVICE} role=operator`),
      proxyWarning(AT),
      hostWarning(AT),
      liveLine(AT, DEVICE),
      auditLine({ at: AT, conn: uuid(1), device: DEVICE, scopesTo: 'nonsense' }),
      sizeCapLine(AT),
    ]);
    expect(rows.map((r) => [r.outcome, r.cause])).toEqual([
      ['admitted', 'silent-grant'],
      ['note', 'operator-grant'],
      ['note', 'token-rotated'],
      ['note', 'proxy-headers'],
      ['note', 'non-local-host'],
      ['note', 'live-upgrade'],
      ['note', 'audit-unreadable'],
      ['gap', 'size-cap'],
    ]);
  });

  test('unread lines are counted in one row, told when the next line can be read', () => {
    const assembler = createAssembler(context());
    expect(assembler.push(['garbage', 'more'].map(parseLogLine))).toEqual([]);
    expect(assembler.push([parseLogLine(proxyWarning(AT))])[0]).toMatchObject({
      outcome: 'gap',
      cause: 'unread-lines',
      title: '2 lines of the log cannot be read',
    });
  });

  test('the console’s own canary is left out; a frame of anybody else that looks like one is not', () => {
    const lines = [1, 2].map((n) =>
      closeLine({ at: AT + n, conn: uuid(n), object: { cause: 'invalid-handshake', frameId: `gatehouse-canary-${n}` } }),
    );
    const isCanary = ({ frameId }: CloseRecord) => frameId === 'gatehouse-canary-1';
    expect(rowsOf(lines, { isCanary })).toMatchObject([{ conn: uuid(2), cause: 'invalid-handshake', outcome: 'refused' }]);
  });

  test('a gap of the source is a row; what has one already gets no second', () => {
    const { gap } = createAssembler(context());
    expect(gap({ from: AT, to: AT + 1, why: 'limit' })).toMatchObject([{ outcome: 'gap', cause: 'limit', at: '2026-11-22T10:45:25.250Z' }]);
    expect(gap({ from: 0, to: Number.POSITIVE_INFINITY, why: 'file-changed' })).toMatchObject([{ derived: true }]);
    expect(gap({ from: AT, to: AT, why: 'unread-line' })).toEqual([]);
  });

  test('a wish whose connection leaves no close record is told after a minute, once', () => {
    const late = logLine(AT + 61_000, 'gateway', `device token rotated device=${DEVICE} role=operator`);
    const lines = [auditLine({ at: AT, conn: uuid(1), device: DEVICE }), late];
    expect(rowsOf(lines)).toMatchObject([
      { cause: 'audit-without-close', at: '2026-11-22T10:45:25.250Z', deviceId: DEVICE, scopesTo: ['operator.admin'], origin: 'unknown' },
      { cause: 'token-rotated' },
    ]);
  });
});

test('the catalogue knows every row that is no attempt, and as the same kind of row', () => {
  const life = ['starting', 'stopping'] as const;
  const assembler = createAssembler(context());
  const rows = [
    ...RECORDINGS.flatMap((recording) => recorded(recording)),
    ...assembler.push(life.map((what, n) => ({ kind: 'life', at: AT + n, what, raw: what }))),
    ...(['limit', 'file-changed', 'file-shrunk', 'source-failed'] as const).flatMap((why) => assembler.gap({ from: AT, to: AT, why })),
    ...rowsOf(['garbage', sizeCapLine(AT), liveLine(AT, DEVICE), auditLine({ at: AT, conn: uuid(1), device: DEVICE, scopesTo: 'x' })]),
  ];
  for (const row of rows) {
    const { key, outcome, known } = diagnose(row.evidence.facts);
    expect([row.cause, row.outcome, true]).toEqual([key, outcome, known]);
  }
  expect(rows.map((r) => r.cause)).toEqual(expect.arrayContaining(['gateway-started', 'gateway-stopped']));
});

describe('the life of the gateway', () => {
  const life = (...course: LifeRecord['what'][]) => {
    const assembler = createAssembler(context());
    const rows = assembler.push(course.map((what, n) => ({ kind: 'life', at: AT + n * 1000, what, raw: `${n} ${what}` })));
    return [rows.map((r) => [r.cause, (Date.parse(r.at) - AT) / 1000]), (assembler.startedAt() - AT) / 1000];
  };

  test('start and stop are told once each, whatever a gateway writes about them', () => {
    expect(life('starting', 'ready', 'restarting', 'ready', 'stopping', 'starting', 'ready', 'ready')).toEqual([
      [
        ['gateway-started', 0],
        ['gateway-stopped', 2],
        ['gateway-started', 3],
        ['gateway-stopped', 4],
        ['gateway-started', 5],
      ],
      5,
    ]);
  });

  test('a gateway that was killed and comes back has started anew, and has forgotten what it remembered', () => {
    expect(life('starting', 'ready', 'starting', 'ready')).toEqual([
      [
        ['gateway-started', 0],
        ['gateway-started', 2],
      ],
      2,
    ]);
  });

  test('a second process that finds the port taken is no start', () => {
    expect(life('starting', 'ready', 'starting', 'stopping', 'starting', 'ready')).toEqual([
      [
        ['gateway-started', 0],
        ['gateway-stopped', 3],
        ['gateway-started', 4],
      ],
      4,
    ]);
    expect(life('ready', 'starting')).toEqual([[['gateway-started', 0]], 0]);
  });

  test('a start that another gateway of a shared log may have made takes nothing from what this one remembers', () => {
    const assembler = createAssembler(context());
    const starts: LogRecord[] = (['ready', 'starting', 'ready'] as const).map((what, n) => ({
      kind: 'life',
      at: AT + n,
      what,
      raw: `${n}`,
    }));
    assembler.push([parseLogLine(closeLine({ at: AT, conn: uuid(1), port: 19_999 })), ...starts]);
    expect(assembler.startedAt()).toBe(AT);
  });
});

describe('what the gateway left out', () => {
  test('a count in the close record is a row of its own, before the attempt that carries it', () => {
    const object = { cause: 'unauthorized', authReason: 'token_missing', authProvided: 'none', phase: 'auth' };
    const line = closeLine({ at: AT, conn: uuid(1), object, text: (t) => `${t} phase=auth suppressed=41`, shape: '2026.9.6' });
    expect(rowsOf([line])).toMatchObject([
      { cause: 'suppressed', outcome: 'note', title: '41 refusals before this one left out by the gateway', derived: true },
      { cause: 'unauthorized/token_missing', outcome: 'refused' },
    ]);
  });
});

describe('records of others', () => {
  test.each(SHAPES)('a conn= in the words of a caller attaches no record to somebody else’s attempt (%s)', (shape) => {
    const victim = uuid(1);
    const forged = ` conn=${victim}`;
    const lines = [
      // The words of callers: user agent, host, origin, client of an unauthorized line, and a scope string.
      closeLine({
        at: AT,
        conn: uuid(2),
        object: { ...refusedUpgrade(OTHER, uuid(8)), userAgent: `x${forged}`, host: `h${forged}` },
        shape,
      }),
      auditLine({ at: AT + 1, conn: uuid(3), device: OTHER, scopesTo: `operator.admin client=cli${forged}`, shape }),
      logLine(
        AT + 2,
        'gateway/ws',
        `unauthorized conn=${uuid(4)} peer=127.0.0.1:1->127.0.0.1:${PORT} remote=127.0.0.1 client=x${forged} cli v1 role=operator scopes=1 auth=token device=yes platform=linux instance=n/a host=h origin=n/a ua=n/a reason=token_mismatch`,
        undefined,
        shape,
      ),
      logLine(AT + 3, 'gateway/ws', `error conn=${uuid(5)} remote=127.0.0.1: Max payload size exceeded${forged}`, undefined, shape),
      auditLine({ at: AT + 4, conn: victim, device: DEVICE, shape }),
      closeLine({ at: AT + 5, conn: victim, object: refusedUpgrade(DEVICE, uuid(9)), shape }),
    ];
    const own = rowsOf(lines.slice(-2));
    const row = rowsOf(lines).find((r) => r.conn === victim);
    expect(row).toEqual(own[0]);
    expect(row?.evidence.raw).toHaveLength(2);
  });

  test('two gateways that share a log file are told apart, and what cannot be is marked', () => {
    const mine = recordedLines('2026.4.14');
    const theirs = mine.map((line) =>
      line
        .replaceAll('18814', '19999')
        .replace(/conn=([0-9a-f]{8})/g, 'conn=ffffffff')
        .replaceAll('21fdb796', 'eeeeeeee'),
    );
    const shared = mine.flatMap((line, n) => [line, theirs[n] ?? '']);
    const known = new Set(['21fdb796e6f9ab197a21a6660de4f9547424993d63b99fc2c7362d015a820270']);
    const rows = rowsOf(shared, { port: () => 18_814, knows: (deviceId) => known.has(deviceId) });
    const alone = recorded('2026.4.14', { knows: (deviceId) => known.has(deviceId) });
    const attempts = (list: NewHandshake[]) => list.filter((r) => r.conn !== undefined && r.cause !== 'silent-grant');
    expect(attempts(rows).map((r) => ({ ...r, evidence: undefined, origin: undefined }))).toEqual(
      attempts(alone).map((r) => ({ ...r, evidence: undefined, origin: undefined })),
    );
    expect(attempts(rows).every((r) => r.evidence.facts.localPort === 18_814)).toBe(true);
    const others = rows.filter((r) => r.conn === undefined && r.at > '2026-11-22T10:45:26');
    for (const row of others) expect([row.cause, row.unsure]).toEqual([row.cause, known.has(row.deviceId ?? '') ? undefined : true]);
    expect(others.some((r) => r.unsure)).toBe(true);
  });

  test('while the gateway’s port is not known, nothing is thrown away', () => {
    expect(rowsOf([closeLine({ at: AT, conn: uuid(1), port: 19_999 })], { port: () => undefined })).toHaveLength(1);
  });
});

describe('times and words that cannot be trusted', () => {
  test.each(['9999-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z'])('a line of %s is dated when it is read, and marked', (time) => {
    const [row] = rowsOf([closeLine({ at: Date.parse(time), conn: uuid(1) })]);
    expect(row).toMatchObject({ at: new Date(AT + 10 * 60_000).toISOString(), derived: true });
  });

  test('a line of the future ends no attempt that is still open', () => {
    const lines = [
      auditLine({ at: AT + 570_000, conn: uuid(1), device: DEVICE }),
      proxyWarning(Date.parse('2038-01-01T00:00:00Z')),
      closeLine({ at: AT + 570_010, conn: uuid(1), object: refusedUpgrade(DEVICE, uuid(2)) }),
    ];
    expect(rowsOf(lines).map((r) => r.cause)).toEqual(['proxy-headers', 'pairing-required/scope-upgrade']);
  });

  test('strings of a caller are cut and cannot disguise themselves', () => {
    const object = { origin: `http://\u202e${'x'.repeat(500)}`, host: '<img src=x>\u0007' };
    const [row] = rowsOf([closeLine({ at: AT, conn: uuid(1), object })]);
    expect(row?.browserOrigin?.length).toBe(200);
    expect(`${row?.browserOrigin}${row?.host}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('a warning within an attempt costs it its origin; one outside does not', () => {
    const close = closeLine({ at: AT + 1000, conn: uuid(1), durationMs: 100, object: refusedUpgrade(DEVICE, uuid(2)) });
    expect(rowsOf([proxyWarning(AT + 950), close]).at(-1)).toMatchObject({ origin: 'unknown' });
    expect(
      rowsOf([proxyWarning(AT + 950), close])
        .at(-1)
        ?.evidence.timeline.map((s) => s.step),
    ).toContain('warning');
    expect(rowsOf([proxyWarning(AT + 100), close]).at(-1)).toMatchObject({ origin: 'loopback' });
  });

  test('a metadata change names both platforms in its course', () => {
    const object = refusedUpgrade(DEVICE, uuid(2), 'metadata-upgrade');
    const [row] = rowsOf([metadataLine(AT, DEVICE, uuid(1)), closeLine({ at: AT + 5, conn: uuid(1), object })]);
    expect(row?.evidence.timeline.find((s) => s.step === 'audit')?.text).toBe(
      'The gateway noted another platform: pinned linux, claimed darwin.',
    );
  });

  test('the same log read twice gives the same rows', () => {
    const assembler = createAssembler(context({ port: () => portOf('2026.4.14') }));
    const records = recordedLines('2026.4.14').map(parseLogLine);
    const first = assembler.push(records).map((r) => r.id);
    expect(assembler.push(records).map((r) => r.id)).toEqual(first);
  });
});

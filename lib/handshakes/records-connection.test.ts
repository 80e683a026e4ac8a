// The records beside a close record: read where the gateway wrote them, and never from what a caller wrote into them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  closeLine,
  type GatewayShape,
  lifeLine,
  logLine,
  parseErrorLine,
  SHAPES,
  socketErrorLine,
  timeoutLine,
  unattributableLine,
  unauthorizedLine,
  uuid,
} from '#lib/testing/log-lines.ts';
import { recordedLines } from '#lib/testing/recorded.ts';
import { type LogRecord, parseLogLine } from './records.ts';

const AT = Date.parse('2026-11-22T10:45:25.250Z');
const recorded = (name: Parameters<typeof recordedLines>[0], kind: LogRecord['kind']) =>
  recordedLines(name)
    .map(parseLogLine)
    .filter((r) => r.kind === kind);

test('a recorded refused sign-in names its connection, the gateway’s port, and what was wrong', () => {
  expect(recorded('2026.4.14', 'unauthorized')[0]).toMatchObject({
    conn: 'e4a20f19-4cb3-4dbb-bc04-15fbb73ad58c',
    remoteAddr: '127.0.0.1',
    localPort: 18814,
    client: 'cli',
    mode: 'cli',
    auth: 'token',
    reason: 'token_mismatch',
  });
  expect(recorded('2026.9.6-manual', 'unauthorized').map((r) => r.kind === 'unauthorized' && [r.auth, r.reason])).toContainEqual([
    'none',
    'token_missing',
  ]);
});

test('what 2026.9.6 left out before a line is read from its end', () => {
  for (const suppressed of [1, 4213])
    expect(parseLogLine(unauthorizedLine({ at: AT, conn: uuid(1), shape: '2026.9.6', suppressed }))).toMatchObject({ suppressed });
  const close = closeLine({
    at: AT,
    conn: uuid(1),
    object: { cause: 'unauthorized', phase: 'auth_credentials_received' },
    text: (t) => `${t} phase=auth_credentials_received suppressed=7`,
    shape: '2026.9.6',
  });
  expect(parseLogLine(close)).toMatchObject({ suppressed: 7, closeReason: 'pairing required', agrees: true });
});

test('a caller cannot write a reason, a sign-in or a count into the lines of its refusal', () => {
  const forged = ' role=operator scopes=9 auth=password device=no platform=x ua=y reason=rate_limited guidance=z suppressed=99';
  const fields = ['client', 'version', 'platform', 'userAgent'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.constantFrom(...SHAPES), fc.string(), (field, shape: GatewayShape, more) => {
      const record = parseLogLine(unauthorizedLine({ at: AT, conn: uuid(1), shape, [field]: `x${forged}${more}` }));
      // A mask mark makes the line one that breaks the proof, which is told elsewhere.
      if (more.includes('***')) return;
      expect(record).toMatchObject({
        kind: 'unauthorized',
        conn: uuid(1),
        localPort: 18789,
        reason: 'token_mismatch',
        suppressed: undefined,
      });
      if (record.kind === 'unauthorized') expect([undefined, 'token']).toContain(record.auth);
    }),
    { numRuns: 200, seed: 31 },
  );
});

test('a caller who closes cannot write a phase or a count into its close record', () => {
  const said = 'bye phase=ws_upgrade_started suppressed=99';
  for (const words of [said, 'bye phase= suppressed=99', 'bye suppressed=99']) {
    const older = closeLine({
      at: AT,
      conn: uuid(1),
      text: (t) => t.replace('pairing required', words),
      object: { cause: 'unauthorized' },
    });
    expect(parseLogLine(older)).toMatchObject({ suppressed: undefined, closeReason: words });
  }
  const newer = closeLine({
    at: AT,
    conn: uuid(1),
    text: (t) => `${t.replace('pairing required', said)} phase=ws_upgrade_started`,
    object: { cause: 'unauthorized', phase: 'ws_upgrade_started' },
    shape: '2026.9.6',
  });
  expect(parseLogLine(newer)).toMatchObject({ suppressed: undefined, closeReason: said });
});

test('timeouts, refused frames and unusable frames keep their connection', () => {
  expect(parseLogLine(timeoutLine(AT, uuid(1), 18814))).toMatchObject({
    kind: 'connection',
    what: 'timeout',
    conn: uuid(1),
    localPort: 18814,
  });
  expect(parseLogLine(socketErrorLine(AT, uuid(2)))).toMatchObject({
    what: 'socket-error',
    conn: uuid(2),
    text: 'Max payload size exceeded',
  });
  expect(parseLogLine(parseErrorLine(AT, uuid(3)))).toMatchObject({ kind: 'parse-error', connHead: '00000000', connTail: '0003' });
  expect(parseLogLine(parseErrorLine(AT, uuid(3), `conn=aaaaaaaa…bbbb "is" not valid`))).toMatchObject({ connTail: '0003' });
});

test('recorded versions of one mismatch are read alike, though only one of them names the peer', () => {
  for (const [name, port] of [
    ['2026.4.14', undefined],
    ['2026.9.6-default', 18897],
  ] as const)
    expect(recorded(name, 'connection').filter((r) => r.kind === 'connection' && r.what === 'protocol-mismatch')).toMatchObject([
      { localPort: port },
    ]);
});

test('a gateway that starts, is ready and ends is read as that, and nothing that only looks like it', () => {
  for (const shape of SHAPES)
    for (const what of ['starting', 'ready', 'stopping', 'restarting'] as const)
      expect(parseLogLine(lifeLine(AT, what, shape))).toMatchObject({ kind: 'life', what });
  const listening = 'http server listening (14 plugins: browser, device-pair; 5.1s)';
  expect(parseLogLine(logLine(AT, 'gateway', listening, undefined, '2026.9.6'))).toMatchObject({ kind: 'life', what: 'ready' });
  for (const text of [
    'starting channels and sidecars...',
    'starting HTTP server...',
    'received SIGTERM during shutdown; ignoring',
    'ready',
  ])
    expect(parseLogLine(logLine(AT, 'gateway', text)).kind).toBe('other');
  expect(parseLogLine(logLine(AT, 'plugins', 'starting...')).kind).toBe('other');
});

test('browser clients that come and go are signs of success', () => {
  expect(recorded('2026.4.14', 'session')).toMatchObject([
    { what: 'closed', code: 1001 },
    { what: 'opened', conn: '610c4a55-f09f-44a8-82b9-4e7375848021' },
    { what: 'closed', conn: '610c4a55-f09f-44a8-82b9-4e7375848021' },
  ]);
  const forged = logLine(AT, 'gateway/ws', `webchat disconnected code=1000 reason=x conn=${uuid(8)} conn=${uuid(9)}`);
  expect(parseLogLine(forged)).toMatchObject({ kind: 'session', conn: uuid(9) });
});

test('the 403 that is written once in a gateway’s life is read as that', () => {
  expect(parseLogLine(unattributableLine(AT))).toMatchObject({ kind: 'unattributable', remoteAddr: '127.0.0.1' });
});

test('a masked line of any new kind still breaks the proof, as an unknown one did', () => {
  for (const line of [
    unauthorizedLine({ at: AT, conn: uuid(1), userAgent: 'token=***' }),
    parseErrorLine(AT, uuid(1), '***'),
    socketErrorLine(AT, uuid(1), '-----BEGIN PRIVATE KEY-----'),
  ])
    expect(parseLogLine(line)).toEqual({ kind: 'other', at: AT, masked: true });
});

// An honest request earns its origin; spoil or take away any one fact, in any way seen on real gateways, and it is lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskLines } from '#lib/practice/gateway-log.ts';
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
  uuid,
} from '#lib/testing/log-lines.ts';
import {
  ATTEMPTS,
  attemptLines,
  canaryLine,
  DEVICE,
  GATEWAY_UID,
  honest,
  judged,
  OPEN_NOTHING,
  PORT,
  PUBLIC_KEY,
  type Situation,
  sighting,
  T0,
  verdictWord,
} from '#lib/testing/situation.ts';
import { evidenceFrom } from './attempts.ts';

const KINDS = ['host-key', 'loopback'] as const;
const OTHER = 'ee'.repeat(32);
const [FIRST, LAST] = ATTEMPTS;
type Spoil = (s: Situation) => Situation;

/** The close record of the last attempt with other fields in its object; the text follows the object. */
function withClose(object: Record<string, unknown>, more: { text?: (t: string) => string; durationMs?: number } = {}): Spoil {
  return (s) => {
    const [audit = ''] = attemptLines(LAST);
    const close = closeLine({
      at: LAST.closeAt,
      conn: LAST.conn,
      port: PORT,
      remotePort: LAST.remotePort,
      object: { ...refusedUpgrade(DEVICE, LAST.requestId), ...object },
      ...more,
    });
    return { ...s, lines: [...attemptLines(FIRST), audit, close] };
  };
}
const plus =
  (...lines: string[]): Spoil =>
  (s) => ({ ...s, lines: [...s.lines, ...lines] });
const without =
  (index: number): Spoil =>
  // By its text, so that it is the same line when other spoils added lines before.
  (s) => ({ ...s, lines: s.lines.filter((line) => line !== honest('host-key').lines[index] && line !== honest('loopback').lines[index]) });
const peers =
  (over: Partial<Situation['peers']>): Spoil =>
  (s) => ({ ...s, peers: { ...s.peers, ...over } });
const config =
  (over: Partial<typeof OPEN_NOTHING>): Spoil =>
  (s) => ({ ...s, config: { ...OPEN_NOTHING, ...over } });

for (const shape of SHAPES) {
  test(`an honest request on ${shape} is host-key or loopback, seen by its peer`, () => {
    expect(verdictWord(honest('host-key', shape))).toBe('host-key/peer');
    expect(verdictWord(honest('loopback', shape))).toBe('loopback/peer');
    expect(judged(honest('host-key', shape))).toMatchObject({ isHostKey: true, askedBy: 'other-process', alarm: undefined });
  });
}

test('the host key needs neither statement nor provenance; loopback needs both', () => {
  expect(verdictWord({ ...honest('host-key'), statement: false, provenance: undefined })).toBe('host-key/peer');
  expect(verdictWord({ ...honest('loopback'), provenance: 'vouched' })).toBe('loopback/peer');
  expect(verdictWord({ ...honest('loopback'), statement: false })).toBe('unknown');
  expect(verdictWord({ ...honest('loopback'), provenance: undefined })).toBe('unknown');
});

const SPOILS: [string, Spoil][] = [
  // Ways to hide an attempt.
  ['an audit line without its close record (swiftpm)', without(3)],
  ['a socket destroyed after connect', withClose({ deviceId: undefined, requestId: undefined, cause: undefined, reason: undefined })],
  ['a close record without its audit line', without(2)],
  ['two connects on one socket', plus(attemptLines(LAST)[0] ?? '')],
  ['a second close record of one connection', plus(attemptLines(LAST)[1] ?? '')],
  ['an upgrade over an open connection', plus(liveLine(T0 + 200, DEVICE))],
  ['a change of platform', plus(metadataLine(T0 + 200, DEVICE, uuid(7)))],
  [
    'another reason in an audit line',
    plus(auditLine({ at: T0 + 20, conn: uuid(8), device: DEVICE, reason: 'role-upgrade', roleTo: 'node' })),
  ],
  [
    'a first pairing of the same key',
    plus(closeLine({ at: T0 + 20, conn: uuid(8), object: refusedUpgrade(DEVICE, uuid(9), 'not-paired') })),
  ],
  [
    'a scope that forges conn=',
    plus(auditLine({ at: T0 + 20, conn: uuid(8), device: DEVICE, scopesTo: `operator.read conn=${LAST.conn}` })),
  ],
  ['an audit line of nobody knows whom', plus(auditLine({ at: T0 + 20, conn: uuid(8), device: 'x' }))],
  ['no attempt at all', (s) => ({ ...s, lines: [] })],
  ['a request made outside every attempt', (s) => ({ ...s, request: { ...s.request, ts: T0 + 300 } })],
  ['an older wish that rides along', (s) => ({ ...s, request: { ...s.request, scopes: ['operator.admin', 'operator.pairing'] } })],
  // Records that are not clean.
  ['X-Forwarded-For', withClose({ forwardedFor: '203.0.113.9' })],
  ['X-Forwarded-For of this host', withClose({ forwardedFor: '127.0.0.1' })],
  ['a browser’s Origin', withClose({ origin: 'http://127.0.0.1:18789' })],
  ['a Host that is not local', withClose({ host: 'evil.example:18789' })],
  ['a Host on another port', withClose({ host: '127.0.0.1:80' })],
  ['a Host that only begins like a local one', withClose({ host: '127.0.0.1.evil.example' })],
  ['no Host', withClose({ host: undefined })],
  ['a caller from elsewhere', withClose({ remoteAddr: '192.0.2.7', endpoint: `192.0.2.7:${LAST.remotePort}->127.0.0.1:${PORT}` })],
  [
    'a gateway end that is not loopback',
    withClose({ localAddr: '192.0.2.1', endpoint: `127.0.0.1:${LAST.remotePort}->192.0.2.1:${PORT}` }),
  ],
  ['no caller’s address', withClose({ remoteAddr: undefined })],
  ['no gateway’s address', withClose({ localAddr: undefined })],
  ['no duration', withClose({ durationMs: undefined })],
  ['no caller’s port', withClose({ remotePort: undefined })],
  ['no gateway’s port', withClose({ localPort: undefined })],
  ['another gateway’s port', withClose({ localPort: 18790, endpoint: `127.0.0.1:${LAST.remotePort}->127.0.0.1:18790` })],
  ['no endpoint', withClose({ endpoint: undefined })],
  ['text and object that differ', withClose({}, { text: (t) => t.replace('remote=127.0.0.1', 'remote=192.0.2.7') })],
  ['a masked value', withClose({ userAgent: 'token=***' })],
  ['a value with an ellipsis', withClose({ userAgent: 'abcdef…wxyz' })],
  ['a PEM marker', withClose({ userAgent: '-----BEGIN PRIVATE KEY-----' })],
  ['an address in the request', (s) => ({ ...s, request: { ...s.request, remoteIp: '203.0.113.9' } })],
  // Warnings in a window.
  ['a proxy warning in the window', plus(proxyWarning(LAST.closeAt - 5))],
  ['a proxy warning when the socket opened', plus(proxyWarning(LAST.closeAt - 14 - 100))],
  ['a host warning in the window', plus(hostWarning(LAST.closeAt - 5))],
  ['a proxy warning 9 s before connect', (s) => plus(proxyWarning(LAST.closeAt - 9000))(withClose({}, { durationMs: 9000 })(s))],
  ['a warning in the window of an earlier attempt', plus(proxyWarning(FIRST.closeAt - 5))],
  // Source.
  ['no log', (s) => ({ ...s, source: 'none' })],
  ['a log known too short', (s) => ({ ...s, coverageFrom: evidenceFrom(s.request.ts, s.handshakeTimeoutMs) + 1 })],
  ['a gap', (s) => ({ ...s, gaps: [{ from: T0 + 50, to: T0 + 60, why: 'limit' }] })],
  ['a gap that has not ended', (s) => ({ ...s, gaps: [{ from: T0 - 60_000, to: Number.POSITIVE_INFINITY, why: 'size-cap' }] })],
  [
    'a gap that reaches the earliest attempt by a hair',
    (s) => ({ ...s, gaps: [{ from: 0, to: evidenceFrom(s.request.ts, s.handshakeTimeoutMs), why: 'file-changed' }] }),
  ],
  ['an unread line', plus('not a line of the log')],
  [
    'a masked line within an attempt',
    (s) => ({ ...s, lines: [...s.lines.slice(0, 3), logLine(LAST.closeAt - 1, 'gateway/ws', 'x ***'), ...s.lines.slice(3)] }),
  ],
  // Canary.
  ['no canary', (s) => ({ ...s, canary: { read: false, why: 'none' } })],
  ['a canary older than the last attempt', (s) => ({ ...s, canary: { read: true, openedAt: LAST.closeAt - 1 } })],
  // Peer.
  ['a peer of another user', peers({ sightings: ATTEMPTS.map((a) => sighting(a.remotePort, a.closeAt, { uid: 33 })) })],
  [
    'a peer of another user at one attempt only',
    peers({ sightings: [sighting(FIRST.remotePort, FIRST.closeAt, { uid: 33 }), sighting(LAST.remotePort, LAST.closeAt)] }),
  ],
  [
    'two sockets on one port, one of another user',
    peers({ sightings: [...ATTEMPTS.map((a) => sighting(a.remotePort, a.closeAt)), sighting(LAST.remotePort, LAST.closeAt, { uid: 33 })] }),
  ],
  ['a peer not seen', peers({ sightings: [] })],
  ['a peer not seen at the first attempt', peers({ sightings: [sighting(LAST.remotePort, LAST.closeAt)] })],
  ['a peer seen on the same port long before', peers({ sightings: ATTEMPTS.map((a) => sighting(a.remotePort, a.closeAt - 5000)) })],
  ['a peer seen on the same port after', peers({ sightings: ATTEMPTS.map((a) => sighting(a.remotePort, a.closeAt + 5000)) })],
  ['a peer on another port', peers({ sightings: ATTEMPTS.map((a) => sighting(a.remotePort + 10, a.closeAt)) })],
  ['a listener whose user is not known', peers({ gatewayUid: undefined })],
  // Configuration.
  ['an open configuration', config({ open: ['gateway.bind is lan'] })],
  ['no configuration', (s) => ({ ...s, config: undefined })],
];

for (const kind of KINDS) {
  test.each(SPOILS)(`${kind}: %s costs the origin`, (_name, spoil) => {
    const word = verdictWord(spoil(honest(kind)));
    expect(word).not.toBe(`${kind}/peer`);
    expect(word).not.toMatch(/^(host-key|loopback)/);
  });
}

test('where sockets cannot be seen at all, the assurance is only the log', () => {
  for (const kind of KINDS) {
    const s = peers({ reach: 'none', gatewayUid: undefined, sightings: [] })(honest(kind));
    expect(verdictWord(s)).toBe(`${kind}/log`);
    expect(judged(s).askedBy).toBeUndefined();
    expect(verdictWord({ ...s, source: 'tail' })).toBe(`${kind}/log`);
    for (const [, spoil] of SPOILS.filter(([name]) => !/peer|listener|two sockets/.test(name)))
      expect(verdictWord(spoil(s))).not.toMatch(/^(host-key|loopback)/);
  }
});

test('where the console is elsewhere, the order of the log says what the canary proves, whatever the clocks say', () => {
  for (const kind of KINDS) {
    const s = peers({ reach: 'none', gatewayUid: undefined, sightings: [] })(honest(kind));
    const sentAt = (openedAt: number): Situation => ({ ...s, canary: { ...s.canary, read: true, openedAt } });
    // The gateway's clock is ahead of the console's.
    expect(verdictWord(sentAt(T0 - 30_000))).toBe(`${kind}/log`);
    // It is behind: by the clocks the canary is newer, and its record stands before that of the last attempt.
    const early = canaryLine(LAST.auditAt - 1);
    const before = { ...sentAt(T0 + 30_000), lines: [...attemptLines(ATTEMPTS[0]), early, ...attemptLines(LAST)] };
    expect(judged(before)).toMatchObject({ origin: 'unknown', assurance: undefined });
    expect(judged(before).facts.find((f) => f.name === 'canary')?.held).toBeUndefined();
    // A canary whose record the log does not hold any more proves nothing.
    expect(judged({ ...s, lines: s.lines.slice(0, -1) }).origin).toBe('unknown');
  }
});

test('any one piece of evidence taken away, and any set of pieces, costs the proof by peer', () => {
  const pieces: Spoil[] = [
    without(0),
    without(1),
    (s) => ({ ...s, source: 'none' }),
    (s) => ({ ...s, coverageFrom: Number.POSITIVE_INFINITY }),
    (s) => ({ ...s, canary: { read: false, why: 'none' } }),
    (s) => ({ ...s, config: undefined }),
    (s) => ({ ...s, peers: { ...s.peers, sightings: s.peers.sightings.slice(1) } }),
    (s) => ({ ...s, peers: { reach: 'none', gatewayUid: undefined, sightings: [] } }),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), fc.shuffledSubarray(pieces, { minLength: 1 }), (kind, taken) => {
      expect(verdictWord(taken.reduce((s, take) => take(s), honest(kind)))).not.toMatch(/\/peer$/);
    }),
  );
});

test('more spoiled facts never make a better origin', () => {
  const rank = (word: string) => (/^(host-key|loopback)\/peer$/.test(word) ? 2 : /^(host-key|loopback)/.test(word) ? 1 : 0);
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), fc.shuffledSubarray(SPOILS, { minLength: 1, maxLength: 4 }), (kind, spoils) => {
      // Both records of the retry taken away leave a request without that retry, which is as honest as before.
      fc.pre(
        !['an audit line without its close record (swiftpm)', 'a close record without its audit line'].every((n) =>
          spoils.some(([m]) => m === n),
        ),
      );
      expect(rank(verdictWord(spoils.reduce((s, [, spoil]) => spoil(s), honest(kind))))).toBe(0);
    }),
  );
});

test('a warning outside every window is a stranger’s and holds nothing', () => {
  for (const at of [T0 - 30_000, T0 + 250, LAST.closeAt + 1]) {
    expect(verdictWord(plus(proxyWarning(at), hostWarning(at))(honest('loopback')))).toBe('loopback/peer');
  }
});

test('two kinds of warning in one attempt are both told, since neither names its connection', () => {
  const both = plus(hostWarning(LAST.closeAt - 6), proxyWarning(LAST.closeAt - 5))(honest('loopback'));
  const text = judged(both).facts.find((f) => f.name === 'records')?.text;
  expect(text).toContain('a non-local Host');
  expect(text).toContain('proxy headers');
});

test('strangers’ traffic holds nothing: other devices, live lines, canaries, other lines', () => {
  const strangers = plus(
    auditLine({ at: T0 + 20, conn: uuid(8), device: OTHER }),
    closeLine({ at: T0 + 30, conn: uuid(8), object: { ...refusedUpgrade(OTHER, uuid(9)), forwardedFor: '203.0.113.9' } }),
    liveLine(T0 + 31, OTHER),
    metadataLine(T0 + 32, OTHER, uuid(10)),
    closeLine({ at: T0 + 33, conn: uuid(11), object: { cause: 'invalid-handshake', frameId: 'gatehouse-canary-1' } }),
    logLine(T0 + 34, 'plugins', 'anything'),
  );
  expect(verdictWord(strangers(honest('loopback')))).toBe('loopback/peer');
  expect(verdictWord(strangers(honest('host-key')))).toBe('host-key/peer');
});

test('evidence older than the request can be does not matter', () => {
  const s = honest('loopback');
  const from = evidenceFrom(s.request.ts, s.handshakeTimeoutMs);
  expect(verdictWord({ ...s, coverageFrom: from, gaps: [{ from: 0, to: from - 1, why: 'limit' }] })).toBe('loopback/peer');
  expect(from).toBe(s.request.ts - 310_000);
});

test('an attempt on an odd path under an earlier id counts, though a clean one followed', () => {
  const at = T0 - 60_000;
  const odd = (object: Record<string, unknown>) =>
    plus(
      auditLine({ at, conn: uuid(50), device: DEVICE }),
      closeLine({ at: at + 10, conn: uuid(50), remotePort: 41_000, object: { ...refusedUpgrade(DEVICE, uuid(500)), ...object } }),
    );
  expect(verdictWord(odd({ forwardedFor: '203.0.113.9' })(honest('loopback')))).toBe('proxied');
  expect(verdictWord(odd({ host: 'evil.example' })(honest('loopback')))).toBe('proxied');
  expect(verdictWord(odd({ remoteAddr: '192.0.2.7' })(honest('loopback')))).toBe('remote');
});

test('what the records show is named: proxied, remote', () => {
  expect(verdictWord(withClose({ forwardedFor: '203.0.113.9' })(honest('loopback')))).toBe('proxied');
  expect(
    verdictWord(withClose({ remoteAddr: '192.0.2.7', endpoint: `192.0.2.7:${LAST.remotePort}->127.0.0.1:${PORT}` })(honest('loopback'))),
  ).toBe('remote');
  expect(verdictWord({ ...honest('loopback'), request: { ...honest('loopback').request, remoteIp: '203.0.113.9' } })).toBe('remote');
  expect(verdictWord(plus(proxyWarning(LAST.closeAt - 5))(honest('loopback')))).toBe('proxied');
  expect(verdictWord(peers({ sightings: ATTEMPTS.map((a) => sighting(a.remotePort, a.closeAt, { uid: 33 })) })(honest('loopback')))).toBe(
    'proxied',
  );
});

test('a key of another device never is the host key: id and public key must both be equal', () => {
  const s = honest('host-key');
  for (const hostKey of [{ deviceId: OTHER, publicKey: PUBLIC_KEY }, { deviceId: DEVICE, publicKey: 'other' }, undefined])
    expect(judged({ ...s, hostKey, statement: false })).toMatchObject({ origin: 'unknown', isHostKey: false });
});

test('two gateways with one identity lose the host key on both', () => {
  const s = { ...honest('host-key'), hostKeyShared: true };
  expect(verdictWord(s)).toBe('loopback/peer');
  expect(verdictWord({ ...s, statement: false })).toBe('unknown');
  expect(judged(s).facts.find((f) => f.name === 'key')?.held).toBe(false);
});

test('the host key on an odd path raises the alarm; merely missing evidence does not', () => {
  const alarms: Spoil[] = [
    withClose({ forwardedFor: '203.0.113.9' }),
    withClose({ origin: 'http://localhost' }),
    withClose({ host: 'evil.example' }),
    plus(proxyWarning(LAST.closeAt - 5)),
    (s) => ({ ...s, request: { ...s.request, remoteIp: '203.0.113.9' } }),
    peers({ sightings: ATTEMPTS.map((a) => sighting(a.remotePort, a.closeAt, { uid: 33 })) }),
  ];
  for (const spoil of alarms) {
    expect(judged(spoil(honest('host-key'))).alarm).toMatch(/used from elsewhere/);
    expect(judged(spoil(honest('loopback'))).alarm).toBeUndefined();
  }
  for (const spoil of [
    peers({ sightings: [] }),
    config({ open: ['x'] }),
    (s: Situation): Situation => ({ ...s, canary: { read: false, why: 'x' } }),
  ])
    expect(judged(spoil(honest('host-key'))).alarm).toBeUndefined();
});

test('a clean record of another port proves nothing, and raises no alarm: it is another gateway of this host, or this one moved', () => {
  const port = PORT + 1;
  const moved = withClose({ localPort: port, endpoint: `127.0.0.1:${LAST.remotePort}->127.0.0.1:${port}`, host: `127.0.0.1:${port}` });
  expect(judged(moved(honest('host-key')))).toMatchObject({ origin: 'unknown', alarm: undefined });
  const odd = withClose({ localPort: port, host: 'evil.example', forwardedFor: '203.0.113.9' });
  expect(judged(odd(honest('host-key'))).alarm).toMatch(/used from elsewhere/);
});

test('who asked is told only where every attempt’s process was seen, and the gateway outweighs', () => {
  const asked = (...processes: ('gateway' | 'other' | 'unseen')[]) =>
    judged(
      peers({ sightings: ATTEMPTS.map((a, n) => sighting(a.remotePort, a.closeAt, { process: processes[n] ?? 'unseen' })) })(
        honest('host-key'),
      ),
    ).askedBy;
  expect(asked('other', 'other')).toBe('other-process');
  expect(asked('gateway', 'other')).toBe('gateway-process');
  expect(asked('other', 'gateway')).toBe('gateway-process');
  expect(asked('other', 'unseen')).toBeUndefined();
  expect(judged(peers({ sightings: [sighting(LAST.remotePort, LAST.closeAt, { process: 'gateway' })] })(honest('host-key'))).askedBy).toBe(
    'gateway-process',
  );
  expect(judged(peers({ sightings: [sighting(LAST.remotePort, LAST.closeAt)] })(honest('host-key'))).askedBy).toBeUndefined();
});

test('a port used again by the gateway’s user does not cover a socket of another', () => {
  const reused = [sighting(LAST.remotePort, LAST.closeAt - 10, { uid: 33 }), sighting(LAST.remotePort, LAST.closeAt + 90)];
  expect(verdictWord(peers({ sightings: [sighting(FIRST.remotePort, FIRST.closeAt), ...reused] })(honest('loopback')))).toBe('proxied');
  expect(GATEWAY_UID).not.toBe(33);
});

test('PEM markers that swallow an odd attempt in logs.tail do not hide it', () => {
  const odd = [
    closeLine({ at: T0 - 30_000, conn: uuid(60), object: { cause: 'invalid-handshake', userAgent: '-----BEGIN PRIVATE KEY-----' } }),
    auditLine({ at: T0 - 29_000, conn: uuid(61), device: DEVICE }),
    closeLine({ at: T0 - 28_990, conn: uuid(61), object: { ...refusedUpgrade(DEVICE, uuid(500)), forwardedFor: '203.0.113.9' } }),
    closeLine({ at: T0 - 28_000, conn: uuid(62), object: { cause: 'invalid-handshake', userAgent: '-----END PRIVATE KEY-----' } }),
  ];
  const s = honest('loopback');
  const tail: Situation = { ...s, source: 'tail', peers: { reach: 'none', gatewayUid: undefined, sightings: [] } };
  expect(verdictWord(tail)).toBe('loopback/log');
  const swallowed = maskLines([...odd, ...s.lines]);
  expect(swallowed.join('\n')).not.toContain('203.0.113.9');
  expect(verdictWord({ ...tail, lines: swallowed })).not.toMatch(/^loopback/);
  expect(verdictWord({ ...s, lines: [...odd, ...s.lines] })).toBe('proxied');
});

test('every fact says in words how it stands', () => {
  for (const [, spoil] of SPOILS) for (const fact of judged(spoil(honest('loopback'))).facts) expect(fact.text.length).toBeGreaterThan(10);
  expect(judged(honest('loopback')).facts.map((f) => f.name)).toEqual([
    'key',
    'attempts',
    'records',
    'source',
    'canary',
    'peer',
    'configuration',
    'statement',
    'provenance',
  ]);
});

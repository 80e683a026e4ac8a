// A key that was never paired leaves no audit line. All else of its path can be proven, for a permit window; anything spoiled undoes that.
import { expect, test } from 'vitest';
import { auditLine, closeLine, proxyWarning, refusedUpgrade, SHAPES, uuid } from '#lib/testing/log-lines.ts';
import { DEVICE, GATEWAY_UID, honest, judged, PORT, type Situation, sighting, T0, verdictWord } from '#lib/testing/situation.ts';
import { judgedOf } from './judged.ts';

const AT = T0 + 10;
const REMOTE = 40_007;
const knock = (object: Record<string, unknown> = {}, conn = uuid(7), remotePort = REMOTE) =>
  closeLine({ at: AT, conn, port: PORT, remotePort, object: { ...refusedUpgrade(DEVICE, uuid(107), 'not-paired'), ...object } });

/** A new CLI that asked once over clean loopback. */
const newcomer = (): Situation => ({
  ...honest('loopback'),
  lines: [knock()],
  provenance: undefined,
  peers: { reach: 'proc', gatewayUid: GATEWAY_UID, sightings: [sighting(REMOTE, AT)] },
});

test.each(SHAPES)('a new key over clean loopback is proven as such on %s, and no origin for a rule', (shape) => {
  const s = { ...newcomer(), handshakeTimeoutMs: honest('loopback', shape).handshakeTimeoutMs };
  expect(judged(s)).toMatchObject({ newcomer: { proven: true }, askedBy: 'other-process', origin: 'unknown', assurance: undefined });
  expect(judgedOf(judged(s))).toMatchObject({ newcomer: { proven: true }, auth: [] });
});

const SPOILS: [string, (s: Situation) => Situation][] = [
  ['a proxy in its record', (s) => ({ ...s, lines: [knock({ forwardedFor: '203.0.113.9' })] })],
  ['a browser’s Origin', (s) => ({ ...s, lines: [knock({ origin: 'http://localhost' })] })],
  ['a second attempt on an odd path', (s) => ({ ...s, lines: [...s.lines, knock({ host: 'evil.example' }, uuid(8))] })],
  ['a second attempt that nobody saw', (s) => ({ ...s, lines: [...s.lines, knock({}, uuid(8), 41_000)] })],
  ['a proxy warning within the attempt', (s) => ({ ...s, lines: [...s.lines, proxyWarning(AT - 5)] })],
  ['a socket of another user', (s) => ({ ...s, peers: { ...s.peers, sightings: [sighting(REMOTE, AT, { uid: 33 })] } })],
  ['a socket that nobody saw', (s) => ({ ...s, peers: { ...s.peers, sightings: [] } })],
  ['sockets out of reach', (s) => ({ ...s, peers: { reach: 'none', gatewayUid: undefined, sightings: [] } })],
  ['no canary', (s) => ({ ...s, canary: { read: false, why: 'none came back' } })],
  ['an unknown configuration', (s) => ({ ...s, config: undefined })],
  ['no statement', (s) => ({ ...s, statement: false })],
  ['a gap', (s) => ({ ...s, gaps: [{ from: T0, to: T0 + 1, why: 'limit' }] })],
  ['a request made outside the attempt', (s) => ({ ...s, request: { ...s.request, ts: T0 + 60_000 } })],
  [
    'another attempt of the key as a paired one',
    (s) => ({ ...s, lines: [...s.lines, auditLine({ at: T0, conn: uuid(9), device: DEVICE })] }),
  ],
  ['an address that the gateway recorded', (s) => ({ ...s, request: { ...s.request, remoteIp: '203.0.113.9' } })],
];

test.each(SPOILS)('not proven with %s', (_name, spoil) => {
  expect(judged(newcomer()).newcomer?.proven).toBe(true);
  expect(judged(spoil(newcomer())).newcomer).toMatchObject({ proven: false });
});

test('the gateway’s own key is never a newcomer, and a paired device is none', () => {
  const s = newcomer();
  expect(judged({ ...s, hostKey: { deviceId: s.request.deviceId, publicKey: s.request.publicKey } }).newcomer).toBeUndefined();
  expect(judged(honest('loopback')).newcomer).toBeUndefined();
});

test('a new key through a proxy shows as proxied, though its attempts prove nothing', () => {
  expect(verdictWord({ ...newcomer(), lines: [knock({ forwardedFor: '203.0.113.9' })] })).toBe('proxied');
});

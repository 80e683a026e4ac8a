// An honest request with every fact in place, as the seed case leaves it on a real gateway. Tests spoil one fact at a time.
import type { ConfigFacts } from '../evidence/config-facts.ts';
import type { EvidenceInput, Judgement } from '../evidence/judge.ts';
import { judgeOrigin } from '../evidence/judge.ts';
import type { PeerSighting } from '../evidence/peer.ts';
import { createLogWindow, type LogGap } from '../handshakes/log-window.ts';
import { auditLine, closeLine, type GatewayShape, refusedUpgrade, uuid } from './log-lines.ts';

export const T0 = Date.parse('2026-11-22T10:45:25.250Z');
export const PORT = 18789;
export const DEVICE = '21fd'.padEnd(64, '0');
export const PUBLIC_KEY = 'aV0JmOAIOoUeLiI5ydhnCajQBdQA8YBU8cEkBga5cpo';
export const GATEWAY_UID = 1000;
const OTHER_DEVICE = 'beef'.padEnd(64, '0');

export const OPEN_NOTHING: ConfigFacts = {
  open: [],
  fingerprint: 'f',
  autoApproveLocal: false,
  logLevel: 'info',
  handshakeTimeoutMs: undefined,
};

/** Two attempts of one wish: the second is a retry half a second later. */
export const ATTEMPTS = [
  { conn: uuid(1), auditAt: T0, closeAt: T0 + 10, remotePort: 40_001, requestId: uuid(101) },
  { conn: uuid(2), auditAt: T0 + 500, closeAt: T0 + 510, remotePort: 40_002, requestId: uuid(101) },
] as const;

export type Situation = Omit<EvidenceInput, 'log'> & {
  lines: string[];
  source: 'raw' | 'tail' | 'none';
  coverageFrom: number;
  gaps: LogGap[];
};

export const sighting = (remotePort: number, at: number, over: Partial<PeerSighting> = {}): PeerSighting => ({
  remoteAddr: '127.0.0.1',
  localAddr: '127.0.0.1',
  remotePort,
  uid: GATEWAY_UID,
  process: 'other',
  firstAt: at,
  lastAt: at,
  ...over,
});

/** The lines of one attempt, audit first. */
export const attemptLines = (a: (typeof ATTEMPTS)[number], shape?: GatewayShape): string[] => [
  auditLine({ at: a.auditAt, conn: a.conn, device: DEVICE, ...(shape ? { shape } : {}) }),
  closeLine({
    at: a.closeAt,
    conn: a.conn,
    port: PORT,
    remotePort: a.remotePort,
    object: refusedUpgrade(DEVICE, a.requestId),
    ...(shape ? { shape } : {}),
  }),
];

const CANARY_CONN = uuid(900);

/** The record that the canary leaves. */
export const canaryLine = (at: number): string =>
  closeLine({
    at,
    conn: CANARY_CONN,
    port: PORT,
    remotePort: 40_900,
    object: { cause: 'invalid-handshake', lastFrameId: 'gatehouse-canary' },
  });

/** Everything in place; `kind` says with whose key. */
export function honest(kind: 'host-key' | 'loopback', shape: GatewayShape = '2026.4.14'): Situation {
  return {
    request: { deviceId: DEVICE, publicKey: PUBLIC_KEY, scopes: ['operator.admin'], ts: T0 + 3 },
    port: PORT,
    handshakeTimeoutMs: shape === '2026.4.14' ? 10_000 : 15_000,
    hostKey: kind === 'host-key' ? { deviceId: DEVICE, publicKey: PUBLIC_KEY } : { deviceId: OTHER_DEVICE, publicKey: 'k'.repeat(43) },
    hostKeyShared: false,
    lines: [...ATTEMPTS.flatMap((a) => attemptLines(a, shape)), canaryLine(T0 + 615)],
    source: 'raw',
    coverageFrom: 0,
    gaps: [],
    canary: { read: true, openedAt: T0 + 600, conn: CANARY_CONN },
    peers: { reach: 'proc', gatewayUid: GATEWAY_UID, sightings: ATTEMPTS.map((a) => sighting(a.remotePort, a.auditAt + 3)) },
    config: OPEN_NOTHING,
    statement: true,
    provenance: 'ledger',
  };
}

/** The input of the judge: the lines go through the real window, so that what cannot be read is a gap there. */
export function evidenceOf(s: Situation): EvidenceInput {
  const window = createLogWindow();
  window.push(s.lines);
  const { lines: _lines, source, coverageFrom, gaps, ...rest } = s;
  return { ...rest, log: { source, coverageFrom, records: window.records(), gaps: [...window.gaps(), ...gaps] } };
}

/** What the judge says of a situation. */
export const judged = (s: Situation): Judgement => judgeOrigin(evidenceOf(s));

/** Origin and assurance in one word, `host-key/peer`. */
export function verdictWord(s: Situation): string {
  const { origin, assurance } = judged(s);
  return assurance ? `${origin}/${assurance}` : origin;
}

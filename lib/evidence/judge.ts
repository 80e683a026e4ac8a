// From the collected facts to an origin. Pure: the same function serves live decisions, pages and, later, previews.
// Each condition answers an attack that worked on a real gateway; the definitions stand in docs/evidence.md.
import type { Assurance, FactView, Origin } from '../api/shapes.ts';
import type { LogGap } from '../handshakes/log-window.ts';
import type { LogRecord } from '../handshakes/records.ts';
import { type Attempt, type AttemptSet, collectAttempts, evidenceFrom } from './attempts.ts';
import type { ConfigFacts } from './config-facts.ts';
import { attemptsFact, canaryFact, configurationFact, peerFact, recordsFact, sourceFact } from './facts.ts';
import type { PeerSighting } from './peer.ts';

export type EvidenceInput = {
  request: { deviceId: string; publicKey: string; scopes: readonly string[]; ts: number; remoteIp?: string | undefined };
  /** The gateway's own port; undefined makes every record suspect. */
  port: number;
  handshakeTimeoutMs: number;
  hostKey: { deviceId: string; publicKey: string } | undefined;
  /** Another gateway of this console shows the same identity. */
  hostKeyShared: boolean;
  log: { source: 'raw' | 'tail' | 'none'; coverageFrom: number; records: readonly LogRecord[]; gaps: readonly LogGap[] };
  /** `openedAt` by the console's clock; `conn` of its record in the log. */
  canary: { read: true; openedAt: number; conn?: string } | { read: false; why: string };
  peers: { reach: 'proc' | 'none'; gatewayUid: number | undefined; sightings: readonly PeerSighting[] };
  config: ConfigFacts | undefined;
  statement: boolean;
  provenance: 'ledger' | 'vouched' | undefined;
};

export type Judgement = {
  origin: Origin;
  assurance: Assurance | undefined;
  facts: FactView[];
  attempts: Attempt[];
  isHostKey: boolean;
  askedBy: 'gateway-process' | 'other-process' | undefined;
  /**
   * Of a key that was never paired, whose attempts leave no audit line: whether everything else of its path is proven. What each
   * attempt asked stays unknown, so this is for a permit window with a ceiling, never for a rule.
   */
  newcomer: { proven: boolean; text: string } | undefined;
  /** Set when the gateway's own key came by a path that is not clean. */
  alarm: string | undefined;
};

/** Undefined unless the log shows unpaired attempts of this device and nothing else of it. */
function newcomerOf(set: AttemptSet, input: EvidenceInput, facts: readonly FactView[]): Judgement['newcomer'] {
  if (set.unpaired.length === 0) return undefined;
  if (set.attempts.length > 0 || set.faults.some((f) => f.fault !== 'not-paired'))
    return { proven: false, text: 'The log shows more of this key than attempts of an unknown one.' };
  if (!set.unpaired.some((a) => input.request.ts >= a.from && input.request.ts <= a.to))
    return { proven: false, text: 'The request was not made within any attempt that the log shows.' };
  const bad = facts.find((f) => f.held !== true);
  return bad ? { proven: false, text: bad.text } : { proven: true, text: 'A key never paired, and everything of its path is proven.' };
}

/** Judges one request. Total, pure, and never better than its weakest fact. */
export function judgeOrigin(input: EvidenceInput): Judgement {
  const set = collectAttempts(input.log.records, input.request.deviceId, evidenceFrom(input.request.ts, input.handshakeTimeoutMs));
  const { attempts } = set;
  const opened = attempts.length > 0 ? attempts : set.unpaired;
  const sameKey =
    input.hostKey !== undefined && input.hostKey.deviceId === input.request.deviceId && input.hostKey.publicKey === input.request.publicKey;
  const isHostKey = sameKey && !input.hostKeyShared;
  const key: FactView = sameKey
    ? input.hostKeyShared
      ? { name: 'key', label: 'Key', held: false, text: 'Two gateways show this identity, so the key proves neither.' }
      : { name: 'key', label: 'Key', held: true, text: 'Signed by the gateway’s own key: this host, you or any agent.' }
    : { name: 'key', label: 'Key', text: input.hostKey ? 'Not the gateway’s own key.' : 'The gateway’s own key is not known.' };
  const attemptsPart = attemptsFact(set, input);
  const records = recordsFact(opened, input);
  const source = sourceFact(opened, input);
  const canary = canaryFact(opened, input);
  const peer = peerFact(opened, input);
  const configuration = configurationFact(input.config);
  const statement: FactView = {
    name: 'statement',
    label: 'Statement',
    ...(input.statement ? { held: true } : {}),
    text: input.statement
      ? 'The operator says that no proxy or tunnel stands in front.'
      : 'Nobody has said that no proxy or tunnel stands in front.',
  };
  const provenance: FactView = {
    name: 'provenance',
    label: 'Pairing',
    ...(input.provenance ? { held: true } : {}),
    text:
      input.provenance === 'ledger'
        ? 'Approved in this console.'
        : input.provenance === 'vouched'
          ? 'The operator vouched for this device.'
          : 'Not approved in this console, and nobody vouched for it.',
  };
  const facts = [key, attemptsPart, records.fact, source, canary, peer.fact, configuration, statement, provenance];
  const proven = [attemptsPart, records.fact, source, canary, configuration].every((f) => f.held === true);
  const outOfReach = input.peers.reach === 'none';
  const clean = proven && (peer.fact.held === true || (outOfReach && peer.fact.held === undefined));
  const assurance: Assurance | undefined = clean ? (peer.fact.held === true ? 'peer' : 'log') : undefined;
  const origin: Origin = clean
    ? isHostKey
      ? 'host-key'
      : input.statement && input.provenance !== undefined
        ? 'loopback'
        : 'unknown'
    : (records.path ?? (peer.fact.held === false ? 'proxied' : 'unknown'));
  const offPath = records.trace === 'own' || peer.fact.held === false;
  const maybeOff = records.trace === 'maybe';
  return {
    origin,
    assurance: origin === 'host-key' || origin === 'loopback' ? assurance : undefined,
    facts,
    attempts,
    isHostKey: sameKey,
    askedBy: peer.askedBy,
    newcomer: sameKey ? undefined : newcomerOf(set, input, [records.fact, source, canary, peer.fact, configuration, statement]),
    alarm: !sameKey
      ? undefined
      : offPath
        ? 'The gateway’s own key was used from elsewhere.'
        : maybeOff
          ? 'The gateway’s own key may have been used from elsewhere.'
          : undefined,
  };
}

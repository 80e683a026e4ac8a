// From the collected facts to an origin. Pure: the same function serves live decisions, pages and, later, previews.
// Each condition answers an attack that worked on a real gateway; the definitions stand in docs/evidence.md.
import type { Assurance, FactView, Origin } from '../api/shapes.ts';
import type { LogGap } from '../handshakes/log-window.ts';
import type { CloseRecord, LogRecord } from '../handshakes/records.ts';
import { type Attempt, type AttemptFault, collectAttempts } from './attempts.ts';
import { cleanRecord, isLocalHost } from './clean.ts';
import type { ConfigFacts } from './config-facts.ts';
import type { PeerSighting } from './peer.ts';
import { isLoopback, plainAddress } from './proc-net.ts';

export type EvidenceInput = {
  request: { deviceId: string; publicKey: string; scopes: readonly string[]; ts: number; remoteIp?: string | undefined };
  /** The gateway's own port; undefined makes every record suspect. */
  port: number;
  handshakeTimeoutMs: number;
  hostKey: { deviceId: string; publicKey: string } | undefined;
  /** Another gateway of this console shows the same identity. */
  hostKeyShared: boolean;
  log: { source: 'raw' | 'tail' | 'none'; coverageFrom: number; records: readonly LogRecord[]; gaps: readonly LogGap[] };
  canary: { read: true; openedAt: number } | { read: false; why: string };
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
  /** Set when the gateway's own key came by a path that is not clean. */
  alarm: string | undefined;
};

const LIFE_MS = 5 * 60_000;
const PEER_SLACK_MS = 100;

const FAULT_TEXT: Record<AttemptFault, string> = {
  'audit-without-close': 'An attempt has no close record',
  'close-without-audit': 'A close record has no audit line',
  'not-paired': 'Its key was not paired, for which the gateway writes no audit line: nothing proves where it came from',
  'two-audits-on-one-connection': 'Two wishes came over one connection',
  'two-closes-of-one-connection': 'One connection closed twice in the log',
  'close-names-another-device': 'A close record does not name this device and a request of it',
  'other-reason': 'An attempt asked for something other than scopes',
  'live-upgrade': 'It asked over a connection that was already open',
  'metadata-change': 'An attempt changed its platform or family',
  'unreadable-audit': 'An audit line cannot be read, as when a caller forges one',
  'masked-audit': 'An audit line is masked',
};

/** The start of what must be known about a request: its life and one handshake before `ts`, all ms. */
export function evidenceFrom(ts: number, handshakeTimeoutMs: number): number {
  return ts - LIFE_MS - handshakeTimeoutMs;
}

function attemptsFact(set: { attempts: Attempt[]; faults: { fault: AttemptFault }[] }, input: EvidenceInput): FactView {
  const base = { name: 'attempts', label: 'Attempts' } as const;
  const fault = set.faults[0];
  if (fault) return { ...base, held: false, text: `${FAULT_TEXT[fault.fault]}.` };
  if (set.attempts.length === 0) return { ...base, text: 'The log shows no attempt of this device.' };
  const { ts, scopes } = input.request;
  if (!set.attempts.some((a) => ts >= a.from && ts <= a.to))
    return { ...base, held: false, text: 'The request was not made within any attempt that the log shows.' };
  const named = new Set(set.attempts.flatMap((a) => a.audit.scopesTo));
  const ridden = scopes.filter((s) => !named.has(s));
  if (ridden.length > 0)
    return { ...base, held: false, text: `No attempt in the log asked for ${ridden.join(', ')}: an older wish rides along.` };
  return {
    ...base,
    held: true,
    text: `${set.attempts.length} attempt${set.attempts.length === 1 ? '' : 's'}, each with its audit line and close record.`,
  };
}

/** What an unclean record shows of its path; undefined where it shows none, as for a browser on this host. */
function pathOf(close: CloseRecord): 'proxied' | 'remote' | undefined {
  if (close.remoteAddr !== undefined && !isLoopback(close.remoteAddr)) return 'remote';
  if (close.forwardedFor !== undefined || (close.host !== undefined && !isLocalHost(close.host))) return 'proxied';
  return undefined;
}

/** `own`: it stands in the device's own records; a warning carries no connection, so it may be a stranger's. */
function recordsFact(
  attempts: readonly Attempt[],
  input: EvidenceInput,
): { fact: FactView; path: 'proxied' | 'remote' | undefined; own: boolean } {
  const base = { name: 'records', label: 'Close records' } as const;
  const bad = (text: string, path: 'proxied' | 'remote' | undefined, own = true) => ({ fact: { ...base, held: false, text }, path, own });
  if (input.request.remoteIp) return bad(`The gateway saw it come from ${input.request.remoteIp}.`, 'remote');
  for (const attempt of attempts) {
    const unclean = cleanRecord(attempt.close, input.port);
    if (!unclean) continue;
    return bad(`One attempt is not clean: ${unclean}.`, pathOf(attempt.close));
  }
  for (const record of input.log.records) {
    if (record.kind !== 'warning') continue;
    if (!attempts.some((a) => record.at >= a.from && record.at <= a.to)) continue;
    return bad(
      record.warning === 'proxy-headers'
        ? 'The gateway warned of proxy headers within an attempt.'
        : 'The gateway warned of a non-local Host within an attempt.',
      'proxied',
      false,
    );
  }
  if (attempts.length === 0) return { fact: { ...base, text: 'There is no close record to look at.' }, path: undefined, own: false };
  return {
    fact: { ...base, held: true, text: 'Both ends loopback, the gateway’s own port, nothing of a proxy or a browser.' },
    path: undefined,
    own: false,
  };
}

function sourceFact(attempts: readonly Attempt[], input: EvidenceInput): FactView {
  const base = { name: 'source', label: 'Log' } as const;
  const { log } = input;
  if (log.source === 'none') return { ...base, text: 'The gateway’s log cannot be read.' };
  const from = evidenceFrom(input.request.ts, input.handshakeTimeoutMs);
  if (log.coverageFrom > from)
    return { ...base, text: 'The log is known only from after the first possible attempt. It will be whole in a few minutes.' };
  const gap = log.gaps.find((g) => g.to >= from);
  if (gap)
    return {
      ...base,
      held: false,
      text: gap.why === 'unread-line' ? 'A line of the log cannot be read.' : `The log has a gap (${gap.why.replaceAll('-', ' ')}).`,
    };
  // In the file a masked line is whole; logs.tail can be made to swallow whole lines around one.
  const within = (at: number) => (log.source === 'tail' ? at >= from : attempts.some((a) => at >= a.from && at <= a.to));
  const masked = log.records.some((r) => (r.kind === 'other' || r.kind === 'close' || r.kind === 'audit') && r.masked && within(r.at));
  if (masked) return { ...base, held: false, text: 'A masked line stands where an attempt may be hidden.' };
  return {
    ...base,
    held: true,
    text: log.source === 'raw' ? 'Read from the gateway’s own log file, without a gap.' : 'Read through logs.tail, without a gap.',
  };
}

function canaryFact(attempts: readonly Attempt[], input: EvidenceInput): FactView {
  const base = { name: 'canary', label: 'Canary' } as const;
  if (!input.canary.read) return { ...base, text: `The log is not proven to run: ${input.canary.why}.` };
  const { openedAt } = input.canary;
  if (attempts.some((a) => a.to > openedAt)) return { ...base, text: 'An attempt is newer than the canary.' };
  return { ...base, held: true, text: 'A connection of the console’s own left its record after the last attempt.' };
}

/** Both ends by address and port: a port alone may be another loopback address's. */
function isCallerOf(s: PeerSighting, close: CloseRecord): boolean {
  return (
    s.remotePort === close.remotePort &&
    s.remoteAddr === plainAddress(close.remoteAddr ?? '') &&
    s.localAddr === plainAddress(close.localAddr ?? '')
  );
}

function peerFact(attempts: readonly Attempt[], input: EvidenceInput): { fact: FactView; askedBy: Judgement['askedBy'] } {
  const base = { name: 'peer', label: 'Peer' } as const;
  const { reach, gatewayUid, sightings } = input.peers;
  if (reach === 'none')
    return { fact: { ...base, text: 'The sockets of the gateway’s host cannot be seen from here.' }, askedBy: undefined };
  if (gatewayUid === undefined) return { fact: { ...base, text: 'The gateway’s own listener was not found.' }, askedBy: undefined };
  const processes = new Set<PeerSighting['process']>();
  let missed = attempts.length === 0;
  for (const attempt of attempts) {
    const seen = sightings.filter(
      (s) => isCallerOf(s, attempt.close) && s.firstAt <= attempt.to + PEER_SLACK_MS && s.lastAt >= attempt.from,
    );
    if (seen.some((s) => s.uid !== gatewayUid))
      return { fact: { ...base, held: false, text: 'The socket belongs to another user than the gateway.' }, askedBy: undefined };
    if (seen.length === 0) missed = true;
    for (const s of seen) processes.add(s.process);
  }
  if (missed)
    return {
      fact: { ...base, text: 'The caller’s socket was gone before it could be seen.' },
      askedBy: processes.has('gateway') ? 'gateway-process' : undefined,
    };
  const askedBy = processes.has('gateway') ? 'gateway-process' : processes.has('unseen') ? undefined : 'other-process';
  const who =
    askedBy === 'gateway-process'
      ? 'asked by the gateway process or something it started'
      : askedBy === 'other-process'
        ? 'asked by a process of its own'
        : 'the process could not be seen';
  return { fact: { ...base, held: true, text: `The socket belongs to the gateway’s user; ${who}.` }, askedBy };
}

function configurationFact(config: ConfigFacts | undefined): FactView {
  const base = { name: 'configuration', label: 'Configuration' } as const;
  if (!config) return { ...base, text: 'The gateway’s configuration cannot be read.' };
  if (config.open.length > 0) return { ...base, held: false, text: `${config.open.join('; ')}.` };
  return { ...base, held: true, text: 'Bound to loopback, no trusted proxy, no tailnet, no proxy sign-in.' };
}

/** Judges one request. Total, pure, and never better than its weakest fact. */
export function judgeOrigin(input: EvidenceInput): Judgement {
  const set = collectAttempts(input.log.records, input.request.deviceId, evidenceFrom(input.request.ts, input.handshakeTimeoutMs));
  const { attempts } = set;
  const sameKey =
    input.hostKey !== undefined && input.hostKey.deviceId === input.request.deviceId && input.hostKey.publicKey === input.request.publicKey;
  const isHostKey = sameKey && !input.hostKeyShared;
  const key: FactView = sameKey
    ? input.hostKeyShared
      ? { name: 'key', label: 'Key', held: false, text: 'Two gateways show this identity, so the key proves neither.' }
      : { name: 'key', label: 'Key', held: true, text: 'Signed by the gateway’s own key: this host, you or any agent.' }
    : { name: 'key', label: 'Key', text: input.hostKey ? 'Not the gateway’s own key.' : 'The gateway’s own key is not known.' };
  const attemptsPart = attemptsFact(set, input);
  const records = recordsFact(attempts, input);
  const source = sourceFact(attempts, input);
  const canary = canaryFact(attempts, input);
  const peer = peerFact(attempts, input);
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
  const offPath = (records.fact.held === false && records.own) || peer.fact.held === false;
  const maybeOff = records.fact.held === false;
  return {
    origin,
    assurance: origin === 'host-key' || origin === 'loopback' ? assurance : undefined,
    facts,
    attempts,
    isHostKey: sameKey,
    askedBy: peer.askedBy,
    alarm: !sameKey
      ? undefined
      : offPath
        ? 'The gateway’s own key was used from elsewhere.'
        : maybeOff
          ? 'The gateway’s own key may have been used from elsewhere.'
          : undefined,
  };
}

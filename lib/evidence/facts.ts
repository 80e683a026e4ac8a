// The facts behind an origin, one function each: what was collected for the attempts of a request, and whether it holds.
// Each condition answers an attack that worked on a real gateway; docs/evidence.md says which.
import type { FactView } from '../api/shapes.ts';
import type { CloseRecord, WarningRecord } from '../handshakes/records.ts';
import { type Attempt, type AttemptFault, type AttemptSet, evidenceFrom, type UnpairedAttempt } from './attempts.ts';
import { cleanRecord, isLocalHost } from './clean.ts';
import type { ConfigFacts } from './config-facts.ts';
import type { EvidenceInput, Judgement } from './judge.ts';
import type { PeerSighting } from './peer.ts';
import { isLoopback, plainAddress } from './proc-net.ts';

/** What most facts look at: a close record and when its connection was open, ms of the gateway's clock. */
type Opened = Attempt | UnpairedAttempt;

const PEER_SLACK_MS = 100;
/** A fact shows the newest of its records: they all say the same, and a loop has hundreds. */
const SHOWN_RECORDS = 2;

const rawOf = (records: readonly { raw: string }[]): { records?: string[] } =>
  records.length === 0 ? {} : { records: records.slice(-SHOWN_RECORDS).map((r) => r.raw) };

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

const WARNING_TEXT: Record<WarningRecord['warning'], string> = {
  'proxy-headers': 'proxy headers',
  'non-local-host': 'a non-local Host',
};

/** Each attempt whole, the request made within one of them, and every asked scope named in their audit lines. */
export function attemptsFact(set: AttemptSet, input: EvidenceInput): FactView {
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
    ...rawOf(set.attempts.map((a) => a.audit)),
    text: `${set.attempts.length} attempt${set.attempts.length === 1 ? '' : 's'}, each with its audit line and close record.`,
  };
}

/** What an unclean record shows of its path; undefined where it shows none, as for a browser on this host. */
function pathOf(close: CloseRecord): 'proxied' | 'remote' | undefined {
  if (close.remoteAddr !== undefined && !isLoopback(close.remoteAddr)) return 'remote';
  if (close.forwardedFor !== undefined || (close.host !== undefined && !isLocalHost(close.host))) return 'proxied';
  return undefined;
}

/**
 * Close records without a trace of a proxy or a browser. `trace`: what speaks against it is `own` where it stands in the device's own
 * records, `maybe` for a warning, which carries no connection and may be a stranger's, and `none` for a clean record of another port:
 * another gateway of this host, or this one before it moved. That proves nothing for this gateway, and it is no sign of another place.
 */
export function recordsFact(
  attempts: readonly Opened[],
  input: EvidenceInput,
): { fact: FactView; path: 'proxied' | 'remote' | undefined; trace: 'own' | 'maybe' | 'none' } {
  const base = { name: 'records', label: 'Close records' } as const;
  const bad = (
    text: string,
    path: 'proxied' | 'remote' | undefined,
    record?: { raw: string },
    trace: 'own' | 'maybe' | 'none' = 'own',
  ) => ({
    fact: { ...base, held: false, text, ...rawOf(record ? [record] : []) },
    path,
    trace,
  });
  if (input.request.remoteIp) return bad(`The gateway saw it come from ${input.request.remoteIp}.`, 'remote');
  for (const attempt of attempts) {
    const unclean = cleanRecord(attempt.close, input.port);
    if (!unclean) continue;
    const elsewhere = attempt.close.localPort === undefined ? unclean : cleanRecord(attempt.close, attempt.close.localPort);
    return bad(`One attempt is not clean: ${unclean}.`, pathOf(attempt.close), attempt.close, elsewhere === undefined ? 'none' : 'own');
  }
  // A warning names no connection: where two kinds fell into one attempt, which of them is its own cannot be told, so both are said.
  const warned = input.log.records.filter((r) => r.kind === 'warning').filter((r) => attempts.some((a) => r.at >= a.from && r.at <= a.to));
  const kinds = new Set(warned.map((r) => WARNING_TEXT[r.warning]));
  if (kinds.size > 0)
    return {
      fact: { ...base, held: false, ...rawOf(warned), text: `The gateway warned of ${[...kinds].join(' and of ')} within an attempt.` },
      path: 'proxied',
      trace: 'maybe',
    };
  if (attempts.length === 0) return { fact: { ...base, text: 'There is no close record to look at.' }, path: undefined, trace: 'none' };
  return {
    fact: {
      ...base,
      held: true,
      ...rawOf(attempts.map((a) => a.close)),
      text: 'Both ends loopback, the gateway’s own port, nothing of a proxy or a browser.',
    },
    path: undefined,
    trace: 'none',
  };
}

/** The log, known without a gap over all that may concern the request. */
export function sourceFact(attempts: readonly Opened[], input: EvidenceInput): FactView {
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

/**
 * Whether the canary's record stands in the log behind those of all attempts. Where the console is elsewhere its clock is not the
 * gateway's, so the order of the log says which was first.
 */
function standsBehind(attempts: readonly Opened[], { log }: EvidenceInput, conn: string | undefined): boolean {
  const at = log.records.findLastIndex((r) => r.kind === 'close' && r.conn === conn);
  const theirs = new Set(attempts.map((a) => a.conn));
  return at >= 0 && !log.records.slice(at + 1).some((r) => r.kind === 'close' && theirs.has(r.conn));
}

/** The log ran on after the last attempt. */
export function canaryFact(attempts: readonly Opened[], input: EvidenceInput): FactView {
  const base = { name: 'canary', label: 'Canary' } as const;
  if (!input.canary.read) return { ...base, text: `The log is not proven to run: ${input.canary.why}.` };
  const { openedAt, conn } = input.canary;
  const isOlder = input.peers.reach === 'none' ? !standsBehind(attempts, input, conn) : attempts.some((a) => a.to > openedAt);
  if (isOlder) return { ...base, text: 'An attempt is newer than the canary.' };
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

const OWNER: Record<PeerSighting['process'], string> = {
  gateway: 'the gateway’s process, or one that it started',
  other: 'another process',
  unseen: 'its process was not seen',
};

/** A sighting in words; it stands in no log. */
const sightingWords = (s: PeerSighting): string =>
  `${new Date(s.firstAt).toISOString()} socket ${s.remoteAddr}:${s.remotePort} to ${s.localAddr}, user id ${s.uid}, ${OWNER[s.process]}`;

/** Whose the caller’s sockets were while they stood. */
export function peerFact(attempts: readonly Opened[], input: EvidenceInput): { fact: FactView; askedBy: Judgement['askedBy'] } {
  const base = { name: 'peer', label: 'Peer' } as const;
  const { reach, gatewayUid, sightings } = input.peers;
  if (reach === 'none')
    return { fact: { ...base, text: 'The sockets of the gateway’s host cannot be seen from here.' }, askedBy: undefined };
  if (gatewayUid === undefined) return { fact: { ...base, text: 'The gateway’s own listener was not found.' }, askedBy: undefined };
  const processes = new Set<PeerSighting['process']>();
  const shown: { raw: string }[] = [];
  let missed = attempts.length === 0;
  for (const attempt of attempts) {
    const seen = sightings.filter(
      (s) => isCallerOf(s, attempt.close) && s.firstAt <= attempt.to + PEER_SLACK_MS && s.lastAt >= attempt.from,
    );
    const foreign = seen.find((s) => s.uid !== gatewayUid);
    if (foreign)
      return {
        fact: {
          ...base,
          held: false,
          ...rawOf([{ raw: sightingWords(foreign) }]),
          text: 'The socket belongs to another user than the gateway.',
        },
        askedBy: undefined,
      };
    if (seen.length === 0) missed = true;
    for (const s of seen) {
      processes.add(s.process);
      shown.push({ raw: sightingWords(s) });
    }
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
  return { fact: { ...base, held: true, ...rawOf(shown), text: `The socket belongs to the gateway’s user; ${who}.` }, askedBy };
}

/** The gateway takes nobody else for local. */
export function configurationFact(config: ConfigFacts | undefined): FactView {
  const base = { name: 'configuration', label: 'Configuration' } as const;
  if (!config) return { ...base, text: 'The gateway’s configuration cannot be read.' };
  if (config.open.length > 0) return { ...base, held: false, text: `${config.open.join('; ')}.` };
  return { ...base, held: true, text: 'Bound to loopback, no trusted proxy, no tailnet, no proxy sign-in.' };
}

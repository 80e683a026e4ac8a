// The records of one connection -> one row of the log, with the evidence that explains it.
import { diagnose } from '../diagnosis/diagnose.ts';
import { present } from '../present.ts';
import { originOf } from './assemble-origin.ts';
import { timelineOf } from './assemble-timeline.ts';
import type { AttemptFacts, NewHandshake } from './attempt.ts';
import { factsOf } from './facts.ts';
import type { CloseRecord, LogRecord, WarningRecord } from './records.ts';

const rawOf = (record: LogRecord): string[] => ('raw' in record ? [record.raw] : []);

function rowOf(o: {
  gateway: string;
  id: string;
  at: string;
  derived: boolean;
  unsure: boolean;
  conn: string;
  facts: AttemptFacts;
  evidence: Pick<NewHandshake['evidence'], 'timeline' | 'raw'>;
}): NewHandshake {
  const { facts } = o;
  const { key, outcome, title } = diagnose(facts);
  return {
    id: o.id,
    gateway: o.gateway,
    at: o.at,
    ...(o.derived ? { derived: true as const } : {}),
    ...(o.unsure ? { unsure: true as const } : {}),
    outcome,
    cause: key,
    title,
    conn: o.conn,
    ...present({
      deviceId: facts.deviceId,
      clientId: facts.clientId,
      clientMode: facts.clientMode,
      browserOrigin: facts.browserOrigin,
      remoteAddr: facts.remoteAddr,
      host: facts.host,
      scopesFrom: facts.scopesFrom,
      scopesTo: facts.scopesTo,
      durationMs: facts.durationMs,
      requestId: facts.requestId,
    }),
    evidence: { facts, ...o.evidence },
  };
}

/** One attempt with its close record, which stands last in the log. `id` tells a second close of the same connection apart. */
export function attemptRow(o: {
  gateway: string;
  id: string;
  at: string;
  derived: boolean;
  unsure: boolean;
  close: CloseRecord;
  others: readonly LogRecord[];
  warnings: readonly WarningRecord[];
  maybeWarned: boolean;
  hostKeyId: string | undefined;
}): NewHandshake {
  const { close, others, warnings } = o;
  const facts = factsOf([...others, close]);
  // Only here had the gateway checked the signature; elsewhere a device id is a claim.
  const isHostKey = close.cause === 'pairing-required' && close.deviceId !== undefined && close.deviceId === o.hostKeyId;
  const row = rowOf({
    ...o,
    conn: close.conn,
    facts,
    evidence: { timeline: timelineOf(close, others, warnings, facts), raw: [...others.flatMap(rawOf), ...rawOf(close)] },
  });
  return { ...row, origin: originOf(close, { warned: warnings.length > 0 || o.maybeWarned, isHostKey }) };
}

/** What a connection left that never got a close record, as when the caller's user agent keeps the gateway from writing it. */
export function openEndedRow(o: {
  gateway: string;
  at: string;
  derived: boolean;
  unsure: boolean;
  conn: string;
  records: readonly LogRecord[];
}): NewHandshake {
  const said = factsOf(o.records);
  const facts: AttemptFacts = { ...said, cause: said.authReason === undefined ? 'audit-without-close' : 'unauthorized' };
  const row = rowOf({
    ...o,
    id: `conn-${o.conn}`,
    facts,
    evidence: { timeline: timelineOf(undefined, o.records, [], facts), raw: o.records.flatMap(rawOf) },
  });
  return { ...row, origin: 'unknown' };
}

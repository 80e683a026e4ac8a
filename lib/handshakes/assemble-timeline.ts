// The course of one attempt: what its records say when, and what follows from them. Derived steps are marked as such.
import type { TimelineStep } from '../api/shapes.ts';
import { shortScopes } from '../gateway/scopes.ts';
import type { AttemptFacts } from './attempt.ts';
import type { AuditRecord, CloseRecord, ConnectionRecord, LogRecord, WarningRecord } from './records.ts';

/** A step before its time is put into words. */
type Step = Omit<TimelineStep, 'at'> & { at: number };

/** Causes for which the gateway never got as far as a valid `connect`. */
const BEFORE_CONNECT: ReadonlySet<string> = new Set(['handshake-timeout', 'invalid-handshake', 'preauth-payload-too-large', 'left-early']);

function auditText(record: AuditRecord): string {
  return record.reason === 'role-upgrade'
    ? `The gateway noted a role upgrade: the device has ${record.roleFrom.join(', ') || 'no role'} and asks for ${record.roleTo}.`
    : `The gateway noted a scope upgrade: the device has ${shortScopes(record.scopesFrom, 'nothing')} and asks for ${shortScopes(record.scopesTo, 'nothing')}.`;
}

const WARNINGS: Record<WarningRecord['warning'], string> = {
  'proxy-headers': 'The gateway warned of proxy headers. Its line names no connection, so it may belong to another one.',
  'non-local-host': 'The gateway warned of a non-local Host. Its line names no connection, so it may belong to another one.',
};

const CONNECTION: Record<ConnectionRecord['what'], string> = {
  timeout: 'The gateway waited no longer for a sign-in.',
  'protocol-mismatch': 'The gateway speaks none of the protocols that the client offered.',
  'invalid-handshake': 'The first request was no valid sign-in.',
  'socket-error': 'The WebSocket itself failed, as when a frame is too large.',
};

/** What a record of the connection adds; undefined for one that says nothing of its own. */
function stepOf(record: LogRecord, facts: AttemptFacts): Step | undefined {
  if (record.kind === 'audit') return { step: 'audit', at: record.at, derived: false, text: auditText(record) };
  if (record.kind === 'audit-other' && record.sort === 'metadata') {
    const { platformFrom = 'none', platformTo = 'none' } = facts;
    return {
      step: 'audit',
      at: record.at,
      derived: false,
      text: `The gateway noted another platform: pinned ${platformFrom}, claimed ${platformTo}.`,
    };
  }
  if (record.kind === 'unauthorized')
    return {
      step: 'unauthorized',
      at: record.at,
      derived: false,
      text: `The sign-in was refused: ${facts.authReason ?? 'no reason given'}.`,
    };
  if (record.kind === 'parse-error') return { step: 'note', at: record.at, derived: false, text: 'What the client sent was not JSON.' };
  if (record.kind === 'connection') return { step: 'note', at: record.at, derived: false, text: CONNECTION[record.what] };
  return undefined;
}

function closeText(facts: AttemptFacts): string {
  const code = facts.closeCode === undefined ? '' : ` with code ${facts.closeCode}`;
  // 1005 and 1006 mean that the peer was gone first, whatever the gateway had in mind.
  const gone = facts.closeCode === 1005 || facts.closeCode === 1006 ? ' The caller had left first.' : '';
  return `The connection closed${code}${facts.closeReason ? `: ${facts.closeReason}` : ''}.${gone}`;
}

/** Oldest first. `others` are the records of the same connection, `warnings` those in whose time it fell. */
export function timelineOf(
  close: CloseRecord | undefined,
  others: readonly LogRecord[],
  warnings: readonly WarningRecord[],
  facts: AttemptFacts,
): TimelineStep[] {
  const written = others.flatMap((record) => stepOf(record, facts) ?? []);
  const steps: Step[] = [];
  if (close?.durationMs !== undefined) {
    const opened = close.at - close.durationMs;
    steps.push({ step: 'open', at: opened, derived: true, text: 'The connection was opened.' });
    steps.push({ step: 'challenge', at: opened, derived: true, text: 'The gateway sent its challenge.' });
    if (facts.cause !== undefined && !BEFORE_CONNECT.has(facts.cause))
      steps.push({
        step: 'connect',
        at: Math.max(opened, written[0]?.at ?? close.at),
        derived: true,
        text: `The client asked to connect${facts.clientId ? ` as ${facts.clientId}` : ''}, at the latest now.`,
      });
  }
  for (const { at, warning } of warnings) steps.push({ step: 'warning', at, derived: false, text: WARNINGS[warning] });
  steps.push(...written);
  if (close) steps.push({ step: 'close', at: close.at, derived: false, text: closeText(facts) });
  const order = new Map(steps.map((step, n) => [step, n]));
  return steps
    .sort((a, b) => a.at - b.at || (order.get(a) ?? 0) - (order.get(b) ?? 0))
    .map((step) => ({ ...step, at: new Date(step.at).toISOString() }));
}

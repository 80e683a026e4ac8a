// A recorded request as two texts: what was asked, and what the world looked like. Many rows share one or the other word for word, so
// a reader that goes through all of them takes most as known and parses few.
import type { CaseOutcome, RecordedCase } from '../rules/case.ts';
import { damaged, isFields, readJson } from './json.ts';
import type { CaseRow } from './schema.ts';

type World = Pick<RecordedCase, 'judgement' | 'guards' | 'statement' | 'sameUser'>;

/** Texts kept by one reader; past that it starts anew, so that requests which are all different cost no memory. */
const KNOWN = 4096;

const isRequest = (value: unknown): value is RecordedCase['request'] =>
  isFields(value) &&
  typeof value.gateway === 'string' &&
  typeof value.deviceId === 'string' &&
  typeof value.reason === 'string' &&
  Array.isArray(value.roles) &&
  Array.isArray(value.scopes) &&
  (value.paired === undefined || (isFields(value.paired) && Array.isArray(value.paired.roles) && Array.isArray(value.paired.scopes)));

const isWorld = (value: unknown): value is World =>
  isFields(value) &&
  isFields(value.judgement) &&
  typeof value.judgement.origin === 'string' &&
  Array.isArray(value.judgement.facts) &&
  Array.isArray(value.judgement.auth) &&
  isFields(value.guards) &&
  Array.isArray(value.guards.consoleScopes) &&
  typeof value.statement === 'boolean' &&
  typeof value.sameUser === 'boolean';

/** The columns of a case. */
export function rowOf(c: RecordedCase): CaseRow {
  const { judgement, guards, statement, sameUser } = c;
  const world: World = { judgement, guards, statement, sameUser };
  return {
    id: c.id,
    gateway: c.request.gateway,
    device_id: c.request.deviceId,
    at_ms: c.atMs,
    last_at_ms: c.lastAtMs,
    times: c.times,
    ...outcomeColumns(c.outcome),
    request: JSON.stringify(c.request),
    world: JSON.stringify(world),
  };
}

/** The columns of what became of a case. */
export const outcomeColumns = (outcome: CaseOutcome | undefined) => ({
  outcome: outcome?.what ?? null,
  outcome_by: outcome?.by ?? null,
  outcome_at_ms: outcome?.atMs ?? null,
  decision_id: outcome?.decisionId ?? null,
  rule_id: outcome?.ruleId ?? null,
});

const isWhat = (text: string | null): text is CaseOutcome['what'] => text === 'approved' || text === 'rejected' || text === 'unanswered';
const isBy = (text: string | null): text is CaseOutcome['by'] => text === 'person' || text === 'rule' || text === 'elsewhere';

function outcomeOf(row: CaseRow): CaseOutcome | undefined {
  if (row.outcome === null) return undefined;
  if (!isWhat(row.outcome) || !isBy(row.outcome_by)) throw damaged('request');
  return {
    what: row.outcome,
    by: row.outcome_by,
    atMs: row.outcome_at_ms ?? row.last_at_ms,
    ...(row.decision_id === null ? {} : { decisionId: row.decision_id }),
    ...(row.rule_id === null ? {} : { ruleId: row.rule_id }),
  };
}

function createKnown<T>(guard: (value: unknown) => value is T) {
  const known = new Map<string, T>();
  return (text: string): T => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = readJson(text, 'request');
    if (!guard(value)) throw damaged('request');
    if (known.size >= KNOWN) known.clear();
    known.set(text, value);
    return value;
  };
}

/**
 * A reader of rows for one pass: rows that say the same share their objects, so nobody may change them. It throws
 * Problem('store-unwritable') for a damaged row.
 */
export function createCaseReader(): (row: CaseRow) => RecordedCase {
  const requestOf = createKnown(isRequest);
  const worldOf = createKnown(isWorld);
  return (row) => {
    const { judgement, guards, statement, sameUser } = worldOf(row.world);
    return {
      id: row.id,
      atMs: row.at_ms,
      lastAtMs: row.last_at_ms,
      times: row.times,
      request: requestOf(row.request),
      judgement,
      guards,
      statement,
      sameUser,
      outcome: outcomeOf(row),
    };
  };
}

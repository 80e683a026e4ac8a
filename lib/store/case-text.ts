// A recorded request in columns: what tells it from others, and two texts that many share word for word, what was asked and what the
// world looked like. Each text is stored once, so that reading all requests parses few.
import type { CaseOutcome, JudgedOrigin, RecordedCase } from '../rules/case.ts';
import { damaged, isFields, readJson } from './json.ts';
import type { CaseRow } from './schema.ts';

type Fact = JudgedOrigin['facts'][number];
/** What was asked, without what is the device's own. */
type Ask = Omit<RecordedCase['request'], 'gateway' | 'deviceId' | 'displayName' | 'paired'> & {
  held?: { roles: readonly string[]; scopes: readonly string[] } | undefined;
};
/** A fact that held is its name: its text says nothing that the name does not. */
type World = Omit<JudgedOrigin, 'facts'> & {
  facts: readonly (Fact['name'] | Fact)[];
  guards: RecordedCase['guards'];
  statement: boolean;
  sameUser: boolean;
};
type Read = Pick<RecordedCase, 'judgement' | 'guards' | 'statement' | 'sameUser'>;

const isAsk = (value: unknown): value is Ask =>
  isFields(value) &&
  typeof value.reason === 'string' &&
  typeof value.silent === 'boolean' &&
  Array.isArray(value.roles) &&
  Array.isArray(value.scopes) &&
  (value.held === undefined || (isFields(value.held) && Array.isArray(value.held.roles) && Array.isArray(value.held.scopes)));

const isWorld = (value: unknown): value is World =>
  isFields(value) &&
  typeof value.origin === 'string' &&
  Array.isArray(value.facts) &&
  Array.isArray(value.auth) &&
  isFields(value.guards) &&
  Array.isArray(value.guards.consoleScopes) &&
  typeof value.statement === 'boolean' &&
  typeof value.sameUser === 'boolean';

/** The columns of a case, but its number and those of its texts, which are beside them. */
export function rowOf(c: RecordedCase): { columns: Omit<CaseRow, 'seq' | 'ask' | 'world'>; ask: string; world: string } {
  const { gateway, deviceId, displayName, paired, ...asked } = c.request;
  const ask: Ask = { ...asked, held: paired && { roles: paired.roles, scopes: paired.scopes } };
  const { facts, ...judged } = c.judgement;
  const world: World = {
    ...judged,
    facts: facts.map((fact) => (fact.held === true ? fact.name : fact)),
    guards: c.guards,
    statement: c.statement,
    sameUser: c.sameUser,
  };
  const columns = {
    id: c.id,
    gateway,
    device_id: deviceId,
    at_ms: c.atMs,
    last_at_ms: c.lastAtMs,
    times: c.times,
    ...outcomeColumns(c.outcome),
    display_name: displayName ?? null,
    paired_at_ms: paired?.createdAtMs ?? null,
  };
  return { columns, ask: JSON.stringify(ask), world: JSON.stringify(world) };
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
    decisionId: row.decision_id ?? undefined,
    ruleId: row.rule_id ?? undefined,
  };
}

function readWorld(world: World): Read {
  const { facts, guards, statement, sameUser, ...judged } = world;
  const whole = facts.map((fact): Fact => (typeof fact === 'string' ? { name: fact, held: true, text: '' } : fact));
  return { judgement: { ...judged, facts: whole }, guards, statement, sameUser };
}

function requestOf(row: CaseRow, ask: Ask): RecordedCase['request'] {
  const { held } = ask;
  return {
    gateway: row.gateway,
    deviceId: row.device_id,
    reason: ask.reason,
    roles: ask.roles,
    scopes: ask.scopes,
    silent: ask.silent,
    clientId: ask.clientId,
    clientMode: ask.clientMode,
    platform: ask.platform,
    displayName: row.display_name ?? undefined,
    paired: held && { roles: held.roles, scopes: held.scopes, createdAtMs: row.paired_at_ms ?? undefined },
  };
}

/** A text read back: what was asked, or what the world looked like. */
export type CaseText = { ask: Ask } | { world: Read };

/** Reads a text of a case. Throws Problem('store-unwritable') when it is damaged. */
export function readText(text: string): CaseText {
  const value = readJson(text, 'request');
  if (isAsk(value)) return { ask: value };
  if (isWorld(value)) return { world: readWorld(value) };
  throw damaged('request');
}

/** The case of a row with its texts. Throws Problem('store-unwritable') when they do not belong together. */
export function caseOfRow(row: CaseRow, ask: CaseText | undefined, world: CaseText | undefined): RecordedCase {
  if (!ask || !world || !('ask' in ask) || !('world' in world)) throw damaged('request');
  const { judgement, guards, statement, sameUser } = world.world;
  return {
    id: row.id,
    atMs: row.at_ms,
    lastAtMs: row.last_at_ms,
    times: row.times,
    request: requestOf(row, ask.ask),
    judgement,
    guards,
    statement,
    sameUser,
    outcome: outcomeOf(row),
  };
}

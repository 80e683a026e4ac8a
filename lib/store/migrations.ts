// The history of the tables. A step that was released is never changed; a new one is added at the end.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { NewHandshake } from '../handshakes/attempt.ts';
import { chainActivity } from './activity-chain.ts';
import { carryOver } from './handshakes/carry.ts';

async function first(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table decisions (
      seq integer primary key autoincrement, id text not null unique, gateway text not null, device_id text not null,
      action text not null, state text not null, actor_kind text not null, rule_id text, at_ms integer not null, body text not null)`,
    "create index decisions_open on decisions (state) where state = 'asking'",
    'create index decisions_by_device on decisions (gateway, device_id, seq)',
    'create index decisions_by_rule on decisions (rule_id, gateway, at_ms) where rule_id is not null',
    "create index decisions_automatic on decisions (at_ms) where actor_kind = 'rule'",
    'create table rules (id text primary key, position integer not null, version integer not null, activity_id text not null, body text not null)',
    `create table activity (
      seq integer primary key autoincrement, id text not null unique, at_ms integer not null, gateway text, what text not null,
      rule_id text, rule_version integer, rule_digest text, body text not null)`,
    'create index activity_by_gateway on activity (gateway, seq)',
    `create table handshakes (
      seq integer primary key autoincrement, gateway text not null, id text not null, at_ms integer not null, outcome text not null,
      body text not null, unique (gateway, id))`,
    'create index handshakes_by_time on handshakes (at_ms, outcome)',
    `create table ledger (
      gateway text not null, device_id text not null, public_key text not null, approved_at_ms integer, approved_by text,
      approved_row_ms integer, vouched_at_ms integer, vouched_by text, vouched_row_ms integer, refused_at_ms integer, refused_by text, refused_why text,
      primary key (gateway, device_id, public_key)) without rowid`,
    'create table notes (scope text not null, key text not null, body text not null, primary key (scope, key)) without rowid',
    'create table links (hash text primary key, expires_ms integer not null) without rowid',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// What was asked is kept as the rules saw it, so that a draft can be tried on it, and what was taken back with its end.
async function recordedRequests(db: Kysely<unknown>): Promise<void> {
  const statements = [
    // What many requests share word for word stands once, and is known by its number when all of them are read.
    'create table case_texts (id integer primary key, text text not null unique)',
    // The number grows with the time of the first asking, so that reading in its order is reading from front to back.
    `create table cases (
      seq integer primary key, id text not null unique, gateway text not null, device_id text not null, at_ms integer not null,
      last_at_ms integer not null, times integer not null, outcome text, outcome_by text, outcome_at_ms integer, decision_id text,
      rule_id text, display_name text, paired_at_ms integer, ask integer not null references case_texts (id),
      world integer not null references case_texts (id))`,
    'create index cases_by_time on cases (at_ms)',
    'create index cases_by_ask on cases (ask)',
    'create index cases_by_world on cases (world)',
    'create index cases_open on cases (gateway, seq) where outcome is null',
    "create index cases_refused on cases (gateway, outcome_at_ms, device_id) where outcome = 'rejected'",
    `create table rule_calls (
      rule_id text not null, case_id text not null, version integer not null, at_ms integer not null, would text not null,
      shadow integer not null, agrees integer, primary key (rule_id, case_id)) without rowid`,
    'create index rule_calls_compared on rule_calls (rule_id, agrees) where agrees is not null',
    'create index rule_calls_by_case on rule_calls (case_id)',
    `create table take_backs (
      seq integer primary key autoincrement, id text not null unique, gateway text not null, device_id text not null,
      public_key text not null, rule_id text, decision_id text, state text not null, at_ms integer not null, body text not null)`,
    "create index take_backs_open on take_backs (state) where state = 'asking'",
    'create index take_backs_by_device on take_backs (gateway, device_id, seq)',
    'create index take_backs_by_rule on take_backs (rule_id, at_ms) where rule_id is not null',
    'create index activity_by_rule on activity (rule_id, seq) where rule_id is not null',
    'create index take_backs_by_decision on take_backs (decision_id, seq) where decision_id is not null',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// Take-backs that wait for an answer are found among the newest of every key, so nothing ever asked this index.
async function unusedIndex(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop index take_backs_open').execute(db);
}

// What a gateway listed last stays, so that a restart hides no difference; acts on devices are written before the gateway is asked.
async function inventory(db: Kysely<unknown>): Promise<void> {
  const statements = [
    'create table inventory (gateway text not null, device_id text not null, body text not null, primary key (gateway, device_id)) without rowid',
    `create table device_changes (
      seq integer primary key autoincrement, id text not null unique, gateway text not null, device_id text not null,
      at_ms integer not null, open integer not null, body text not null)`,
    'create index device_changes_by_device on device_changes (gateway, device_id, seq)',
    'create index device_changes_open on device_changes (gateway, device_id) where open = 1',
    `create table device_acts (
      seq integer primary key autoincrement, id text not null unique, gateway text not null, device_id text not null,
      state text not null, at_ms integer not null, body text not null)`,
    'create index device_acts_by_device on device_acts (gateway, device_id, seq)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

async function nodeDecisions(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table node_decisions (
      seq integer primary key autoincrement, id text not null unique, gateway text not null, node_id text not null,
      state text not null, at_ms integer not null, body text not null)`,
    "create index node_decisions_open on node_decisions (gateway) where state = 'asking'",
    'create index node_decisions_by_node on node_decisions (gateway, node_id, seq)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// The story of a device asks for its requests.
async function casesByDevice(db: Kysely<unknown>): Promise<void> {
  await sql.raw('create index cases_by_device on cases (gateway, device_id, at_ms)').execute(db);
}

// Who may sign in, how, and which tokens scripts hold; links say what they are for.
async function operators(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table operators (
      id text primary key, name text not null, name_key text not null unique, rights text not null, state text not null,
      created_at_ms integer not null, created_by text not null, last_sign_in_ms integer) without rowid`,
    `create table credentials (
      id text primary key, operator_id text not null references operators (id) on delete cascade, kind text not null, name text not null,
      handle text unique, secret text not null, counter integer not null, created_at_ms integer not null, last_used_ms integer) without rowid`,
    'create index credentials_by_operator on credentials (operator_id, created_at_ms)',
    "create unique index one_password on credentials (operator_id) where kind = 'password'",
    `create table tokens (
      id text primary key, name text not null, hash text not null unique, may text not null, created_at_ms integer not null,
      created_by text not null, creator_id text not null, expires_ms integer not null, last_used_ms integer, revoked_ms integer) without rowid`,
    "alter table links add column purpose text not null default 'sign-in'",
    'alter table links add column operator_id text',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// A link names a decision, and its row may be far back. The words are those of the query, or the index would not be used.
export const DECISION_OF_ACTIVITY = "case when json_valid(body) then json_extract(body, '$.decision.id') end";

async function activityByDecision(db: Kysely<unknown>): Promise<void> {
  // An entry whose body is damaged would end the step, and with it every start.
  await sql.raw(`create index activity_by_decision on activity (${DECISION_OF_ACTIVITY})`).execute(db);
}

// Of too many differences the oldest that are open go last; a person's words of one device are part of its story.
async function openChangesAndWords(db: Kysely<unknown>): Promise<void> {
  await sql.raw('create index device_changes_open_by_age on device_changes (seq) where open = 1').execute(db);
  const deviceId = "case when json_valid(body) then json_extract(body, '$.details.deviceId') end";
  await sql
    .raw(`create index activity_words on activity (gateway, ${deviceId}, at_ms) where what in ('device.vouched', 'device.unvouched')`)
    .execute(db);
}

// Whoever made a link knows its secret, so it ends with the right to make one.
async function linksMadeBy(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table links add column made_by text').execute(db);
}

/**
 * All steps by name, in the order in which they run. `take` is where the handshakes go, which the first layout kept in this file:
 * it may get the same ones again.
 */
export const migrationsWith = (take: (batch: readonly NewHandshake[]) => Promise<unknown>): Record<string, Migration> => ({
  '0001-first': { up: first },
  '0002-handshakes-apart': { up: (db) => carryOver(db, take) },
  '0003-recorded-requests': { up: recordedRequests },
  '0004-unused-index': { up: unusedIndex },
  '0005-inventory': { up: inventory },
  '0006-node-decisions': { up: nodeDecisions },
  '0007-requests-of-a-device': { up: casesByDevice },
  '0009-activity-by-decision': { up: activityByDecision },
  '0009-operators': { up: operators },
  '0010-audit-chain': { up: chainActivity },
  '0010-open-changes-and-words': { up: openChangesAndWords },
  '0011-links-made-by': { up: linksMadeBy },
});

/** The names of all steps, without running any. */
export const migrationNames = (): string[] => Object.keys(migrationsWith(async () => undefined));

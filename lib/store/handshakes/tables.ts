// The tables of the handshake log, in a file and a connection of their own: see docs/decisions/0007-handshake-store.md.
import { type Generated, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who fails how, in which words: what an attempt mostly shares with the one before. */
export type WayRow = {
  id: Generated<number>;
  key: string;
  gateway: string;
  outcome: string;
  cause: string;
  device: string | null;
  client: string | null;
  origin: string | null;
  /** Attempts kept, and the newest of them. */
  n: number;
  last_seq: number;
  /** What the way itself counted in `totals.bytes` when it came. */
  bytes: number;
  device_name: string | null;
  title: string;
  search: string;
  /** JSON of what is only shown. */
  body: string;
};

export type AttemptRow = {
  seq: number;
  way: number;
  run: number;
  /** Its place in the run, from 1. */
  nth: number;
  flags: number;
  gateway: string;
  id: string;
  conn: string | null;
  request: string | null;
  duration: number | null;
};

export type EvidenceRow = { seq: number; body: string };
export type RunRow = { id: number; way: number; count: number; first_ms: number; last_ms: number; last_seq: number };
/** Attempts of one way in the `span` minutes from minute `start` (since the epoch) on. */
export type TallyRow = { span: number; start: number; way: number; n: number };
export type TotalsRow = { rows: number; ways: number; bytes: number };

export type HistorySchema = {
  ways: WayRow;
  handshakes: AttemptRow;
  evidence: EvidenceRow;
  runs: RunRow;
  tallies: TallyRow;
  totals: TotalsRow;
};

export type HistoryDb = Kysely<HistorySchema>;

async function first(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table ways (
      id integer primary key, key text not null unique, gateway text not null, outcome text not null, cause text not null, device text,
      client text, origin text, n integer not null, last_seq integer not null, bytes integer not null, device_name text,
      title text not null, search text not null, body text not null)`,
    'create index ways_by_device on ways (device) where device is not null',
    'create index ways_by_cause on ways (cause)',
    'create index ways_by_client on ways (client) where client is not null',
    // An index ends in the primary key anyway: this one is (way, seq), the next but one (conn, seq).
    `create table handshakes (
      seq integer primary key, way integer not null, run integer not null, nth integer not null, flags integer not null,
      gateway text not null, id text not null, conn text, request text, duration real)`,
    'create index handshakes_by_way on handshakes (way)',
    'create unique index handshakes_by_id on handshakes (id, gateway)',
    'create index handshakes_by_conn on handshakes (conn) where conn is not null',
    'create table evidence (seq integer primary key, body text not null)',
    `create table runs (
      id integer primary key, way integer not null, count integer not null, first_ms integer not null, last_ms integer not null,
      last_seq integer not null)`,
    'create index runs_by_end on runs (last_seq, way)',
    'create index runs_by_way on runs (way, last_seq)',
    `create table tallies (
      span integer not null, start integer not null, way integer not null, n integer not null, primary key (span, start, way)) without rowid`,
    'create table totals (rows integer not null, ways integer not null, bytes integer not null)',
    'insert into totals values (0, 0, 0)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** All steps by name, in the order in which they run. A step that was released is never changed. */
export const historyMigrations: Record<string, Migration> = {
  '0001-first': { up: first },
};

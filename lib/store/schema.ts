// The tables of the record. Rows that the API shows keep their JSON in `body`; the columns beside it are what is searched by.
import type { Generated, Kysely, Transaction } from 'kysely';

export type DecisionRow = {
  seq: Generated<number>;
  id: string;
  gateway: string;
  device_id: string;
  action: string;
  state: string;
  actor_kind: string;
  rule_id: string | null;
  at_ms: number;
  body: string;
};

export type RuleRow = { id: string; position: number; version: number; activity_id: string; body: string };

export type ActivityRow = {
  seq: Generated<number>;
  id: string;
  at_ms: number;
  gateway: string | null;
  what: string;
  rule_id: string | null;
  rule_version: number | null;
  rule_digest: string | null;
  body: string;
  /** The hash of the row before and of this one (lib/audit/chain.ts). */
  prev: string;
  hash: string;
};

export type LedgerRow = {
  gateway: string;
  device_id: string;
  public_key: string;
  approved_at_ms: number | null;
  approved_by: string | null;
  approved_row_ms: number | null;
  vouched_at_ms: number | null;
  vouched_by: string | null;
  vouched_row_ms: number | null;
  refused_at_ms: number | null;
  refused_by: string | null;
  refused_why: string | null;
};

export type NoteRow = { scope: string; key: string; body: string };

export type LinkRow = { hash: string; expires_ms: number; purpose: string; operator_id: string | null; made_by: string | null };

/** `name_key` is the name as it is compared; `rights` is a JSON list. */
export type OperatorRow = {
  id: string;
  name: string;
  name_key: string;
  rights: string;
  state: string;
  created_at_ms: number;
  created_by: string;
  last_sign_in_ms: number | null;
};

/** Of a password `secret` is the PHC string; of a passkey its public key and what belongs to it, as JSON, under the `handle` that browsers send. */
export type CredentialRow = {
  id: string;
  operator_id: string;
  kind: string;
  name: string;
  handle: string | null;
  secret: string;
  counter: number;
  created_at_ms: number;
  last_used_ms: number | null;
};

export type TokenRow = {
  id: string;
  name: string;
  /** Hex SHA-256 of the token. */
  hash: string;
  may: string;
  created_at_ms: number;
  created_by: string;
  creator_id: string;
  expires_ms: number;
  last_used_ms: number | null;
  revoked_ms: number | null;
};

/** A recorded request. `ask` and `world` are numbers of texts that many rows share word for word. */
export type CaseRow = {
  /** 4096 for each ms of `at_ms`, counted on where several began in one. */
  seq: number;
  id: string;
  gateway: string;
  device_id: string;
  at_ms: number;
  last_at_ms: number;
  times: number;
  outcome: string | null;
  outcome_by: string | null;
  outcome_at_ms: number | null;
  decision_id: string | null;
  rule_id: string | null;
  display_name: string | null;
  paired_at_ms: number | null;
  ask: number;
  world: number;
};

export type CaseTextRow = { id: Generated<number>; text: string };

/** The newest thing that a rule said of a case. `agrees` is 1 or 0 where people decided it, kept with every change of either. */
export type RuleCallRow = {
  rule_id: string;
  case_id: string;
  version: number;
  at_ms: number;
  would: string;
  shadow: number;
  agrees: number | null;
};

export type TakeBackRow = {
  seq: Generated<number>;
  id: string;
  gateway: string;
  device_id: string;
  public_key: string;
  rule_id: string | null;
  decision_id: string | null;
  state: string;
  at_ms: number;
  body: string;
};

export type InventoryRow = { gateway: string; device_id: string; body: string };

/** A difference between two readings; `open` is 1 while it is a grant that nobody clicked and nobody has acknowledged. */
export type DeviceChangeRow = {
  seq: Generated<number>;
  id: string;
  gateway: string;
  device_id: string;
  at_ms: number;
  open: number;
  body: string;
};

export type DeviceActRow = {
  seq: Generated<number>;
  id: string;
  gateway: string;
  device_id: string;
  state: string;
  at_ms: number;
  body: string;
};

/** A decision on a node's commands, kept apart from those on devices: other ids, and nothing of it is ever a rule's. */
export type NodeDecisionRow = {
  seq: Generated<number>;
  id: string;
  gateway: string;
  node_id: string;
  state: string;
  at_ms: number;
  body: string;
};

export type Schema = {
  decisions: DecisionRow;
  rules: RuleRow;
  activity: ActivityRow;
  ledger: LedgerRow;
  notes: NoteRow;
  links: LinkRow;
  operators: OperatorRow;
  credentials: CredentialRow;
  tokens: TokenRow;
  cases: CaseRow;
  case_texts: CaseTextRow;
  rule_calls: RuleCallRow;
  take_backs: TakeBackRow;
  inventory: InventoryRow;
  device_changes: DeviceChangeRow;
  device_acts: DeviceActRow;
  node_decisions: NodeDecisionRow;
};

export type Db = Kysely<Schema>;

/**
 * Runs `work` in one transaction: the one that `db` already is, or a new one.
 * Inside, only the handle that is passed in may be used: SQLite is one connection, and another handle would wait for ever.
 */
export function inTransaction<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute((trx: Transaction<Schema>) => work(trx));
}

// Opens the data folder: lock, database, tables, and the repositories over them.
import { Kysely } from 'kysely';
import { type Clock, isoOf } from '../clock.ts';
import { createActivity } from './activity.ts';
import { RECORD_FILE } from './backups.ts';
import { type CaseRetention, createCases } from './cases.ts';
import { createDecisions } from './decisions.ts';
import { createDeviceActs } from './device-acts.ts';
import { createDeviceHistory } from './device-history.ts';
import { migrate, openFile } from './files.ts';
import { preparePrivateFolder } from './folder.ts';
import { append } from './handshakes/append.ts';
import { BOUNDS, type Bounds } from './handshakes/search.ts';
import { type HistoryDb, type HistorySchema, historyMigrations } from './handshakes/tables.ts';
import { createHandshakes, type Handshakes, type Retention } from './handshakes.ts';
import { type ChangeRetention, createInventories } from './inventory.ts';
import { createLedger } from './ledger.ts';
import { createLinks } from './links.ts';
import { lockFolder } from './lock.ts';
import { migrationsWith } from './migrations.ts';
import { createNodeDecisions } from './node-decisions.ts';
import { createNotes } from './notes.ts';
import { createOperators } from './operators.ts';
import { createPruning } from './pruning.ts';
import { clearNotice, type RecordNotice, readNotice } from './record-notice.ts';
import { recoverFolder } from './recover.ts';
import { createRuleCalls } from './rule-calls.ts';
import { createRules } from './rules.ts';
import type { Db, Schema } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';
import { createTakeBacks } from './take-backs.ts';
import { createTokens } from './tokens.ts';

const DAY_MS = 86_400_000;
const DEFAULT_RETENTION: Retention = { maxRows: 1_000_000, maxAgeMs: 30 * DAY_MS, maxBytes: 2 * 1024 ** 3 };
const DEFAULT_CASES: CaseRetention = { maxAgeMs: 90 * DAY_MS, maxRows: 200_000 };
const DEFAULT_CHANGES: ChangeRetention = { maxAgeMs: 365 * DAY_MS, maxRows: 200_000 };
const HISTORY = 'handshakes.db';
/** Room for all ways of a busy month; taken only as far as there are any. */
const SEARCH_CACHE_KB = 48_000;

function createRepositories(db: Db) {
  return {
    decisions: createDecisions(db),
    rules: createRules(db),
    activity: createActivity(db),
    ledger: createLedger(db),
    notes: createNotes(db),
    links: createLinks(db),
    operators: createOperators(db),
    tokens: createTokens(db),
    cases: createCases(db),
    ruleCalls: createRuleCalls(db),
    takeBacks: createTakeBacks(db),
    inventories: createInventories(db),
    deviceActs: createDeviceActs(db),
    deviceHistory: createDeviceHistory(db),
    nodeDecisions: createNodeDecisions(db),
  };
}

export type Repositories = ReturnType<typeof createRepositories>;

export type Store = Repositories & {
  folder: string;
  /** In a file and on connections of their own: no decision waits behind them. */
  handshakes: Handshakes;
  /**
   * Runs `work` on repositories of one transaction: all of it is kept, or nothing. Inside, use only the repositories that
   * are handed in: the store's own would wait for the transaction to end, for ever.
   */
  transaction: <T>(work: (inside: Repositories) => Promise<T>) => Promise<T>;
  /**
   * Resolves when a row of the record of decisions can be written and synced now. Rejects with Problem('store-unwritable'). The handshake
   * log is not asked: no decision needs it, and who writes it says when it cannot be written.
   */
  checkWritable: () => Promise<void>;
  /** That the record is not the one that was last written here, until a person has read it. */
  notice: RecordNotice | undefined;
  /** A person has read the notice. */
  acknowledgeNotice: () => void;
  /** Writes down where the console listens, beside the lock. */
  announce: (where: { port: number; url: string }) => void;
  dispose: () => Promise<void>;
};

export type StoreOptions = {
  folder: string;
  clock: Clock;
  retention?: Retention;
  /** How long and how many recorded requests are kept. */
  caseRetention?: CaseRetention;
  /** How much one question to the handshake log may look at. */
  bounds?: Bounds;
  /** Hears of a failed clean-up of old handshakes or requests; it is tried again later. */
  onPruneFailure?: (error: unknown) => void;
  /** Hears what a person should know of the files, such as that a damaged one was moved aside. */
  tell?: (line: string) => void;
};

/**
 * Takes the data folder for this process and opens the record in it.
 * Throws Problem('data-folder-locked') when another process has it, Problem('data-folder-unusable') when it cannot be used.
 */
export async function openStore({
  folder,
  clock,
  retention = DEFAULT_RETENTION,
  caseRetention = DEFAULT_CASES,
  bounds = BOUNDS,
  onPruneFailure,
  tell,
}: StoreOptions): Promise<Store> {
  preparePrivateFolder(folder);
  const lock = lockFolder(folder, clock);
  const opened: { destroy: () => Promise<void> }[] = [];
  const close = async () => {
    for (const db of opened.splice(0)) await db.destroy();
    lock.dispose();
  };
  const opening = <T extends { destroy: () => Promise<void> }>(db: T): T => {
    opened.push(db);
    return db;
  };
  let record: Db;
  let writer: HistoryDb;
  let reader: HistoryDb;
  let notice: RecordNotice | undefined;
  try {
    recoverFolder(folder, clock.nowMs(), (line) => tell?.(line));
    notice = readNotice(folder, isoOf(clock.nowMs()));
    record = opening(new Kysely<Schema>({ dialect: sqliteDialect(openFile(folder, RECORD_FILE)) }));
    writer = opening(new Kysely<HistorySchema>({ dialect: sqliteDialect(openFile(folder, HISTORY)) }));
    await migrate(writer, folder, HISTORY, historyMigrations);
    const history = writer;
    await migrate(
      record,
      folder,
      RECORD_FILE,
      migrationsWith((batch) => append(history, batch)),
    );
    reader = opening(new Kysely<HistorySchema>({ dialect: sqliteDialect(openFile(folder, HISTORY, SEARCH_CACHE_KB)) }));
  } catch (error) {
    await close();
    throw error;
  }
  const repositories = createRepositories(record);
  const handshakes = createHandshakes({ writer, reader, bounds });

  const prunings = [
    (left: AbortSignal) => handshakes.prune(retention, clock.nowMs(), left),
    (left: AbortSignal) => repositories.cases.prune(caseRetention, clock.nowMs(), left),
    (left: AbortSignal) => repositories.inventories.prune(DEFAULT_CHANGES, clock.nowMs(), left),
  ].map((prune) => createPruning({ prune, onFailure: (error) => onPruneFailure?.(error) }));

  return {
    ...repositories,
    handshakes,
    folder,
    transaction: (work) => record.transaction().execute((trx) => work(createRepositories(trx))),
    checkWritable: () => repositories.notes.set('console', 'writable-at', clock.nowMs()),
    get notice() {
      return notice;
    },
    acknowledgeNotice() {
      clearNotice(folder);
      notice = undefined;
    },
    announce: lock.announce,
    dispose: async () => {
      for (const pruning of prunings) await pruning.dispose();
      await close();
    },
  };
}

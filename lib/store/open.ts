// Opens the data folder: lock, database, tables, and the repositories over them.
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import { createActivity } from './activity.ts';
import { createDecisions } from './decisions.ts';
import { sqliteCode, storeFailure } from './failures.ts';
import { ensurePrivateFile, folderUnusable, preparePrivateFolder } from './folder.ts';
import { createHandshakes, type Retention } from './handshakes.ts';
import { createLedger } from './ledger.ts';
import { createLinks } from './links.ts';
import { lockFolder } from './lock.ts';
import { migrations } from './migrations.ts';
import { createNotes } from './notes.ts';
import { createRules } from './rules.ts';
import type { Db, Schema } from './schema.ts';
import { openDatabase, sqliteDialect } from './sqlite.ts';

const DAY_MS = 86_400_000;
const DEFAULT_RETENTION: Retention = { maxRows: 1_000_000, maxAgeMs: 30 * DAY_MS };
const PRUNE_EVERY_MS = 600_000;

function createRepositories(db: Db) {
  return {
    decisions: createDecisions(db),
    rules: createRules(db),
    activity: createActivity(db),
    handshakes: createHandshakes(db),
    ledger: createLedger(db),
    notes: createNotes(db),
    links: createLinks(db),
  };
}

export type Repositories = ReturnType<typeof createRepositories>;

export type Store = Repositories & {
  folder: string;
  /**
   * Runs `work` on repositories of one transaction: all of it is kept, or nothing. Inside, use only the repositories that
   * are handed in: the store's own would wait for the transaction to end, for ever.
   */
  transaction: <T>(work: (inside: Repositories) => Promise<T>) => Promise<T>;
  /** Resolves when a row can be written and synced now. Rejects with Problem('store-unwritable'). */
  checkWritable: () => Promise<void>;
  /** Writes down where the console listens, beside the lock. */
  announce: (where: { port: number; url: string }) => void;
  dispose: () => Promise<void>;
};

export type StoreOptions = {
  folder: string;
  clock: Clock;
  retention?: Retention;
  /** Hears of a failed clean-up of old handshakes; it is tried again later. */
  onPruneFailure?: (error: unknown) => void;
};

function openFile(folder: string): DatabaseSync {
  const file = join(folder, 'gatehouse.db');
  try {
    ensurePrivateFile(file);
    return openDatabase(file);
  } catch (error) {
    if (sqliteCode(error) === undefined) throw folderUnusable(folder, error);
    const failure = storeFailure(error);
    const why = failure instanceof Problem ? failure.message.replace(/^.*: /, '') : 'the database cannot be opened.';
    throw new Problem('data-folder-unusable', `${file} cannot be used: ${why}`, { folder });
  }
}

async function migrate(db: Db, folder: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Problem)
    throw new Problem('data-folder-unusable', `gatehouse.db in ${folder} cannot be used. ${error.message}`, { folder });
  if (error instanceof Error && error.message.includes('corrupted migrations')) {
    throw new Problem(
      'data-folder-unusable',
      `The data folder ${folder} was written by a newer Gatehouse. Update this one, or use another folder.`,
      { folder },
    );
  }
  throw error;
}

/**
 * Takes the data folder for this process and opens the record in it.
 * Throws Problem('data-folder-locked') when another process has it, Problem('data-folder-unusable') when it cannot be used.
 */
export async function openStore({ folder, clock, retention = DEFAULT_RETENTION, onPruneFailure }: StoreOptions): Promise<Store> {
  preparePrivateFolder(folder);
  const lock = lockFolder(folder, clock);
  let db: Db | undefined;
  try {
    db = new Kysely<Schema>({ dialect: sqliteDialect(openFile(folder)) });
    await migrate(db, folder);
  } catch (error) {
    await db?.destroy();
    lock.dispose();
    throw error;
  }
  const kysely = db;
  const repositories = createRepositories(kysely);

  let pruning: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    pruning = repositories.handshakes.prune(retention, clock.nowMs()).catch((error: unknown) => onPruneFailure?.(error));
  }, PRUNE_EVERY_MS);
  timer.unref();

  return {
    ...repositories,
    folder,
    transaction: (work) => kysely.transaction().execute((trx) => work(createRepositories(trx))),
    checkWritable: () => repositories.notes.set('console', 'writable-at', clock.nowMs()),
    announce: lock.announce,
    dispose: async () => {
      clearInterval(timer);
      await pruning;
      await kysely.destroy();
      lock.dispose();
    },
  };
}

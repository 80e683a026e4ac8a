// node:sqlite behind Kysely, with every failure of the database turned into a problem at this one place.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type Dialect, SqliteAdapter, type SqliteDatabase, SqliteDialect } from 'kysely';
import { storeFailure } from './failures.ts';

const STATEMENT_CACHE = 256;

/**
 * Opens a database for a record that must survive a kill and a power cut: WAL with a sync at every commit. `cacheKb` is how much of
 * the file may be kept in memory. Throws what node:sqlite throws.
 */
export function openDatabase(file: string, cacheKb = 2_000): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=16777216;');
  db.exec(`PRAGMA cache_size=-${cacheKb}`);
  return db;
}

// node:sqlite binds no booleans, no undefined and no dates.
function bindable(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value;
  throw new TypeError(`a ${typeof value} cannot be stored`);
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailure(error);
  }
}

type Prepared = { statement: StatementSync; reader: boolean };

function asKyselyDatabase(db: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, Prepared>();
  const prepared = (sql: string): Prepared => {
    const known = cache.get(sql);
    if (known) {
      cache.delete(sql);
      cache.set(sql, known);
      return known;
    }
    const statement = db.prepare(sql);
    const fresh = { statement, reader: statement.columns().length > 0 };
    const oldest = cache.size >= STATEMENT_CACHE ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
    cache.set(sql, fresh);
    return fresh;
  };
  return {
    close: () => {
      cache.clear();
      db.close();
    },
    prepare: (sql) => {
      // A full disk makes SQLite roll back by itself; a second rollback would hide the first failure.
      if (sql === 'rollback' && db.isOpen && !db.isTransaction) {
        return { reader: false, all: () => [], run: () => ({ changes: 0, lastInsertRowid: 0 }), iterate: () => [][Symbol.iterator]() };
      }
      const { statement, reader } = guarded(() => prepared(sql));
      return {
        reader,
        all: (values) => guarded(() => statement.all(...values.map(bindable))),
        run: (values) => guarded(() => statement.run(...values.map(bindable))),
        iterate: (values) => guarded(() => statement.iterate(...values.map(bindable))),
      };
    },
  };
}

/** A Kysely dialect over an open database. SQLite rolls DDL back, which Kysely's own adapter does not count on. */
export function sqliteDialect(db: DatabaseSync): Dialect {
  const plain = new SqliteDialect({ database: asKyselyDatabase(db) });
  const adapter = new SqliteAdapter();
  Object.defineProperty(adapter, 'supportsTransactionalDdl', { value: true });
  return {
    createDriver: () => plain.createDriver(),
    createQueryCompiler: () => plain.createQueryCompiler(),
    createIntrospector: (kysely) => plain.createIntrospector(kysely),
    createAdapter: () => adapter,
  };
}

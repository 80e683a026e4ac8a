// The loops of the log, kept as they grow, so that a folded page is a list of runs and never a count over their rows.
import { sql } from 'kysely';
import type { HandshakeOutcome } from '../../api/shapes.ts';
import { isFolded, RUN_PAUSE_MS, type Run, runAfter } from '../../handshakes/runs.ts';
import { firstSeqAt } from './place.ts';
import type { HistoryDb, RunRow } from './tables.ts';

type Attempt = { seq: number; atMs: number; outcome: HandshakeOutcome; way: number };
type Kept = Run & { way: number; lastSeq: number };

const keptOf = ({ id, way, count, first_ms, last_ms, last_seq }: RunRow): Kept => ({
  id,
  way,
  count,
  firstAtMs: first_ms,
  lastAtMs: last_ms,
  lastSeq: last_seq,
});

async function newestOf(db: HistoryDb, ways: readonly number[]): Promise<Map<number, Kept>> {
  const { rows } = await sql<RunRow>`
    select r.* from json_each(${JSON.stringify(ways)}) j
    join runs r on r.id = (select id from runs where way = j.value order by last_seq desc limit 1)`.execute(db);
  return new Map(rows.map((row) => [row.way, keptOf(row)]));
}

/**
 * The run of a way that a late attempt belongs to, if it is near enough: the one it falls into, else the one it goes on with, else the
 * one it comes before. Two runs of a way so never overlap, also when attempts come in any order: their order by end is their order.
 */
async function runBeside(db: HistoryDb, way: number, atMs: number): Promise<Kept | undefined> {
  const ofWay = db.selectFrom('runs').selectAll().where('way', '=', way).limit(1);
  const later = await ofWay.where('last_seq', '>=', firstSeqAt(atMs)).orderBy('last_seq').executeTakeFirst();
  if (later !== undefined && later.first_ms <= atMs) return keptOf(later);
  const earlier = await ofWay.where('last_seq', '<', firstSeqAt(atMs)).orderBy('last_seq', 'desc').executeTakeFirst();
  const beside = earlier !== undefined && atMs - earlier.last_ms <= RUN_PAUSE_MS ? earlier : later;
  return beside && keptOf(beside);
}

async function write(db: HistoryDb, runs: Iterable<Kept>): Promise<void> {
  const rows = [...runs].map((run) => [run.id, run.way, run.count, run.firstAtMs, run.lastAtMs, run.lastSeq]);
  await sql`
    insert into runs select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 from json_each(${JSON.stringify(rows)}) where true
    on conflict (id) do update set count = excluded.count, first_ms = excluded.first_ms, last_ms = excluded.last_ms, last_seq = excluded.last_seq`.execute(
    db,
  );
}

/** The run that each attempt belongs to, as it is with that attempt, in the order given; the runs are written. */
export async function runsFor(db: HistoryDb, attempts: readonly Attempt[]): Promise<Run[]> {
  const newest = await newestOf(db, [...new Set(attempts.filter((a) => isFolded(a.outcome)).map((a) => a.way))]);
  const touched = new Map<number, Kept>();
  const answers: Run[] = [];
  for (const attempt of attempts) {
    const { seq, atMs, outcome, way } = attempt;
    const top = newest.get(way);
    let before = isFolded(outcome) ? top : undefined;
    if (before !== undefined && atMs < before.firstAtMs) {
      // Late: it may belong to a run that is over. Those of this batch are not in the table yet.
      await write(db, touched.values());
      touched.clear();
      before = await runBeside(db, way, atMs);
    }
    const run = runAfter(before, attempt);
    const goesOn = before !== undefined && before.id === run.id;
    const kept: Kept = { ...run, way, lastSeq: Math.max(seq, goesOn ? (before?.lastSeq ?? 0) : 0) };
    touched.set(run.id, kept);
    if (isFolded(outcome) && (top === undefined || top.id === kept.id || kept.lastSeq > top.lastSeq)) newest.set(way, kept);
    answers.push(run);
  }
  await write(db, touched.values());
  return answers;
}

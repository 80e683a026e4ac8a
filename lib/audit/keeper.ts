// The running console walks its own record at the start and once a day, prints the head for whoever keeps its output elsewhere, and
// lets nothing be automatic on a record that was tampered with.
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import { turn } from '../turn.ts';
import { type ChainBreak, GENESIS, type Head } from './chain.ts';
import { headLine } from './heads.ts';
import { allSeen, newsOf, type SeenBreaks, seenOf } from './news.ts';
import type { StoredRow } from './stored.ts';
import { type AuditReport, verifyChain } from './verify.ts';
import { type Walked, watchWalk } from './witness.ts';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 60_000;
/** Rows between two turns of the event loop: a few ms of reading and hashing. */
const PIECE = 500;

/** What is shown of the record's chain. */
export type AuditState = {
  head: Head;
  /** `checking` until the record was walked once since the start. */
  state: 'checking' | 'holds' | 'broken' | 'unread';
  checkedAt?: string;
  /** The end of what the last walk went through, unless the record was written anew since the one before; rows that came later are not walked yet. */
  walked?: Head;
  since?: string;
  /** The first break of all. */
  broken?: ChainBreak;
};

export type AuditKeeper = {
  /** The head as it stands now, and what the last walk found. Rejects with Problem('store-unwritable'). */
  view: () => Promise<AuditState>;
  /** Walks the record now; resolves when it is done. Two walks are never under way at once. */
  walk: () => Promise<void>;
  /** A person has seen what was told last: those very breaks are no news from now on. Rejects with Problem('store-unwritable'). */
  acknowledge: () => Promise<void>;
  dispose: () => Promise<void>;
};

/** What a walk told a person: all its breaks, and, when it was one of a record written anew, what it leaves to hold later ones against. */
type Told = { seen: SeenBreaks; walked?: Walked };

const isStoreDown = (error: unknown) => error instanceof Problem && error.code === 'store-unwritable';

/**
 * Starts to walk at once, in pieces beside everything else. `print` gets the daily line. `onBroken` hears of breaks that nobody has
 * acknowledged, each time they are found, and `onUnread` of a record that cannot be walked to its end though the store is not down:
 * nobody can say then what is in it, so no acknowledgement ends that.
 */
export function createAuditKeeper(deps: {
  activity: { head: () => Promise<Head>; rowsAfter: (seq: number | bigint | undefined, limit: number) => Promise<StoredRow[]> };
  /** Rejects while the store is down. */
  checkStore: () => Promise<void>;
  /** Which breaks a person has seen. */
  seen: { load: () => Promise<unknown>; save: (seen: SeenBreaks) => Promise<void> };
  clock: Clock;
  print: (line: string) => void;
  onBroken: (broken: ChainBreak, text: string) => void;
  onUnread: (cause: 'record-broken' | 'store', error: unknown) => void;
  onError: (error: unknown) => void;
}): AuditKeeper {
  const { activity, clock } = deps;
  let known: Omit<AuditState, 'head'> = { state: 'checking' };
  /** The last walk that may vouch: one that found itself rewritten only does when a person has seen that. */
  let vouching: Walked | undefined;
  let told: Told | undefined;
  let whole: Head = { rows: 0, hash: GENESIS };
  let walking: Promise<void> | undefined;
  let walkedAt: number | undefined;
  /** Walks in a row that could not be finished while the store worked. */
  let missed = 0;
  let left = false;

  async function* pieces(note: (row: StoredRow) => void) {
    for (let seq: number | bigint | undefined; !left; ) {
      const rows = await activity.rowsAfter(seq, PIECE);
      for (const row of rows) note(row);
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PIECE) return;
      seq = last.seq;
      await turn();
    }
  }

  async function finished(found: AuditReport, witness: ReturnType<typeof watchWalk>) {
    const checkedAt = isoOf(clock.nowMs());
    const { walked, broken: rewritten } = witness.done(checkedAt);
    const [inside] = found.breaks;
    const broken = rewritten && inside ? (rewritten.seq < inside.seq ? rewritten : inside) : (rewritten ?? inside);
    const { head, since } = found;
    whole = head;
    known = {
      state: broken ? 'broken' : 'holds',
      checkedAt,
      ...(rewritten ? {} : { walked: head }),
      ...(since === undefined ? {} : { since }),
      ...(broken ? { broken } : {}),
    };
    missed = 0;
    if (!rewritten) vouching = walked;
    // A head of a broken record would vouch for it later.
    if (!broken) return deps.print(headLine(head, checkedAt));
    // What cannot be read of what was seen counts as not seen.
    const seen = seenOf(await deps.seen.load().catch(() => undefined));
    const news = newsOf(found, seen, rewritten);
    if (!news) return;
    told = { seen: allSeen(found), ...(rewritten ? { walked } : {}) };
    deps.onBroken(news.broken, news.text);
  }

  async function failed(error: unknown) {
    const again = known.state === 'unread';
    known = { ...known, state: 'unread' };
    if (!isStoreDown(error)) return deps.onUnread('record-broken', error);
    const works = await deps.checkStore().then(
      () => true,
      () => false,
    );
    if (left) return;
    if (works) missed += 1;
    // One that works and gives no whole walk twice is not down for a moment: its file is damaged or was tampered with.
    if (missed > 1) return deps.onUnread('store', error);
    walkedAt = undefined;
    if (!again) deps.onError(error);
  }

  async function once() {
    walkedAt = clock.monotonicMs();
    const witness = watchWalk(vouching);
    try {
      const found = await verifyChain(pieces(witness.note));
      if (!left) await finished(found, witness);
    } catch (error) {
      if (!left) await failed(error);
    }
  }

  function walk(): Promise<void> {
    walking ??= once().finally(() => {
      walking = undefined;
    });
    return walking;
  }

  void walk();
  const timer = setInterval(() => {
    if (walkedAt === undefined || clock.monotonicMs() - walkedAt >= DAY_MS) void walk();
  }, LOOK_EVERY_MS);
  timer.unref();

  return {
    async view() {
      // A row with a number that no console gives must not keep anybody from reading what is broken.
      const head = await activity.head().catch((error: unknown) => {
        if (isStoreDown(error)) throw error;
        return whole;
      });
      return { head, ...known };
    },
    walk,
    async acknowledge() {
      const seen = told;
      if (!seen) return;
      await deps.seen.save(seen.seen);
      vouching = seen.walked ?? vouching;
      if (told === seen) told = undefined;
    },
    async dispose() {
      left = true;
      clearInterval(timer);
      await walking;
    },
  };
}

// The running console walks its own record at the start and once a day, prints the head for whoever keeps its output elsewhere, and
// lets nothing be automatic on a record that was tampered with.
import { z } from 'zod';
import { type Clock, isoOf } from '../clock.ts';
import { turn } from '../turn.ts';
import type { ChainBreak, ChainedRow, Head } from './chain.ts';
import { headLine } from './heads.ts';
import { verifyChain } from './verify.ts';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 60_000;
/** Rows between two turns of the event loop: some 3 ms of hashing. */
const PIECE = 500;

/** What is shown of the record's chain. */
export type AuditState = {
  head: Head;
  /** `checking` until the record was walked once since the start. */
  state: 'checking' | 'holds' | 'broken' | 'unread';
  checkedAt?: string;
  since?: string;
  /** The first break of all. */
  broken?: ChainBreak;
};

export type AuditKeeper = {
  /** The head as it stands now, and what the last walk found. Rejects with Problem('store-unwritable'). */
  view: () => Promise<AuditState>;
  /** Walks the record now; resolves when it is done. Two walks are never under way at once. */
  walk: () => Promise<void>;
  /** A person has seen what is broken: the same breaks are no news from now on. Rejects with Problem('store-unwritable'). */
  acknowledge: () => Promise<void>;
  dispose: () => Promise<void>;
};

const seenShape = z.array(z.string());

// With what the row carries now: a row that is changed once more is another break.
const keyOf = ({ seq, kind, text }: ChainBreak) => `${seq} ${kind} ${text}`;

/**
 * Starts to walk at once, in pieces beside everything else. `print` gets the daily line, `onBroken` the first break that nobody has
 * acknowledged, each time one is found.
 */
export function createAuditKeeper(deps: {
  activity: { head: () => Promise<Head>; rowsAfter: (seq: number, limit: number) => Promise<ChainedRow[]> };
  /** Which breaks a person has seen. */
  seen: { load: () => Promise<unknown>; save: (keys: string[]) => Promise<void> };
  clock: Clock;
  print: (line: string) => void;
  onBroken: (broken: ChainBreak) => void;
  onError: (error: unknown) => void;
}): AuditKeeper {
  const { activity, clock } = deps;
  let known: Omit<AuditState, 'head'> = { state: 'checking' };
  let breaks: readonly ChainBreak[] = [];
  let walking: Promise<void> | undefined;
  let walkedAt: number | undefined;
  let left = false;

  async function* pieces() {
    for (let seq = Number.MIN_SAFE_INTEGER; !left; ) {
      const rows = await activity.rowsAfter(seq, PIECE);
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PIECE) return;
      seq = last.seq;
      await turn();
    }
  }

  async function once() {
    walkedAt = clock.monotonicMs();
    try {
      const { head, since, ...found } = await verifyChain(pieces());
      if (left) return;
      breaks = found.breaks;
      const [broken] = breaks;
      const checkedAt = isoOf(clock.nowMs());
      known = { state: broken ? 'broken' : 'holds', checkedAt, ...(since === undefined ? {} : { since }), ...(broken ? { broken } : {}) };
      // A head of a broken record would vouch for it later.
      if (!broken) return deps.print(headLine(head, checkedAt));
      const seen = new Set(seenShape.catch([]).parse(await deps.seen.load()));
      const fresh = breaks.find((one) => !seen.has(keyOf(one)));
      if (fresh) deps.onBroken(fresh);
    } catch (error) {
      if (left) return;
      known = { ...known, state: 'unread' };
      deps.onError(error);
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
    view: async () => ({ head: await activity.head(), ...known }),
    walk,
    acknowledge: () => (breaks.length === 0 ? Promise.resolve() : deps.seen.save(breaks.map(keyOf))),
    async dispose() {
      left = true;
      clearInterval(timer);
      await walking;
    },
  };
}

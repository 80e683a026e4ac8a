// The handshake log as one page follows it: the newest page, live rows on top, older pages below, and a mark wherever rows are missing.
// While it is held (paused, or read further down) nothing in it moves; what arrives waits.
import type { HandshakeView, Page } from '#lib/api/shapes.ts';
import { createOpenRuns, type OpenRun } from './open-runs.ts';
import { createRowList, NO_ROWS, type RowList, type Rows } from './row-list.ts';
import { createSlimmer } from './slim.ts';

/** Rows that are not loaded, between two that are: those with a seq above `older` and below `newer`. */
export type Hole = { newer: number; older: number; count?: number; reading: boolean; error?: unknown };

export type LogState = {
  /** False until the first page is there. */
  read: boolean;
  rows: Rows;
  holes: readonly Hole[];
  open: ReadonlyMap<number, OpenRun>;
  /** Attempts that arrived while the log was held. */
  waiting: number;
  /** What stands below the last row. `searching`: the last answers had no row that fits, but there is more behind them. */
  end: { state: 'more' | 'reading' | 'searching' | 'failed' | 'done'; atMs?: number; error?: unknown };
  /** Why the newest rows could not be read. */
  error?: unknown;
};

export type LogDeps = {
  read(ask: { limit: number; before?: string; run?: number; fold?: true }, signal: AbortSignal): Promise<Page<HandshakeView>>;
  matches(row: HandshakeView): boolean;
  fold: boolean;
};

/** Rows that may wait while the log is held; what is beyond becomes a hole. */
export const HELD_ROWS = 2_000;
/** Live rows beyond this push the oldest out; they are read again when somebody scrolls there. */
const MOST_ROWS = 150_000;
const KEPT_ROWS = 100_000;
const PAGE_ROWS = 500;
const FULL_PAGE_ROWS = 1_000;
/** Pages read to close a hole before a person is asked. */
const FILL_PAGES = 8;

/** Rows are numbered by time, and some are written a little later than others: this far below the newest known row is read again. */
const LATE_ROWS = 60_000 * 4096;

/** The moment in a cursor, ms since the epoch: seq is the time times 4096 and a small number. */
const momentOf = (cursor: string): number => Math.floor(Number(cursor) / 4096);

const newestSeq = (rows: Rows): number => rows.at(0)?.seq ?? 0;

/** Follows one filter until disposed. `get` and `subscribe` serve useSyncExternalStore; the state changes only by a call or an answer. */
export function createLog({ read, matches, fold }: LogDeps) {
  const gone = new AbortController();
  const listeners = new Set<() => void>();
  const slim = createSlimmer();
  const shown = createRowList({ fold });
  const held: RowList = createRowList({ fold });
  let heldHoles: Hole[] = [];
  let isHeld = false;
  let early: HandshakeView[] = [];
  let cursor: string | undefined;
  let state: LogState = { read: false, rows: NO_ROWS, holes: [], open: new Map(), waiting: 0, end: { state: 'reading' } };

  const set = (change: Partial<LogState>) => {
    if (gone.signal.aborted) return;
    state = { ...state, ...change, rows: shown.get() };
    for (const listener of listeners) listener();
  };
  const runs = createOpenRuns({ read, slim, signal: gone.signal, isHeld: () => isHeld, onChange: (open) => set({ open }) });
  const page = async (before: string | undefined, limit = PAGE_ROWS) => {
    const answer = await read({ limit, ...(before === undefined ? {} : { before }), ...(fold ? { fold } : {}) }, gone.signal);
    return { ...answer, items: answer.items.map(slim) };
  };

  function enterHeld(rows: readonly HandshakeView[]): void {
    held.enter(rows);
    const dropped = held.cutTo(HELD_ROWS);
    const [first] = dropped;
    if (first === undefined) return;
    const newer = held.get().at(held.get().length - 1)?.seq ?? Number.POSITIVE_INFINITY;
    const lowest = dropped.reduce((least, { seq }) => Math.min(least, seq), newestSeq(shown.get()) + 1) - 1;
    const before = heldHoles.at(-1)?.count === undefined ? undefined : heldHoles.pop();
    const count = dropped.reduce((sum, { run }) => sum + (fold ? run.count : 1), before?.count ?? 0);
    heldHoles.push({ newer, older: Math.min(lowest, before?.older ?? lowest), count, reading: false });
  }

  const has = (list: RowList, seq: number): boolean => list.get().at(list.get().newerThan(seq))?.seq === seq;

  /** Rows that are new to this page, from the bridge or read again. Folded ones stand for attempts that are not among them. */
  function enter(rows: readonly HandshakeView[], holes: readonly Hole[] = []): void {
    if (isHeld) {
      const fresh = rows.filter(({ seq }) => !has(shown, seq) && !has(held, seq)).length;
      runs.wait(rows);
      enterHeld(rows);
      heldHoles.push(...holes);
      set({ waiting: state.waiting + fresh });
      return;
    }
    shown.enter(rows);
    runs.enter(rows);
    if (shown.get().length > MOST_ROWS) {
      shown.cutTo(KEPT_ROWS);
      cursor = String(shown.get().at(shown.get().length - 1)?.seq ?? '');
    }
    set({ holes: holes.length === 0 ? state.holes : [...holes, ...state.holes] });
  }

  function release(): void {
    const rows = held.take();
    const holes = heldHoles;
    heldHoles = [];
    set({ waiting: 0 });
    enter(rows, holes);
    runs.mend();
  }

  /** Reads from `newer` down to `older`, at most FILL_PAGES pages; answers the rows and what is still missing. */
  async function between(newer: number | undefined, older: number): Promise<{ rows: HandshakeView[]; rest?: Hole }> {
    const rows: HandshakeView[] = [];
    let before = newer === undefined ? undefined : String(newer);
    for (let n = 0; n < FILL_PAGES; n += 1) {
      const { items, cursor: next } = await page(before, FULL_PAGE_ROWS);
      rows.push(...items.filter(({ seq }) => seq > older));
      if (next === undefined || Number(next) <= older || (items.at(-1)?.seq ?? Number.POSITIVE_INFINITY) <= older) return { rows };
      before = next;
    }
    return { rows, rest: { newer: Number(before), older, reading: false } };
  }

  async function first(): Promise<void> {
    try {
      const { items, cursor: next } = await page(undefined);
      cursor = next;
      shown.enter(items);
      set({ read: true, error: undefined, end: { state: next === undefined ? 'done' : items.length === 0 ? 'searching' : 'more' } });
      const meanwhile = early;
      early = [];
      enter(meanwhile);
    } catch (error) {
      if (!gone.signal.aborted) set({ error, end: { state: 'failed', error } });
    }
  }

  async function older(): Promise<void> {
    if (!state.read || cursor === undefined || state.end.state === 'reading') return;
    const asked = cursor;
    const searching = state.end.state === 'searching';
    set({ end: { state: searching ? 'searching' : 'reading', atMs: momentOf(asked) } });
    try {
      const { items, cursor: next } = await page(asked);
      if (cursor !== asked) return;
      cursor = next;
      shown.enter(items);
      if (next === undefined) set({ end: { state: 'done' } });
      else set({ end: { state: items.length === 0 ? 'searching' : 'more', atMs: momentOf(next) } });
    } catch (error) {
      if (!gone.signal.aborted) set({ end: { state: 'failed', error } });
    }
  }

  /** One read of older rows at a time: a second caller waits for the same one. */
  let olderRead: Promise<void> | undefined;

  void first();

  return {
    get: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /** Live rows of the bridge, any filter. */
    arrive(items: readonly HandshakeView[]): void {
      const rows = items.filter(matches).map(slim);
      if (rows.length === 0) return;
      if (!state.read) early = [...early, ...rows];
      else enter(rows);
    },

    /** Rows were lost on the way: reads from the newest down to what is known. What is still missing after that is a hole. */
    async reread(): Promise<void> {
      if (!state.read) return first();
      runs.lose(LATE_ROWS);
      const known = Math.max(newestSeq(shown.get()), newestSeq(held.get()));
      try {
        const { rows, rest } = await between(undefined, known - LATE_ROWS);
        enter(rows, rest === undefined || rest.newer <= known ? [] : [{ ...rest, older: known }]);
        set({ error: undefined });
        if (!isHeld) runs.mend();
      } catch (error) {
        if (!gone.signal.aborted) set({ error });
      }
    },

    /** Holds the log still, or lets in what waited. */
    hold(on: boolean): void {
      if (on === isHeld) return;
      isHeld = on;
      if (!on) release();
    },

    /** The next older rows; does nothing while a read is under way or nothing is left. */
    more(): Promise<void> {
      olderRead ??= older().finally(() => {
        olderRead = undefined;
      });
      return olderRead;
    },

    /** Loads what is missing in a hole. */
    async fill(hole: Hole): Promise<void> {
      if (hole.reading || !state.holes.includes(hole)) return;
      const busy: Hole = { ...hole, reading: true };
      const put = (next: Hole | undefined) =>
        set({ holes: state.holes.flatMap((other) => (other === busy || other === hole ? (next === undefined ? [] : [next]) : [other])) });
      put(busy);
      try {
        const { rows, rest } = await between(hole.newer, hole.older);
        shown.enter(rows);
        put(rest === undefined || hole.count === undefined ? rest : { ...rest, count: Math.max(1, hole.count - rows.length) });
      } catch (error) {
        put({ ...hole, error });
      }
    },

    unfold: runs.open,
    foldAgain: runs.close,
    moreOf: runs.more,

    dispose(): void {
      gone.abort();
      listeners.clear();
    },
  };
}
export type Log = ReturnType<typeof createLog>;

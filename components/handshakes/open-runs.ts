// The loops that are unfolded in place: their attempts, newest first, read page by page and kept current by live rows. What they show
// is without gaps: where attempts may have been missed, the run is read again from its newest one.
import type { HandshakeView, Page } from '#lib/api/shapes.ts';
import { createRowList, type RowList, type Rows } from './row-list.ts';

/** An unfolded loop. `more`: there are attempts that are not shown. */
export type OpenRun = { rows: Rows; more: boolean; reading: boolean; error?: unknown };

/** `cursor`: where the attempts below the last one begin. `missed`: from this seq up some may not be in the list. */
type Kept = { list: RowList; begun: boolean; cursor: string | undefined; missed: number | undefined; state: Omit<OpenRun, 'rows'> };

export type OpenRunsDeps = {
  read(ask: { limit: number; before?: string; run: number }, signal: AbortSignal): Promise<Page<HandshakeView>>;
  slim(row: HandshakeView): HandshakeView;
  signal: AbortSignal;
  /** While the log is held, nothing enters that nobody asked for. */
  isHeld(): boolean;
  onChange(open: ReadonlyMap<number, OpenRun>): void;
};

const ATTEMPTS_A_PAGE = 100;
/** Attempts read to close a gap, and pages for it. Behind a wider gap nothing is shown: what is older is loaded from there. */
const MEND_ROWS = 1_000;
const MEND_PAGES = 8;

const newestSeq = (rows: Rows): number => rows.at(0)?.seq ?? Number.NEGATIVE_INFINITY;

/** The unfolded runs by their id. `onChange` hears every change with the whole map. */
export function createOpenRuns({ read, slim, signal, isHeld, onChange }: OpenRunsDeps) {
  const kept = new Map<number, Kept>();
  const tell = () => onChange(new Map([...kept].map(([id, { list, state }]): [number, OpenRun] => [id, { ...state, rows: list.get() }])));

  const page = async (run: number, limit: number, before: string | undefined) => {
    const { items, cursor } = await read({ limit, run, ...(before === undefined ? {} : { before }) }, signal);
    return { items: items.map(slim), cursor };
  };

  async function older(run: number, asked: Kept): Promise<void> {
    const { items, cursor } = await page(run, ATTEMPTS_A_PAGE, asked.cursor);
    asked.list.enter(items);
    asked.cursor = cursor;
    asked.begun = true;
  }

  /** Reads from the newest attempt down to `missed`. */
  async function mend(run: number, asked: Kept, missed: number): Promise<void> {
    const rows: HandshakeView[] = [];
    let cursor: string | undefined;
    for (let n = 0; n < MEND_PAGES && rows.length < MEND_ROWS; n += 1) {
      const next = await page(run, n === 0 ? ATTEMPTS_A_PAGE : MEND_ROWS, cursor);
      rows.push(...next.items);
      cursor = next.cursor;
      if (cursor === undefined || Number(cursor) <= missed) break;
    }
    if (isHeld()) {
      miss(asked, missed);
      return;
    }
    if (cursor === undefined || Number(cursor) <= missed) {
      asked.list.enter(rows);
      if (cursor === undefined) asked.cursor = undefined;
      return;
    }
    const lowest = Number(cursor);
    const above = asked.list.take().filter(({ seq }) => seq >= lowest);
    asked.list.enter([...above, ...rows]);
    asked.cursor = cursor;
  }

  function miss(run: Kept, seq: number): void {
    run.missed = Math.min(run.missed ?? Number.POSITIVE_INFINITY, seq);
  }

  /** One read at a time for each run; a gap comes before older attempts. */
  async function more(run: number): Promise<void> {
    const asked = kept.get(run);
    if (asked === undefined || asked.state.reading) return;
    asked.state = { more: asked.state.more, reading: true };
    tell();
    const missed = asked.begun && !isHeld() ? asked.missed : undefined;
    try {
      if (missed === undefined) await older(run, asked);
      else {
        // What is missed from here on, while this is being read, is missed anew.
        asked.missed = undefined;
        await mend(run, asked, missed);
      }
      asked.state = { more: asked.cursor !== undefined, reading: false };
    } catch (error) {
      if (missed !== undefined) miss(asked, missed);
      asked.state = { more: true, reading: false, error };
    }
    if (kept.get(run) !== asked) return;
    if (asked.missed !== undefined && asked.state.error === undefined && !isHeld()) await more(run);
    else tell();
  }

  return {
    /** Unfolds the run of this row and reads its newest attempts. */
    open({ run: { id: run } }: HandshakeView): void {
      if (kept.has(run)) return;
      const list = createRowList({ fold: false });
      kept.set(run, { list, begun: false, cursor: undefined, missed: undefined, state: { more: true, reading: false } });
      void more(run);
    },
    close(run: number): void {
      if (kept.delete(run)) tell();
    },
    more,
    /** Live rows, every one of them: those of unfolded runs join them. */
    enter(rows: readonly HandshakeView[]): void {
      let any = false;
      for (const row of rows) {
        const found = kept.get(row.run.id);
        if (found === undefined) continue;
        found.list.enter([row]);
        any = true;
      }
      if (any) tell();
    },
    /** These rows wait, and their attempts may be folded away by then. */
    wait(rows: readonly HandshakeView[]): void {
      for (const { seq, run } of rows) {
        const found = kept.get(run.id);
        if (found !== undefined) miss(found, seq);
      }
    },
    /** Rows of any run were lost on the way, none older than the newest known by more than `late`. */
    lose(late: number): void {
      for (const run of kept.values()) miss(run, newestSeq(run.list.get()) - late);
    },
    /** Reads what was missed. A run whose reading failed is read again as well. */
    mend(): void {
      for (const [run, { missed }] of kept) if (missed !== undefined) void more(run);
    },
  };
}

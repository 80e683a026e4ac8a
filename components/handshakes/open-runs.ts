// The loops that are unfolded in place: their attempts, newest first, read page by page and kept current by live rows.
import type { HandshakeView, Page } from '#lib/api/shapes.ts';
import { createRowList, type RowList, type Rows } from './row-list.ts';

/** An unfolded loop. `head` is the seq of the row it belongs to; `more`: there are attempts before the last one shown. */
export type OpenRun = { rows: Rows; head: number; more: boolean; reading: boolean; error?: unknown };

type Kept = { list: RowList; head: number; cursor: string | undefined; state: Omit<OpenRun, 'rows' | 'head'> };

export type OpenRunsDeps = {
  read(ask: { limit: number; before?: string; run: number }, signal: AbortSignal): Promise<Page<HandshakeView>>;
  slim(row: HandshakeView): HandshakeView;
  signal: AbortSignal;
  onChange(open: ReadonlyMap<number, OpenRun>): void;
};

const ATTEMPTS_A_PAGE = 100;

/** The unfolded runs by their id. `onChange` hears every change with the whole map. */
export function createOpenRuns({ read, slim, signal, onChange }: OpenRunsDeps) {
  const kept = new Map<number, Kept>();
  const tell = () =>
    onChange(new Map([...kept].map(([id, { list, head, state }]): [number, OpenRun] => [id, { ...state, head, rows: list.get() }])));

  async function more(run: number): Promise<void> {
    const asked = kept.get(run);
    if (asked === undefined || asked.state.reading) return;
    asked.state = { more: asked.state.more, reading: true };
    tell();
    try {
      const { cursor } = asked;
      const page = await read({ limit: ATTEMPTS_A_PAGE, run, ...(cursor === undefined ? {} : { before: cursor }) }, signal);
      asked.list.enter(page.items.map(slim));
      asked.cursor = page.cursor;
      asked.state = { more: page.cursor !== undefined, reading: false };
    } catch (error) {
      asked.state = { more: true, reading: false, error };
    }
    if (kept.get(run) === asked) tell();
  }

  return {
    /** Unfolds the run of this row and reads its newest attempts. */
    open({ seq, run: { id: run } }: HandshakeView): void {
      if (kept.has(run)) return;
      kept.set(run, { head: seq, list: createRowList({ fold: false }), cursor: undefined, state: { more: true, reading: false } });
      void more(run);
    },
    close(run: number): void {
      if (kept.delete(run)) tell();
    },
    more,
    /** Rows that entered the log: those of unfolded runs join them. */
    enter(rows: readonly HandshakeView[]): void {
      let any = false;
      for (const row of rows) {
        const found = kept.get(row.run.id);
        if (found === undefined) continue;
        found.list.enter([row]);
        found.head = Math.max(found.head, row.seq);
        any = true;
      }
      if (any) tell();
    },
  };
}

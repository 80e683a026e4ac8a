// The rows that the page holds, newest first, in chunks: a row that arrives copies one chunk, never the whole log.
import type { HandshakeView } from '#lib/api/shapes.ts';
import { isFolded } from '#lib/handshakes/runs.ts';

/** What the page draws from: the row at a place counted from the newest, and the place of a seq. */
export type Rows = {
  readonly length: number;
  at(index: number): HandshakeView | undefined;
  /** How many rows are newer than `seq`. */
  newerThan(seq: number): number;
  /** The row of a folded run. */
  ofRun(run: number): HandshakeView | undefined;
};

const CHUNK_ROWS = 512;

export const NO_ROWS: Rows = { length: 0, at: () => undefined, newerThan: () => 0, ofRun: () => undefined };

type Chunks = readonly (readonly HandshakeView[])[];

/** The first index in 0..length for which `past` holds; `past` must be false up to some index and true from there on. */
function firstWhere(length: number, past: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (past(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const lastSeq = (chunk: readonly HandshakeView[] | undefined): number => chunk?.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
const seqAt = (chunk: readonly HandshakeView[] | undefined, index: number): number => chunk?.[index]?.seq ?? Number.NEGATIVE_INFINITY;

function viewOf(chunks: Chunks, standing: ReadonlyMap<number, number>): Rows {
  const starts: number[] = [];
  let length = 0;
  for (const chunk of chunks) {
    starts.push(length);
    length += chunk.length;
  }
  const at = (index: number): HandshakeView | undefined => {
    const c = firstWhere(starts.length, (i) => (starts[i] ?? 0) > index) - 1;
    return chunks[c]?.[index - (starts[c] ?? 0)];
  };
  const newerThan = (seq: number): number => {
    const c = firstWhere(chunks.length, (i) => lastSeq(chunks[i]) <= seq);
    const chunk = chunks[c];
    return chunk === undefined ? length : (starts[c] ?? 0) + firstWhere(chunk.length, (i) => seqAt(chunk, i) <= seq);
  };
  return {
    length,
    at,
    newerThan,
    ofRun(run) {
      const seq = standing.get(run);
      const found = seq === undefined ? undefined : at(newerThan(seq));
      return found?.run.id === run ? found : undefined;
    },
  };
}

/**
 * A list that rows enter in any order, each seq once. With `fold`, a run has one row: its newest attempt, with the largest count
 * that was told of it.
 */
export function createRowList({ fold }: { fold: boolean }) {
  let chunks: HandshakeView[][] = [];
  let view: Rows = NO_ROWS;
  const standing = new Map<number, number>();

  function place(seq: number): [number, number] {
    const c = firstWhere(chunks.length, (i) => lastSeq(chunks[i]) <= seq);
    const chunk = chunks[c];
    return [c, chunk === undefined ? 0 : firstWhere(chunk.length, (i) => seqAt(chunk, i) <= seq)];
  }

  function remove(seq: number): HandshakeView | undefined {
    const [c, i] = place(seq);
    const chunk = chunks[c];
    const found = chunk?.[i];
    if (chunk === undefined || found?.seq !== seq) return undefined;
    if (chunk.length === 1) chunks.splice(c, 1);
    else chunks[c] = chunk.toSpliced(i, 1);
    return found;
  }

  function insert(row: HandshakeView): void {
    const [c, i] = place(row.seq);
    const chunk = chunks[c];
    if (chunk?.[i]?.seq === row.seq) {
      chunks[c] = chunk.with(i, row);
      return;
    }
    const atEdge = i === 0 && c > 0 ? chunks[c - 1] : undefined;
    if (chunk === undefined && (atEdge === undefined || atEdge.length >= CHUNK_ROWS)) chunks.push([row]);
    else if (chunk === undefined || (atEdge !== undefined && atEdge.length < CHUNK_ROWS)) chunks[c - 1] = [...(atEdge ?? []), row];
    else if (i === 0 && chunk.length >= CHUNK_ROWS) chunks.splice(c, 0, [row]);
    else if (chunk.length >= 2 * CHUNK_ROWS) chunks.splice(c, 1, [...chunk.slice(0, i), row], chunk.slice(i));
    else chunks[c] = chunk.toSpliced(i, 0, row);
  }

  function enterFolded(row: HandshakeView): void {
    const before = standing.get(row.run.id);
    const old = before === undefined ? undefined : remove(before);
    const newest = old !== undefined && old.seq > row.seq ? old : row;
    const count = Math.max(row.run.count, old?.run.count ?? 0);
    insert(newest.run.count === count ? newest : { ...newest, run: { ...newest.run, count } });
    standing.set(row.run.id, newest.seq);
  }

  return {
    get: (): Rows => view,

    /** Rows of one batch, in any order. */
    enter(batch: readonly HandshakeView[]): void {
      for (const row of batch) {
        if (fold && isFolded(row.outcome)) enterFolded(row);
        else insert(row);
      }
      if (batch.length > 0) view = viewOf([...chunks], standing);
    },

    /** Drops the oldest rows beyond `most`, chunk by chunk or row by row, and answers those. */
    cutTo(most: number): HandshakeView[] {
      const dropped: HandshakeView[] = [];
      let over = view.length - most;
      while (over > 0) {
        const last = chunks.pop();
        if (last === undefined) break;
        const gone = last.slice(Math.max(0, last.length - over));
        if (gone.length < last.length) chunks.push(last.slice(0, last.length - gone.length));
        dropped.push(...gone);
        over -= gone.length;
      }
      for (const row of dropped) if (standing.get(row.run.id) === row.seq) standing.delete(row.run.id);
      if (dropped.length > 0) view = viewOf([...chunks], standing);
      return dropped;
    },

    /** All rows, newest first; leaves the list empty. */
    take(): HandshakeView[] {
      const all = chunks.flat();
      chunks = [];
      standing.clear();
      view = NO_ROWS;
      return all;
    },
  };
}
export type RowList = ReturnType<typeof createRowList>;

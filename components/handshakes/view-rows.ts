// What stands on which line of the log: rows, the attempts of unfolded loops beneath theirs, and marks where rows are missing.
import type { HandshakeView } from '#lib/api/shapes.ts';
import { isFolded } from '#lib/handshakes/runs.ts';
import type { Hole, LogState } from './log.ts';

export type ViewRow =
  | { kind: 'row'; key: string; item: HandshakeView; loop: boolean; open: boolean }
  | { kind: 'attempt'; key: string; item: HandshakeView }
  | { kind: 'more'; key: string; run: number; left: number; reading: boolean; error?: unknown }
  | { kind: 'hole'; key: string; hole: Hole };

export type ViewRows = { length: number; at(index: number): ViewRow | undefined };

/** Lines that stand after the row at place `after` - 1 of the list. */
type Insert = { after: number; length: number; at(index: number): ViewRow | undefined };

const isLoop = (item: HandshakeView, fold: boolean): boolean => fold && item.run.count > 1 && isFolded(item.outcome);

function holeInserts({ rows, holes }: LogState): Insert[] {
  return holes.map((hole): Insert => {
    const row: ViewRow = { kind: 'hole', key: `hole ${hole.older}`, hole };
    return { after: rows.newerThan(hole.newer - 1), length: 1, at: () => row };
  });
}

function runInserts({ rows, open }: LogState): Insert[] {
  return [...open].flatMap(([run, { rows: attempts, more, reading, error }]): Insert[] => {
    const head = rows.ofRun(run);
    if (head === undefined) return [];
    const place = rows.newerThan(head.seq);
    const left = Math.max(0, head.run.count - attempts.length);
    const tail = more || reading || error !== undefined ? 1 : 0;
    return [
      {
        after: place + 1,
        length: attempts.length + tail,
        at(index) {
          const item = attempts.at(index);
          if (item !== undefined) return { kind: 'attempt', key: `attempt ${item.seq}`, item };
          return { kind: 'more', key: `more ${run}`, run, left, reading, ...(error === undefined ? {} : { error }) };
        },
      },
    ];
  });
}

/** The lines of a state, found by index without building them all. */
export function viewRows(state: LogState, fold: boolean): ViewRows {
  const inserts = [...holeInserts(state), ...runInserts(state)].sort((a, b) => a.after - b.after);
  const added = inserts.reduce((sum, { length }) => sum + length, 0);
  const plain = (index: number): ViewRow | undefined => {
    const item = state.rows.at(index);
    if (item === undefined) return undefined;
    const loop = isLoop(item, fold);
    return { kind: 'row', key: loop ? `run ${item.run.id}` : `row ${item.seq}`, item, loop, open: loop && state.open.has(item.run.id) };
  };
  return {
    length: state.rows.length + added,
    at(index) {
      let shift = 0;
      for (const insert of inserts) {
        const start = insert.after + shift;
        if (index < start) break;
        if (index < start + insert.length) return insert.at(index - start);
        shift += insert.length;
      }
      return plain(index - shift);
    },
  };
}

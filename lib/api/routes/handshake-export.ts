// An export of the handshake log: as it was when the export began, in pieces, and never so many at once that others wait.
import { type Clock, isoOf } from '../../clock.ts';
import { CSV_HEADER, csvLine, jsonLine } from '../../handshakes/export.ts';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { type Streamed, streamed } from '../../http/route.ts';
import { Problem } from '../../problem.ts';
import { turn } from '../../turn.ts';
import type { HandshakeView } from '../shapes.ts';

const AT_ONCE = 2;
const RETRY_AFTER_S = 10;
/** Rows that are written between two looks at everything else. */
const PIECE_ROWS = 250;

export type ExportFormat = 'jsonl' | 'csv';

const FORMATS = {
  jsonl: { type: 'application/x-ndjson; charset=utf-8', head: '', line: jsonLine },
  csv: { type: 'text/csv; charset=utf-8; header=present', head: CSV_HEADER, line: csvLine },
};

/**
 * The exports of one console. Rows come newest first, so what arrives meanwhile is left out. Two run at once; a third is
 * answered with Problem('export-busy'), and one that cannot read its first rows with the problem of the store.
 */
export function createHandshakeExports({
  each,
  clock,
}: {
  each: (filter: HandshakeFilter) => AsyncIterable<HandshakeView[]>;
  clock: Pick<Clock, 'nowMs'>;
}) {
  let running = 0;

  async function* pieces(format: ExportFormat, filter: HandshakeFilter, left: AbortSignal): AsyncGenerator<string> {
    if (running >= AT_ONCE)
      throw new Problem('export-busy', `There are ${AT_ONCE} exports at once at most.`, { retryAfterS: RETRY_AFTER_S });
    running += 1;
    try {
      const { head, line } = FORMATS[format];
      let unsent = head;
      for await (const slice of each(filter)) {
        for (let start = 0; start < slice.length || start === 0; start += PIECE_ROWS) {
          if (left.aborted) return;
          yield unsent +
            slice
              .slice(start, start + PIECE_ROWS)
              .map(line)
              .join('');
          unsent = '';
          await turn();
        }
      }
      if (unsent !== '') yield unsent;
    } finally {
      running -= 1;
    }
  }

  return (format: ExportFormat, filter: HandshakeFilter): Streamed => {
    const at = isoOf(clock.nowMs()).slice(0, 16).replace(':', '-');
    return streamed({
      type: FORMATS[format].type,
      headers: { 'Content-Disposition': `attachment; filename="gatehouse-handshakes-${at}.${format}"` },
      open: (left) => pieces(format, filter, left),
    });
  };
}

// The record: its pages, the head of its chain, and the whole of it as a file that can be verified elsewhere.
import { z } from 'zod';
import { ACTIVITY_CSV_HEADER, activityCsvLine, activityLine } from '../../audit/export.ts';
import type { StoredRow } from '../../audit/stored.ts';
import { type Clock, isoOf } from '../../clock.ts';
import type { Console } from '../../console.ts';
import { type Route, route, streamed } from '../../http/route.ts';
import { present } from '../../present.ts';
import { turn } from '../../turn.ts';
import type { ActivityView, Page } from '../shapes.ts';
import { activityListQuery, ask } from './query.ts';

/** Rows that are written between two looks at everything else. */
const PIECE_ROWS = 250;

export const activityExportQuery = z.strictObject({ format: z.enum(['jsonl', 'csv']) });

const FORMATS = {
  jsonl: { type: 'application/x-ndjson; charset=utf-8', head: '', line: activityLine },
  csv: { type: 'text/csv; charset=utf-8; header=present', head: ACTIVITY_CSV_HEADER, line: activityCsvLine },
};

export function activityRoutes(
  app: Pick<Console, 'audit'> & { store: Pick<Console['store'], 'activity'> },
  clock: Pick<Clock, 'nowMs'>,
): Route[] {
  const { activity } = app.store;

  // Up to the row that was the last when it began, so that a busy record ends.
  async function* rows(format: keyof typeof FORMATS, left: AbortSignal): AsyncGenerator<string> {
    const { head, line } = FORMATS[format];
    const { rows: end } = await activity.head();
    yield head;
    for (let seq: number | bigint = Number.MIN_SAFE_INTEGER; seq < end && !left.aborted; ) {
      const piece: StoredRow[] = (await activity.rowsAfter(seq, PIECE_ROWS)).filter((row) => row.seq <= end);
      const last = piece.at(-1);
      if (last === undefined) return;
      yield piece.map(line).join('');
      seq = last.seq;
      await turn();
    }
  }

  return [
    route({
      method: 'GET',
      path: '/activity',
      access: 'viewer',
      query: activityListQuery,
      handler: async ({ query }): Promise<Page<ActivityView>> => ({
        ...(await activity.list({ ...ask(query), ...present({ decision: query.decision }) })),
        freshness: { state: 'live' },
      }),
    }),
    route({ method: 'GET', path: '/activity/head', access: 'viewer', handler: () => app.audit.view() }),
    route({
      method: 'GET',
      path: '/activity/export',
      access: 'viewer',
      query: activityExportQuery,
      handler: ({ query: { format } }) =>
        streamed({
          type: FORMATS[format].type,
          headers: {
            'Content-Disposition': `attachment; filename="gatehouse-activity-${isoOf(clock.nowMs()).slice(0, 16).replace(':', '-')}.${format}"`,
          },
          open: (left) => rows(format, left),
        }),
    }),
  ];
}

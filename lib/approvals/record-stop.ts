// A record that was lost or restored stops automation from the first moment of a start, whatever the switch in it says.
import type { AutomationView } from '../api/shapes.ts';
import type { RecordNotice } from '../store/record-notice.ts';

const CAUSES = { lost: 'record-lost', restored: 'record-restored' } as const;

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** The kept state of automation with the stop of the notice in it. A stop that stood already is named in its text. */
export function stoppedBy(notice: RecordNotice | undefined, kept: unknown): unknown {
  if (notice === undefined) return kept;
  const state = kept === undefined ? { on: true, since: notice.at } : fieldsOf(kept);
  const before = fieldsOf(state.suspended).text;
  const text =
    typeof before === 'string' && before !== notice.text ? `${notice.text} It stood still before that, too: ${before}` : notice.text;
  return { ...state, suspended: { cause: CAUSES[notice.kind], text, since: notice.at } };
}

/** Whether a stop for this cause tells of the record's own notice, so that whoever lifts it has read that. */
export const tellsOfRecord = (cause: AutomationView['cause']): boolean => cause === 'record-lost' || cause === 'record-restored';

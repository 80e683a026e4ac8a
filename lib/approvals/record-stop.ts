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
  const stood = fieldsOf(state.suspended);
  const before = stood.text;
  const text =
    typeof before === 'string' && before !== notice.text ? `${notice.text} It stood still before that, too: ${before}` : notice.text;
  const cause = CAUSES[notice.kind];
  const causes = [...new Set([cause, ...(Array.isArray(stood.causes) ? stood.causes : [stood.cause ?? cause])])];
  return { ...state, suspended: { cause, causes, text, since: notice.at } };
}

/** Whether a stop for these causes tells of the record's own notice, so that whoever lifts it has read that. */
export const tellsOfRecord = (causes: AutomationView['causes']): boolean =>
  causes?.some((cause) => cause === 'record-lost' || cause === 'record-restored') === true;

// What automation does by itself stands in the activity: that it stopped, why, and that it works again.
import type { AutomationView } from '../api/shapes.ts';
import type { NewActivity } from '../store/activity.ts';
import type { GuardLog } from './guard-log.ts';

const OURSELVES = { kind: 'gateway', name: 'Gatehouse' } as const;
const ENDS_BY_ITSELF: ReadonlySet<AutomationView['cause']> = new Set(['flood', 'rate', 'store']);

/** Takes each state of automation as it comes. A record that cannot be written is left out: the state itself says so then. */
export function createAutomationRecord(deps: {
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  stopped: GuardLog['stopped'];
}): (view: AutomationView) => void {
  let before: AutomationView | undefined;
  const record = (what: string, text: string, details?: Record<string, unknown>) =>
    void deps.record({ actor: OURSELVES, what, text, ...(details ? { details } : {}) }).catch(() => undefined);
  return (view) => {
    const last = before;
    before = view;
    const { cause, state, text } = view;
    if (last?.state === 'suspended' && state === 'on' && ENDS_BY_ITSELF.has(last.cause))
      record('automation.resumed', 'Automation works again: what had suspended it is over.');
    if ((cause === 'rate' || cause === 'flood') && last?.cause !== cause) deps.stopped(cause, 'all automation');
    const isNews = last?.state !== 'suspended' || last.cause !== cause || last.since !== view.since || last.text !== text;
    if (state === 'suspended' && isNews) record('automation.suspended', text, { cause });
  };
}

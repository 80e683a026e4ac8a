// What stopped automation, in words, and what may be pressed about it away from those words.
import type { AutomationView } from '#lib/api/shapes.ts';

export const CAUSES: Record<NonNullable<AutomationView['cause']>, string> = {
  flood: 'more devices or requests at once than the limits allow',
  rate: 'more automatic approvals in a minute than the limit allows',
  undone: 'an approval gave something else than was shown and was undone',
  'identity-changed': 'the gateway shows another identity',
  clock: 'the clock jumped back',
  store: 'the record cannot be written',
  'record-broken': 'the record was changed by somebody else',
  'record-lost': 'the record of decisions was lost',
  'record-restored': 'the record was restored from a backup',
  'token-drift': 'a device asked again for what it had just been given',
};

/** Every cause that stands, in the order of the console; none while nothing stops automation. */
export const stopCauses = ({ cause, causes }: Pick<AutomationView, 'cause' | 'causes'>): NonNullable<AutomationView['cause']>[] =>
  causes ?? (cause === undefined ? [] : [cause]);

type AutomationCommand = { id: string; word: string } & ({ set: boolean } | { leadsTo: string });

/** Where the switch stands beside the causes that it lifts. */
export const SWITCH_PLACE = '/rules#automation';

/**
 * What may be done about automation where its causes are not in sight. A stop is never lifted there: that leads to the switch. Off is
 * always offered while it is not off, since nobody has to read anything to be safer.
 */
export function automationCommands({ state }: Pick<AutomationView, 'state'>): AutomationCommand[] {
  const off: AutomationCommand = { id: 'automation-off', word: 'Turn automation off', set: false };
  if (state === 'on') return [off];
  if (state === 'off') return [{ id: 'automation-on', word: 'Turn automation on', set: true }];
  return [{ id: 'automation-stop', word: 'See why automation is suspended', leadsTo: SWITCH_PLACE }, off];
}

/** A stop where its own words would stand a second time on the page. */
export const STOP_IN_SHORT = 'Automation is suspended; the notice at the top says why.';

// Activity rows: who acted, which filters they pass, and the file that an export writes.
import type { ActivityView, DecisionActor } from '#lib/api/shapes.ts';
import type { Tone } from '../parts/scope-words.ts';

export const ACTORS: Record<DecisionActor['kind'], string> = {
  person: 'person',
  rule: 'rule',
  'api-token': 'API token',
  gateway: 'gateway',
  file: 'rules file',
};

/** Who acted, in a word. What the console does by itself is no act of a gateway. */
export const actorWord = ({ kind, name }: DecisionActor): string =>
  kind === 'gateway' && name === 'Gatehouse' ? 'by itself' : ACTORS[kind];

/** Things that happen to a gateway's devices without anybody here, or that stop automation: they stand out in the list. */
const LOUD: ReadonlyMap<string, Tone> = new Map([
  ['device.returned', 'red'],
  ['device.taken-back', 'amber'],
  ['window.open', 'amber'],
]);

/** The tone of a row that is no decision; undefined where it is plain. */
export function activityTone({ what }: Pick<ActivityView, 'what'>): Tone | undefined {
  return LOUD.get(what);
}

const KINDS: Record<string, string> = {
  'rule.order': 'order of rules',
  'rule.keep-grants': 'grants kept',
  'window.open': 'window opened',
  'window.close': 'window closed',
  'device.taken-back': 'taken back',
  'device.returned': 'came back by itself',
  'guards.limits': 'figures of the guards',
};

/** The kind of a row in words, beside its key; undefined where the sentence says it already. */
export function kindWords(what: string): string | undefined {
  return KINDS[what];
}

/** What a row may be found by. */
function hayOf({ what, text, actor, decision }: ActivityView): (string | undefined)[] {
  const { deviceId, displayName, clientId, scopes = [] } = decision ?? {};
  return [what, kindWords(what), text, actor.name, deviceId, displayName, clientId, ...scopes];
}

/** Whether a row passes the filter for its actor and a text. */
export function activityShown(row: ActivityView, kind: string, wanted: string): boolean {
  if (kind !== '' && row.actor.kind !== kind) return false;
  return wanted === '' || hayOf(row).some((part) => part?.toLowerCase().includes(wanted.toLowerCase()));
}

/** Rows as a JSON file for download; the caller revokes the address. */
export function exportAddress(rows: readonly ActivityView[]): string {
  return URL.createObjectURL(new Blob([`${JSON.stringify(rows, null, 2)}\n`], { type: 'application/json' }));
}

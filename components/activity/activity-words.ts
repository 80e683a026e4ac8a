// Activity rows: who acted, and which filters they pass.
import type { ActivityView, DecisionActor } from '#lib/api/shapes.ts';
import { ACT_ENTRIES } from '#lib/devices/acts/words.ts';
import { actWordOf } from '../devices/device-acts-words.ts';
import { takeBackWordOf } from '../devices/take-back-words.ts';
import type { Tone } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';

export const ACTORS: Record<DecisionActor['kind'], string> = {
  person: 'person',
  rule: 'rule',
  'api-token': 'API token',
  gateway: 'gateway',
  file: 'rules file',
  terminal: 'terminal',
};

/** Who acted, in a word. What the console does by itself is no act of a gateway. */
export const actorWord = ({ kind, name }: DecisionActor): string =>
  kind === 'gateway' && name === 'Gatehouse' ? 'by itself' : ACTORS[kind];

/** The name of the only one of its kind, which says no more than the kind does. A person's name always says more. */
const ONLY_ONE: Partial<Record<DecisionActor['kind'], string>> = {
  'api-token': 'API token',
  gateway: 'Gatehouse',
  file: 'the rules file',
  terminal: 'Terminal',
};

/** Who acted, by name; undefined where the name says no more than `actorWord`. A name is what somebody wrote: shown safely and cut. */
export const actorName = ({ kind, name }: DecisionActor): string | undefined =>
  name === '' || name === ONLY_ONE[kind] ? undefined : shownText(name, 80);

type Mark = { word: string; tone: Tone };

/** Entries of acts on a device; what became of each stands with it. */
const DEVICE_ACTS: ReadonlySet<string> = new Set([...Object.values(ACT_ENTRIES), 'device.act-undone']);

/**
 * What stands out before the sentence of a row, as a word with its tone: an opening, and what became of a take-back, in the word that
 * is used for it everywhere. Undefined where a row is plain.
 */
export function activityMark({ what, details }: Pick<ActivityView, 'what' | 'details'>): Mark | undefined {
  if (what === 'backup.failed') return { word: 'no backup', tone: 'amber' };
  if (what === 'window.open') return { word: 'window opened', tone: 'amber' };
  if (what === 'node.mismatch') return { word: 'not what was approved', tone: 'red' };
  if (what === 'device.taken-back' || what === 'device.returned') return takeBackWordOf(details?.state);
  return DEVICE_ACTS.has(what) ? actWordOf(details?.state) : undefined;
}

const KINDS: Record<string, string> = {
  'rule.order': 'order of rules',
  'rule.keep-grants': 'grants kept',
  'window.open': 'window opened',
  'window.close': 'window closed',
  'device.taken-back': 'take-back',
  'device.returned': 'take-back',
  'device.renamed': 'name of a device',
  'device.token-rotated': 'token rotated',
  'device.token-narrowed': 'token narrowed',
  'device.token-revoked': 'token revoked',
  'device.act-undone': 'act on a device undone',
  'guards.limits': 'figures of the guards',
  'node.mismatch': 'node holds something else',
  'node.decision-failed': 'node decision failed',
  'node.decision-unknown': 'node decision open',
};

/** The kind of a row in words, beside its key; undefined where the sentence says it already. */
export function kindWords(what: string): string | undefined {
  return KINDS[what];
}

/** What a row may be found by. */
function hayOf(row: ActivityView): (string | undefined)[] {
  const { what, text, actor, decision } = row;
  const { deviceId, displayName, clientId, scopes = [] } = decision ?? {};
  return [what, kindWords(what), activityMark(row)?.word, text, actor.name, deviceId, displayName, clientId, ...scopes];
}

/** Whether a row passes the filter for its actor and a text. */
export function activityShown(row: ActivityView, kind: string, wanted: string): boolean {
  if (kind !== '' && row.actor.kind !== kind) return false;
  return wanted === '' || hayOf(row).some((part) => part?.toLowerCase().includes(wanted.toLowerCase()));
}

// A rule while it is being written: its parts as clauses that can be added and removed, and what keeps it from being stored.
import type { RuleEffect, RuleHours, RuleInput, RuleOrigin, Weekday } from '#lib/api/rule-shapes.ts';
import { isForOneKey, perDeviceOf } from '#lib/rules/per-device.ts';

/** The parts of a rule that nobody has to name. */
export type Clause =
  | 'deviceId'
  | 'pairedForHours'
  | 'heldScopes'
  | 'authMethods'
  | 'hours'
  | 'reasons'
  | 'clientIds'
  | 'clientModes'
  | 'platforms'
  | 'displayName'
  | 'maxPerDevicePerHour'
  | 'maxUses'
  | 'coolOffMinutes'
  | 'note';

/** Clauses that stand on nothing but what the caller says of itself. */
export const SAID: readonly Clause[] = ['clientIds', 'clientModes', 'platforms', 'displayName'];

/** The clauses by where they are offered. `limit` clauses belong to the end of the sentence. */
export const CLAUSE_GROUPS: readonly { title: string; clauses: readonly Clause[]; limit?: true }[] = [
  { title: 'About the device', clauses: ['deviceId', 'pairedForHours', 'heldScopes'] },
  { title: 'About the request', clauses: ['reasons', 'authMethods', 'hours'] },
  { title: "The caller's own words", clauses: SAID },
  { title: 'Limits', clauses: ['maxPerDevicePerHour', 'maxUses', 'coolOffMinutes'], limit: true },
  { title: 'For people', clauses: ['note'], limit: true },
];

/** What a clause is called where it is offered. */
export const CLAUSE_NAMES: Record<Clause, string> = {
  deviceId: 'which device',
  pairedForHours: 'paired for at least',
  heldScopes: 'what it holds already',
  authMethods: 'how it signs in',
  hours: 'days and hours',
  reasons: 'why it asks',
  clientIds: 'client',
  clientModes: 'client mode',
  platforms: 'platform',
  displayName: 'name',
  maxPerDevicePerHour: 'each device an hour',
  maxUses: 'uses in all',
  coolOffMinutes: 'rest after your no',
  note: 'a note',
};

export const effectOf = (draft: RuleInput): RuleEffect => draft.effect ?? 'approve';
export const originOf = (draft: RuleInput): RuleOrigin => draft.origin ?? 'host-key';

/** Whether a clause means anything for what the rule does. */
export function fits(draft: RuleInput, clause: Clause): boolean {
  const effect = effectOf(draft);
  switch (clause) {
    case 'reasons':
    case 'note':
      return effect !== 'approve';
    case 'maxPerDevicePerHour':
      return effect !== 'leave' && !isForOneKey(draft);
    case 'coolOffMinutes':
    case 'maxUses':
      return effect !== 'leave';
    default:
      return true;
  }
}

/** The draft without a clause: its strictest or widest reading, as the part itself says, takes the place. */
export function withoutClause(draft: RuleInput, clause: Clause): RuleInput {
  const next = { ...draft };
  delete next[clause];
  return next;
}

const ALL_DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** The draft with a clause at a first value that means something; nothing of what stands there changes. */
export function withClause(draft: RuleInput, clause: Clause, timeZone: string): RuleInput {
  const hours: RuleHours = { days: [...ALL_DAYS], from: '09:00', to: '18:00', timeZone };
  const first: Required<Pick<RuleInput, Clause>> = {
    deviceId: '',
    pairedForHours: 24,
    heldScopes: ['operator.read'],
    authMethods: ['device-token'],
    hours,
    reasons: ['scope-upgrade'],
    clientIds: [],
    clientModes: [],
    platforms: [],
    displayName: '',
    maxPerDevicePerHour: perDeviceOf({ ...draft, maxPerHour: draft.maxPerHour ?? 10 }),
    maxUses: 1,
    coolOffMinutes: 60,
    note: '',
  };
  return draft[clause] === undefined ? { ...draft, [clause]: first[clause] } : draft;
}

/** The clauses that stand in a draft, in the order in which the sentence has them. */
export function clausesIn(draft: RuleInput, limit: boolean): Clause[] {
  return CLAUSE_GROUPS.filter((group) => (group.limit ?? false) === limit)
    .flatMap(({ clauses }) => clauses)
    .filter((clause) => draft[clause] !== undefined && fits(draft, clause));
}

/** The draft with another effect. Parts that mean nothing there are dropped, and an approval never keeps a wider reading. */
export function withEffect(draft: RuleInput, effect: RuleEffect): RuleInput {
  const next: RuleInput = { ...draft, effect };
  for (const { clauses } of CLAUSE_GROUPS) for (const clause of clauses) if (!fits(next, clause)) delete next[clause];
  if (effect === 'approve') return { ...next, origin: originOf(draft) === 'any' ? 'host-key' : originOf(draft) };
  delete next.confirm;
  delete next.agentsMayUse;
  if (effect === 'leave') delete next.maxPerHour;
  return next;
}

const isEmpty = (list: readonly string[] | undefined) => list !== undefined && list.length === 0;

function isOpen(draft: RuleInput, clause: Clause): boolean {
  const value = draft[clause];
  if (clause === 'hours') return isEmpty(draft.hours?.days);
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}

/** The draft without the clauses that were added and not filled in yet: what can be read aloud and tried meanwhile. */
export function filledIn(draft: RuleInput): RuleInput {
  return withOneLimit(
    CLAUSE_GROUPS.flatMap(({ clauses }) => clauses)
      .filter((clause) => isOpen(draft, clause))
      .reduce(withoutClause, draft),
  );
}

/** A draft for one key with the one limit that the form shows; any other as it is. */
export function withOneLimit(draft: RuleInput): RuleInput {
  return effectOf(draft) === 'leave' || !isForOneKey(draft) ? draft : { ...draft, maxPerDevicePerHour: draft.maxPerHour ?? 10 };
}

/** A stored rule as the form begins with it: of two limits for one key the tighter is the one that is shown. */
export function formStart(rule: RuleInput): RuleInput {
  if (effectOf(rule) === 'leave' || !isForOneKey(rule)) return rule;
  const maxPerHour = rule.maxPerHour ?? 10;
  const { maxPerDevicePerHour: _shown, ...rest } = rule;
  return { ...rest, maxPerHour: Math.min(maxPerHour, perDeviceOf({ ...rule, maxPerHour })) };
}

/** What is missing before the rule can be stored, in words; the server has the last word. */
export function draftProblems(draft: RuleInput): string[] {
  const problems: string[] = [];
  if (draft.name.trim() === '') problems.push('The rule needs a name.');
  if (draft.scopes.length === 0) problems.push('Name at least one scope.');
  if (draft.deviceId === '') problems.push('Choose the device, or remove that part.');
  for (const [clause, words] of [
    ['heldScopes', 'Name what it must hold already, or remove that part.'],
    ['authMethods', 'Name a way of signing in, or remove that part.'],
    ['clientIds', 'Name a client, or remove that part.'],
    ['clientModes', 'Name a client mode, or remove that part.'],
    ['platforms', 'Name a platform, or remove that part.'],
    ['reasons', 'Name why it asks, or remove that part.'],
  ] as const) {
    if (isEmpty(draft[clause])) problems.push(words);
  }
  if (draft.displayName?.trim() === '') problems.push('Give the name a pattern, or remove that part.');
  if (draft.note?.trim() === '') problems.push('Write the note, or remove it.');
  if (draft.hours !== undefined && draft.hours.days.length === 0) problems.push('Name at least one day, or remove the hours.');
  if (SAID.some((clause) => draft[clause] !== undefined) && draft.deviceId === undefined && originOf(draft) === 'any') {
    problems.push("The caller's words prove nothing by themselves: name a device, or a proven origin, beside them.");
  }
  return problems;
}

/** Words separated by commas or blanks, each once. */
export function wordsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];
}

const two = (n: number) => String(n).padStart(2, '0');

/** The day of a moment in the reader's time zone, as a date input has it. */
export function dateValue(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The last second of that day in the reader's time zone; undefined for what is no day. */
export function endOfDay(day: string): string | undefined {
  const at = new Date(`${day}T23:59:59`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

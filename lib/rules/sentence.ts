// A rule and a permit window read aloud. Browser-safe: the form speaks while it is written, the record with the same words.
import type { PermitWindowInput } from '../api/grant-shapes.ts';
import type { RuleHours, RuleInput } from '../api/rule-shapes.ts';
import type { Reason } from '../api/shapes.ts';
import { isScope, NAMED_SCOPES, normaliseScopes } from '../gateway/scopes.ts';
import { ceilingOf } from './ceiling.ts';
import { isForOneKey, perDeviceOf } from './per-device.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const DAY_WORDS = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' } as const;
const WORKING = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const ASKED_AS: Record<Reason, string> = {
  'scope-upgrade': 'for more scopes',
  'new-device': 'as a new device',
  'role-upgrade': 'for another role',
  'metadata-change': 'from another platform',
  unchanged: 'for what it holds already',
};

/** A day in words, UTC. */
export function dayOf(iso: string): string {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
}

/** Words in a row: "a, b and c". */
export function listed(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/** Scopes in a row, least risk first, without the word that all of them begin with. */
export const scopeWords = (scopes: readonly string[], last: 'and' | 'or' = 'and'): string =>
  listed(
    normaliseScopes(scopes).map((s) => s.replace('operator.', '')),
    last,
  );

/** A span of hours in words, days where they come out even. */
export function hoursLong(hours: number): string {
  const days = hours / 24;
  if (Number.isInteger(days)) return `${days} day${days === 1 ? '' : 's'}`;
  return `${hours} hour${hours === 1 ? '' : 's'}`;
}

/** Days and hours in words. */
export function hoursWords({ days, from, to, timeZone }: RuleHours): string {
  const has = (day: keyof typeof DAY_WORDS) => days.includes(day);
  const working = WORKING.every(has);
  const weekend = has('sat') && has('sun');
  const none = !WORKING.some(has);
  const named =
    working && weekend
      ? 'every day'
      : working && !has('sat') && !has('sun')
        ? 'on weekdays'
        : weekend && none
          ? 'at weekends'
          : `on ${listed((['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const).filter(has).map((d) => DAY_WORDS[d]))}`;
  const hours = from === to ? 'at any hour' : `from ${from} to ${to}`;
  return `${named} ${hours} (${timeZone})`;
}

function who(rule: RuleInput): string {
  const calls = rule.clientIds;
  const device = rule.deviceId
    ? `the device ${rule.deviceId.slice(0, 8)}`
    : rule.origin === 'host-key' || rule.origin === undefined
      ? rule.agentsMayUse
        ? 'the gateway’s own key, agents included,'
        : 'the gateway’s own key'
      : calls?.length === 1 && calls[0] === 'cli'
        ? 'a CLI'
        : 'a device';
  const that: string[] = [];
  if (calls && device !== 'a CLI') that.push(`calls itself ${listed(calls, 'or')}`);
  if (rule.clientModes) that.push(`says that its mode is ${listed(rule.clientModes, 'or')}`);
  if (rule.platforms) that.push(`says that it runs on ${listed(rule.platforms, 'or')}`);
  if (rule.displayName !== undefined) that.push(`says that its name is “${rule.displayName}”`);
  if (rule.pairedForHours !== undefined) that.push(`has been paired for at least ${hoursLong(rule.pairedForHours)}`);
  if (rule.heldScopes) that.push(`holds ${scopeWords(rule.heldScopes)}`);
  if (rule.authMethods) that.push(`signed in with ${listed(rule.authMethods, 'or')}`);
  return that.length === 0 ? device : `${device} that ${listed(that)}`;
}

function where(rule: RuleInput): string[] {
  const out: string[] = [];
  if (rule.reasons && (rule.reasons.length !== 1 || rule.reasons[0] !== 'scope-upgrade'))
    out.push(
      listed(
        rule.reasons.map((r) => ASKED_AS[r]),
        'or',
      ),
    );
  if (rule.gateway !== undefined) out.push(`on ${rule.gateway}`);
  if (rule.origin === 'any') out.push('from anywhere');
  else {
    out.push(rule.origin === 'loopback' ? 'over clean loopback' : 'on a clean local path');
    if (rule.deviceId && rule.origin !== 'loopback')
      out.push(rule.agentsMayUse ? 'with the gateway’s own key, agents included' : 'with the gateway’s own key');
    if (rule.origin === 'loopback' && rule.agentsMayUse) out.push('agents included');
  }
  if (rule.origin !== 'any') out.push(rule.assurance === 'log' ? 'even where its socket cannot be seen' : 'with its socket seen');
  if (rule.hours) out.push(hoursWords(rule.hours));
  return out;
}

const restWords = (minutes: number): string =>
  minutes === 60 ? 'an hour' : minutes === 1 ? 'a minute' : minutes % 60 === 0 ? hoursLong(minutes / 60) : `${minutes} minutes`;

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

function limits(rule: RuleInput): string[] {
  const perHour = rule.maxPerHour ?? 10;
  const perDevice = Math.min(perHour, perDeviceOf({ ...rule, maxPerHour: perHour }));
  const often =
    perDevice === perHour || isForOneKey(rule)
      ? `at most ${times(perDevice)} an hour`
      : `at most ${times(perHour)} an hour and ${perDevice} per device`;
  const out = [often];
  if (rule.maxUses !== undefined) out.push(`${times(rule.maxUses)} altogether`);
  out.push(`with ${restWords(rule.coolOffMinutes ?? 60)} of rest after a person’s rejection`);
  return out;
}

/** The rule read aloud: every condition, limit and consequence that its author wrote. */
export function sentenceOf(rule: RuleInput): string {
  const effect = rule.effect ?? 'approve';
  const given = ceilingOf(rule);
  const named = given.filter((s) => isScope(s) && NAMED_SCOPES.includes(s));
  const agentsOut = effect === 'approve' && named.length > 0 && !rule.agentsMayUse;
  // A key that is not the gateway's own is held only where its asker was seen and was the gateway.
  const agentsWords =
    rule.origin === 'loopback' ? 'not when the gateway’s own process asks' : 'only when a process other than the gateway asks';
  const up =
    effect === 'approve'
      ? `for no more than ${scopeWords(given)}${agentsOut ? ` (${scopeWords(named)} ${agentsWords})` : ''}`
      : `and what it asks includes ${scopeWords(rule.scopes, 'or')}`;
  const end = rule.expiresAt === undefined ? 'for 30 days' : `until ${dayOf(rule.expiresAt)}`;
  const act =
    effect === 'approve'
      ? ['approve it', ...limits(rule), end]
      : effect === 'reject'
        ? ['reject it', ...limits(rule), end]
        : ['leave it to a person', end];
  const note = rule.note ? ` It says: “${rule.note}”` : '';
  const shadow = rule.shadow ? ' In shadow: it only records what it would have done.' : '';
  const subject = who(rule);
  return `When ${subject} asks, ${[...where(rule), up, ...act].join(', ')}.${note}${shadow}`.replace(',,', ',');
}

/** A span of seconds in words: 120 is "2 minutes", 90 is "90 seconds". */
function secondsLong(seconds: number): string {
  const minutes = seconds / 60;
  if (Number.isInteger(minutes)) return minutes === 1 ? 'minute' : `${minutes} minutes`;
  return `${seconds} seconds`;
}

const COUNTS = ['no requests', 'one request', 'two requests', 'three requests', 'four requests', 'five requests'] as const;

/** A permit window read aloud. `deviceName` is what the device calls itself. */
export function windowSentence(
  window: Pick<PermitWindowInput, 'target' | 'scopes' | 'confirm' | 'seconds' | 'uses' | 'agentsMayUse' | 'assurance'> & {
    deviceName?: string;
  },
): string {
  const { target } = window;
  const uses = window.uses ?? 1;
  const from =
    target.kind === 'device'
      ? `the device ${target.deviceId.slice(0, 8)}${window.deviceName ? ` (“${window.deviceName}”)` : ''}`
      : 'the next new CLI';
  const agents = window.agentsMayUse ? ', agents included' : '';
  const weaker = window.assurance === 'log' ? ', even where its socket cannot be seen' : '';
  return `For the next ${secondsLong(window.seconds)}, approve ${COUNTS[uses] ?? `${uses} requests`} from ${from}${agents}, over a clean local path${weaker}, for no more than ${scopeWords(ceilingOf(window))}.`;
}

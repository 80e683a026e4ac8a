// The filters in words: the questions that are asked most, and what is filtered as a sentence.
import type { DeviceView } from '#lib/api/shapes.ts';
import type { DeviceFilter } from '#lib/devices/filter.ts';
import { scopeName } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import type { FilterChange } from './device-table-view.ts';
import { FINDING_WORDS } from './device-words.ts';

export type Quick = { word: string; on(filter: DeviceFilter): boolean; set: FilterChange; clear: FilterChange };

/** Each is one press. */
export const QUICK: readonly Quick[] = [
  { word: 'holds admin', on: (f) => f.holdsAdmin === true, set: { holdsAdmin: true }, clear: { holdsAdmin: undefined } },
  { word: 'granted silently', on: (f) => f.silently === true, set: { silently: true }, clear: { silently: undefined } },
  { word: 'drifted', on: (f) => f.drifted === true, set: { drifted: true }, clear: { drifted: undefined } },
  { word: 'duplicate', on: (f) => f.duplicate === true, set: { duplicate: true }, clear: { duplicate: undefined } },
  { word: 'not seen for 30 days', on: (f) => f.notSeenDays !== undefined, set: { notSeenDays: 30 }, clear: { notSeenDays: undefined } },
  { word: 'never used', on: (f) => f.neverUsed === true, set: { neverUsed: true }, clear: { neverUsed: undefined } },
  { word: 'connected', on: (f) => f.connected === true, set: { connected: true }, clear: { connected: undefined } },
];

export type Names = { gateways: ReadonlyMap<string, string>; rules: ReadonlyMap<string, string> };

/** Whether anything is filtered. */
export const isFiltered = (filter: DeviceFilter): boolean => Object.values(filter).some((value) => value !== undefined && value !== '');

/** What is filtered, for an empty list and beside a bulk act. Empty when nothing is. */
export function filterWords(filter: DeviceFilter, { gateways, rules }: Names): string {
  const { text, client, scope, role, platform, gateway, ruleId, notSeenDays, connected, findings } = filter;
  const shown = (value: string) => shownText(value, 60);
  return [
    filter.holdsAdmin && 'holds admin',
    filter.silently && 'granted silently',
    filter.drifted && 'drifted',
    filter.duplicate && 'duplicate',
    notSeenDays !== undefined && `not seen for ${notSeenDays} days`,
    filter.neverUsed && 'never used',
    connected !== undefined && (connected ? 'connected' : 'not connected'),
    ...(findings ?? []).map((code) => FINDING_WORDS[code].word),
    client !== undefined && `client ${shown(client)}`,
    scope !== undefined && `scope ${shown(scopeName(scope))}`,
    role !== undefined && `role ${shown(role)}`,
    platform !== undefined && `platform ${shown(platform)}`,
    ruleId !== undefined && `rule ${shown(rules.get(ruleId) ?? ruleId)}`,
    gateway !== undefined && `gateway ${shown(gateways.get(gateway) ?? gateway)}`,
    text !== undefined && text !== '' && `text “${shown(text)}”`,
  ]
    .filter((part) => typeof part === 'string')
    .join(', ');
}

/**
 * How many of these devices a filter cannot judge, because their gateway does not tell what it asks for; and what that is. Undefined
 * when every one is judged.
 */
export function untold(
  { neverUsed, connected, notSeenDays }: DeviceFilter,
  devices: readonly DeviceView[],
): { count: number; what: string } | undefined {
  const asks: [boolean, string, (device: (typeof devices)[number]) => boolean][] = [
    [neverUsed === true || connected !== undefined, 'who is connected', (device) => device.connected === undefined],
    [notSeenDays !== undefined, 'when it was last seen', (device) => device.connected !== true && device.lastSeenAt === undefined],
  ];
  for (const [asked, what, isUntold] of asks) {
    const count = asked ? devices.filter(isUntold).length : 0;
    if (count > 0) return { count, what };
  }
  return undefined;
}

/** That a filter leaves out devices of which nobody knows, not devices that do not fit. */
export function untoldWords(found: { count: number; what: string }, of: number): string {
  const which = found.count === of ? 'Of no device here' : `Of ${found.count.toLocaleString('en')} of ${of.toLocaleString('en')} devices`;
  return found.count === of
    ? `${which} does the gateway tell ${found.what}, so this filter can find none: it says nothing about them.`
    : `${which} the gateway does not tell ${found.what}: this filter leaves them out.`;
}

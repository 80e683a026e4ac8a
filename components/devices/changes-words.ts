// Differences between readings in words, and which of them a text finds.
import type { ChangeBy, ChangeKind, DeviceChangeView } from '#lib/api/device-shapes.ts';
import type { Tone } from '../parts/scope-words.ts';

export const CHANGE_WORDS: Record<ChangeKind, { word: string; tone: Tone }> = {
  'first-seen': { word: 'was here already', tone: 'plain' },
  paired: { word: 'paired', tone: 'amber' },
  'paired-anew': { word: 'paired anew', tone: 'amber' },
  removed: { word: 'removed', tone: 'plain' },
  'scopes-grew': { word: 'got more', tone: 'orange' },
  'scopes-shrank': { word: 'got less', tone: 'plain' },
  'roles-changed': { word: 'other roles', tone: 'orange' },
  'token-issued': { word: 'token issued', tone: 'plain' },
  'token-rotated': { word: 'token rotated', tone: 'plain' },
  'token-narrowed': { word: 'token narrowed', tone: 'plain' },
  'token-revoked': { word: 'token revoked', tone: 'plain' },
  'token-removed': { word: 'token gone', tone: 'amber' },
  renamed: { word: 'renamed', tone: 'plain' },
  'platform-changed': { word: 'other platform', tone: 'amber' },
  unreadable: { word: 'damaged', tone: 'orange' },
};

/** Who did it, in a few words; what nobody can prove is said to be so. */
export function byWords(by: ChangeBy): string {
  switch (by.kind) {
    case 'console':
      return by.name;
    case 'silent':
      return 'nobody was asked';
    case 'gateway-tools':
      return "the gateway's own tools";
    case 'gateway':
      return 'the gateway itself';
    case 'device':
      return 'the device';
    case 'unknown':
      return 'not known';
  }
}

/** How the device of a difference is called. */
export const changedName = ({ displayName }: Pick<DeviceChangeView, 'displayName'>): string => displayName ?? 'unnamed device';

/** Whether a difference has the text in it: the device's name and id, what it gained, the sentence. */
export function changeShown(change: DeviceChangeView, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return true;
  const { displayName, deviceId, gained, lost, text: sentence } = change;
  const parts = [displayName, deviceId, sentence, ...gained.roles, ...gained.scopes, ...lost.roles, ...lost.scopes];
  return parts.some((part) => part?.toLowerCase().includes(wanted));
}

/** "1 grant", "12 grants". */
export const grants = (count: number): string => (count === 1 ? '1 grant' : `${count.toLocaleString('en')} grants`);

/** A reading finds a difference within some seconds; times further apart than this are both told. */
const TOLD_APART_MS = 60_000;

/** Whether the gateway dates a difference so far from the reading that found it that both are worth telling. */
export const toldApart = ({ at, toldAt }: Pick<DeviceChangeView, 'at' | 'toldAt'>): boolean =>
  toldAt !== undefined && Math.abs(Date.parse(at) - Date.parse(toldAt)) >= TOLD_APART_MS;

/** The reading before the one that found a difference, where nobody looked for so long that the difference may be much older. */
export const unreadSince = ({ at, notBefore, toldAt }: Pick<DeviceChangeView, 'at' | 'notBefore' | 'toldAt'>): string | undefined =>
  toldAt === undefined && notBefore !== undefined && Date.parse(at) - Date.parse(notBefore) >= TOLD_APART_MS ? notBefore : undefined;

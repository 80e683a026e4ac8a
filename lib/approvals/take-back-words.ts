// What became of a take-back: one word for each outcome and one sentence; the list of the gateway is what they speak of. Browser-safe.
import type { Enforcement, TakeBackState, TakeBackView } from '../api/grant-shapes.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { normaliseScopes, shortScopes } from '../gateway/scopes.ts';

/** The one word for each outcome, wherever it is told. */
export const TAKE_BACK_WORDS: Record<TakeBackState, string> = {
  asking: 'asking the gateway',
  gone: 'taken back',
  failed: 'still there',
  refused: 'the gateway refused',
  unknown: 'not known yet',
  returned: 'came back by itself',
};

const short = (scopes: readonly string[]) => shortScopes(normaliseScopes(scopes));

/** The name of a device in a sentence. */
export const nameOf = (of: { displayName?: string | undefined; clientId?: string | undefined; deviceId: string }): string =>
  `${of.displayName ?? of.clientId ?? 'a device'} (${of.deviceId.slice(0, 8)})`;

const NEXT: Record<Enforcement, string> = {
  enforced: 'To come back it must ask a person.',
  'until-next-connect': 'It may come back by itself at its next connection.',
  'needs-new-secret': 'Whoever holds the shared secret still gets in without pairing.',
};

const rejectedWords = (rejected: number) =>
  rejected === 0
    ? ''
    : rejected === 1
      ? ' A request of it that waited was rejected.'
      : ` ${rejected} requests of it that waited were rejected.`;

/** It is not listed any more. */
export const goneWords = (view: Pick<TakeBackView, 'lost' | 'enforcement'>, rejected: number): string =>
  `Removed and not listed any more; it lost ${short(view.lost)}.${rejectedWords(rejected)} ${NEXT[view.enforcement]}`;

/** The gateway did not do it, or says so and lists the device all the same. */
export const failedWords = (why: string): string => `${why} The device keeps what it held. No rule approves its key until a person does.`;

export const STILL_LISTED = 'The gateway answered yes and still lists the device.';
export const UNREAD = 'The gateway answered yes, but its list could not be read afterwards.';
export const SETTLED_GONE = 'No answer came. The gateway does not list the device any more.';
export const SETTLED_LISTED =
  'No answer came, and the gateway still lists the device: nothing was taken back, and it is not tried again by itself.';

/** The device stands in the list again. */
export function returnedWords(row: Pick<PairedDevice, 'scopes' | 'approvedVia'>): string {
  const how =
    row.approvedVia === undefined
      ? 'Nobody decided that here.'
      : row.approvedVia === 'silent'
        ? 'The gateway let it in by itself.'
        : `Nobody decided that here; the gateway calls it ${row.approvedVia}.`;
  return `Removed, and paired again since with ${short(row.scopes)}. ${how}`;
}

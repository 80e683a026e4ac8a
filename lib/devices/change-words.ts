// A difference between two readings in one sentence. Pure.
import type { ChangeBy } from '../api/device-shapes.ts';
import { shortScopes } from '../gateway/scopes.ts';
import type { Difference } from './differences.ts';

const listed = (roles: readonly string[], scopes: readonly string[]) =>
  [...roles.map((role) => `role ${role}`), ...(scopes.length > 0 ? [shortScopes(scopes)] : [])].join(', ') || 'nothing';

function whatHappened({ kind, gained, lost, role, before, after }: Difference): string {
  const token = role === undefined ? 'Its token' : `Its ${role} token`;
  switch (kind) {
    case 'first-seen':
      return `It was paired before this console came and holds ${listed(gained.roles, gained.scopes)}.`;
    case 'paired':
      return `It was paired and got ${listed(gained.roles, gained.scopes)}.`;
    case 'paired-anew':
      return `Its row was made anew, with ${listed(gained.roles, gained.scopes)}.`;
    case 'removed':
      return `It is not listed any more; it held ${listed(lost.roles, lost.scopes)}.`;
    case 'scopes-grew':
      return `It got ${listed([], gained.scopes)}.`;
    case 'scopes-shrank':
      return `It lost ${listed([], lost.scopes)}.`;
    case 'roles-changed': {
      const got = gained.roles.length + gained.scopes.length > 0 ? [`got ${listed(gained.roles, gained.scopes)}`] : [];
      const gave = lost.roles.length + lost.scopes.length > 0 ? [`lost ${listed(lost.roles, lost.scopes)}`] : [];
      return `It ${[...got, ...gave].join(' and ')}.`;
    }
    case 'token-issued':
      return gained.scopes.length === 0 ? `${token} was issued.` : `${token} was issued again; it got ${listed([], gained.scopes)}.`;
    case 'token-rotated':
      return gained.scopes.length > 0
        ? `${token} was rotated to more scopes; it got ${listed([], gained.scopes)}.`
        : `${token} was rotated.`;
    case 'token-narrowed':
      return gained.scopes.length > 0
        ? `${token} was rotated to other scopes; it lost ${listed([], lost.scopes)} and got ${listed([], gained.scopes)}.`
        : `${token} was rotated to fewer scopes; it lost ${listed([], lost.scopes)}.`;
    case 'token-revoked':
      return `${token} was revoked.`;
    case 'token-removed':
      return `${token} is gone from its row; it held ${listed([], lost.scopes)}.`;
    case 'renamed':
      return `It was renamed from “${before ?? ''}” to “${after ?? ''}”.`;
    case 'platform-changed':
      return `Its platform was ${before ?? 'nothing'} and is ${after ?? 'nothing'}.`;
    case 'unreadable':
      return 'What was kept of this difference is damaged.';
  }
}

/** Who did it, as a sentence; empty where nothing is known and nothing needs to be said. */
function whoDidIt(by: ChangeBy): string {
  switch (by.kind) {
    case 'console':
      return `By ${by.name}, here.`;
    case 'silent':
      return by.proof === 'no-decision'
        ? 'Nobody decided it here, and nothing shows that anybody was asked.'
        : 'The gateway gave it by itself; nobody was asked.';
    case 'gateway-tools':
      return 'Somebody did it with the gateway’s own tools.';
    case 'gateway':
      return 'The gateway did it by itself: a newer pairing of the same client took its place.';
    case 'device':
      return '';
    case 'unknown':
      return 'Who did it is not known.';
  }
}

/** One sentence or two, without the device's name. */
export const changeText = (difference: Difference, by: ChangeBy): string => `${whatHappened(difference)} ${whoDidIt(by)}`.trim();

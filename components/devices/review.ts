// The access review in words: what may be asked for, and what each "since" stands on.
import type { AccessHolder } from '#lib/api/device-shapes.ts';
import { listWords, scopeName } from '../parts/scope-words.ts';

/** What a review asks for: admin and node commands alone, or everything above write. */
export const REVIEWS = ['admin', 'elevated'] as const;
export type ReviewKind = (typeof REVIEWS)[number];

/** The query of a review, as the API takes it. */
export const reviewQuery = (kind: ReviewKind): { scope: string } => ({ scope: kind === 'admin' ? 'operator.admin' : 'elevated' });

/** What the moment is at which a device came to hold what is reviewed: no guess is shown as a fact. */
export function sinceWords(what: AccessHolder['sinceWhat']): string {
  switch (what) {
    case 'decision':
      return 'decided here';
    case 'reading':
      return 'seen by a reading';
    case 'approved':
      return 'last grant of anything';
    case 'unknown':
      return '';
  }
}

/** Where the panel of a device is open. */
export const deviceAddress = (gateway: string, deviceId: string): string =>
  `/devices?${new URLSearchParams({ device: `${gateway}/${deviceId}` })}`;

/** The row of a decision in the activity. */
export const decisionAddress = (decisionId: string): string => `/activity?${new URLSearchParams({ decision: decisionId })}`;

/** "role node and admin": what a grant gave. */
export function gainedWords({ roles, scopes }: { roles: readonly string[]; scopes: readonly string[] }): string {
  const named = [...roles.map((role) => `role ${role}`), ...scopes.map(scopeName)];
  return named.length === 0 ? 'its pairing' : listWords(named);
}

/** Who tells when it was last used: unknown is never said as never. */
export function usedWords({ lastUsedBy }: Pick<AccessHolder, 'lastUsedBy'>): string {
  if (lastUsedBy === 'gateway') return 'by the gateway’s list';
  return lastUsedBy === 'handshake' ? 'by a handshake in its log' : 'by this gateway; it may be in use';
}

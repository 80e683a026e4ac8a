// The access review in words: what may be asked for, and what each "since" stands on.
import type { AccessHolder } from '#lib/api/device-shapes.ts';

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

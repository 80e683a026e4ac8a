// Taking back in words: what each grade of enforcement means, and what became of a device.
import type { Enforcement, TakeBackView } from '#lib/api/grant-shapes.ts';
import type { DecisionView } from '#lib/api/shapes.ts';
import { scopeList, type Tone } from '../parts/scope-words.ts';

export const ENFORCEMENT: Record<Enforcement, { word: string; tone: Tone; meaning: string }> = {
  enforced: { word: 'enforced', tone: 'good', meaning: 'It stays out until a person lets it in again.' },
  'until-next-connect': { word: 'until it next connects', tone: 'amber', meaning: 'The gateway lets it in again by itself, unseen.' },
  'needs-new-secret': {
    word: 'not without a new shared secret',
    tone: 'red',
    meaning: 'It holds the shared secret and comes back with it.',
  },
};

/** The state of one take-back in two or three words. */
export function takeBackWord(state: TakeBackView['state']): { word: string; tone: Tone } {
  switch (state) {
    case 'asking':
      return { word: 'asking the gateway', tone: 'plain' };
    case 'gone':
      return { word: 'taken back', tone: 'good' };
    case 'failed':
      return { word: 'not taken back', tone: 'red' };
    case 'unknown':
      return { word: 'outcome unknown', tone: 'amber' };
    case 'returned':
      return { word: 'came back by itself', tone: 'red' };
  }
}

/** With what a device returned, as the end of a sentence. */
export function returnedWords({ returnedWith }: Pick<TakeBackView, 'returnedWith'>): string {
  return returnedWith === undefined || returnedWith.length === 0 ? 'with no scopes' : `with ${scopeList(returnedWith)}`;
}

/** Whether what a decision gave can still be taken back: it gave something or may have, and no take-back of it stands or is under way. */
export function canTakeBack({ action, state, takenBack }: Pick<DecisionView, 'action' | 'state' | 'takenBack'>): boolean {
  const gave = action === 'approve' && (state === 'approved' || state === 'settled-approved' || state === 'settled-unknown');
  return gave && takenBack?.state !== 'gone' && takenBack?.state !== 'asking';
}

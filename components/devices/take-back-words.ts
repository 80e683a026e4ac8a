// Taking back in words: what each grade of enforcement means, and what became of a device.
import type { Enforcement, TakeBackState, TakeBackView } from '#lib/api/grant-shapes.ts';
import type { DecisionView } from '#lib/api/shapes.ts';
import { TAKE_BACK_WORDS } from '#lib/approvals/take-back-words.ts';
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

const isState = (text: string): text is TakeBackState => Object.hasOwn(TAKE_BACK_WORDS, text);

const TONES: Record<TakeBackState, Tone> = {
  asking: 'plain',
  gone: 'good',
  failed: 'red',
  refused: 'red',
  unknown: 'amber',
  returned: 'red',
};

/** The outcome of one take-back: the word for it with its tone. */
export const takeBackWord = (state: TakeBackState): { word: string; tone: Tone } => ({ word: TAKE_BACK_WORDS[state], tone: TONES[state] });

/** The outcome that a row of the activity tells of, from what was recorded with it; undefined where it names none. */
export function takeBackWordOf(recorded: unknown): { word: string; tone: Tone } | undefined {
  return typeof recorded === 'string' && isState(recorded) ? takeBackWord(recorded) : undefined;
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

// A permit window in words, and the time it has left at the steps that are worth saying aloud.
import type { PermitWindowView } from '#lib/api/grant-shapes.ts';
import type { Tone } from '../parts/scope-words.ts';

/** Steps of the spoken countdown, s, longest first. A figure that changes every second is no help to a listener. */
const STEPS = [600, 300, 120, 60, 30, 10] as const;

/** What is left of a window, rounded up to the next step; nothing to say once it is over. */
export function spokenLeft(endsAtMs: number, nowMs: number): string {
  const left = Math.ceil((endsAtMs - nowMs) / 1_000);
  if (left <= 0) return '';
  const step = STEPS.findLast((seconds) => left <= seconds) ?? STEPS[0];
  if (step >= 60) return `no more than ${step === 60 ? '1 minute' : `${step / 60} minutes`} left`;
  return `no more than ${step} seconds left`;
}

/** How far a window has run, from 1 at its opening to 0 at its end. */
export function shareLeft({ openedAt, endsAt }: Pick<PermitWindowView, 'openedAt' | 'endsAt'>, nowMs: number): number {
  const from = Date.parse(openedAt);
  const to = Date.parse(endsAt);
  return to <= from ? 0 : Math.min(1, Math.max(0, (to - nowMs) / (to - from)));
}

/** Whom it lets in, in two or three words. Names are the device's own. */
export function targetWords({ target, deviceName }: Pick<PermitWindowView, 'target' | 'deviceName'>): string {
  if (target.kind === 'next-new-cli') return 'the next new CLI';
  const id = target.deviceId.slice(0, 8);
  return deviceName === undefined ? `device ${id}` : `${deviceName} ${id}`;
}

/** What became of a window. */
export function stateWord(state: PermitWindowView['state']): { word: string; tone: Tone } {
  switch (state) {
    case 'open':
      return { word: 'window open', tone: 'amber' };
    case 'used':
      return { word: 'window used', tone: 'good' };
    case 'ended':
      return { word: 'window ended', tone: 'plain' };
    case 'closed':
      return { word: 'window closed', tone: 'plain' };
  }
}

/** What a closed window did, where the console does not say it in its own words. */
export function outcomeWords({ used, outcome }: Pick<PermitWindowView, 'used' | 'outcome'>): string {
  if (outcome !== undefined) return outcome;
  return used === 0 ? 'It approved nothing.' : `It approved ${used === 1 ? 'one request' : `${used} requests`}.`;
}

// How each origin is called and shown: one word, one tone, one line of meaning.
import type { Origin } from '#lib/api/shapes.ts';
import type { Tone } from './scope-words.ts';

export const ORIGINS: Record<Origin, { word: string; tone: Tone; meaning: string }> = {
  'host-key': { word: 'host key', tone: 'good', meaning: 'This host: you, or any agent that this gateway runs.' },
  loopback: { word: 'loopback', tone: 'good', meaning: 'A device whose attempts all came straight over loopback.' },
  proxied: { word: 'proxied', tone: 'amber', meaning: 'A proxy or tunnel stands between the caller and the gateway.' },
  remote: { word: 'remote', tone: 'blue', meaning: 'From another machine.' },
  unknown: { word: 'unknown', tone: 'plain', meaning: 'The facts are missing, late or contradict each other.' },
};

/** The origin that a log row names, if it names one. */
export function originOf(value: string | undefined): Origin | undefined {
  switch (value) {
    case 'host-key':
    case 'loopback':
    case 'proxied':
    case 'remote':
    case 'unknown':
      return value;
    default:
      return undefined;
  }
}

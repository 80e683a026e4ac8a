// The state of a gateway in one word and one tone.
import type { GatewayState } from '#lib/api/shapes.ts';
import type { Tone } from '../parts/scope-words.ts';

export const GATEWAY_STATES: Record<GatewayState, { word: string; tone: Tone; meaning: string }> = {
  connecting: { word: 'connecting', tone: 'plain', meaning: 'The console is connecting to this gateway.' },
  live: { word: 'live', tone: 'good', meaning: 'Connected; changes arrive as they happen.' },
  waiting: { word: 'waits for approval', tone: 'amber', meaning: 'The console itself waits to be approved on this gateway.' },
  refused: { word: 'refused', tone: 'red', meaning: 'The gateway refused the console.' },
  down: { word: 'down', tone: 'red', meaning: 'The gateway cannot be reached.' },
  stopped: { word: 'stopped', tone: 'orange', meaning: 'The console stopped using this gateway until somebody looks.' },
};

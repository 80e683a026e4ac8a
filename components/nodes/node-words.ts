// A node request in words: who asks, what it adds, what approving means, and what became of it. Pure functions of what the server sent.
import type { CommandDanger, NodeDecisionView, NodeRequestView } from '#lib/api/node-shapes.ts';
import { listWords, scopeName, type Tone } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';

/** How a machine is called in a sentence. The name is its own word; the id beside it is the identity. */
export const nodeName = ({ displayName }: Pick<NodeRequestView, 'displayName'>): string => displayName ?? 'a machine';

export const DANGER_TONES: Record<CommandDanger, Tone> = {
  'any-command': 'red',
  unknown: 'red',
  watching: 'orange',
  data: 'orange',
  notice: 'plain',
};

const DANGER_WORDS: Record<CommandDanger, string> = {
  'any-command': 'any command on that machine',
  unknown: 'commands that nobody here knows',
  watching: 'watching whoever is there',
  data: 'reading or changing its data',
  notice: 'showing something on its screen',
};

/** What is gravest in a request, as the end of "X wants to run ...". */
export function gravestWords({ groups }: NodeRequestView): string {
  const [first] = groups;
  return first === undefined ? 'no commands' : DANGER_WORDS[first.danger];
}

/** What approving means, in one sentence. */
export function meaning({ groups }: NodeRequestView): string {
  const words = groups.map(({ danger }) => DANGER_WORDS[danger]);
  if (words.length === 0) return 'Approving it lets the gateway call no command on that machine.';
  const run = groups.some(({ commands }) => commands.includes('system.run')) ? ' system.run means any command on that machine.' : '';
  return `Approving it allows ${listWords(words)}, to whoever holds write on this gateway, and to its agents.${run}`;
}

/** "pairing and admin", as the gateway asks them of the approver. */
export const requiredWords = ({ requiredScopes }: NodeRequestView): string => listWords(requiredScopes.map(scopeName));

/** What of a request makes another request of it: a press is meant for this. */
export const nodeSignature = ({ requestId, nodeId, commands, caps }: NodeRequestView): string =>
  JSON.stringify([requestId, nodeId, [...commands].sort(), [...caps].sort()]);

/** The word and tone of what became of a decision. */
export function nodeOutcome({ state, action }: Pick<NodeDecisionView, 'state' | 'action'>): { word: string; tone: Tone } {
  switch (state) {
    case 'asking':
      return { word: 'asking the gateway', tone: 'amber' };
    case 'approved':
      return { word: 'approved', tone: 'good' };
    case 'rejected':
      return { word: 'rejected', tone: 'plain' };
    case 'failed':
      return { word: action === 'approve' ? 'not approved' : 'not rejected', tone: 'red' };
    case 'mismatch':
      return { word: 'got others', tone: 'red' };
    case 'unknown':
      return { word: 'outcome unknown', tone: 'amber' };
  }
}

/** The first command and how many more, for a line; a title has them all. */
export function commandsShort(commands: readonly string[]): { first: string; more: string } {
  const [first, ...others] = [...commands].sort((a, b) => Number(b === 'system.run') - Number(a === 'system.run'));
  if (first === undefined) return { first: 'no commands', more: '' };
  return { first: shownText(first, 60), more: others.length === 0 ? '' : ` and ${others.length} more` };
}

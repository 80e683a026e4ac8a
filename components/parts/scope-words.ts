// What each scope, role and risk is called on screen and what it lets a device do. One colour scale, always with a word.
import type { Risk } from '#lib/api/shapes.ts';
import { effectiveScopes, normaliseScopes, scopeRisk } from '#lib/gateway/scopes.ts';

export type Tone = 'plain' | 'good' | 'amber' | 'orange' | 'red' | 'blue' | 'accent';

/** The class that sets the tone of an element; a closed map, so that the style sheet holds each of them. */
export const TONE_CLASS: Record<Tone, string> = {
  plain: 'tone-plain',
  good: 'tone-good',
  amber: 'tone-amber',
  orange: 'tone-orange',
  red: 'tone-red',
  blue: 'tone-blue',
  accent: 'tone-accent',
};

/** The tone of a risk, the same everywhere. */
export function riskTone(risk: Risk): Tone {
  switch (risk) {
    case 'read':
      return 'plain';
    case 'write':
      return 'amber';
    case 'elevated':
      return 'orange';
    case 'admin':
    case 'node':
      return 'red';
  }
}

const MEANING: Record<string, string> = {
  'operator.read': 'See sessions, messages, status and settings. Change nothing.',
  'operator.write': 'Send messages and run agents. Agents act with all the tools they have.',
  'operator.talk': 'Hold voice conversations.',
  'operator.questions': 'Answer what agents ask of the operator.',
  'operator.approvals': 'Allow or deny what agents want to run.',
  'operator.pairing': 'Pair devices, approve what they ask, change and take back their tokens.',
  'operator.talk.secrets': 'Read the keys of the voice services.',
  'operator.admin': 'Everything: settings, updates, devices and all other scopes.',
};

/** The short name of a scope: `operator.talk.secrets` is `talk.secrets`. A string that is no scope stays as it is. */
export function scopeName(scope: string): string {
  return scope.startsWith('operator.') ? scope.slice('operator.'.length) : scope;
}

/** What a scope lets a device do, in one sentence. */
export function scopeMeaning(scope: string): string {
  return MEANING[scope] ?? 'Not on the list of known scopes. Nobody can say what it gives.';
}

/** The scopes that come along with this one, by their short names; empty for most. */
export function impliedNames(scope: string): string[] {
  return [...effectiveScopes([scope])].filter((other) => other !== scope).map(scopeName);
}

/** The tone of one scope. */
export function scopeTone(scope: string): Tone {
  return riskTone(scopeRisk(scope));
}

/** "read", "read and write", "read, write and admin". */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1);
  if (last === undefined) return 'nothing';
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Short names of scopes as a list in words, least risk first. */
export function scopeList(scopes: readonly string[]): string {
  return listWords(normaliseScopes(scopes).map(scopeName));
}

// A grant read as a sentence: what roles and scopes together let a device do. Browser-safe and pure.
import { effectiveScopes, isScope, normaliseScopes, type Scope } from '../gateway/scopes.ts';

/** Said where admin does not say it all. Talk comes along with write and goes without saying then. */
const MAY: Partial<Record<Scope, string>> = {
  'operator.read': 'see sessions, messages, status and settings',
  'operator.write': 'send messages and run agents with all the tools that they have',
  'operator.talk': 'hold voice conversations',
  'operator.questions': 'answer what agents ask of the operator',
  'operator.approvals': 'allow or deny what agents want to run',
  'operator.pairing': 'pair devices and change or take back what they hold',
  'operator.talk.secrets': 'read the keys of the voice services',
};

/** Scopes of 2026.9.x that open only the conversations; no rule and no window gives them. */
const SESSIONS: ReadonlyMap<string, string> = new Map([
  ['operator.sessions.read', 'read conversations'],
  ['operator.sessions.write', 'start and steer conversations'],
]);

const SHOWN = 40;
const NAMED = 3;

function and(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

function operatorPart(scopes: readonly string[]): string {
  const held = effectiveScopes(scopes);
  if (held.has('operator.admin'))
    return 'It may do everything: read all, run agents, change the configuration, read secrets, install updates and decide who else is let in.';
  const parts = normaliseScopes([...held]).flatMap((scope) =>
    isScope(scope) && !(scope === 'operator.talk' && held.has('operator.write')) ? (MAY[scope] ?? []) : (SESSIONS.get(scope) ?? []),
  );
  if (parts.length === 0) return 'As an operator it may do nothing: none of its scopes gives anything.';
  const alone = parts.length === 1 && held.has('operator.read') ? ', and change nothing' : '';
  return `It may ${and(parts)}${alone}.`;
}

/**
 * What somebody who holds these roles and scopes may do, in one to three plain sentences. What is on no list is named as such; the
 * names are the gateway's, cut to a length, and may hold a caller's words. Meanings: docs/scopes.md.
 */
export function grantSentence(roles: readonly string[], scopes: readonly string[]): string {
  const said: string[] = [];
  if (roles.includes('operator') || scopes.length > 0) said.push(operatorPart(scopes));
  if (roles.includes('node')) said.push('As a node it lets those who may ask for it run commands on its machine.');
  const others = roles.filter((role) => role !== 'operator' && role !== 'node');
  const strange = [...others.map((role) => `role ${role}`), ...scopes.filter((scope) => !isScope(scope) && !SESSIONS.has(scope))];
  if (strange.length > 0) {
    const named = strange.slice(0, NAMED).map((word) => (word.length > SHOWN ? `${word.slice(0, SHOWN)}…` : word));
    const more = strange.length > NAMED ? [`${strange.length - NAMED} more`] : [];
    said.push(`It also holds ${and([...named, ...more])}, of which nobody here can say what it gives.`);
  }
  return said.length > 0 ? said.join(' ') : 'It is paired without a role, and may do nothing.';
}

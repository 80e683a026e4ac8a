// A request in words: who, what it wants, why it is held, what its button does. Pure functions of what the server sent.
import type { DecisionState, DecisionView, Reason, RequestView, Risk } from '#lib/api/shapes.ts';
import { highestRisk, scopeRisk } from '#lib/gateway/scopes.ts';
import { listWords, riskTone, scopeName, type Tone } from '../parts/scope-words.ts';

type Named = { displayName?: string; clientId?: string };

/** How a device is called in a sentence. Both names are the caller's own words; the id beside them is the identity. */
export function requestName({ displayName, clientId }: Named): string {
  return displayName ?? clientId ?? 'a device';
}

export const REASONS: Record<Reason, string> = {
  'new-device': 'new device',
  'scope-upgrade': 'scope upgrade',
  'role-upgrade': 'role upgrade',
  'metadata-change': 'metadata change',
  unchanged: 'asks what it has',
};

/** The roles a request adds to what the device holds. */
export function addedRoles({ roles, heldRoles }: Pick<RequestView, 'roles' | 'heldRoles'>): string[] {
  return roles.filter((role) => !heldRoles.includes(role));
}

/** What is new in a request: roles other than operator, then scopes, least risk first; strings that are no scope count too. */
export function wanted(request: Pick<RequestView, 'roles' | 'heldRoles' | 'addedScopes' | 'unknownScopes'>): string[] {
  const roles = addedRoles(request).filter((role) => role !== 'operator');
  const scopes = new Set([...request.addedScopes, ...request.unknownScopes]);
  return [...roles, ...[...scopes].map(scopeName)];
}

/** The gravest of what is new: its risk, and the words that carry it, gravest first. */
function gravest(request: RequestView): { risk: Risk; words: string[] } {
  const scopes = [...new Set([...request.addedScopes, ...request.unknownScopes])];
  const risk = highestRisk(addedRoles(request), scopes);
  if (risk === 'node') return { risk, words: ['node'] };
  return {
    risk,
    words: scopes
      .filter((scope) => scopeRisk(scope) === risk)
      .reverse()
      .map(scopeName),
  };
}

/** The end of the sentence "X on linux ...": its verb, and the words that stand out with their tone. */
export function wish(request: RequestView): { verb: string; object: string; tone: Tone; rest: string } {
  if (request.reason === 'metadata-change') {
    return { verb: 'shows another', object: 'platform or family', tone: 'amber', rest: ' than it was paired with' };
  }
  const words = wanted(request);
  const { risk, words: grave } = gravest(request);
  if (words.length === 0) return { verb: 'asks again for', object: 'what it has', tone: 'plain', rest: '' };
  const verb = request.reason === 'new-device' ? 'wants to pair with' : 'wants';
  const named = words.length <= 3 && risk !== 'admin' && risk !== 'node' ? words : grave.slice(0, 2);
  const more = words.length - named.length;
  const object = risk === 'node' ? `the role ${listWords(named)}` : listWords(named);
  return { verb, object, tone: riskTone(risk), rest: more > 0 ? ` and ${more} more` : '' };
}

/** What the approve button says, by its gravest consequence: "Approve admin and 4 more". */
export function approveWords(request: RequestView): string {
  const words = wanted(request);
  const [top = ''] = gravest(request).words;
  if (words.length === 0) return request.reason === 'metadata-change' ? 'Approve the change' : 'Approve';
  return words.length <= 2 ? `Approve ${listWords(words)}` : `Approve ${top} and ${words.length - 1} more`;
}

/** Everything a decision binds; a card whose signature changed is another request. */
export function requestSignature(request: RequestView): string {
  const { publicKey, roles, scopes, platform, deviceFamily } = request;
  return JSON.stringify([publicKey, roles, scopes, platform, deviceFamily]);
}

/** A decision's state in a word and a tone. */
export function decisionWord({ state, action }: { state: DecisionState; action: DecisionView['action'] }): { word: string; tone: Tone } {
  switch (state) {
    case 'asking':
      return { word: 'asking the gateway', tone: 'plain' };
    case 'approved':
    case 'settled-approved':
      return { word: 'approved', tone: 'good' };
    case 'rejected':
      return { word: 'rejected', tone: 'plain' };
    case 'failed':
      return { word: action === 'approve' ? 'not approved' : 'not rejected', tone: 'red' };
    case 'undone':
      return { word: 'undone', tone: 'red' };
    case 'settled-not-done':
      return { word: 'not done', tone: 'amber' };
    case 'settled-unknown':
      return { word: 'outcome unknown', tone: 'amber' };
  }
}

/** Who decided, in words. */
export function actorWords({ kind, name, windowId }: DecisionView['actor']): string {
  // A window's name says itself what it is and who opened it.
  if (windowId !== undefined) return `by the ${name}`;
  switch (kind) {
    case 'person':
      return `by ${name}`;
    case 'rule':
      return `by rule ${name}`;
    case 'api-token':
      return name === 'API token' ? 'by the API token' : `by the API token ${name}`;
    case 'gateway':
      return 'by the gateway';
    case 'file':
      return 'by the rules file';
    case 'terminal':
      return 'by a link of the terminal';
  }
}

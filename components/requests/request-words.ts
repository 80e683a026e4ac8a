// A request in words: who, what it wants, why it is held, what its button does. Pure functions of what the server sent.
import type { DecisionState, DecisionView, Reason, RequestView } from '#lib/api/shapes.ts';
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

/** What is new in a request, gravest first: roles other than operator, then scopes. */
export function wanted(request: Pick<RequestView, 'roles' | 'heldRoles' | 'addedScopes'>): string[] {
  const roles = addedRoles(request).filter((role) => role !== 'operator');
  return [...roles, ...[...request.addedScopes].reverse().map(scopeName)];
}

/** The end of the sentence "X on linux ...": its verb, and the words that stand out with their tone. */
export function wish(request: RequestView): { verb: string; object: string; tone: Tone; rest: string } {
  const words = wanted(request);
  const [first, ...others] = words;
  const risk = highestRisk(addedRoles(request), request.addedScopes);
  if (request.reason === 'metadata-change') {
    return { verb: 'shows another', object: 'platform or family', tone: 'amber', rest: ' than it was paired with' };
  }
  if (first === undefined) return { verb: 'asks again for', object: 'what it has', tone: 'plain', rest: '' };
  const verb = request.reason === 'new-device' ? 'wants to pair with' : 'wants';
  const top = [...request.addedScopes]
    .reverse()
    .filter((scope) => scopeRisk(scope) === risk)
    .map(scopeName);
  const object = risk === 'node' ? `the role ${first}` : words.length <= 3 ? listWords(words) : listWords(top.slice(0, 2));
  const named = risk === 'node' ? 1 : words.length <= 3 ? words.length : Math.min(2, top.length);
  const more = others.length + 1 - named;
  return { verb, object, tone: riskTone(risk), rest: more > 0 ? ` and ${more} more` : '' };
}

/** What the approve button says: "Approve admin and 4 more". */
export function approveWords(request: RequestView): string {
  const words = wanted(request);
  const [first, second] = words;
  if (first === undefined) return request.reason === 'metadata-change' ? 'Approve the change' : 'Approve';
  if (second === undefined) return `Approve ${first}`;
  return words.length === 2 ? `Approve ${first} and ${second}` : `Approve ${first} and ${words.length - 1} more`;
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
export function actorWords({ kind, name }: DecisionView['actor']): string {
  switch (kind) {
    case 'person':
      return 'by a person';
    case 'rule':
      return `by rule ${name}`;
    case 'api-token':
      return 'by the API token';
    case 'gateway':
      return 'by the gateway';
  }
}

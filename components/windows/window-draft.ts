// A permit window while it is being written: where it starts from, what must be typed, and the input that is sent.
import type { PermitWindowInput, WindowTarget } from '#lib/api/grant-shapes.ts';
import type { DeviceView, RequestView } from '#lib/api/shapes.ts';
import { addedScopes, isScope, NAMED_SCOPES, normaliseScopes, shortScopes } from '#lib/gateway/scopes.ts';
import { ceilingOf } from '#lib/rules/ceiling.ts';

/** How long a window may stand, s; the console takes no more than 600. */
export const SPANS: readonly { seconds: number; word: string }[] = [
  { seconds: 30, word: '30 seconds' },
  { seconds: 60, word: 'minute' },
  { seconds: 120, word: '2 minutes' },
  { seconds: 300, word: '5 minutes' },
  { seconds: 600, word: '10 minutes' },
];
export const COUNTS: readonly { uses: number; word: string }[] = [
  { uses: 1, word: 'one request' },
  { uses: 2, word: 'two requests' },
  { uses: 3, word: 'three requests' },
  { uses: 4, word: 'four requests' },
  { uses: 5, word: 'five requests' },
];
const USUAL_SECONDS = 120;

/** What a window is opened for: a device, or the next new CLI, each on its gateway. */
export type WindowStart = { gateway: string; target: WindowTarget; scopes: readonly string[] };
/** Every field has its value; what must be named twice is added when it is sent. */
export type WindowDraft = Required<Omit<PermitWindowInput, 'confirm'>>;

/** Whether a window could ever let this request in: the guards leave role node, empty wishes and unknown scopes to a person. */
export function canHaveWindow({ reason, roles, heldRoles, scopes, unknownScopes, stuck, origin }: RequestView): boolean {
  return (
    (reason === 'scope-upgrade' || reason === 'new-device') &&
    !stuck &&
    scopes.length > 0 &&
    unknownScopes.length === 0 &&
    [...roles, ...heldRoles].every((role) => role === 'operator') &&
    origin.alarm === undefined &&
    origin.origin !== 'proxied' &&
    origin.origin !== 'remote'
  );
}

/** For exactly what a request asks, from its device. */
export function startOfRequest({ gateway, deviceId, resultScopes }: RequestView): WindowStart {
  return { gateway, target: { kind: 'device', deviceId }, scopes: resultScopes };
}

/** For what a device holds already, so that only more has to be chosen. */
export function startOfDevice({ gateway, deviceId, scopes }: DeviceView): WindowStart {
  return { gateway, target: { kind: 'device', deviceId }, scopes };
}

/** A draft of two minutes and one request, strict in the rest. What is no scope is left out: nobody can say what it gives. */
export function draftOf({ gateway, target, scopes }: WindowStart): WindowDraft {
  return {
    gateway,
    target,
    scopes: normaliseScopes(scopes.filter(isScope)),
    seconds: USUAL_SECONDS,
    uses: 1,
    assurance: 'peer',
    agentsMayUse: false,
  };
}

/** What a window would leave of a request that waits now, or undefined where only the proofs are open. For the form; the console decides. */
export function leftByWindow(draft: WindowDraft, request: RequestView): string | undefined {
  if (!canHaveWindow(request)) return 'needs a person, whatever the window';
  if (draft.target.kind === 'next-new-cli')
    return request.reason === 'new-device' ? 'came before this window and stays for you' : 'is no new device';
  if (draft.target.deviceId !== request.deviceId) return 'is another device';
  const over = addedScopes(ceilingOf(inputOfDraft(draft)), request.resultScopes);
  return over.length > 0 ? `would hold ${shortScopes(over)} as well, which is more than this window gives` : undefined;
}

/** The scopes of the ceiling that are named one by one. */
export function namedOf({ scopes }: Pick<WindowDraft, 'scopes'>): string[] {
  return NAMED_SCOPES.filter((scope) => scopes.includes(scope));
}

/** The draft as it is sent. Agents are only a question where a named scope is in it. */
export function inputOfDraft(draft: WindowDraft): PermitWindowInput {
  const confirm = namedOf(draft);
  return { ...draft, confirm, agentsMayUse: draft.agentsMayUse && confirm.length > 0 };
}

// A verdict's input with what every rule compares worked out once: scopes as bits, the name folded when a rule first asks for it.
import type { Reason } from '../api/shapes.ts';
import type { VerdictInput } from './case.ts';
import { type ProvenPath, provenPath } from './path.ts';
import { foldName } from './pattern.ts';
import { effectiveMask, isStrange, maskOf, NAMED_MASK } from './scope-mask.ts';

export type Subject = {
  readonly input: VerdictInput;
  /** The bit of the request's reason. */
  readonly reason: number;
  readonly operatorAlone: boolean;
  readonly platform: string | undefined;
  /** What is asked with all that it implies. */
  readonly asks: number;
  /** A scope is asked that nobody knows, or none is named, which would inherit those of an old token. */
  readonly asksUnclear: boolean;
  /** What the device holds with all that it implies. */
  readonly holds: number;
  /** What it would hold after an approval, as the gateway would write it down; undefined where that is not known. */
  readonly result: number | undefined;
  /** The named scopes among the result. */
  readonly named: number;
  /** What the evidence proves of the path. */
  readonly path: ProvenPath;
  /** The display name as patterns compare it. */
  readonly name: () => readonly string[] | undefined;
};

const REASON_BITS: Record<Reason, number> = { 'scope-upgrade': 1, 'new-device': 2, 'role-upgrade': 4, 'metadata-change': 8, unchanged: 16 };

/** One bit for each reason. */
export function reasonMask(reasons: readonly Reason[]): number {
  let mask = 0;
  for (const reason of reasons) mask |= REASON_BITS[reason];
  return mask;
}

/** Works out what the rules compare. Takes a few hundred nanoseconds. */
export function subjectOf(input: VerdictInput): Subject {
  const { request } = input;
  const asked = maskOf(request.scopes);
  const heldScopes = request.paired?.scopes ?? [];
  const held = maskOf(heldScopes);
  const askedStrange = isStrange(request.scopes);
  const result = asked | held;
  let name: readonly string[] | undefined;
  return {
    input,
    reason: reasonMask([request.reason]),
    operatorAlone: request.roles.length === 1 && request.roles[0] === 'operator',
    platform: request.platform?.toLowerCase(),
    asks: effectiveMask(asked),
    asksUnclear: askedStrange || request.scopes.length === 0,
    holds: effectiveMask(held),
    result: askedStrange || isStrange(heldScopes) ? undefined : result,
    named: result & NAMED_MASK,
    path: provenPath(input.judgement),
    name() {
      if (name === undefined && request.displayName !== undefined) name = foldName(request.displayName);
      return name;
    },
  };
}

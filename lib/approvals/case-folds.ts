// Which requests are one wish. Ids churn (gateway-facts, Traps 4), and a caller that is not answered asks again and again: the same
// content while it waits, or soon after it was dropped unanswered, is one case.
import type { VerdictView } from '../api/rule-shapes.ts';
import type { DecisionView } from '../api/shapes.ts';
import type { PendingRequest } from '../gateway/records.ts';
import type { CaseOutcome, RecordedCase, RuleCall, VerdictInput } from '../rules/case.ts';
import { caseOf } from '../rules/recorded.ts';
import { callsOf } from './case-calls.ts';
import { type BoundContent, contentKey } from './reason.ts';

/** Twice as long as a gateway keeps a request that nobody answers. */
const RESUMES_MS = 600_000;
const ENDED = 2_000;
const OPEN = 5_000;

/** What tells two wishes apart. A device id is its key's fingerprint; the family is not recorded. */
export type Content = Pick<BoundContent, 'deviceId' | 'roles' | 'scopes' | 'platform'>;

/** A case on its way. What it says is made when it is written. */
export type Tracked = {
  readonly id: string;
  readonly key: string;
  readonly deviceId: string;
  /** Requests of the gateway that it went through last, by id and time: an assessment of one of them again is no new attempt. */
  attempt: { requestId: string; ts: number } | undefined;
  about: { atMs: number; lastAtMs: number; times: number; outcome: CaseOutcome | undefined };
  last: { input: VerdictInput; verdict: VerdictView } | { recorded: RecordedCase };
};

const keyOf = ({ deviceId, roles, scopes, platform }: Content): string => contentKey({ deviceId, publicKey: '', roles, scopes, platform });

const isUnanswered = ({ about }: Tracked): boolean => about.outcome?.what === 'unanswered';

/** The cases of one gateway that are open, or ended lately. Knows no store and no clock. */
export function createCaseFolds({ newId }: { newId: () => string }) {
  const open = new Map<string, Tracked>();
  const ended = new Map<string, Tracked>();

  function end(tracked: Tracked, outcome: CaseOutcome): Tracked {
    tracked.about = { ...tracked.about, outcome };
    open.delete(tracked.key);
    ended.delete(tracked.key);
    ended.set(tracked.key, tracked);
    if (ended.size > ENDED) ended.delete(ended.keys().next().value ?? '');
    return tracked;
  }

  /** The ended case that this assessment belongs to, or the open one. */
  function knownFor(key: string, request: PendingRequest, nowMs: number): Tracked | 'decided' | undefined {
    const waits = open.get(key);
    if (waits) return waits;
    const before = ended.get(key);
    if (!before) return undefined;
    if (isUnanswered(before)) return nowMs - (before.about.outcome?.atMs ?? 0) <= RESUMES_MS ? before : undefined;
    // The list may still show what was just decided.
    return before.attempt?.requestId === request.requestId && before.attempt.ts === request.ts ? 'decided' : undefined;
  }

  function sameWish(tracked: Tracked, decision: DecisionView): boolean {
    const { request } = 'recorded' in tracked.last ? tracked.last.recorded : tracked.last.input;
    return keyOf({ ...request, platform: undefined }) === keyOf({ ...decision, platform: undefined });
  }

  return {
    /** Takes a settled assessment. Undefined when it says nothing new. */
    assessed(request: PendingRequest, input: VerdictInput, verdict: VerdictView, nowMs: number): Tracked | undefined {
      const key = keyOf(input.request);
      const known = knownFor(key, request, nowMs);
      if (known === 'decided') return undefined;
      const attempt = { requestId: request.requestId, ts: request.ts };
      const repeated = known?.attempt?.requestId === attempt.requestId && known.attempt.ts === attempt.ts;
      const about = {
        atMs: known?.about.atMs ?? nowMs,
        lastAtMs: nowMs,
        times: (known?.about.times ?? 0) + (repeated ? 0 : 1),
        outcome: undefined,
      };
      const tracked: Tracked = known ?? { id: newId(), key, deviceId: request.deviceId, attempt, about, last: { input, verdict } };
      Object.assign(tracked, { attempt, about, last: { input, verdict } });
      ended.delete(key);
      open.delete(key);
      open.set(key, tracked);
      if (open.size > OPEN) open.delete(open.keys().next().value ?? '');
      return tracked;
    },

    /** Takes what this console decided; also of a case that seemed to have ended unanswered. */
    decided(decision: DecisionView, outcome: CaseOutcome): Tracked | undefined {
      const all = [...open.values(), ...[...ended.values()].reverse()].filter(
        (t) => t.deviceId === decision.deviceId && (t.about.outcome === undefined || isUnanswered(t)),
      );
      const found = all.find((t) => t.attempt?.requestId === decision.requestId) ?? all.find((t) => sameWish(t, decision));
      return found && end(found, outcome);
    },

    /** Takes that a request waits no more. What this console decided stays. */
    gone(content: Content, outcome: CaseOutcome): Tracked | undefined {
      const key = keyOf(content);
      const waits = open.get(key);
      if (waits) return end(waits, outcome);
      const before = ended.get(key);
      return before && isUnanswered(before) && outcome.what !== 'unanswered' ? end(before, outcome) : undefined;
    },

    /** A case of a former run, which may go on. */
    resume(recorded: RecordedCase, nowMs: number): void {
      const { id, atMs, lastAtMs, times, outcome } = recorded;
      const key = keyOf(recorded.request);
      // Soon counts from now: nobody looked while the console was away.
      const about = { atMs, lastAtMs, times, outcome: outcome && { ...outcome, atMs: nowMs } };
      ended.set(key, { id, key, deviceId: recorded.request.deviceId, attempt: undefined, about, last: { recorded } });
    },

    /** The case as it is to be stored now. */
    caseOf(tracked: Tracked): RecordedCase {
      const { id, about, last } = tracked;
      return 'recorded' in last ? { ...last.recorded, ...about } : caseOf(last.input, { id, ...about });
    },

    /** What the rules said of it last; undefined where only a former run knows. */
    callsOf(tracked: Tracked): RuleCall[] | undefined {
      const { id, about, last } = tracked;
      return 'recorded' in last ? undefined : callsOf(last.verdict, id, about.lastAtMs);
    },
  };
}

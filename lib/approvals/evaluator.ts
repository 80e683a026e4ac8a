// Request + evidence + rules -> verdict, again whenever one of them changes; and the decision, when the verdict is to approve or reject.
import PQueue from 'p-queue';
import type { VerdictReason, VerdictView } from '../api/rule-shapes.ts';
import type { Collector } from '../evidence/collector.ts';
import type { Judgement } from '../evidence/judge.ts';
import type { PairingList, PendingRequest } from '../gateway/records.ts';
import { Problem, problemView } from '../problem.ts';
import type { VerdictInput } from '../rules/case.ts';
import { verdictOf } from '../rules/verdict.ts';
import type { Store } from '../store/open.ts';
import type { Automation } from './automation.ts';
import { createCarryOut } from './carry-out.ts';
import type { Decider } from './decider.ts';
import type { FirstSeen } from './first-seen.ts';
import type { InTurn } from './in-turn.ts';
import type { PermitWindows } from './permit-windows.ts';
import { pairedRowOf } from './reason.ts';
import { NO_JUDGEMENT } from './request-view.ts';
import { createVerdictInput, type VerdictInputDeps } from './verdict-input.ts';
import { createWaking } from './waking.ts';

/** What is known of one request at present. */
export type Assessment = { judgement: Judgement; settled: boolean; verdict: VerdictView };

const LOOK_AT_ONCE = 8;
const LOOKING: VerdictView = { kind: 'hold', reasons: [{ code: 'evidence-pending', text: 'The evidence is still coming in.' }] };

export type Evaluator = {
  of: (requestId: string) => Assessment;
  /** What the last verdict on each request that waits was made of; those whose evidence is still coming in are left out. */
  inputs: () => { request: PendingRequest; input: VerdictInput }[];
  /** Whether a request was assessed, or is being assessed now. */
  isKnown: (request: PendingRequest) => boolean;
  /** Evaluates the requests of a device anew; calls while one runs lead to exactly one more. */
  evaluate: (deviceId: string) => void;
  /** The clock moved on: evaluates all that waits anew where the hours of a rule began or ended since it was last asked. */
  onClock: () => void;
  /** Drops what belongs to requests that wait no more. */
  keepOnly: (requestIds: ReadonlySet<string>) => void;
  dispose: () => void;
};

export type EvaluatorDeps = Omit<VerdictInputDeps, 'windows' | 'automation'> & {
  list: () => PairingList | undefined;
  collector: Pick<Collector, 'settle' | 'poll' | 'judge'>;
  decider: Decider;
  automation: Automation;
  store: Pick<Store, 'decisions' | 'ruleCalls'>;
  windows: Pick<PermitWindows, 'inForce' | 'actorOf' | 'take' | 'giveBack' | 'used'>;
  ruleTurn: InTurn;
  firstSeen: FirstSeen;
  /** The card of a request has something new to show. */
  onAssessed: (request: PendingRequest) => void;
  /** Each verdict on settled evidence, with what it was made of. Must be quick: it stands in the way of an approval. */
  onVerdict: (request: PendingRequest, input: VerdictInput, verdict: VerdictView) => void;
  /** What holds the request of a device back now; nothing, once it has gone. */
  onReasons: (reasons: readonly VerdictReason[], who: { gateway: string; deviceId: string }) => void;
  onError: (error: unknown) => void;
};

/** Looks after the requests of one gateway. Nothing that fails in here approves anything: it goes to `onError` and the request waits. */
export function createEvaluator(deps: EvaluatorDeps): Evaluator {
  const { gateway, collector } = deps;
  const assessments = new Map<string, Assessment & { request: PendingRequest; input: VerdictInput }>();
  const running = new Map<string, { again: boolean }>();
  // A flood of keys must not make the console read the log for all of them at once.
  const looking = new PQueue({ concurrency: LOOK_AT_ONCE });
  // One automatic decision at a time, so that each sees what the one before used up of the limits.
  const deciding = new PQueue({ concurrency: 1 });
  const inputOf = createVerdictInput({ ...deps, windows: () => deps.windows.inForce(gateway) });
  const carryOut = createCarryOut({ ...deps, inputOf });
  let disposed = false;

  async function assess(request: PendingRequest): Promise<void> {
    if (!deps.list()) return;
    const judgement = await collector.settle(request, deps.standing(request));
    const current = deps.list();
    const still = current?.pending.find((p) => p.requestId === request.requestId);
    if (!current || !still || disposed) return;
    const row = pairedRowOf(current.paired, still);
    const isNoRival = deps.firstSeen.settled(still.deviceId, judgement.newcomer?.proven === true);
    const input = await inputOf({ request: still, row, judgement, settled: true, list: current });
    const verdict = verdictOf(input);
    const assessment = { judgement, settled: true, verdict, request: still, input };
    assessments.set(still.requestId, assessment);
    deps.onVerdict(still, input, verdict);
    if (isNoRival) evaluateDoubted();
    // The gateway is asked first; the card is made while it answers.
    const done = deciding.add(() => (disposed ? undefined : carryOut(still, judgement, verdict)));
    deps.onReasons(verdict.reasons, { gateway, deviceId: still.deviceId });
    deps.onAssessed(still);
    try {
      await done;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const reasons = [{ code: error.code, text: problemView(error).detail }];
      assessments.set(still.requestId, { ...assessment, verdict: { ...verdict, kind: 'hold', reasons } });
      deps.onAssessed(still);
    }
  }

  async function run(deviceId: string, state: { again: boolean }): Promise<void> {
    do {
      state.again = false;
      for (const request of deps.list()?.pending.filter((p) => p.deviceId === deviceId) ?? [])
        await looking.add(() => assess(request)).catch(deps.onError);
    } while (state.again && !disposed);
    running.delete(deviceId);
  }

  function evaluate(deviceId: string) {
    const busy = running.get(deviceId);
    if (busy) {
      busy.again = true;
      return;
    }
    const state = { again: false };
    running.set(deviceId, state);
    void run(deviceId, state);
  }

  /** Another key turned out to be none that a window was opened for. */
  function evaluateDoubted() {
    for (const { request, verdict } of assessments.values())
      if (verdict.reasons.some(({ code }) => code === 'window-doubt')) evaluate(request.deviceId);
  }

  const waking = createWaking({
    rules: deps.rules,
    onChange() {
      for (const deviceId of new Set(deps.list()?.pending.map((p) => p.deviceId))) evaluate(deviceId);
    },
    clock: deps.clock,
  });

  return {
    of(requestId) {
      return assessments.get(requestId) ?? { judgement: NO_JUDGEMENT, settled: false, verdict: LOOKING };
    },
    inputs: () => [...assessments.values()].map(({ request, input }) => ({ request, input })),
    isKnown: ({ requestId, deviceId }) => assessments.has(requestId) || running.has(deviceId),
    evaluate,
    onClock: waking.look,
    keepOnly(requestIds) {
      const left: string[] = [];
      for (const [id, { request }] of assessments) {
        if (requestIds.has(id)) continue;
        assessments.delete(id);
        left.push(request.deviceId);
      }
      if (left.length === 0) return;
      // What held a device lets go of it with its last request; a newer id of the same device is still held.
      const waiting = new Set(deps.list()?.pending.map(({ deviceId }) => deviceId));
      for (const deviceId of new Set(left)) if (!waiting.has(deviceId)) deps.onReasons([], { gateway, deviceId });
    },
    dispose() {
      disposed = true;
      waking.dispose();
      looking.clear();
      deciding.clear();
    },
  };
}

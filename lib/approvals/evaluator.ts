// Request + evidence + rules -> verdict, again whenever one of them changes; and the decision, when the verdict is to approve.
import PQueue from 'p-queue';
import type { VerdictView } from '../api/rule-shapes.ts';
import type { Clock } from '../clock.ts';
import type { Collector, Standing } from '../evidence/collector.ts';
import type { Judgement } from '../evidence/judge.ts';
import type { PairedDevice, PairingList, PendingRequest } from '../gateway/records.ts';
import { addedScopes } from '../gateway/scopes.ts';
import { Problem, problemView } from '../problem.ts';
import type { Guards } from '../rules/guards.ts';
import { type RuleInForce, verdictOf } from '../rules/verdict.ts';
import type { Store } from '../store/open.ts';
import type { Automation } from './automation.ts';
import type { Decider } from './decider.ts';
import { contentKey, pairedRowOf, reasonOf } from './reason.ts';
import { NO_JUDGEMENT, originView } from './request-view.ts';

/** What is known of one request at present. */
export type Assessment = { judgement: Judgement; settled: boolean; verdict: VerdictView };

const HOUR_MS = 3_600_000;
const DRIFT_MS = 60_000;
const LOOK_AT_ONCE = 8;
const LOOKING: VerdictView = { kind: 'hold', reasons: [{ code: 'evidence-pending', text: 'The evidence is still coming in.' }] };

export type Evaluator = {
  of: (requestId: string) => Assessment;
  /** Whether a request was assessed, or is being assessed now. */
  isKnown: (request: PendingRequest) => boolean;
  /** Evaluates the requests of a device anew; calls while one runs lead to exactly one more. */
  evaluate: (deviceId: string) => void;
  /** Drops what belongs to requests that wait no more. */
  keepOnly: (requestIds: ReadonlySet<string>) => void;
  dispose: () => void;
};

export function createEvaluator(deps: {
  gateway: string;
  list: () => PairingList | undefined;
  collector: Collector;
  decider: Decider;
  automation: Automation;
  store: Store;
  rules: () => readonly RuleInForce[];
  standing: (request: PendingRequest) => Standing;
  guards: (request: PendingRequest) => Omit<Guards, 'automation' | 'halted' | 'tokenDrift' | 'unreadRows'>;
  /** Why nothing is automatic on this gateway now; undefined when nothing stands against it. */
  halted: () => string | undefined;
  sameUser: () => boolean;
  clock: Clock;
  onAssessed: (request: PendingRequest) => void;
  onError: (error: unknown) => void;
}): Evaluator {
  const { clock, collector, store } = deps;
  const assessments = new Map<string, Assessment & { content: string }>();
  const running = new Map<string, { again: boolean }>();
  // A flood of keys must not make the console read the log for all of them at once.
  const looking = new PQueue({ concurrency: LOOK_AT_ONCE });
  // One automatic approval at a time, so that each sees what the one before used up of the limits.
  const approving = new PQueue({ concurrency: 1 });
  let disposed = false;

  /** The same wish, begun within a minute after an approval of it was answered: its token is out of step. */
  async function isTokenDrift(request: PendingRequest, judgement: Judgement): Promise<boolean> {
    const last = await store.decisions.lastFor(deps.gateway, request.deviceId);
    if (last?.action !== 'approve' || !(last.state === 'approved' || last.state === 'settled-approved') || !last.answeredAt) return false;
    const answered = Date.parse(last.answeredAt);
    const closed = judgement.attempts.at(-1)?.close;
    const begun = closed ? closed.at - (closed.durationMs ?? 0) : request.ts;
    const same = addedScopes(last.scopes, request.scopes).length === 0;
    return same && begun >= answered && begun < answered + DRIFT_MS;
  }

  async function verdictFor(
    request: PendingRequest,
    row: PairedDevice | undefined,
    judgement: Judgement,
    settled: boolean,
    unreadRows: number,
  ): Promise<VerdictView> {
    const rules = deps.rules();
    const since = clock.nowMs() - HOUR_MS;
    const byRule = new Map<string, { deviceId: string; atMs: number }[]>();
    for (const { rule } of rules)
      if (rule.enabled) byRule.set(rule.id, await store.decisions.approvalsByRuleSince(rule.id, deps.gateway, since));
    const automation = deps.automation.view();
    const standing = deps.standing(request);
    return verdictOf({
      request: {
        gateway: deps.gateway,
        deviceId: request.deviceId,
        reason: reasonOf(request, row),
        roles: request.roles,
        scopes: request.scopes,
        silent: request.silent,
        paired: row,
      },
      judgement,
      settled,
      rules,
      history: { byRule },
      guards: {
        ...deps.guards(request),
        automation: { on: automation.state === 'on', text: automation.text },
        halted: deps.halted() ?? deps.automation.halted(),
        tokenDrift: await isTokenDrift(request, judgement),
        unreadRows,
      },
      statement: standing.statement,
      sameUser: deps.sameUser(),
      now: clock.nowMs(),
    });
  }

  async function approve(request: PendingRequest, assessment: Assessment): Promise<void> {
    const { verdict } = assessment;
    if (verdict.kind !== 'approve' || !verdict.rule) return;
    await deps.decider.decide({
      action: 'approve',
      requestId: request.requestId,
      bound: request,
      actor: { kind: 'rule', name: verdict.ruleName ?? 'rule', ruleId: verdict.rule },
      origin: originView(assessment.judgement, true),
      verdict,
      mayAsk: () => {
        const now = deps.automation.view();
        if (now.state !== 'on') return now.text;
        const entry = deps.rules().find((r) => r.rule.id === verdict.rule);
        return entry?.rule.enabled && entry.recorded ? undefined : 'The rule was switched off or removed.';
      },
      // Everything is asked once more with what the gateway lists and the log says at the last moment.
      stillGood: async (fresh, row, list) => {
        await collector.poll();
        const again = await verdictFor(fresh, row, collector.judge(fresh, deps.standing(fresh)), true, list.unread);
        if (
          again.kind === 'approve' &&
          again.rule === verdict.rule &&
          !(await deps.automation.mayApprove(await store.decisions.automaticSince(clock.nowMs() - 60_000)))
        )
          return 'Rules have approved as many requests within a minute as they may.';
        return again.kind === 'approve' && again.rule === verdict.rule
          ? undefined
          : (again.reasons[0]?.text ?? 'The rule does not hold any more.');
      },
    });
  }

  async function assess(request: PendingRequest): Promise<void> {
    const list = deps.list();
    if (!list) return;
    const settledJudgement = await collector.settle(request, deps.standing(request));
    const current = deps.list();
    const still = current?.pending.find((p) => p.requestId === request.requestId);
    if (!current || !still || disposed) return;
    const verdict = await verdictFor(still, pairedRowOf(current.paired, still), settledJudgement, true, current.unread);
    const assessment = { judgement: settledJudgement, settled: true, verdict };
    assessments.set(still.requestId, { ...assessment, content: contentKey(still) });
    deps.onAssessed(still);
    try {
      await approving.add(() => approve(still, assessment));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const text = problemView(error).detail;
      assessments.set(still.requestId, {
        ...assessment,
        content: contentKey(still),
        verdict: { ...verdict, kind: 'hold', reasons: [{ code: error.code, text }] },
      });
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

  return {
    of(requestId) {
      return assessments.get(requestId) ?? { judgement: NO_JUDGEMENT, settled: false, verdict: LOOKING };
    },
    isKnown: ({ requestId, deviceId }) => assessments.has(requestId) || running.has(deviceId),
    evaluate(deviceId) {
      const busy = running.get(deviceId);
      if (busy) {
        busy.again = true;
        return;
      }
      const state = { again: false };
      running.set(deviceId, state);
      void run(deviceId, state);
    },
    keepOnly(requestIds) {
      for (const id of assessments.keys()) if (!requestIds.has(id)) assessments.delete(id);
    },
    dispose() {
      disposed = true;
      looking.clear();
      approving.clear();
    },
  };
}

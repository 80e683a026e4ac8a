// A verdict that decides, carried out: everything is asked once more with what the gateway lists at the last moment, the permit window is
// counted before the gateway is asked, and a rule that changed in between decides nothing.
import type { VerdictView } from '../api/rule-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import type { Clock } from '../clock.ts';
import type { Collector, Standing } from '../evidence/collector.ts';
import type { Judgement } from '../evidence/judge.ts';
import type { PendingRequest } from '../gateway/records.ts';
import { Problem } from '../problem.ts';
import type { RuleInForce, VerdictInput } from '../rules/case.ts';
import { verdictOf } from '../rules/verdict.ts';
import type { Store } from '../store/open.ts';
import type { Automation } from './automation.ts';
import type { Decider } from './decider.ts';
import type { InTurn } from './in-turn.ts';
import type { PermitWindows } from './permit-windows.ts';
import { originView } from './request-view.ts';
import type { Moment } from './verdict-input.ts';

const MINUTE_MS = 60_000;

export type CarryOutDeps = {
  collector: Pick<Collector, 'poll' | 'judge'>;
  decider: Decider;
  automation: Automation;
  store: Pick<Store, 'decisions'>;
  rules: () => readonly RuleInForce[];
  windows: Pick<PermitWindows, 'actorOf' | 'take' | 'giveBack' | 'used'>;
  standing: (request: PendingRequest) => Standing;
  halted: () => string | undefined;
  inputOf: (moment: Moment) => Promise<VerdictInput>;
  /** One order for all gateways: what a rule may do in all counts over all of them. */
  ruleTurn: InTurn;
  clock: Clock;
};

/** Whether the same decides the same: the rule in the same version, or the same window. */
const agrees = (a: VerdictView, b: VerdictView): boolean =>
  a.kind === b.kind && a.window === b.window && a.rule === b.rule && a.ruleVersion === b.ruleVersion;

/** An error after which nothing was given for certain. */
const isHarmless = (error: unknown): boolean =>
  error instanceof Problem && (error.code === 'request-changed' || error.code === 'request-gone' || error.code === 'request-busy');

/**
 * Carries out a settled verdict of approve or reject; anything else is left alone. Rejects with the Problem of the decider, also when
 * the verdict does not hold any more.
 */
export function createCarryOut(deps: CarryOutDeps): (request: PendingRequest, judgement: Judgement, verdict: VerdictView) => Promise<void> {
  const { automation, windows } = deps;

  const isCounted = (ruleId: string): boolean => deps.rules().find(({ rule }) => rule.id === ruleId)?.rule.maxUses !== undefined;

  function actorOf(verdict: VerdictView): DecisionActor | undefined {
    if (verdict.window !== undefined) return windows.actorOf(verdict.window);
    return verdict.rule === undefined ? undefined : { kind: 'rule', name: verdict.ruleName ?? 'rule', ruleId: verdict.rule };
  }

  /** Why the verdict may not be carried out at this very moment. */
  function stopped(verdict: VerdictView): string | undefined {
    const now = automation.view();
    if (now.state !== 'on') return now.text;
    const halted = deps.halted() ?? automation.halted();
    if (halted !== undefined) return halted;
    if (verdict.window !== undefined) return undefined;
    const entry = deps.rules().find((r) => r.rule.id === verdict.rule);
    if (!entry?.rule.enabled || !entry.recorded || entry.stopped) return 'The rule was switched off or removed.';
    return entry.version === verdict.ruleVersion ? undefined : 'The rule was changed meanwhile.';
  }

  return async (request, judgement, verdict) => {
    const actor = actorOf(verdict);
    if (verdict.kind === 'hold' || !actor) return;
    const { window } = verdict;
    let taken = false;
    /** From the last look at the uses of its rule until this one stands in the record. */
    let endTurn: (() => void) | undefined;
    try {
      const decision = await deps.decider.decide({
        action: verdict.kind,
        requestId: request.requestId,
        bound: request,
        actor,
        origin: originView(judgement, true),
        verdict,
        mayAsk: () => {
          endTurn?.();
          const why = stopped(verdict);
          if (why !== undefined || window === undefined || taken) return why;
          // Last of all, so that nothing can fail between the count and the question.
          taken = windows.take(window);
          return taken ? undefined : 'The permit window is closed.';
        },
        stillGood: async (fresh, row, list) => {
          // Asked a second time, the gateway did not know the id: nothing was given, and the window counts anew.
          if (taken && window !== undefined) windows.giveBack(window);
          taken = false;
          await deps.collector.poll();
          endTurn?.();
          if (verdict.rule !== undefined && isCounted(verdict.rule)) endTurn = await deps.ruleTurn(verdict.rule);
          const again = verdictOf(
            await deps.inputOf({
              request: fresh,
              row,
              judgement: deps.collector.judge(fresh, deps.standing(fresh)),
              settled: true,
              list,
            }),
          );
          if (!agrees(again, verdict)) return again.reasons[0]?.text ?? 'The verdict does not hold any more.';
          if (verdict.kind === 'reject') return undefined;
          const made = await deps.store.decisions.automaticSince(deps.clock.nowMs() - MINUTE_MS);
          return (await automation.mayApprove(made)) ? undefined : 'Rules have approved as many requests within a minute as they may.';
        },
      });
      // A gateway that said no gave nothing, so the window still has what its person counted.
      if (window !== undefined && decision.problem?.code === 'gateway-refused') windows.giveBack(window);
      else if (window !== undefined) windows.used(window, decision);
    } catch (error) {
      if (taken && window !== undefined) {
        if (isHarmless(error)) windows.giveBack(window);
        else windows.used(window, undefined);
      }
      throw error;
    } finally {
      endTurn?.();
    }
  };
}

// What the rules said of a request, as it is kept to compare them with people.
import type { VerdictView } from '../api/rule-shapes.ts';
import type { RuleCall } from '../rules/case.ts';

/** With these a rule would have acted: it rests, or everything does. Any other guard would hold it on its own. */
const RESTS: ReadonlySet<string> = new Set(['automation-off', 'limit-rule', 'limit-device', 'limit-uses', 'cooling-off']);

function liveCall({ kind, trace, reasons }: VerdictView): RuleCall['would'] | undefined {
  if (!trace) return undefined;
  if (kind !== 'hold') return kind;
  if (trace.outcome !== 'matches' && trace.outcome !== 'limited') return undefined;
  if (trace.effect === 'leave') return 'leave';
  return reasons.every(({ code }) => RESTS.has(code)) ? trace.effect : undefined;
}

/** The calls of a verdict: the rule that decided or would have but for its rest, and those in shadow. */
export function callsOf(verdict: VerdictView, caseId: string, atMs: number): RuleCall[] {
  const out: RuleCall[] = [];
  const would = liveCall(verdict);
  if (verdict.rule !== undefined && would !== undefined)
    out.push({ caseId, ruleId: verdict.rule, version: verdict.ruleVersion ?? 0, atMs, would, shadow: false });
  for (const shadow of verdict.shadows ?? [])
    out.push({ caseId, ruleId: shadow.rule, version: shadow.version, atMs, would: shadow.would, shadow: true });
  return out;
}

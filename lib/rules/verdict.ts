// What the rules say of one request: a pure function of request, paired row, evidence, rules, history and clock.
// First match wins. No match, any doubt or any error leaves the request to a person.
import type { VerdictReason, VerdictView } from '../api/rule-shapes.ts';
import type { Reason } from '../api/shapes.ts';
import type { Judgement } from '../evidence/judge.ts';
import { coversScopes, isScope, NAMED_SCOPES, normaliseScopes } from '../gateway/scopes.ts';
import { type Guards, guardReasons } from './guards.ts';
import { ceilingOf, dayOf, type Rule } from './rule.ts';

export type RuleInForce = {
  rule: Rule;
  /** The rule's own Activity row is there and names this version; without it the rule is disabled (evidence, Around it). */
  recorded: boolean;
};

export type RequestFacts = {
  gateway: string;
  deviceId: string;
  reason: Reason;
  roles: readonly string[];
  scopes: readonly string[];
  silent: boolean;
  /** The paired row's roles and scopes; undefined when there is none with this key. */
  paired: { roles: readonly string[]; scopes: readonly string[] } | undefined;
};

export type RuleHistory = {
  /** Approvals by each rule on this gateway in the last hour. */
  byRule: ReadonlyMap<string, readonly { deviceId: string; atMs: number }[]>;
};

export type VerdictInput = {
  request: RequestFacts;
  judgement: Judgement;
  /** False while evidence is still coming in. */
  settled: boolean;
  rules: readonly RuleInForce[];
  history: RuleHistory;
  guards: Guards;
  statement: boolean;
  /** Console and gateway run as one OS user. Unknown counts as the same. */
  sameUser: boolean;
  now: number;
};

const HOUR_MS = 3_600_000;
const WRITE_CEILING = ['operator.read', 'operator.write', 'operator.talk'];
const short = (scopes: readonly string[]) =>
  normaliseScopes(scopes)
    .map((s) => s.replace('operator.', ''))
    .join(', ');

/** Why a rule cannot fire at all at present, whatever is asked. Shown on the Rules page too. */
export function ruleBlocks(
  entry: RuleInForce,
  context: { now: number; sameUser: boolean; statement: boolean | undefined },
): VerdictReason[] {
  const { rule } = entry;
  const at = (code: string, text: string): VerdictReason => ({ code, text, rule: rule.id, ruleName: rule.name });
  const out: VerdictReason[] = [];
  if (!rule.enabled) out.push(at('rule-off', 'It is switched off.'));
  if (!entry.recorded)
    out.push(at('rule-unrecorded', 'It stands in the store without its Activity row, so it is disabled. Save it again to take it over.'));
  if (Date.parse(rule.expiresAt) <= context.now) out.push(at('rule-expired', `It ended on ${dayOf(rule.expiresAt)}.`));
  const ceiling = ceilingOf(rule);
  if (ceiling.length === 0) out.push(at('rule-empty', 'It gives nothing: its scopes are not confirmed one by one.'));
  const aboveWrite = !coversScopes(WRITE_CEILING, ceiling);
  if (aboveWrite && context.sameUser && !rule.acknowledge.includes('same-user'))
    out.push(
      at(
        'same-user',
        'It gives more than write while console and gateway run as one user, so agents with file or exec tools can act as this console. Acknowledge that, or run the console as another user.',
      ),
    );
  if (rule.assurance === 'log') {
    if (!rule.acknowledge.includes('log-assurance'))
      out.push(at('log-unconfirmed', 'It accepts proof without the caller’s socket, which its author has not confirmed.'));
    if (context.statement === false)
      out.push(at('log-needs-statement', 'Without the caller’s socket it needs the statement that no proxy stands in front.'));
    if (aboveWrite) out.push(at('log-ceiling', 'Without the caller’s socket a rule may give no more than write.'));
  }
  return out;
}

/** Why one rule does not match this request; empty when it matches. */
function mismatches(entry: RuleInForce, input: VerdictInput): VerdictReason[] {
  const { rule } = entry;
  const { request, judgement } = input;
  const at = (code: string, text: string): VerdictReason => ({ code, text, rule: rule.id, ruleName: rule.name });
  const out = ruleBlocks(entry, input);
  if (rule.gateway !== undefined && rule.gateway !== request.gateway) out.push(at('other-gateway', 'It is for another gateway.'));
  if (rule.deviceId !== undefined && rule.deviceId !== request.deviceId) out.push(at('other-device', 'It is for another device.'));
  // A host key satisfies a loopback rule only when the loopback conditions hold as well; the judge names the stronger one.
  const originFits =
    rule.origin === 'host-key' ? judgement.origin === 'host-key' : judgement.origin === 'loopback' || hostKeyOverLoopback(judgement);
  if (!originFits) {
    const missing = judgement.facts.filter(
      (f) => f.held !== true && (rule.origin === 'host-key' ? f.name !== 'statement' && f.name !== 'provenance' : f.name !== 'key'),
    );
    out.push(
      at(
        'origin',
        rule.origin === 'host-key' ? 'It asks for the gateway’s own key on a clean path.' : 'It asks for a proven loopback path.',
      ),
    );
    for (const fact of missing) out.push(at(`fact-${fact.name}`, fact.text));
  } else if (rule.assurance === 'peer' && judgement.assurance !== 'peer') {
    out.push(at('assurance', 'It asks that the caller’s socket was seen, and it was not.'));
  }
  const result = normaliseScopes([...(request.paired?.scopes ?? []), ...request.scopes]);
  const ceiling = ceilingOf(rule);
  const beyond = result.filter((s) => (isScope(s) && NAMED_SCOPES.includes(s) ? !ceiling.includes(s) : !coversScopes(ceiling, [s])));
  if (beyond.length > 0)
    out.push(at('above-ceiling', `It stops at ${short(ceiling)}; the device would hold ${short(beyond)} beyond that.`));
  const named = result.filter((s) => isScope(s) && NAMED_SCOPES.includes(s));
  if (judgement.isHostKey && named.length > 0 && !rule.agentsMayUse) {
    if (judgement.askedBy === 'gateway-process')
      out.push(
        at(
          'asked-by-gateway',
          `Asked by the gateway process: an agent may have asked for ${short(named)}. The rule does not let agents use it.`,
        ),
      );
    else if (judgement.askedBy === undefined)
      out.push(at('asker-unseen', `The asking process was not seen, so an agent may have asked for ${short(named)}.`));
  }
  return out;
}

/** The gateway's own key, where the operator's statement and this console's own approval also make it a loopback device. */
function hostKeyOverLoopback(judgement: Judgement): boolean {
  return judgement.origin === 'host-key' && judgement.facts.every((f) => f.held === true || f.name === 'key');
}

function limitReasons(rule: Rule, input: VerdictInput): VerdictReason[] {
  const since = input.now - HOUR_MS;
  const used = (input.history.byRule.get(rule.id) ?? []).filter((u) => u.atMs > since);
  const at = (code: string, text: string): VerdictReason => ({ code, text, rule: rule.id, ruleName: rule.name });
  if (used.length >= rule.maxPerHour)
    return [at('limit-rule', `It has approved ${used.length} times in the last hour, which is its limit.`)];
  const ofDevice = used.filter((u) => u.deviceId === input.request.deviceId).length;
  const perDevice = Math.max(1, Math.ceil(rule.maxPerHour / 2));
  if (ofDevice >= perDevice)
    return [
      at('limit-device', `It has approved this device ${ofDevice} times in the last hour; ${perDevice} is the limit for one device.`),
    ];
  return [];
}

/** The verdict with all its reasons. Never 'approve' when any guard, fact or condition is missing. */
export function verdictOf(input: VerdictInput): VerdictView {
  const guard = guardReasons(input.request, input.judgement, input.guards);
  if (!input.settled) guard.push({ code: 'evidence-pending', text: 'The evidence is still coming in.' });
  const reasons: VerdictReason[] = [...guard];
  if (!input.rules.some((r) => r.rule.enabled)) reasons.push({ code: 'no-rule', text: 'No rule is switched on.' });
  for (const entry of input.rules) {
    if (!entry.rule.enabled) continue;
    const why = mismatches(entry, input);
    if (why.length > 0) {
      reasons.push(...why);
      continue;
    }
    const limits = limitReasons(entry.rule, input);
    const held = [...guard, ...limits];
    const named = { rule: entry.rule.id, ruleName: entry.rule.name };
    if (held.length > 0) return { kind: 'hold', ...named, reasons: held };
    return { kind: 'approve', ...named, reasons: [{ code: 'matches', text: `Every condition of ${entry.rule.name} holds.`, ...named }] };
  }
  if (input.rules.some((r) => r.rule.enabled) && guard.length === 0) reasons.unshift({ code: 'no-match', text: 'No rule matches.' });
  return { kind: 'hold', reasons };
}

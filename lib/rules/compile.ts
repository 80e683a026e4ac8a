// A rule made ready for many verdicts: scopes as bits, its end as a number, its pattern folded, its hours with their formatter.
import type { RuleInForce } from './case.ts';
import { ceilingOf } from './ceiling.ts';
import { CONDITIONS, type Condition } from './conditions.ts';
import { createHours } from './hours.ts';
import { foldName } from './pattern.ts';
import type { Rule } from './rule.ts';
import { allowedMask, effectiveMask, maskOf } from './scope-mask.ts';
import { reasonMask } from './subject.ts';

export type CompiledRule = {
  readonly rule: Rule;
  readonly endsAtMs: number;
  /** Approving: the ceiling as written and confirmed, and all that a device may hold under it. */
  readonly ceiling: number;
  readonly allowed: number;
  /** Rejecting or leaving: any of these. */
  readonly scopes: number;
  readonly heldScopes: number;
  readonly aboveWrite: boolean;
  /** One bit for each reason that it is for. */
  readonly reasons: number;
  readonly platforms: readonly string[];
  readonly pattern: readonly string[];
  readonly isAwake: ((atMs: number) => boolean) | undefined;
  readonly pairedForMs: number;
  readonly coolOffMs: number;
  /** Those that this rule has, in the order in which they are told. */
  readonly conditions: readonly Condition[];
  /** Their tests, those first that tell rules apart. */
  readonly tests: readonly Condition['test'][];
};

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The most that a rule may give where agents could act as its author, or where the caller's socket was not seen. */
export const WRITE_CEILING = ['operator.read', 'operator.write', 'operator.talk'] as const;

/** Compiles one rule; some microseconds, more with hours. */
function compileRule(rule: Rule): CompiledRule {
  const ceiling = maskOf(ceilingOf(rule));
  const conditions = CONDITIONS.filter((c) => c.applies(rule));
  return {
    rule,
    endsAtMs: Date.parse(rule.expiresAt),
    ceiling,
    allowed: allowedMask(ceiling),
    scopes: maskOf(rule.scopes),
    heldScopes: maskOf(rule.heldScopes ?? []),
    aboveWrite: (ceiling & ~effectiveMask(maskOf(WRITE_CEILING))) !== 0,
    reasons: reasonMask(rule.reasons),
    platforms: (rule.platforms ?? []).map((p) => p.toLowerCase()),
    pattern: foldName(rule.displayName ?? ''),
    isAwake: rule.hours ? createHours(rule.hours) : undefined,
    pairedForMs: (rule.pairedForHours ?? 0) * HOUR_MS,
    coolOffMs: rule.coolOffMinutes * MINUTE_MS,
    conditions,
    tests: [...conditions.filter((c) => !c.common), ...conditions.filter((c) => c.common)].map((c) => c.test),
  };
}

/** A symbol, so that nothing that is recorded or sent ever holds it. */
const COMPILED = Symbol('compiled rule');
type Ready = RuleInForce & { readonly [COMPILED]: CompiledRule };
const isReady = (entry: RuleInForce): entry is Ready => COMPILED in entry;

/** The entry made ready for many verdicts. Whoever keeps rules calls this once for each version. */
export function readyRule(entry: RuleInForce): RuleInForce {
  const ready: Ready = { ...entry, [COMPILED]: compileRule(entry.rule) };
  return ready;
}

/** The compiled rule of an entry: its own where it was made ready with this very rule, else a new one. */
export function compiledOf(entry: RuleInForce): CompiledRule {
  if (isReady(entry) && entry[COMPILED].rule === entry.rule) return entry[COMPILED];
  return compileRule(entry.rule);
}

// The decision itself, without a word: windows first, then the rules in order, and the first that matches decides. Live requests, shadow,
// previews and recorded requests all come through here.
import { firstBlock } from './blocks.ts';
import type { RuleInForce, VerdictInput, WindowInForce } from './case.ts';
import { type CompiledRule, compiledOf } from './compile.ts';
import { firstGuard } from './guards.ts';
import { firstLimit } from './limits.ts';
import { isOpenFor, windowMiss } from './openings.ts';
import { type Subject, subjectOf } from './subject.ts';

/**
 * What comes of a request. `code` says why in one word: `matches`, `window`, `left`, a guard or a limit, what blocks the rule, `doubt`
 * (a rule would reject or leave, but a condition is not known), `doubt-above` (a rule above might have approved it), `no-match`, `no-rule`.
 */
export type Decided = {
  kind: 'approve' | 'reject' | 'hold';
  code: string;
  /** The rule that decided, or that matched and was held back. */
  entry?: RuleInForce;
  /** With `doubt-above`: the rule above. */
  above?: RuleInForce;
  /** The permit window that decided, or that was held back. */
  window?: WindowInForce;
};

/** Whether every condition of a rule holds. Undefined: none is contradicted, but one is not known. */
export function matchOf(compiled: CompiledRule, subject: Subject): boolean | undefined {
  let known: true | undefined = true;
  for (const test of compiled.tests) {
    const held = test(compiled, subject);
    if (held === false) return false;
    if (held === undefined) known = undefined;
  }
  return known;
}

function byWindow(subject: Subject): Decided | undefined {
  for (const window of subject.input.windows) {
    if (!isOpenFor(window, subject) || windowMiss(window, subject) !== undefined) continue;
    const guard = firstGuard(subject.input, 'window');
    return guard === undefined ? { kind: 'approve', code: 'window', window } : { kind: 'hold', code: guard, window };
  }
  return undefined;
}

function byRule(entry: RuleInForce, compiled: CompiledRule, input: VerdictInput, act: 'approve' | 'reject'): Decided {
  const held = firstGuard(input, act) ?? firstLimit(compiled, input);
  return held === undefined ? { kind: act, code: 'matches', entry } : { kind: 'hold', code: held, entry };
}

/** The decision on a subject. A rule in shadow is passed over, but for `pretend`, which is asked as if it were in force. */
export function decideOn(subject: Subject, pretend?: RuleInForce): Decided {
  const { input } = subject;
  const opened = byWindow(subject);
  if (opened) return opened;
  let any = false;
  let doubted: RuleInForce | undefined;
  for (const entry of input.rules) {
    if (!entry.rule.enabled || (entry.rule.shadow && entry !== pretend)) continue;
    any = true;
    const compiled = compiledOf(entry);
    // A rule that has ended is as if it were not there.
    if (!(compiled.endsAtMs > input.now)) continue;
    const match = matchOf(compiled, subject);
    if (match === false) continue;
    const block = firstBlock(entry, compiled, input);
    switch (entry.rule.effect) {
      case 'approve':
        if (match && block === undefined) return byRule(entry, compiled, input, 'approve');
        // It gives nothing, and a rule below may on its own grounds; but what it might have given must not be rejected.
        doubted ??= entry;
        break;
      case 'reject':
      case 'leave':
        if (block !== undefined) return { kind: 'hold', code: block, entry };
        if (!match) return { kind: 'hold', code: 'doubt', entry };
        if (entry.rule.effect === 'leave') return { kind: 'hold', code: 'left', entry };
        if (doubted) return { kind: 'hold', code: 'doubt-above', entry, above: doubted };
        return byRule(entry, compiled, input, 'reject');
    }
  }
  return { kind: 'hold', code: firstGuard(input, 'approve') ?? (any ? 'no-match' : 'no-rule') };
}

/** What the rules say of one request: pure, total, and quick enough for tens of thousands a second when the rules were made ready. */
export const decide = (input: VerdictInput): Decided => decideOn(subjectOf(input));

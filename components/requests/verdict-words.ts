// A verdict in one line, and its parts in words.
import type { RuleEffect, RuleTrace, VerdictReason, VerdictView } from '#lib/api/rule-shapes.ts';
import { STOP_IN_SHORT } from '../frame/automation-words.ts';
import type { Tone } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';

export const OUTCOMES: Record<RuleTrace['outcome'], { word: string; tone: Tone }> = {
  matches: { word: 'matches', tone: 'good' },
  'no-match': { word: 'does not match', tone: 'plain' },
  doubt: { word: 'cannot tell, so a person is asked', tone: 'amber' },
  limited: { word: 'matches and rests', tone: 'amber' },
  blocked: { word: 'matches and is held back', tone: 'amber' },
};

/** "would have approved this." `past`: the request is decided. */
export function shadowWords(would: RuleEffect, past: boolean): string {
  const verb: Record<RuleEffect, [string, string]> = {
    approve: ['would approve this.', 'would have approved this.'],
    reject: ['would reject this.', 'would have rejected this.'],
    leave: ['would leave this to a person.', 'would have left this to a person.'],
  };
  return verb[would][past ? 1 : 0];
}

/** Characters: the switch alone says less than that, so longer words are those of a stop. */
const LONGEST_OF_SWITCH = 80;

/**
 * A reason for the line of a card. A stop of automation is told once, in the notice on every page; each card would repeat the same lines.
 * Of a decision that was made (`past`) no notice stands any more.
 */
export function reasonWords({ code, text }: VerdictReason, past: boolean): string {
  if (code !== 'automation-off' || text.length <= LONGEST_OF_SWITCH) return text;
  return past ? 'Automation was suspended.' : STOP_IN_SHORT;
}

/** The verdict in one line: who decides what, or the first reason why a person is asked. */
export function headline({ kind, rule, ruleName, ruleVersion, window, reasons }: VerdictView, past: boolean): string {
  const version = ruleVersion === undefined ? '' : `, version ${ruleVersion},`;
  const who = window !== undefined ? 'A permit window' : `Rule ${shownText(ruleName ?? rule ?? '', 80)}${version}`;
  if (kind === 'approve') return `${who} ${past ? 'approved' : 'approves'} this.`;
  if (kind === 'reject') return `${who} ${past ? 'rejected' : 'rejects'} this.`;
  const [first] = reasons;
  if (first === undefined) return 'No rule matched.';
  const text = reasonWords(first, past);
  return first.ruleName === undefined ? text : `${shownText(first.ruleName, 80)}: ${text}`;
}

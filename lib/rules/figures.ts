// What a rule did and how often people agreed with it changes without the rule being changed: its view is read again and sent then.
import type { RuleView } from '../api/rule-shapes.ts';
import { Problem } from '../problem.ts';

export type RuleFigures = {
  /** The figures of a rule changed in the record. Many of these while its view is being read lead to one more reading. */
  due: (ruleId: string) => void;
  /** The rule itself was changed or removed and that was told, so a view that was begun before is out of date. */
  overtaken: (ruleId: string) => void;
};

/**
 * Reads the views of rules whose figures changed and hands them to `show`, one reading of a rule at a time and the newest last.
 * A rule that is not there any more is passed over; another failure goes to `onError`, and the rule stays as it was shown.
 */
export function createRuleFigures(deps: {
  view: (ruleId: string) => Promise<RuleView>;
  show: (view: RuleView) => void;
  onError: (error: unknown) => void;
}): RuleFigures {
  const reading = new Map<string, { again: boolean; overtaken: boolean }>();

  async function read(ruleId: string): Promise<void> {
    const state = { again: false, overtaken: false };
    reading.set(ruleId, state);
    do {
      state.again = false;
      state.overtaken = false;
      try {
        const view = await deps.view(ruleId);
        if (!state.overtaken) deps.show(view);
      } catch (error) {
        if (!(error instanceof Problem && error.code === 'rule-unknown')) deps.onError(error);
      }
    } while (state.again);
    reading.delete(ruleId);
  }

  return {
    due(ruleId) {
      const state = reading.get(ruleId);
      if (state) state.again = true;
      else void read(ruleId);
    },
    overtaken(ruleId) {
      const state = reading.get(ruleId);
      if (state) Object.assign(state, { again: true, overtaken: true });
    },
  };
}

// What a rule did and how often people agreed with it changes without the rule being changed: its view is read again and sent then.
import type { RuleView } from '../api/rule-shapes.ts';
import { Problem } from '../problem.ts';

export type RuleFigures = {
  /** The figures of a rule changed in the record. Many of these while its view is being read lead to one more reading. */
  due: (ruleId: string) => void;
  /** The rule itself was changed or removed and that was told, so a view that was begun before is out of date. */
  overtaken: (ruleId: string) => void;
  /** Begins no reading any more. Resolves when those under way have ended, so that the store may be closed. */
  dispose: () => Promise<void>;
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
  type Reading = { again: boolean; overtaken: boolean; ended: Promise<void> };
  const reading = new Map<string, Reading>();
  let disposed = false;

  async function read(ruleId: string, state: Reading): Promise<void> {
    do {
      state.again = false;
      state.overtaken = false;
      try {
        const view = await deps.view(ruleId);
        if (!state.overtaken) deps.show(view);
      } catch (error) {
        if (!(error instanceof Problem && error.code === 'rule-unknown')) deps.onError(error);
      }
    } while (state.again && !disposed);
    reading.delete(ruleId);
  }

  return {
    due(ruleId) {
      const state = reading.get(ruleId);
      if (state) state.again = true;
      else if (!disposed) {
        const fresh: Reading = { again: false, overtaken: false, ended: Promise.resolve() };
        reading.set(ruleId, fresh);
        fresh.ended = read(ruleId, fresh);
      }
    },
    overtaken(ruleId) {
      const state = reading.get(ruleId);
      if (!state) return;
      state.again = true;
      state.overtaken = true;
    },
    async dispose() {
      disposed = true;
      await Promise.all([...reading.values()].map(({ ended }) => ended));
    },
  };
}

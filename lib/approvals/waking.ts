// The hours of rules begin and end by the clock alone: then what waits must be looked at again, for nothing else would say so.
import type { Clock } from '../clock.ts';
import type { RuleInForce } from '../rules/case.ts';
import { createHours } from '../rules/hours.ts';

const MINUTE_MS = 60_000;
/** Behind the boundary, so that a timer that fires early does not miss it. Ms. */
const SLACK_MS = 20;

export type Waking = {
  /** Compares which rules are awake with the last time; tells when it is another set. */
  look: () => void;
  dispose: () => void;
};

/** Looks at every full minute of the wall clock, where hours begin and end. Costs nothing while no rule has hours. */
export function createWaking(deps: { rules: () => readonly RuleInForce[]; onChange: () => void; clock: Clock }): Waking {
  const { clock } = deps;
  const known = new WeakMap<RuleInForce['rule'], (atMs: number) => boolean>();
  let before: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function isAwake({ rule }: RuleInForce, now: number): boolean {
    if (!rule.hours) return false;
    const awake = known.get(rule) ?? createHours(rule.hours);
    known.set(rule, awake);
    return awake(now);
  }

  function look() {
    const now = clock.nowMs();
    const awake = deps
      .rules()
      .filter((entry) => entry.rule.enabled && isAwake(entry, now))
      .map(({ rule }) => rule.id)
      .sort()
      .join(' ');
    const changed = before !== undefined && before !== awake;
    before = awake;
    if (changed) deps.onChange();
  }

  function arm() {
    timer = setTimeout(
      () => {
        look();
        arm();
      },
      MINUTE_MS - (clock.nowMs() % MINUTE_MS) + SLACK_MS,
    );
    timer.unref();
  }

  look();
  arm();
  return { look, dispose: () => clearTimeout(timer) };
}

// The guards as their page shows them: what each is, whether it holds something back now, when it last did, and the figures that a person
// can tighten.
import type { GuardLimits, GuardsView, GuardView, VerdictReason } from '../api/rule-shapes.ts';
import type { AutomationView, DecisionActor } from '../api/shapes.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';
import { GUARD_WORDS } from '../rules/guard-words.ts';
import type { NewActivity } from '../store/activity.ts';
import { type Automation, MOST_LIMITS } from './automation.ts';
import type { GuardLog } from './guard-log.ts';

/** A request that waits, with what the verdict said of it. */
export type Waiting = { deviceId: string; displayName?: string | undefined; reasons: readonly VerdictReason[] };

export type GuardBook = {
  view: () => GuardsView;
  /** A person's act. Throws Problem('person-required' | 'limits-loosened' | 'store-unwritable'). */
  setLimits: (limits: GuardLimits, actor: DecisionActor) => Promise<GuardsView>;
};

/** Guards that stand against everything at once, whether or not a request waits. */
function standsNow(code: string, automation: AutomationView, halts: readonly string[]): string | undefined {
  if (code === 'automation-off') return automation.state === 'on' ? undefined : automation.text;
  if (code === 'halted') return halts[0];
  if (code === 'rate' || code === 'flood') return automation.cause === code ? automation.text : undefined;
  return undefined;
}

function heldWords(code: string, waiting: readonly Waiting[]): string | undefined {
  const held = waiting.filter(({ reasons }) => reasons.some((r) => r.code === code));
  const [first] = held;
  if (!first) return undefined;
  const who = first.displayName ?? `the device ${first.deviceId.slice(0, 8)}`;
  return held.length === 1 ? `Holds back ${who}.` : `Holds back ${held.length} requests, ${who} among them.`;
}

const LIMIT_NAMES = ['approvalsPerMinute', 'devicesPerMinute', 'requestsPerMinute'] as const;

const figures = (l: GuardLimits): string =>
  `${l.approvalsPerMinute} approvals, ${l.devicesPerMinute} devices and ${l.requestsPerMinute} requests a minute`;

export function createGuardBook(deps: {
  automation: Pick<Automation, 'view' | 'limits' | 'setLimits' | 'halted'>;
  log: GuardLog;
  /** Every request that waits on any gateway. */
  waiting: () => readonly Waiting[];
  /** Why nothing is automatic on a gateway, one text for each where that is so. */
  halts: () => readonly string[];
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
}): GuardBook {
  const { automation, log } = deps;

  function view(): GuardsView {
    const now = automation.view();
    const halted = automation.halted();
    const halts = [...(halted === undefined ? [] : [halted]), ...deps.halts()];
    const waiting = deps.waiting();
    const items = Object.entries(GUARD_WORDS).map(([code, { title, text }]): GuardView => {
      const stands = standsNow(code, now, halts);
      const holds = heldWords(code, waiting);
      const last = log.of(code);
      return {
        code,
        title,
        text,
        holdsNow: stands !== undefined || holds !== undefined,
        now: [stands, holds].filter((part) => part !== undefined).join(' ') || 'Holds nothing back now.',
        ...present({ lastHeldAt: last?.at, lastHeld: last?.who }),
        count: last?.count ?? 0,
      };
    });
    return { items, limits: automation.limits(), most: { ...MOST_LIMITS }, since: log.since() };
  }

  return {
    view,
    async setLimits(limits, actor) {
      if (actor.kind !== 'person') throw new Problem('person-required', 'Only a person changes the figures of the guards.');
      const before = automation.limits();
      const told = () =>
        deps.record({
          actor,
          what: 'guards.limits',
          text: `${actor.name} set the guards to ${figures(limits)}; it was ${figures(before)}.`,
          details: { before, limits },
        });
      // What narrows takes effect at once, what widens only after it stands in the record.
      const above = (than: GuardLimits) => LIMIT_NAMES.some((name) => limits[name] > than[name]);
      const widens = above(before) && !above(MOST_LIMITS);
      if (widens) await told();
      await automation.setLimits(limits);
      if (!widens) await told();
      return view();
    },
  };
}

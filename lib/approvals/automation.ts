// The one switch, and what stops automation by itself. Off and suspended survive a restart; no doubt ever switches it on.
import { z } from 'zod';
import type { GuardLimits } from '../api/rule-shapes.ts';
import type { AutomationView, SuspensionCause } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';

export type Automation = {
  view: () => AutomationView;
  /** Why nothing is automatic right now beside the switch: the store; undefined when nothing stands against it. */
  halted: () => string | undefined;
  /** Off keeps a suspension; on from off shows it again; on while suspended lifts it. */
  set: (on: boolean, byPerson: boolean) => Promise<void>;
  /** Whether `set(true)` needs a person: it would lift a suspension, or undo what a person switched off. */
  needsPerson: () => boolean;
  /** How often something narrowed what is automatic: a number that moved since says that there is something new to read. */
  stops: () => number;
  suspend: (cause: SuspensionCause, text: string) => Promise<void>;
  /** Counts an automatic approval; suspends when as many as may be were made in a minute. Answers whether one more may be made. */
  mayApprove: (madeInLastMinute: number) => Promise<boolean>;
  /** Counts a request; suspends at a flood. */
  noteRequest: (gateway: string, deviceId: string) => void;
  /** The figures in force. */
  limits: () => GuardLimits;
  /** Puts other figures in force, none above the product's own; answers those that were. Throws Problem('limits-loosened'). */
  setLimits: (limits: GuardLimits) => Promise<GuardLimits>;
  storeFailed: () => void;
  storeWorks: () => void;
  dispose: () => void;
};

/** The product's own figures: they can be tightened, never exceeded. */
export const MOST_LIMITS: Readonly<GuardLimits> = { approvalsPerMinute: 20, devicesPerMinute: 40, requestsPerMinute: 1200 };
const LIMIT_NAMES = ['approvalsPerMinute', 'devicesPerMinute', 'requestsPerMinute'] as const;

const QUIET_MS = 10 * 60_000;
const CLOCK_STEP_MS = 1000;
const CLOCK_SLACK_MS = 2000;
/** The texts of stops that stand together end after so many characters. */
const TEXT_LIMIT = 2000;

const cause = z.enum([
  'flood',
  'rate',
  'undone',
  'identity-changed',
  'clock',
  'store',
  'token-drift',
  'record-broken',
  'record-lost',
  'record-restored',
]);
const note = z.object({
  on: z.boolean(),
  since: z.string(),
  /** A person switched it off: only a person switches it on. */
  offByPerson: z.boolean().optional(),
  suspended: z
    .object({
      cause,
      /** With `cause` all that stand: one that came while another stood. */
      causes: z.array(cause).optional(),
      text: z.string(),
      since: z.string(),
    })
    .optional(),
  limits: z
    .object({
      approvalsPerMinute: z.number().int().min(1).max(MOST_LIMITS.approvalsPerMinute),
      devicesPerMinute: z.number().int().min(1).max(MOST_LIMITS.devicesPerMinute),
      requestsPerMinute: z.number().int().min(1).max(MOST_LIMITS.requestsPerMinute),
    })
    .optional(),
});
type State = z.infer<typeof note>;

/** Loads the switch. A note that cannot be read counts as off. */
export async function createAutomation(deps: {
  clock: Clock;
  load: () => Promise<unknown>;
  save: (state: State) => Promise<void>;
  onChange: (view: AutomationView) => void;
  /** Told of every stop that waits for a person, at once and also while automation is off. */
  onStop?: (cause: SuspensionCause, text: string) => void;
}): Promise<Automation> {
  const { clock } = deps;
  const found = await deps.load();
  const parsed = note.safeParse(found);
  let state: State = parsed.success ? parsed.data : { on: found === undefined, since: isoOf(clock.nowMs()) };
  let storeDown = false;
  /** What narrowed is in force and not on the disk: a restart would forget it. */
  let unwritten = false;
  /** How often something narrowed what is automatic. */
  let stops = 0;
  let quietSince = clock.monotonicMs();
  let allowed: number[] = [];
  const requests: { at: number; device: string }[] = [];
  const asking = new Map<string, number>();
  let lastWall = clock.nowMs();
  let lastSteady = clock.monotonicMs();

  function view(): AutomationView {
    const { suspended } = state;
    if (!state.on) return { state: 'off', text: 'Automation is off. Every request waits for a person.', since: state.since };
    if (suspended) {
      const rearms = endsByItself(suspended.cause);
      return {
        state: 'suspended',
        text: suspended.text,
        since: suspended.since,
        cause: suspended.cause,
        causes: suspended.causes ?? [suspended.cause],
        ...(rearms ? { rearmsAt: isoOf(clock.nowMs() + Math.max(0, QUIET_MS - (clock.monotonicMs() - quietSince))) } : {}),
      };
    }
    if (storeDown)
      return {
        state: 'suspended',
        text: 'The record cannot be written, so nothing is approved automatically.',
        since: isoOf(clock.nowMs()),
        cause: 'store',
        causes: ['store'],
      };
    return { state: 'on', text: 'Automation is on. Rules that are switched on may approve.', since: state.since };
  }

  async function write(next: State) {
    try {
      await deps.save(next);
      if (next === state) unwritten = false;
    } catch (error) {
      unwritten = true;
      throw error;
    }
  }

  /** What narrows takes effect at once, written or not; what widens only after it was written. */
  async function keep(next: State, kind: 'narrows' | 'widens') {
    if (kind === 'narrows') {
      stops += 1;
      state = next;
      deps.onChange(view());
      return write(next);
    }
    const before = stops;
    await deps.save(next);
    // A stop that came while this was being written stands, and is what must be on the disk.
    if (stops !== before) return write(state);
    state = next;
    unwritten = false;
    deps.onChange(view());
  }

  const limits = (): GuardLimits => ({ ...(state.limits ?? MOST_LIMITS) });
  const endsByItself = (cause: SuspensionCause) => cause === 'flood' || cause === 'rate';

  async function suspend(cause: SuspensionCause, text: string) {
    const held = state.suspended;
    quietSince = clock.monotonicMs();
    if (!endsByItself(cause)) {
      // Counted also where another stop stands already: whoever lifts that one has not read of this.
      stops += 1;
      deps.onStop?.(cause, text);
    }
    if (held && !endsByItself(held.cause)) {
      // A stop that waits for a person is never weakened into one that ends by itself, and another such stop is read with it.
      if (endsByItself(cause) || held.text.includes(text)) return;
      const causes = [...new Set([...(held.causes ?? [held.cause]), cause])];
      const told = `${text} It stood still before that, too: ${held.text}`;
      const short = told.length > TEXT_LIMIT ? `${told.slice(0, TEXT_LIMIT)}… The rest stands in Activity.` : told;
      return keep({ ...state, suspended: { ...held, causes, text: short } }, 'narrows');
    }
    if (held?.cause === cause) return;
    await keep({ ...state, suspended: { cause, text, since: isoOf(clock.nowMs()) } }, 'narrows');
  }

  const watch = setInterval(() => {
    const wall = clock.nowMs();
    const steady = clock.monotonicMs();
    if (wall - lastWall < steady - lastSteady - CLOCK_SLACK_MS)
      void suspend(
        'clock',
        'The clock of this host jumped back, so limits and windows cannot be trusted. Lift the stop when it is right.',
      ).catch(() => undefined);
    lastWall = wall;
    lastSteady = steady;
    const { suspended } = state;
    if (suspended && endsByItself(suspended.cause) && steady - quietSince >= QUIET_MS) {
      const { suspended: _ended, ...rest } = state;
      void keep(rest, 'widens').catch(() => undefined);
    }
  }, CLOCK_STEP_MS);
  watch.unref();

  return {
    view,
    halted: () => (storeDown ? 'The record cannot be written.' : undefined),
    async set(on, byPerson) {
      const since = isoOf(clock.nowMs());
      if (!on) return keep({ ...state, on: false, since, offByPerson: byPerson || (!state.on && state.offByPerson !== false) }, 'narrows');
      // A stop outlives the switch: switched on again it still stands, and only then can it be lifted.
      const { suspended } = state;
      const kept = state.limits ? { limits: state.limits } : {};
      await keep(state.on || !suspended ? { on: true, since, ...kept } : { on: true, since, suspended, ...kept }, 'widens');
    },
    stops: () => stops,
    needsPerson: () => (state.on ? state.suspended !== undefined : state.offByPerson !== false),
    suspend,
    limits,
    async setLimits(next) {
      for (const name of LIMIT_NAMES)
        if (next[name] > MOST_LIMITS[name])
          throw new Problem('limits-loosened', `${name} can be at most ${MOST_LIMITS[name]}.`, { field: name });
      const before = limits();
      await keep({ ...state, limits: { ...next } }, LIMIT_NAMES.every((name) => next[name] <= before[name]) ? 'narrows' : 'widens');
      return before;
    },
    async mayApprove(madeInLastMinute) {
      // Counted here as well, in one turn: approvals that run side by side must not each see the same stored number.
      const minute = clock.monotonicMs() - 60_000;
      allowed = allowed.filter((at) => at > minute);
      const { approvalsPerMinute } = limits();
      if (Math.max(madeInLastMinute, allowed.length) < approvalsPerMinute) {
        allowed.push(clock.monotonicMs());
        return true;
      }
      await suspend(
        'rate',
        `Rules approved ${approvalsPerMinute} request${approvalsPerMinute === 1 ? '' : 's'} within a minute, the most that is allowed. Automation rests until 10 quiet minutes have passed.`,
      );
      return false;
    },
    noteRequest(gateway, deviceId) {
      const now = clock.monotonicMs();
      for (let oldest = requests[0]; oldest && oldest.at <= now - 60_000; oldest = requests[0]) {
        requests.shift();
        const left = (asking.get(oldest.device) ?? 1) - 1;
        if (left > 0) asking.set(oldest.device, left);
        else asking.delete(oldest.device);
      }
      const device = `${gateway} ${deviceId}`;
      requests.push({ at: now, device });
      asking.set(device, (asking.get(device) ?? 0) + 1);
      const devices = asking.size;
      const { devicesPerMinute, requestsPerMinute } = limits();
      if (devices > devicesPerMinute || requests.length > requestsPerMinute)
        void suspend(
          'flood',
          `${requests.length} pairing requests by ${devices} device${devices === 1 ? '' : 's'} within a minute. Automation rests until 10 quiet minutes have passed.`,
        ).catch(() => undefined);
    },
    storeFailed() {
      if (storeDown) return;
      storeDown = true;
      deps.onChange(view());
    },
    storeWorks() {
      if (unwritten) {
        unwritten = false;
        void write(state).catch(() => undefined);
      }
      if (!storeDown) return;
      storeDown = false;
      deps.onChange(view());
    },
    dispose: () => clearInterval(watch),
  };
}

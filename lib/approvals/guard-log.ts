// What the guards held back: when last, whom, and how often. Kept over restarts, written now and then: it is a display, never a decision.
import { z } from 'zod';
import type { VerdictReason } from '../api/rule-shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { isGuard } from '../rules/guard-words.ts';

const WRITE_EVERY_MS = 5000;
const MOST_DEVICES = 5000;

const entry = z.object({ count: z.number().int().min(0), at: z.string(), who: z.string().max(300) });
const kept = z.object({ since: z.string(), guards: z.record(z.string(), entry) });
type Kept = z.infer<typeof kept>;

export type GuardEntry = z.infer<typeof entry>;

export type GuardLog = {
  /** What holds the request of a device back now. The same guard on the same device counts once until it lets go. */
  note: (reasons: readonly VerdictReason[], who: { gateway: string; deviceId: string }) => void;
  /** A guard that holds everything at once, such as a flood: each call counts. */
  stopped: (code: 'rate' | 'flood', what: string) => void;
  of: (code: string) => GuardEntry | undefined;
  /** Since when it counts. */
  since: () => string;
  /** Writes what is not written yet. */
  flush: () => Promise<void>;
  dispose: () => Promise<void>;
};

/** Loads what was counted. A note that cannot be read begins anew, and says since when. */
export async function createGuardLog(deps: {
  clock: Clock;
  load: () => Promise<unknown>;
  save: (value: Kept) => Promise<void>;
  onError: (error: unknown) => void;
}): Promise<GuardLog> {
  const { clock } = deps;
  const found = kept.safeParse(await deps.load());
  const log: Kept = found.success ? found.data : { since: isoOf(clock.nowMs()), guards: {} };
  const guards = new Map(Object.entries(log.guards));
  /** The guards that hold each device at present, the device noted last at the end. */
  const holding = new Map<string, ReadonlySet<string>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dirty = false;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing
      .then(() => {
        if (!dirty) return undefined;
        dirty = false;
        return deps.save({ since: log.since, guards: Object.fromEntries(guards) });
      })
      .catch((error: unknown) => {
        dirty = true;
        deps.onError(error);
      });
    return writing;
  }

  function count(code: string, who: string) {
    guards.set(code, { count: (guards.get(code)?.count ?? 0) + 1, at: isoOf(clock.nowMs()), who });
    dirty = true;
    if (timer !== undefined) return;
    timer = setTimeout(() => void flush(), WRITE_EVERY_MS);
    timer.unref();
  }

  return {
    note(reasons, { gateway, deviceId }) {
      const key = `${gateway} ${deviceId}`;
      const before = holding.get(key);
      const now = new Set(reasons.map(({ code }) => code).filter(isGuard));
      holding.delete(key);
      if (now.size > 0) holding.set(key, now);
      for (const oldest of holding.keys()) {
        if (holding.size <= MOST_DEVICES) break;
        holding.delete(oldest);
      }
      for (const code of now) if (!before?.has(code)) count(code, `device ${deviceId.slice(0, 8)} on ${gateway}`);
    },
    stopped: count,
    of: (code) => guards.get(code),
    since: () => log.since,
    flush,
    async dispose() {
      clearTimeout(timer);
      await flush();
    },
  };
}

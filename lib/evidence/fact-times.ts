// How often each fact behind a judgement was there in time on one gateway, and how long it took: what an operator needs to know before
// believing that a rule will fire, and where to look when it does not. In memory only; nothing is decided by it.
import type { FactView } from '../api/shapes.ts';
import { isLoopback, plainAddress } from './proc-net.ts';

export type TimedFact = 'peer' | 'canary' | 'record' | 'config';

/** What became of one fact: there, after so many ms where that is known, or missed, and why. */
export type FactOutcome = { had: true; ms?: number | undefined } | { had: false; why: string };

/** The facts of one judgement. One that is left out did not apply. */
export type FactOutcomes = { readonly [fact in TimedFact]?: FactOutcome | undefined };

export type FactTimesSummary = {
  fact: TimedFact;
  had: number;
  missed: number;
  /** ms; undefined while none was had. */
  medianMs: number | undefined;
  p95Ms: number | undefined;
  /** Why it was missed the last time, in words, and when, ms of the console's clock. */
  lastMissed: string | undefined;
  lastMissedAtMs: number | undefined;
};

export type FactTimes = {
  /**
   * Notes one judgement. `key` names what was judged: looking at the same again replaces what was noted, and a fact that was had once
   * stays had, with the time that it took then.
   */
  note: (key: string, outcomes: FactOutcomes) => void;
  /** One row per fact over the last judgements, always in the same order. */
  summary: () => readonly FactTimesSummary[];
};

export const TIMED_FACTS: readonly TimedFact[] = ['peer', 'canary', 'record', 'config'];
const KEEP = 200;

/** The value below which `share` of the sorted values lie, by nearest rank; undefined of none. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** An empty memory of the last `keep` judgements of one gateway. */
export function createFactTimes({ now, keep = KEEP }: { now: () => number; keep?: number }): FactTimes {
  const noted = new Map<string, { at: number; outcomes: FactOutcomes }>();

  function summaryOf(fact: TimedFact): FactTimesSummary {
    const times: number[] = [];
    let had = 0;
    let missed = 0;
    let last: { why: string; at: number } | undefined;
    for (const { at, outcomes } of noted.values()) {
      const outcome = outcomes[fact];
      if (outcome === undefined) continue;
      if (outcome.had) {
        had += 1;
        if (outcome.ms !== undefined) times.push(outcome.ms);
        continue;
      }
      missed += 1;
      if (last === undefined || at >= last.at) last = { why: outcome.why, at };
    }
    times.sort((a, b) => a - b);
    return {
      fact,
      had,
      missed,
      medianMs: quantile(times, 0.5),
      p95Ms: quantile(times, 0.95),
      lastMissed: last?.why,
      lastMissedAtMs: last?.at,
    };
  }

  return {
    note(key, outcomes) {
      const before = noted.get(key)?.outcomes;
      const merged = Object.fromEntries(
        TIMED_FACTS.flatMap((fact) => {
          const first = before?.[fact];
          const outcome = first?.had ? first : (outcomes[fact] ?? first);
          return outcome === undefined ? [] : [[fact, outcome]];
        }),
      );
      // A judgement that is looked at again keeps its age, or one that waits for hours would push out all others' misses.
      noted.set(key, { at: noted.get(key)?.at ?? now(), outcomes: merged });
      for (const oldest of noted.keys()) {
        if (noted.size <= keep) break;
        noted.delete(oldest);
      }
    },
    summary: () => TIMED_FACTS.map(summaryOf),
  };
}

/** One end-to-end name of a caller's socket as close records and sightings both give it. */
type Ends = { remoteAddr?: string | undefined; remotePort?: number | undefined; localAddr?: string | undefined };
const endsOf = (e: Ends) => `${plainAddress(e.remoteAddr ?? '')}:${e.remotePort}>${plainAddress(e.localAddr ?? '')}`;

/**
 * What a judgement tells about its facts.
 * @param newest the newest attempt of it: its close record, with `at` and `durationMs` in ms
 * @param sightings what was seen of callers; the first sight of the newest attempt's is timed from the moment its socket opened
 */
export function outcomesOf(input: {
  facts: readonly Pick<FactView, 'name' | 'held' | 'text'>[];
  peerInReach: boolean;
  /** Whether every attempt had its close record within the wait, and how long that took, ms. */
  whole: boolean;
  recordMs: number;
  newest: (Ends & { at: number; durationMs?: number | undefined }) | undefined;
  sightings: readonly (Ends & { firstAt: number; lastAt: number })[];
  /** Undefined where none was sent for this judgement, as when the records were not whole. */
  canary: { read: boolean; ms?: number | undefined } | undefined;
  /** How long the configuration took to be confirmed, ms; undefined where it was not looked at for this judgement. */
  configMs: number | undefined;
}): FactOutcomes {
  const factOf = (name: FactView['name']) => input.facts.find((f) => f.name === name);
  const whyOf = (name: FactView['name']) => factOf(name)?.text ?? 'It was not looked at.';
  const source = factOf('source');

  function peer(): FactOutcome | undefined {
    const { newest } = input;
    // Only a caller on this host has a socket to be seen here, and only a record says which.
    if (!input.peerInReach || newest === undefined || !isLoopback(newest.remoteAddr ?? '')) return undefined;
    if (factOf('peer')?.held === undefined) return { had: false, why: whyOf('peer') };
    const openedAt = newest.at - (newest.durationMs ?? 0);
    const ends = endsOf(newest);
    const seen = input.sightings.filter((s) => s.lastAt >= openedAt && s.firstAt <= newest.at && endsOf(s) === ends);
    const firstAt = seen.length === 0 ? undefined : Math.min(...seen.map((s) => s.firstAt));
    return { had: true, ...(firstAt === undefined ? {} : { ms: Math.max(0, firstAt - openedAt) }) };
  }

  const had = (ms: number | undefined): FactOutcome => ({ had: true, ...(ms === undefined ? {} : { ms }) });
  return {
    peer: peer(),
    canary: input.canary && (input.canary.read ? had(input.canary.ms) : { had: false, why: whyOf('canary') }),
    record:
      input.whole && source?.held === true
        ? had(input.recordMs)
        : { had: false, why: whyOf(source?.held === true ? 'attempts' : 'source') },
    config:
      input.configMs === undefined
        ? undefined
        : factOf('configuration')?.held === undefined
          ? { had: false, why: whyOf('configuration') }
          : had(input.configMs),
  };
}

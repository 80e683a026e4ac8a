// When each member of the cast acts: some at once, then calmly, one act every 5 to 20 seconds. Pure but for the injected random.
import type { DeviceIdentity } from '../gateway/identity.ts';
import type { Actor, Stage } from './cast.ts';

export type Act = { actor: Actor; stage: Stage; identity: DeviceIdentity; tries: number };
export type Script = {
  /** The next act and when it is due, ms. Time only moves the due times; asking twice answers the same. */
  next: (nowMs: number) => { atMs: number; act: Act };
  /** What came of an act: let in, or not. */
  done: (act: Act, admitted: boolean, nowMs: number) => void;
};

const OPENING_GAP_MS = 700;
const OPENING_ACTS = 5;
const CALM_MS = [5_000, 20_000] as const;

type Part = { actor: Actor; identity: DeviceIdentity; stage: number; dueMs: number };

/** A script for a cast. `random` answers 0 <= x < 1. */
export function createScript({
  cast,
  random,
  startMs,
  newIdentity,
}: {
  cast: readonly Actor[];
  random: () => number;
  startMs: number;
  newIdentity: () => DeviceIdentity;
}): Script {
  const between = ([from, to]: readonly [number, number]) => Math.round(from + random() * (to - from));
  const parts = cast.map<Part>((actor) => {
    const late = Math.max(0, actor.opens - OPENING_ACTS);
    const dueMs = startMs + (late === 0 ? actor.opens * OPENING_GAP_MS : late * CALM_MS[1]);
    return { actor, identity: actor.identity, stage: 0, dueMs };
  });
  let quietUntil = startMs;

  function soonest(): Part | undefined {
    return parts.reduce<Part | undefined>((first, part) => (first === undefined || part.dueMs < first.dueMs ? part : first), undefined);
  }

  return {
    next: (nowMs) => {
      const part = soonest();
      const stage = part?.actor.stages[part.stage];
      if (!part || !stage) throw new Error('a practice world needs a cast with stages');
      return {
        atMs: Math.max(part.dueMs, quietUntil, nowMs),
        act: { actor: part.actor, stage, identity: part.identity, tries: part.actor.burst },
      };
    },
    done: ({ actor, stage }, admitted, nowMs) => {
      const part = parts.find((p) => p.actor === actor);
      if (!part) return;
      const opening = nowMs - startMs < OPENING_ACTS * OPENING_GAP_MS * 2;
      // A stage without rest leads straight to the next one: it only sets the scene.
      quietUntil = nowMs + (opening || (admitted && stage.restSeconds === 0) ? OPENING_GAP_MS / 2 : between(CALM_MS));
      if (!admitted) {
        part.dueMs = nowMs + between(actor.retrySeconds) * 1000;
        return;
      }
      const last = part.stage === actor.stages.length - 1;
      if (!last) part.stage += 1;
      else if (actor.returnsAsNew) {
        part.stage = 0;
        part.identity = newIdentity();
      }
      part.dueMs = nowMs + stage.restSeconds * 1000;
    },
  };
}

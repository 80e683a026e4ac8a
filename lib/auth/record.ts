// What is changed here and the row in Activity that tells of it are kept together or not at all.
import type { ActivityView, BridgeChange } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Repositories, Store } from '../store/open.ts';

export type Told = Omit<NewActivity, 'id' | 'at'>;
export type Tell = (entry: Told) => Promise<void>;

/** Runs `work` in one transaction and publishes what was told once it is kept. Rejects with Problem('store-unwritable'). */
export type Keep = <T>(work: (inside: Repositories, tell: Tell) => Promise<T>) => Promise<T>;

/** The way in which everything of operators, sessions and tokens is written. */
export function createKeep(deps: {
  store: Pick<Store, 'transaction'>;
  publish: (change: BridgeChange) => void;
  clock: Clock;
  newId: () => string;
}): Keep {
  return async (work) => {
    const told: ActivityView[] = [];
    const result = await deps.store.transaction((inside) =>
      work(inside, async (entry) => {
        told.push(await inside.activity.append({ ...entry, id: deps.newId(), at: isoOf(deps.clock.nowMs()) }));
      }),
    );
    for (const item of told) deps.publish({ topic: 'activity', op: 'add', item });
    return result;
  };
}

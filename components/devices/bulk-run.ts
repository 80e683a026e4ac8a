// One act on several devices, one after the other: each answer is kept, doubt ends the run, a stop leaves the rest unasked.
import { ApiProblem, problemOf } from '../queries/api.ts';

/** What became of one device. `refused`: nothing was done, and why is known. `doubt`: nobody knows whether something was done. */
export type StepOf<V> =
  | { state: 'waiting' }
  | { state: 'asking' }
  | { state: 'answered'; view: V }
  | { state: 'refused'; problem: ApiProblem['view'] }
  | { state: 'doubt'; problem: ApiProblem['view'] }
  | { state: 'not-asked' };

/** One entry a device; a device stands in a plan once per gateway. */
export type StepsOf<V> = ReadonlyMap<string, StepOf<V>>;

type Ref = { gateway: string; deviceId: string };
export const itemKey = ({ gateway, deviceId }: Ref): string => `${gateway}/${deviceId}`;

// A conflict, bad input and a console that holds too little are answered before the gateway is asked. Anything else may have come too
// late to know.
const BEFORE_ASKING: readonly number[] = [400, 404, 409, 422];
const HOLDS_TOO_LITTLE = 'gateway-limited';

function stepAfter<V>(error: unknown): StepOf<V> {
  const problem = problemOf(error);
  const known = error instanceof ApiProblem && (BEFORE_ASKING.includes(error.status) || problem.code === HOLDS_TOO_LITTLE);
  return known ? { state: 'refused', problem } : { state: 'doubt', problem };
}

type Run<I, V> = {
  items: readonly I[];
  act(item: I): Promise<V>;
  /** Whether an answer says what became of the device. */
  isKnown(view: V): boolean;
  onSteps(steps: StepsOf<V>): void;
  /** Asked before each device: from then on none is. */
  isStopped?(): boolean;
};

/**
 * Acts on the devices in their order, one at a time, and tells every change of the whole. Ends after the first whose outcome nobody
 * knows, and where it is stopped: those behind are not asked. A device that stands in it twice is asked once. Nothing is tried twice.
 * Never rejects.
 */
export async function oneByOne<I extends Ref, V>({ items, act, isKnown, onSteps, isStopped }: Run<I, V>): Promise<StepsOf<V>> {
  const each = new Map(items.map((item) => [itemKey(item), item]));
  const steps = new Map<string, StepOf<V>>([...each.keys()].map((key) => [key, { state: 'waiting' }]));
  const put = (key: string, step: StepOf<V>) => {
    steps.set(key, step);
    onSteps(new Map(steps));
  };
  let on = true;
  for (const [key, item] of each) {
    if (!on || isStopped?.() === true) {
      on = false;
      put(key, { state: 'not-asked' });
      continue;
    }
    put(key, { state: 'asking' });
    const step = await act(item).then((view): StepOf<V> => ({ state: 'answered', view }), stepAfter<V>);
    put(key, step);
    on = step.state !== 'doubt' && !(step.state === 'answered' && !isKnown(step.view));
  }
  return steps;
}

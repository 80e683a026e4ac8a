// Acts on devices of every gateway: planned, done one device at a time, kept, and looked at again in every later list.
import type { DeviceActInput, DeviceActPlan, DeviceActPlanInput, DeviceActView } from '../../api/device-shapes.ts';
import type { BridgeChange, DecisionActor } from '../../api/shapes.ts';
import { alone } from '../../approvals/take-back-plan.ts';
import { nameOf } from '../../approvals/take-back-words.ts';
import type { Clock } from '../../clock.ts';
import type { PairingList } from '../../gateway/records.ts';
import { Problem } from '../../problem.ts';
import type { NewActivity } from '../../store/activity.ts';
import { type ActPatch, MOST_WATCHED } from '../../store/device-acts.ts';
import type { Store } from '../../store/open.ts';
import type { Rows } from '../../store/paging.ts';
import { actOnce } from './act.ts';
import { createActPlanner } from './plan.ts';
import type { DeviceActPort } from './port.ts';
import { type KeptAct, readKept } from './reading.ts';
import { createSharedReads } from './reads.ts';
import { createActWatch, placeOf } from './watch.ts';
import { ACT_ENTRIES } from './words.ts';

export type DeviceActs = {
  /** What an act would do to each device, read from the gateways now. Rejects with Problem('gateway-unknown' | 'gateway-down' | 'input-invalid'). */
  plan: (input: DeviceActPlanInput) => Promise<DeviceActPlan>;
  /** Does one act, as actOnce does; rejects also with Problem('gateway-unknown' | 'gateway-limited' | 'request-busy'). */
  act: (input: DeviceActInput, actor: DecisionActor) => Promise<DeviceActView>;
  list: (ask: { gateway?: string; deviceId?: string; before?: string; limit: number }) => Promise<Rows<DeviceActView>>;
  /** Each reading of a gateway's list. */
  onList: (gateway: string, list: PairingList, whole: boolean) => void;
  /** Resolves when all that the lists gave to do is done. */
  idle: () => Promise<void>;
};

const OPEN: ReadonlySet<DeviceActView['state']> = new Set(['asking', 'unknown']);

/** Loads the acts to be watched. Rejects only when the store cannot be read. */
export async function createDeviceActs(deps: {
  /** Throws Problem('gateway-unknown' | 'gateway-down'). */
  port: (gateway: string) => DeviceActPort;
  store: Pick<Store, 'deviceActs' | 'decisions' | 'takeBacks' | 'handshakes'>;
  publish: (change: BridgeChange) => void;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  clock: Clock;
  newId: () => string;
  onError: (error: unknown) => void;
}): Promise<DeviceActs> {
  const { store, publish, record, clock } = deps;
  const planner = createActPlanner({ port: deps.port, store });
  const watch = createActWatch({ store, clock });
  const shared = createSharedReads({ clock });
  /** Of each gateway, oldest first: acts that a list may still have something to say of. */
  const watched = new Map<string, Map<string, KeptAct>>();
  const underWay = new Set<string>();
  let work: Promise<void> = Promise.resolve();

  function drop(of: Map<string, KeptAct>, id: string) {
    of.delete(id);
    watch.forget(id);
  }
  function keepWatch(act: KeptAct) {
    const { id, gateway, state } = act.view;
    const of = watched.get(gateway) ?? new Map<string, KeptAct>();
    watched.set(gateway, of);
    // A rotation leaves an old token dead: no later list has anything to say of one that was done.
    if (OPEN.has(state) || (state === 'done' && act.input.act !== 'rotate')) of.set(id, act);
    else drop(of, id);
    if (of.size > MOST_WATCHED) drop(of, of.keys().next().value ?? id);
    // What was done since in the same place takes the place of what was done before.
    if (state !== 'done' && state !== 'undone') return;
    for (const [other, { view }] of [...of]) {
      if (other === id) break;
      if (view.state === 'done' && placeOf({ view }) === placeOf(act)) drop(of, other);
    }
  }
  /** Acts that may say something of a list: what is open first, and nothing of a place in which something is open. */
  function toLookAt(gateway: string): KeptAct[] {
    const all = [...(watched.get(gateway)?.values() ?? [])];
    const open = all.filter(({ view }) => OPEN.has(view.state));
    const places = new Set(open.map(placeOf));
    return [...open, ...all.filter((act) => act.view.state === 'done' && !places.has(placeOf(act)))];
  }
  const kept = await store.deviceActs.newest();
  for (const stored of kept.items) {
    const act = readKept(stored);
    if (act) keepWatch(act);
  }
  if (kept.damaged > 0)
    deps.onError(
      new Problem(
        'store-unwritable',
        `${kept.damaged === 1 ? 'A stored act on a device is' : `${kept.damaged} stored acts on devices are`} damaged and not watched any more.`,
      ),
    );

  function show(act: KeptAct) {
    keepWatch(act);
    publish({ topic: 'device-acts', op: 'set', item: act.view });
  }

  async function complete(act: KeptAct, patch: ActPatch, actor: DecisionActor, undone = false): Promise<KeptAct> {
    const { view } = await store.deviceActs.complete(act.view.id, patch);
    const whole: KeptAct = { ...act, view };
    show(whole);
    await record({
      actor,
      what: undone ? 'device.act-undone' : ACT_ENTRIES[view.act],
      gateway: view.gateway,
      text: `${nameOf(view)}: ${view.outcome}`,
      details: {
        deviceAct: view.id,
        deviceId: view.deviceId,
        act: view.act,
        state: view.state,
        ...(view.role === undefined ? {} : { role: view.role }),
      },
    });
    return whole;
  }

  function gatewayName(gateway: string): string {
    try {
      return deps.port(gateway).name;
    } catch {
      return gateway;
    }
  }

  function onList(gateway: string, list: PairingList, whole: boolean) {
    const acts = toLookAt(gateway);
    if (acts.length === 0) return;
    work = work
      .then(async () => {
        for (const { view } of acts) {
          // It may have moved on since this list came.
          const act = watched.get(gateway)?.get(view.id);
          if (!act || underWay.has(view.id)) continue;
          // Who is missing in a list that does not show everybody is not known to be gone.
          if (!whole && !list.paired.some((row) => row.deviceId === act.view.deviceId)) continue;
          const found = await watch.look(act, list);
          if (found === 'over') drop(watched.get(gateway) ?? new Map<string, KeptAct>(), view.id);
          else if (found) await complete(act, found.patch, { kind: 'gateway', name: gatewayName(gateway) }, found.undone);
        }
      })
      .catch(deps.onError);
  }

  return {
    plan: planner.plan,

    async act(input, actor) {
      const port = deps.port(input.gateway);
      const unable = port.unable();
      if (unable !== undefined) throw unable;
      const reads = shared.of(port);
      let id: string | undefined;
      try {
        const done = await alone(port, input, () => {
          let begun: KeptAct | undefined;
          return actOnce({
            input,
            actor,
            port,
            reads,
            keep: {
              async begin(act) {
                id = act.view.id;
                begun = act;
                underWay.add(id);
                await store.deviceActs.begin(act);
                show(act);
              },
              complete(_id, patch) {
                if (!begun) throw new Problem('internal');
                return complete(begun, patch, actor, patch.state === 'undone');
              },
            },
            itemOf: (row, list) => planner.item(port, input, row, list),
            clock,
            newId: deps.newId,
          });
        });
        return done.view;
      } finally {
        if (id !== undefined) underWay.delete(id);
        if (!reads.wasReadBack()) {
          shared.drop(input.gateway);
          void port.refresh().catch(deps.onError);
        }
      }
    },

    list: (ask) => store.deviceActs.list(ask),
    onList,
    idle: () => work,
  };
}

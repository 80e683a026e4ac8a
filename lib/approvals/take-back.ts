// The way back of a grant, for every gateway: what a rule or a decision gave and what of it stands, one device taken back at a time,
// and a look at every later list for devices that came back by themselves.
import type { TakeBackInput, TakeBackPlan, TakeBackView } from '../api/grant-shapes.ts';
import type { BridgeChange, DecisionActor, DecisionView } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import { normaliseScopes } from '../gateway/scopes.ts';
import { Problem } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Store } from '../store/open.ts';
import type { StoredTakeBack, TakeBackPatch } from '../store/take-backs.ts';
import { listedAs, takeOne } from './take-back-act.ts';
import { createRuleGrants } from './take-back-grants.ts';
import { alone, givenBy, isOfPairing, keyText, stillHolds } from './take-back-plan.ts';
import { createPlanner, type PlanOf } from './take-back-planner.ts';
import type { TakeBackPort } from './take-back-port.ts';
import { failedWords, goneWords, nameOf, returnedWords, SETTLED_GONE, SETTLED_LISTED } from './take-back-words.ts';

export type TakeBack = {
  /**
   * Which devices lose what, read from the gateways now. Rejects with Problem('input-invalid') unless exactly one thing is named, and
   * with 'not-found', 'rule-unknown', 'gateway-unknown' or 'device-unknown' where there is none such.
   */
  plan: (of: PlanOf) => Promise<TakeBackPlan>;
  /** Takes one device back, as takeOne does; rejects also with Problem('gateway-unknown' | 'request-busy'). */
  take: (input: TakeBackInput, actor: DecisionActor) => Promise<TakeBackView>;
  /** How many devices got something from a rule and hold it still, as far as the last lists show. */
  grantsOf: (ruleId: string) => { devices: number };
  list: (ask: { before?: string; limit: number }) => ReturnType<Store['takeBacks']['list']>;
  /** Each reading of a gateway's list: settles what no answer came for, and sees devices that are back. */
  onList: (gateway: string, list: PairingList, whole: boolean) => void;
  /** Each decision as it is published: grants of rules are counted. */
  noteDecision: (decision: DecisionView) => void;
  /** Settles by the last lists what a crash left open. */
  settle: () => Promise<void>;
  /** Resolves when all that the lists gave to do is done. */
  idle: () => Promise<void>;
};

export type TakeBackDeps = {
  /** The port of a gateway. Throws Problem('gateway-unknown' | 'gateway-down'). */
  port: (gateway: string) => TakeBackPort;
  ports: () => readonly TakeBackPort[];
  store: Pick<Store, 'takeBacks' | 'decisions' | 'handshakes'>;
  /** Passes a write on, and tells automation whether the store works. */
  guardStore: <T>(work: Promise<T>) => Promise<T>;
  publish: (change: BridgeChange) => void;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  ruleName: (ruleId: string) => string | undefined;
  clock: Clock;
  newId: () => string;
  onError: (error: unknown) => void;
};

const MARKED: ReadonlySet<DecisionView['state']> = new Set(['approved', 'settled-approved']);

/** Loads what was ever taken back and what rules gave. Rejects only when the store cannot be read. */
export async function createTakeBack(deps: TakeBackDeps): Promise<TakeBack> {
  const { store, guardStore, publish, record, clock } = deps;
  const newest = new Map((await store.takeBacks.newest()).map((taken) => [keyText(taken.view), taken]));
  const grants = createRuleGrants(await store.takeBacks.ruleGrants());
  const underWay = new Set<string>();
  /** Take-backs of devices that were let in here since: history, and watched no more. */
  const over = new Set<string>();
  let work: Promise<void> = Promise.resolve();
  const rows = new WeakMap<PairingList, ReadonlyMap<string, PairedDevice>>();

  /** The row of exactly this key. Lists are long and asked often: each is put in order once. */
  function rowIn(list: PairingList, key: { deviceId: string; publicKey: string }): PairedDevice | undefined {
    const byId = rows.get(list) ?? new Map(list.paired.map((row) => [row.deviceId, row]));
    rows.set(list, byId);
    const row = byId.get(key.deviceId);
    return row?.publicKey === key.publicKey ? row : undefined;
  }

  const planner = createPlanner({
    port: deps.port,
    taken: (key) => newest.get(keyText(key)),
    rowIn,
    store,
    ruleName: deps.ruleName,
  });

  function portOrNone(gateway: string): TakeBackPort | undefined {
    try {
      return deps.port(gateway);
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  /** Tells every decision that gave something to this key what became of it. */
  async function mark({ id, gateway, deviceId, publicKey, at, state }: TakeBackView) {
    for (const decision of await store.takeBacks.grantsOfDevice(gateway, deviceId)) {
      const { takenBack } = decision;
      const isOver = takenBack !== undefined && takenBack.id !== id && takenBack.state === 'gone';
      if (decision.publicKey !== publicKey || decision.at > at || isOver || !MARKED.has(decision.state)) continue;
      const item = await guardStore(store.decisions.complete(decision.id, { takenBack: { id, at, state } }));
      publish({ topic: 'decisions', op: 'set', item });
    }
  }

  async function show(taken: StoredTakeBack) {
    newest.set(keyText(taken.view), taken);
    publish({ topic: 'take-backs', op: 'set', item: taken.view });
    // The take-back stands without these marks.
    await mark(taken.view).catch(deps.onError);
  }

  async function complete(id: string, patch: TakeBackPatch, actor: DecisionActor, what = 'device.taken-back'): Promise<StoredTakeBack> {
    const taken = await guardStore(store.takeBacks.complete(id, patch));
    await show(taken);
    const { view } = taken;
    await record({
      actor,
      what,
      gateway: view.gateway,
      text: `${nameOf(view)}: ${view.outcome}`,
      details: {
        takeBack: view.id,
        deviceId: view.deviceId,
        state: view.state,
        enforcement: view.enforcement,
        ...(view.rule === undefined ? {} : { rule: view.rule }),
        ...(view.decision === undefined ? {} : { decision: view.decision }),
      },
    });
    return taken;
  }

  const byGateway = (gateway: string): DecisionActor => ({ kind: 'gateway', name: portOrNone(gateway)?.name ?? gateway });

  /** Whether this console let the device in anew since it was taken back; undefined while that is being asked for. */
  async function letInHere({ gateway, deviceId, at }: TakeBackView): Promise<boolean | undefined> {
    const last = await store.decisions.lastFor(gateway, deviceId);
    if (last?.state === 'asking' && last.at > at) return undefined;
    const since = (await store.takeBacks.grantsOfDevice(gateway, deviceId)).filter((decision) => decision.at > at);
    // An upgrade that was approved since shows only that it was back by then.
    return since.some((decision) => decision.reason === 'new-device' && MARKED.has(decision.state));
  }

  async function look(taken: StoredTakeBack, list: PairingList, whole: boolean) {
    const { view } = taken;
    if (underWay.has(view.id) || over.has(view.id) || newest.get(keyText(view)) !== taken) return;
    const open = view.state === 'asking' || view.state === 'unknown';
    if (!open && view.state !== 'gone') return;
    const listed = listedAs(rowIn(list, view), taken);
    const at = isoOf(clock.nowMs());
    const actor = byGateway(view.gateway);
    if (listed.kind === 'gone') {
      if (open && whole)
        await complete(
          view.id,
          { state: 'gone', answeredAt: at, outcome: `${view.state === 'asking' ? SETTLED_GONE : ''} ${goneWords(view, 0)}`.trim() },
          actor,
        );
    } else if (listed.kind === 'same') {
      // A list that was read before the device went shows the old row: no news.
      if (open) await complete(view.id, { state: 'failed', answeredAt: at, outcome: failedWords(SETTLED_LISTED) }, actor);
    } else {
      const here = await letInHere(view);
      if (here === undefined) return;
      if (here) return void over.add(view.id);
      const patch: TakeBackPatch = {
        state: 'returned',
        returnedAt: at,
        returnedWith: normaliseScopes(listed.row.scopes),
        outcome: returnedWords(listed.row),
        ...(open ? { answeredAt: at } : {}),
      };
      await complete(view.id, patch, actor, 'device.returned');
    }
  }

  function onList(gateway: string, list: PairingList, whole: boolean) {
    const watched = [...newest.values()].filter((t) => t.view.gateway === gateway && ['asking', 'unknown', 'gone'].includes(t.view.state));
    if (watched.length === 0) return;
    work = work
      .then(async () => {
        for (const taken of watched) await look(taken, list, whole);
      })
      .catch(deps.onError);
  }

  return {
    plan: planner.plan,

    async take(input, actor) {
      const port = deps.port(input.gateway);
      const unable = port.unable();
      if (unable !== undefined) throw unable;
      const given = await planner.account(input);
      let id: string | undefined;
      try {
        const taken = await alone(port, input, () =>
          takeOne({
            input,
            actor,
            port,
            keep: {
              async begin(fresh) {
                id = fresh.view.id;
                underWay.add(id);
                await guardStore(store.takeBacks.begin(fresh));
                await show(fresh);
              },
              complete: (done, patch) => complete(done, patch, actor),
            },
            itemOf: (row, list) => planner.item(port, row, list, given),
            clock,
            newId: deps.newId,
          }),
        );
        return taken.view;
      } finally {
        if (id !== undefined) underWay.delete(id);
        void port.refresh().catch(deps.onError);
      }
    },

    grantsOf(ruleId) {
      const standing = grants.of(ruleId).filter((grant) => {
        const list = portOrNone(grant.gateway)?.list();
        const row = list && rowIn(list, grant);
        const taken = newest.get(keyText(grant))?.view;
        const wasTaken = taken?.state === 'gone' && Date.parse(taken.at) >= grant.lastMs;
        return row !== undefined && isOfPairing(grant.rowMs, row) && !wasTaken && stillHolds(row, grant.scopes);
      });
      return { devices: new Set(standing.map(keyText)).size };
    },

    list: (ask) => store.takeBacks.list(ask),
    onList,

    noteDecision(decision) {
      const { actor, action, state } = decision;
      if (actor.ruleId === undefined || action !== 'approve' || !MARKED.has(state)) return;
      grants.add({
        ruleId: actor.ruleId,
        gateway: decision.gateway,
        deviceId: decision.deviceId,
        publicKey: decision.publicKey,
        ...(decision.rowCreatedAtMs === undefined ? {} : { rowMs: decision.rowCreatedAtMs }),
        scopes: givenBy(decision),
        lastMs: Date.parse(decision.at),
      });
    },

    async settle() {
      for (const port of deps.ports()) {
        const list = port.list();
        // The board may hold no more than a hint yet.
        if (list) onList(port.gateway, list, list.unread === 0 && list.paired.length > 0);
      }
      await work;
    },
    idle: () => work,
  };
}

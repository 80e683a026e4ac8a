// Reads what taking back would do: the grants in question from the record, the rows from the gateways as they are now.
import type { TakeBackInput, TakeBackItem, TakeBackPlan } from '../api/grant-shapes.ts';
import type { DecisionView, Origin } from '../api/shapes.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import { Problem } from '../problem.ts';
import type { Store } from '../store/open.ts';
import { GAVE, type StoredTakeBack } from '../store/take-backs.ts';
import { byKey, itemOf, type Key, lostItem, standingGrants } from './take-back-plan.ts';
import type { TakeBackPort } from './take-back-port.ts';

/** A rule, or a decision, or a gateway with a device. */
export type PlanOf = {
  ruleId?: string | undefined;
  decisionId?: string | undefined;
  gateway?: string | undefined;
  deviceId?: string | undefined;
};

export type Planner = {
  /** See TakeBack.plan. */
  plan: (of: PlanOf) => Promise<TakeBackPlan>;
  /** One row as an item of a plan. */
  item: (port: TakeBackPort, row: PairedDevice, list: PairingList, given: readonly DecisionView[]) => Promise<TakeBackItem>;
  /**
   * All that decisions of this console gave the key of an intent. Rejects with Problem('input-invalid') when the rule or decision on
   * whose account it is taken back gave it nothing.
   */
  account: (input: TakeBackInput) => Promise<DecisionView[]>;
};

/** The origins that show a device on the gateway's own host, or that show nothing. */
const MAYBE_LOCAL: readonly Origin[] = ['loopback', 'host-key', 'unknown'];

/** `taken` answers the newest take-back of a key, `rowIn` the row of exactly a key. */
export function createPlanner(deps: {
  port: (gateway: string) => TakeBackPort;
  taken: (key: Key) => StoredTakeBack | undefined;
  rowIn: (list: PairingList, key: Pick<Key, 'deviceId' | 'publicKey'>) => PairedDevice | undefined;
  store: Pick<Store, 'takeBacks' | 'decisions' | 'handshakes'>;
  ruleName: (ruleId: string) => string | undefined;
}): Planner {
  const { store } = deps;

  /**
   * Where a device was seen, by its handshakes and by what was proven for its grants. Each origin that would make the word worse is
   * asked for by itself: however many attempts a device makes from elsewhere, they do not hide one from this host.
   */
  async function originsOf(key: { gateway: string; deviceId: string }, given: readonly DecisionView[]): Promise<Origin[]> {
    const ask = { gateway: key.gateway, device: key.deviceId, limit: 1 };
    const newest = [ask, ...MAYBE_LOCAL.map((origin) => ({ ...ask, origin }))].map((one) => store.handshakes.list(one));
    const items = (await Promise.all(newest)).flatMap((page) => page.items);
    const proven = given.map((g) => g.origin.origin).filter((origin) => origin === 'loopback' || origin === 'host-key');
    return [...new Set([...items.flatMap((row) => (row.origin === undefined ? [] : [row.origin])), ...proven])];
  }

  const item: Planner['item'] = async (port, row, list, given) => {
    const key = { gateway: port.gateway, deviceId: row.deviceId };
    return itemOf({ port, paired: list.paired, row, grants: given, origins: await originsOf(key, given) });
  };

  const giving = async (gateway: string, key: Pick<Key, 'deviceId' | 'publicKey'>) =>
    (await store.takeBacks.grantsOfDevice(gateway, key.deviceId)).filter((g) => g.publicKey === key.publicKey);

  /** The rows of a gateway now; where it is out of reach, the last ones that it told. */
  const readNow = async (port: TakeBackPort) =>
    port.unable() === undefined ? await port.readList().catch(() => port.list()) : port.list();

  async function planOfDevice(gateway: string, deviceId: string): Promise<TakeBackPlan> {
    const port = deps.port(gateway);
    const list = await readNow(port);
    if (!list) throw port.unable() ?? new Problem('gateway-down', 'The list of this gateway cannot be read.');
    const row = list.paired.find((paired) => paired.deviceId === deviceId);
    if (!row) throw new Problem('device-unknown', 'This gateway lists no such device.');
    const given = standingGrants(await giving(gateway, row), row, deps.taken({ gateway, ...row }));
    return { items: [await item(port, row, list, given)], gone: 0 };
  }

  async function grantsFor({ ruleId, decisionId }: PlanOf): Promise<DecisionView[]> {
    if (ruleId !== undefined) return store.takeBacks.grantsByRule(ruleId);
    const decision = decisionId === undefined ? undefined : await store.decisions.get(decisionId);
    if (!decision) throw new Problem('not-found', 'There is no such decision.');
    return decision.action === 'approve' && GAVE.includes(decision.state) ? [decision] : [];
  }

  async function planOfGrants(of: PlanOf): Promise<TakeBackPlan> {
    const given = await grantsFor(of);
    const lists = new Map<string, { port: TakeBackPort; list: PairingList } | string>();
    async function reached(gateway: string) {
      try {
        const port = deps.port(gateway);
        const list = await readNow(port);
        return list ? { port, list } : (port.unable()?.message ?? 'The list of this gateway cannot be read.');
      } catch (error) {
        if (error instanceof Problem) return error.message;
        throw error;
      }
    }
    const items: TakeBackItem[] = [];
    let gone = 0;
    for (const grants of byKey(given)) {
      const { gateway } = grants[0];
      const at = lists.get(gateway) ?? (await reached(gateway));
      lists.set(gateway, at);
      if (typeof at === 'string') {
        items.push(lostItem(grants, at));
        continue;
      }
      const row = deps.rowIn(at.list, grants[0]);
      const standing = row ? standingGrants(grants, row, deps.taken(grants[0])) : [];
      if (row && standing.length > 0) items.push(await item(at.port, row, at.list, standing));
      else gone += 1;
    }
    if (of.ruleId === undefined) return { items, gone };
    const ruleName = deps.ruleName(of.ruleId) ?? given.at(-1)?.actor.name;
    if (ruleName === undefined) throw new Problem('rule-unknown', 'There is no such rule, and none of this id has given anything.');
    return { rule: of.ruleId, ruleName, items, gone };
  }

  return {
    async plan(of) {
      const named = [of.ruleId, of.decisionId, of.deviceId].filter((name) => name !== undefined);
      if (named.length !== 1 || (of.deviceId === undefined) !== (of.gateway === undefined))
        throw new Problem('input-invalid', 'the query: name a rule, or a decision, or a gateway with a device', { field: 'rule' });
      return of.gateway !== undefined && of.deviceId !== undefined ? planOfDevice(of.gateway, of.deviceId) : planOfGrants(of);
    },
    item,
    async account(input) {
      const given = await giving(input.gateway, input);
      if (input.decision !== undefined && !given.some((g) => g.id === input.decision))
        throw new Problem('input-invalid', 'body field decision: it gave this device nothing', { field: 'decision' });
      if (input.rule !== undefined && !given.some((g) => g.actor.ruleId === input.rule))
        throw new Problem('input-invalid', 'body field rule: it gave this device nothing', { field: 'rule' });
      return given;
    },
  };
}

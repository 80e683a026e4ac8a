// Reads what taking back would do: the grants in question from the record, the rows from the gateways as they are now.
import type { TakeBackInput, TakeBackItem, TakeBackPlan } from '../api/grant-shapes.ts';
import type { DecisionView, Origin } from '../api/shapes.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import { Problem } from '../problem.ts';
import type { Store } from '../store/open.ts';
import { GAVE, type StoredTakeBack } from '../store/take-backs.ts';
import { byKey, itemOf, type Key, lostItem, standingGrants } from './take-back-plan.ts';
import type { TakeBackPort } from './take-back-port.ts';

type DeviceKey = { gateway: string; deviceId: string };

/** A rule, or a decision, or a gateway with a device, or several devices. */
export type PlanOf = {
  ruleId?: string | undefined;
  decisionId?: string | undefined;
  gateway?: string | undefined;
  deviceId?: string | undefined;
  devices?: readonly DeviceKey[] | undefined;
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

/** The rows of a gateway now; where it is out of reach, the last ones that it told. Throws Problem('gateway-down') where it never told any. */
export async function listNow(port: Pick<TakeBackPort, 'unable' | 'readList' | 'list'>): Promise<PairingList> {
  const list = port.unable() === undefined ? await port.readList().catch(() => port.list()) : port.list();
  if (!list) throw port.unable() ?? new Problem('gateway-down', 'The list of this gateway cannot be read.');
  return list;
}

/** The origins that show a device on the gateway's own host, or that show nothing. */
const MAYBE_LOCAL: readonly Origin[] = ['loopback', 'host-key', 'unknown'];

/**
 * Where a device was seen, by its handshakes and by what was proven for its grants. Each origin that would make the word worse is
 * asked for by itself: however many attempts a device makes from elsewhere, they do not hide one from this host.
 */
export async function originsOf(
  store: Pick<Store, 'handshakes'>,
  key: DeviceKey,
  given: readonly Pick<DecisionView, 'origin'>[],
): Promise<Origin[]> {
  const ask = { gateway: key.gateway, device: key.deviceId, limit: 1 };
  const newest = [ask, ...MAYBE_LOCAL.map((origin) => ({ ...ask, origin }))].map((one) => store.handshakes.list(one));
  const items = (await Promise.all(newest)).flatMap((page) => page.items);
  const proven = given.map((g) => g.origin.origin).filter((origin) => origin === 'loopback' || origin === 'host-key');
  return [...new Set([...items.flatMap((row) => (row.origin === undefined ? [] : [row.origin])), ...proven])];
}

/** `taken` answers the newest take-back of a key, `rowIn` the row of exactly a key. */
export function createPlanner(deps: {
  port: (gateway: string) => TakeBackPort;
  taken: (key: Key) => StoredTakeBack | undefined;
  rowIn: (list: PairingList, key: Pick<Key, 'deviceId' | 'publicKey'>) => PairedDevice | undefined;
  store: Pick<Store, 'takeBacks' | 'decisions' | 'handshakes'>;
  ruleName: (ruleId: string) => string | undefined;
}): Planner {
  const { store } = deps;

  const itemAmong = async (
    port: TakeBackPort,
    row: PairedDevice,
    list: PairingList,
    given: readonly DecisionView[],
    leaving?: Set<string>,
  ) =>
    itemOf({
      port,
      paired: list.paired,
      row,
      grants: given,
      origins: await originsOf(store, { gateway: port.gateway, deviceId: row.deviceId }, given),
      ...(leaving === undefined ? {} : { leaving }),
    });

  const giving = async (gateway: string, key: Pick<Key, 'deviceId' | 'publicKey'>) =>
    (await store.takeBacks.grantsOfDevice(gateway, key.deviceId)).filter((g) => g.publicKey === key.publicKey);

  async function planOfDevice(gateway: string, deviceId: string): Promise<TakeBackPlan> {
    const plan = await planOfDevices([{ gateway, deviceId }]);
    if (plan.items.length === 0) throw new Problem('device-unknown', 'This gateway lists no such device.');
    return plan;
  }

  async function planOfDevices(devices: readonly DeviceKey[]): Promise<TakeBackPlan> {
    const items: TakeBackItem[] = [];
    let gone = 0;
    for (const [gateway, of] of Map.groupBy(devices, (device) => device.gateway)) {
      const port = deps.port(gateway);
      const list = await listNow(port);
      const wanted = new Set(of.map(({ deviceId }) => deviceId));
      const rows = list.paired.filter((row) => wanted.has(row.deviceId));
      gone += wanted.size - rows.length;
      for (const row of rows) {
        const given = standingGrants(await giving(gateway, row), row, deps.taken({ gateway, ...row }));
        items.push(await itemAmong(port, row, list, given, wanted));
      }
    }
    return { items, gone };
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
        return { port, list: await listNow(port) };
      } catch (error) {
        if (error instanceof Problem) return error.message;
        throw error;
      }
    }
    const leaving = new Map<string, Set<string>>();
    const made: (() => Promise<TakeBackItem>)[] = [];
    let gone = 0;
    for (const grants of byKey(given)) {
      const { gateway, deviceId } = grants[0];
      const at = lists.get(gateway) ?? (await reached(gateway));
      lists.set(gateway, at);
      if (typeof at === 'string') {
        made.push(async () => lostItem(grants, at));
        continue;
      }
      const row = deps.rowIn(at.list, grants[0]);
      const standing = row ? standingGrants(grants, row, deps.taken(grants[0])) : [];
      if (row && standing.length > 0) {
        const of = leaving.get(gateway) ?? new Set();
        leaving.set(gateway, of.add(deviceId));
        made.push(() => itemAmong(at.port, row, at.list, standing, of));
      } else gone += 1;
    }
    // Which devices go is known only now, and the last admin among them counts by that.
    const items: TakeBackItem[] = [];
    for (const make of made) items.push(await make());
    if (of.ruleId === undefined) return { items, gone };
    const ruleName = deps.ruleName(of.ruleId) ?? given.at(-1)?.actor.name;
    if (ruleName === undefined) throw new Problem('rule-unknown', 'There is no such rule, and none of this id has given anything.');
    return { rule: of.ruleId, ruleName, items, gone };
  }

  return {
    async plan(of) {
      if (of.devices !== undefined) return planOfDevices(of.devices);
      const named = [of.ruleId, of.decisionId, of.deviceId].filter((name) => name !== undefined);
      if (named.length !== 1 || (of.deviceId === undefined) !== (of.gateway === undefined))
        throw new Problem('input-invalid', 'the query: name a rule, or a decision, or a gateway with a device', { field: 'rule' });
      return of.gateway !== undefined && of.deviceId !== undefined ? planOfDevice(of.gateway, of.deviceId) : planOfGrants(of);
    },
    item: (port, row, list, given) => itemAmong(port, row, list, given),
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

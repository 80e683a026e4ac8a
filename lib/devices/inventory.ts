// The inventory of one gateway: each reading of its list is compared with the one before, and every difference is kept with who made
// it. What nothing explains yet is looked at once more a little later: its line of the log, or our own answer, may still be coming.
import type { DeviceChangeView } from '../api/device-shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import type { LogRecord } from '../handshakes/records.ts';
import { present } from '../present.ts';
import type { Store } from '../store/open.ts';
import { attributionOf, isUnclicked, type KnownOf, UNASKED } from './attribution.ts';
import { changeText } from './change-words.ts';
import { type DeviceState, type Difference, differencesOf, sameState, stateOf } from './differences.ts';

/** An answer may be older than the reading that first shows it, and a log's clock is not ours. */
const BACK_MS = 60_000;
/** The log's line of a grant is read within a second of it. */
const GRACE_MS = 2000;
const SAVE_TIME_EVERY_MS = 60_000;

export type Inventory = {
  /** Each reading of the list. */
  onList: (list: PairingList) => void;
  /** How many grants of a device nobody clicked and nobody has acknowledged. */
  openOf: (deviceId: string) => number;
  /** A person has seen these. Answers those that were open. */
  acknowledged: (changes: readonly DeviceChangeView[]) => void;
  /** Resolves when all readings so far were compared and kept. */
  idle: () => Promise<void>;
  dispose: () => Promise<void>;
};

/** Loads what the gateway listed last. Rejects with Problem('store-unwritable') when the store cannot be read. */
export async function createInventory(deps: {
  gateway: string;
  consoleDeviceId: string;
  store: Pick<Store, 'inventories' | 'decisions' | 'takeBacks' | 'deviceActs' | 'notes'>;
  records: () => readonly LogRecord[];
  /** Reads the log up to now, as far as it can be read. */
  readLog: () => Promise<unknown>;
  /** Told of every difference once it is kept. */
  onChanges: (changes: readonly DeviceChangeView[]) => void;
  /** A time of the gateway's clock as one of ours, ms. */
  ourTime: (gatewayMs: number) => number;
  clock: Clock;
  newId: () => string;
  onError: (error: unknown) => void;
}): Promise<Inventory> {
  const { gateway, store, clock } = deps;
  const known = await store.inventories.all(gateway);
  const open = await store.inventories.openOf(gateway);
  const savedAt = await store.notes.get(gateway, 'inventory-at');
  let lastReadMs = typeof savedAt === 'number' ? savedAt : undefined;
  let savedMs = lastReadMs ?? 0;
  let rows = new Map<string, PairedDevice>();
  let latest: PairingList | undefined;
  let work: Promise<void> = Promise.resolve();
  let again: NodeJS.Timeout | undefined;
  /** Since when a device's difference waits for its explanation, monotonic ms. */
  const unexplained = new Map<string, { since: number; notBeforeMs: number | undefined }>();

  async function knownOf(deviceId: string, sinceMs: number, row: PairedDevice | undefined): Promise<KnownOf> {
    const [decisions, takeBacks, acts] = await Promise.all([
      store.decisions.approvalsSince(gateway, deviceId, sinceMs),
      store.takeBacks.ofDeviceSince(gateway, deviceId, sinceMs),
      store.deviceActs.ofDeviceSince(gateway, deviceId, sinceMs),
    ]);
    return {
      decisions: decisions
        .filter((d) => d.rowCreatedAtMs === undefined || row?.createdAtMs === undefined || d.rowCreatedAtMs === row.createdAtMs)
        .map((d) => ({
          id: d.id,
          atMs: Date.parse(d.at),
          by: d.actor.name,
          roles: d.roles,
          scopes: d.scopes,
          ...present({ ruleId: d.actor.ruleId }),
        })),
      takeBacks: takeBacks.map((t) => ({ id: t.id, atMs: Date.parse(t.at), by: t.by })),
      acts: acts.map((a) => ({ id: a.id, atMs: Date.parse(a.at), by: a.by, act: a.act, ...present({ role: a.role }) })),
      records: deps
        .records()
        .filter((r) => r.kind === 'grant' || r.kind === 'token')
        .filter((r) => r.deviceId === deviceId && deps.ourTime(r.at) >= sinceMs),
    };
  }

  function viewOf(difference: Difference, by: DeviceChangeView['by'], record: string | undefined, notBeforeMs: number | undefined) {
    return {
      id: deps.newId(),
      gateway,
      deviceId: difference.deviceId,
      at: isoOf(clock.nowMs()),
      kind: difference.kind,
      by,
      gained: difference.gained,
      lost: difference.lost,
      text: changeText(difference, by),
      unclicked: difference.deviceId !== deps.consoleDeviceId && isUnclicked(difference, by),
      ...present({
        displayName: difference.name,
        notBefore: notBeforeMs === undefined ? undefined : isoOf(notBeforeMs),
        toldAt: difference.toldAtMs === undefined ? undefined : isoOf(deps.ourTime(difference.toldAtMs)),
        record,
      }),
    };
  }

  /** The first reading of a gateway is no difference, but what its rows say was given unasked is told. */
  async function baseline(list: PairingList) {
    const changes = list.paired
      .filter((row) => row.approvedVia !== undefined && UNASKED.has(row.approvedVia))
      .map((row) => {
        const state = stateOf(row);
        const difference: Difference = {
          kind: 'first-seen',
          deviceId: row.deviceId,
          publicKey: row.publicKey,
          gained: { roles: state.roles, scopes: state.scopes },
          lost: { roles: [], scopes: [] },
          ...present({ name: row.label ?? row.displayName ?? row.clientId, toldAtMs: row.approvedAtMs }),
        };
        return viewOf(difference, { kind: 'silent', proof: 'approved-via' }, undefined, undefined);
      });
    await keep(list.paired.map(stateOf), [], changes);
  }

  async function keep(
    set: readonly DeviceState[],
    gone: readonly string[],
    changes: Parameters<Store['inventories']['keep']>[1]['changes'],
  ) {
    const kept = await store.inventories.keep(gateway, { set, gone, changes });
    for (const state of set) known.set(state.deviceId, state);
    for (const id of gone) known.delete(id);
    for (const { deviceId, unclicked } of kept) if (unclicked) open.set(deviceId, (open.get(deviceId) ?? 0) + 1);
    if (kept.length > 0) deps.onChanges(kept);
  }

  /** What became of one device, or undefined while its explanation may still come. */
  async function explained(before: DeviceState | undefined, row: PairedDevice | undefined, differences: readonly Difference[]) {
    const deviceId = row?.deviceId ?? before?.deviceId ?? '';
    const nowMs = clock.nowMs();
    const waits = unexplained.get(deviceId) ?? { since: clock.monotonicMs(), notBeforeMs: lastReadMs };
    const of = await knownOf(deviceId, (waits.notBeforeMs ?? nowMs) - BACK_MS, row);
    const all = differences.map((difference) => ({ difference, ...attributionOf(difference, of) }));
    const isOpen = all.some(({ by }) => by.kind === 'unknown' || (by.kind === 'silent' && by.proof === 'no-decision'));
    if (isOpen && clock.monotonicMs() - waits.since < GRACE_MS) {
      unexplained.set(deviceId, waits);
      return undefined;
    }
    unexplained.delete(deviceId);
    return all.map(({ difference, by, record }) => viewOf(difference, by, record, waits.notBeforeMs));
  }

  async function compare(list: PairingList) {
    const nowMs = clock.nowMs();
    if (known.size === 0) await baseline(list);
    else {
      const next = new Map(list.paired.map((row) => [row.deviceId, row]));
      // A row that the reader knows word for word is the same object: a thousand devices cost nothing while they stand still.
      // Of a device that is listed twice the last row counts, or the two would differ from each other at every reading.
      const moved = [...next.values()].filter((row) => rows.get(row.deviceId) !== row || unexplained.has(row.deviceId));
      // A list that shows nobody else, or rows that could not be read, does not show that a device is gone.
      const seesAll = list.unread === 0 && list.paired.some((row) => row.deviceId !== deps.consoleDeviceId);
      const goneIds = seesAll ? [...known.keys()].filter((id) => !next.has(id)) : [];
      const set: DeviceState[] = [];
      const gone: string[] = [];
      const changes: ReturnType<typeof viewOf>[] = [];
      let logWasRead = false;
      for (const [deviceId, row] of [
        ...moved.map((row) => [row.deviceId, row] as const),
        ...goneIds.map((id) => [id, undefined] as const),
      ]) {
        const before = known.get(deviceId);
        const after = row && stateOf(row);
        if (before && after && sameState(before, after)) {
          unexplained.delete(deviceId);
          continue;
        }
        const differences = differencesOf(before, after);
        if (!logWasRead && differences.length > 0) {
          logWasRead = true;
          await deps.readLog().catch(deps.onError);
        }
        const found = differences.length === 0 ? [] : await explained(before, row, differences);
        if (found === undefined) continue;
        changes.push(...found);
        if (after) set.push(after);
        else gone.push(deviceId);
      }
      if (set.length + gone.length > 0) await keep(set, gone, changes);
      rows = next;
      for (const deviceId of unexplained.keys()) if (!next.has(deviceId) && !known.has(deviceId)) unexplained.delete(deviceId);
    }
    lastReadMs = nowMs;
    if (nowMs - savedMs >= SAVE_TIME_EVERY_MS || savedMs > nowMs) {
      savedMs = nowMs;
      await store.notes.set(gateway, 'inventory-at', nowMs);
    }
    if (unexplained.size > 0) {
      again ??= setTimeout(() => {
        again = undefined;
        if (latest) onList(latest);
      }, GRACE_MS);
      again.unref();
    }
  }

  function onList(list: PairingList) {
    latest = list;
    work = work.then(() => (latest === list ? compare(list) : undefined)).catch(deps.onError);
  }

  return {
    onList,
    openOf: (deviceId) => open.get(deviceId) ?? 0,
    acknowledged(changes) {
      for (const { deviceId } of changes) open.set(deviceId, Math.max(0, (open.get(deviceId) ?? 0) - 1));
    },
    idle: () => work,
    async dispose() {
      clearTimeout(again);
      await work;
    },
  };
}

// The inventory of one gateway: each reading of its list is compared with the one before, and every difference is kept with who made
// it. What nothing explains yet is looked at once more a little later: its line of the log, or our own answer, may still be coming.
import type { DeviceChangeView } from '../api/device-shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import type { GrantRecord, LogRecord, TokenRecord } from '../handshakes/records.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';
import type { Store } from '../store/open.ts';
import { turn } from '../turn.ts';
import { attributionOf, isUnclicked, type KnownOf } from './attribution.ts';
import { changeText } from './change-words.ts';
import { type DeviceState, type Difference, differencesOf, sameState, stateOf, UNASKED } from './differences.ts';

/** An answer may be older than the reading that first shows it, and a log's clock is not ours. */
const BACK_MS = 60_000;
/** The log's line of a grant is read within a second of it. */
const GRACE_MS = 2000;
const SAVE_TIME_EVERY_MS = 60_000;
/** Rows that are compared between two turns of everybody else. */
const AT_A_STRETCH = 50;

const isOfDevices = (record: LogRecord): record is GrantRecord | TokenRecord => record.kind === 'grant' || record.kind === 'token';

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

type Reading = { list: PairingList; showsAll: boolean };

/** Loads what the gateway listed last. Rejects with Problem('store-unwritable') when the store cannot be read. */
export async function createInventory(deps: {
  gateway: string;
  consoleDeviceId: string;
  store: Pick<Store, 'inventories' | 'decisions' | 'takeBacks' | 'deviceActs' | 'notes'>;
  /** Whether the gateway shows every device to this console: one that holds admin. Others may see nobody but themselves. */
  seesAll: () => boolean;
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
  const { known, damaged } = await store.inventories.all(gateway);
  if (damaged.size > 0)
    deps.onError(
      new Problem('store-unwritable', `What ${damaged.size} devices held is damaged in the record: it is taken from the next list.`),
    );
  const open = await store.inventories.openOf(gateway);
  const savedAt = await noted('inventory-at');
  const savedUnread = await noted('inventory-unread');
  /** Of the last list that showed everybody: how many rows could not be read. Undefined until there was one. */
  let unread = typeof savedUnread === 'number' ? savedUnread : undefined;
  let lastReadMs = typeof savedAt === 'number' ? savedAt : undefined;
  let savedMs = lastReadMs ?? 0;
  let rows = new Map<string, PairedDevice>();
  let latest: Reading | undefined;
  let work: Promise<void> = Promise.resolve();
  let again: NodeJS.Timeout | undefined;
  /** What the log says of grants and tokens, by device, as it was read for this comparison. */
  let told: ReadonlyMap<string | undefined, readonly (GrantRecord | TokenRecord)[]> = new Map();
  /** Since when a device's difference waits for its explanation, monotonic ms. */
  const unexplained = new Map<string, { since: number; notBeforeMs: number | undefined }>();

  /** A note that is damaged counts as none. */
  async function noted(key: string): Promise<unknown> {
    try {
      return await store.notes.get(gateway, key);
    } catch (error) {
      deps.onError(error);
      return undefined;
    }
  }

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
      records: (told.get(deviceId) ?? []).filter((r) => deps.ourTime(r.at) >= sinceMs),
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

  /** What is shown for the first time was there before: it is no difference, but what its rows say was given unasked is told. */
  async function baseline(shown: readonly PairedDevice[]) {
    const changes = shown
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
    await keep(shown.map(stateOf), [], changes);
    for (const { deviceId } of shown) damaged.delete(deviceId);
  }

  async function keep(
    set: readonly DeviceState[],
    gone: readonly string[],
    changes: Parameters<Store['inventories']['keep']>[1]['changes'],
  ) {
    const { kept, closed } = await store.inventories.keep(gateway, { set, gone, changes });
    for (const state of set) known.set(state.deviceId, state);
    for (const id of gone) known.delete(id);
    for (const id of gone) damaged.delete(id);
    seenTo(closed);
    for (const { deviceId, unclicked } of kept) if (unclicked) open.set(deviceId, (open.get(deviceId) ?? 0) + 1);
    if (kept.length + closed.length > 0) deps.onChanges([...closed, ...kept]);
  }

  /** These are open no more. */
  function seenTo(changes: readonly DeviceChangeView[]) {
    for (const { deviceId } of changes) open.set(deviceId, Math.max(0, (open.get(deviceId) ?? 0) - 1));
  }

  async function recount() {
    const counted = await store.inventories.openOf(gateway);
    open.clear();
    for (const [deviceId, count] of counted) open.set(deviceId, count);
  }

  /**
   * Rows that this console could not see before, so that nothing tells when they came: all of a gateway until one list showed everybody,
   * as many as a list before had rows that could not be read, and those of which the record is damaged.
   */
  function firstShown(list: PairingList, next: ReadonlyMap<string, PairedDevice>): PairedDevice[] {
    const unknown = [...next.values()].filter(({ deviceId }) => !known.has(deviceId) && !unexplained.has(deviceId));
    if (unread === undefined) return unknown;
    const lost = unknown.filter((row) => damaged.has(row.deviceId));
    // One that was made after the reading that could not read a row is none of those, however many there were.
    const strange = unknown.filter(
      ({ deviceId, createdAtMs }) =>
        !damaged.has(deviceId) && createdAtMs !== undefined && lastReadMs !== undefined && deps.ourTime(createdAtMs) <= lastReadMs,
    );
    return strange.length <= unread - list.unread ? [...lost, ...strange] : lost;
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

  async function tellDifferences(list: PairingList, next: Map<string, PairedDevice>, showsAll: boolean) {
    // A row that the reader knows word for word is the same object: a thousand devices cost nothing while they stand still.
    const moved = [...next.values()].filter((row) => rows.get(row.deviceId) !== row || unexplained.has(row.deviceId));
    // A list that does not show everybody, or rows that could not be read, does not show that a device is gone.
    const goneIds = showsAll && list.unread === 0 ? [...known.keys(), ...damaged].filter((id) => !next.has(id)) : [];
    const set: DeviceState[] = [];
    const gone: string[] = [];
    const changes: ReturnType<typeof viewOf>[] = [];
    let logWasRead = false;
    let looked = 0;
    for (const [deviceId, row] of [...moved.map((row) => [row.deviceId, row] as const), ...goneIds.map((id) => [id, undefined] as const)]) {
      looked += 1;
      if (looked % AT_A_STRETCH === 0) await turn();
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
        told = Map.groupBy(deps.records().filter(isOfDevices), (record) => record.deviceId);
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

  async function compare({ list, showsAll }: Reading) {
    const nowMs = clock.nowMs();
    // Of a device that is listed twice the last row counts, or the two would differ from each other at every reading.
    const next = new Map(list.paired.map((row) => [row.deviceId, row]));
    const first = firstShown(list, next);
    if (first.length > 0) await baseline(first);
    await tellDifferences(list, next, showsAll);
    if (showsAll && unread !== list.unread) {
      await store.notes.set(gateway, 'inventory-unread', list.unread);
      unread = list.unread;
    }
    lastReadMs = nowMs;
    if (nowMs - savedMs >= SAVE_TIME_EVERY_MS || savedMs > nowMs) {
      savedMs = nowMs;
      await store.notes.set(gateway, 'inventory-at', nowMs);
    }
    if (unexplained.size > 0) {
      again ??= setTimeout(() => {
        again = undefined;
        if (latest) take(latest);
      }, GRACE_MS);
      again.unref();
    }
  }

  function take(reading: Reading) {
    latest = reading;
    work = work.then(() => (latest === reading ? compare(reading) : undefined)).catch(deps.onError);
  }

  const stopHearing = store.inventories.onOpenForgotten((of) => {
    if (of === gateway) work = work.then(recount).catch(deps.onError);
  });

  return {
    onList: (list) => take({ list, showsAll: deps.seesAll() || list.paired.some((row) => row.deviceId !== deps.consoleDeviceId) }),
    openOf: (deviceId) => open.get(deviceId) ?? 0,
    acknowledged: seenTo,
    idle: () => work,
    async dispose() {
      stopHearing();
      clearTimeout(again);
      await work;
    },
  };
}

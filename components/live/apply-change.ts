// The one way live data enters the cached lists: pure functions from a list and a change to the next list.
// They run twice: when a bridge row arrives, and over an answer that was on its way while rows arrived.
import type { DeviceChangeView } from '#lib/api/device-shapes.ts';
import type { PermitWindowView, TakeBackView } from '#lib/api/grant-shapes.ts';
import type { RuleView } from '#lib/api/rule-shapes.ts';
import type { ActivityView, BridgeChange, DecisionView, DeviceView, GatewayView, Overview, Page, RequestView } from '#lib/api/shapes.ts';

/** How many decisions the Requests page keeps under "Lately". */
export const LATELY_LIMIT = 20;
/** More live rows than this on the first page of a log and the page is cut, to be read again. */
export const LIVE_ROWS_LIMIT = 4_000;
const KEPT_AFTER_CUT = 500;
/** As many grants that nobody clicked as one call acknowledges, and more than anybody reads. */
export const OPEN_CHANGES_LIMIT = 5_000;

/** The pages of a log, newest first, as the query cache holds them. */
export type Pages<T> = { pages: Page<T>[]; pageParams: unknown[] };

export type CachedLists = {
  overview?: Overview | undefined;
  devices?: Page<DeviceView> | undefined;
  activity?: Pages<ActivityView> | undefined;
  takeBacks?: Page<TakeBackView> | undefined;
};
export type ListName = keyof CachedLists;

/** An attempt that waits for approval is no failure: its request is shown and counted as such. */
const FAILED: ReadonlySet<string> = new Set(['refused', 'timed-out', 'left-early']);

/** Replaces the item that `same` names, in its place; adds it at the front when there is none. */
function put<T>(items: readonly T[], item: T, same: (other: T) => boolean): T[] {
  return items.some(same) ? items.map((other) => (same(other) ? item : other)) : [item, ...items];
}

/** The same list without what `match` names; the very same array when nothing matched, so that nothing renders again. */
function without<T>(items: T[], match: (item: T) => boolean): T[] {
  return items.some(match) ? items.filter((item) => !match(item)) : items;
}

const sameRequest = (a: { gateway: string; requestId: string }) => (b: RequestView) =>
  b.gateway === a.gateway && b.requestId === a.requestId;

function withDecision(decided: readonly DecisionView[], item: DecisionView): DecisionView[] {
  return put(decided, item, (other) => other.id === item.id).slice(0, LATELY_LIMIT);
}

/** The overview after one change. A change that does not concern it returns the same object. */
export function overviewAfter(overview: Overview, change: BridgeChange): Overview {
  switch (change.topic) {
    case 'gateways':
      return change.op === 'set'
        ? { ...overview, gateways: putLast<GatewayView>(overview.gateways, change.item, (g) => g.id === change.item.id) }
        : { ...overview, gateways: without(overview.gateways, (g) => g.id === change.id) };
    case 'automation':
      return { ...overview, automation: change.item };
    case 'requests': {
      const { items, freshness } = overview.requests;
      const next = change.op === 'set' ? put(items, change.item, sameRequest(change.item)) : without(items, sameRequest(change));
      return next === items ? overview : { ...overview, requests: { items: next, freshness } };
    }
    case 'decisions':
      return { ...overview, decided: withDecision(overview.decided, change.item) };
    case 'node-decisions': {
      const { items, damaged } = overview.decidedNodes;
      const next = put(items, change.item, ({ id }) => id === change.item.id).slice(0, LATELY_LIMIT);
      return { ...overview, decidedNodes: { items: next, damaged } };
    }
    case 'rules':
      return { ...overview, rules: rulesAfter(overview.rules, change) };
    case 'rules-file':
      return { ...overview, rulesFile: change.item };
    case 'windows':
      return { ...overview, windows: put<PermitWindowView>(overview.windows, change.item, (w) => w.id === change.item.id) };
    case 'handshakes': {
      const failed = change.items.filter((h) => FAILED.has(h.outcome)).length;
      return failed === 0 ? overview : { ...overview, recentFailures: overview.recentFailures + failed };
    }
    case 'devices':
    case 'device-changes':
    case 'device-acts':
    case 'node-requests':
    case 'activity':
    case 'take-backs':
      return overview;
  }
}

/** Rules in the order in which they are asked. One that an order does not name keeps its place behind those that it names. */
function rulesAfter(rules: RuleView[], change: Extract<BridgeChange, { topic: 'rules' }>): RuleView[] {
  if (change.op === 'set') return putLast<RuleView>(rules, change.item, (r) => r.id === change.item.id);
  if (change.op === 'gone') return without(rules, (r) => r.id === change.id);
  const place = new Map(change.ids.map((id, index) => [id, index]));
  const placeOf = (rule: RuleView) => place.get(rule.id) ?? place.size;
  return rules.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** The take-backs, newest first, after one change. */
export function takeBacksAfter(page: Page<TakeBackView>, change: BridgeChange): Page<TakeBackView> {
  if (change.topic !== 'take-backs') return page;
  const items = put(page.items, change.item, (other) => other.id === change.item.id);
  return { ...page, items: items.slice(0, LIVE_ROWS_LIMIT) };
}

/** Like `put`, for lists whose order means something (rules, gateways): a new one goes last. */
function putLast<T>(items: readonly T[], item: T, same: (other: T) => boolean): T[] {
  return items.some(same) ? items.map((other) => (same(other) ? item : other)) : [...items, item];
}

/** As `putLast`, found in one pass: a reading may change hundreds of devices, each by a row of its own, in a list of ten thousand. */
function withDevice(items: DeviceView[], item: DeviceView, same: (other: DeviceView) => boolean): DeviceView[] {
  const place = items.findIndex(same);
  return place === -1 ? [...items, item] : items.with(place, item);
}

/** The device list after one change; `reread` is not a change to the list and is answered by `applyChange`. */
export function devicesAfter(page: Page<DeviceView>, change: BridgeChange): Page<DeviceView> {
  if (change.topic !== 'devices' || change.op === 'reread') return page;
  const wanted = change.op === 'set' ? change.item : change;
  const same = (d: DeviceView) => d.gateway === wanted.gateway && d.deviceId === wanted.deviceId;
  const items = change.op === 'set' ? withDevice(page.items, change.item, same) : without(page.items, same);
  return items === page.items ? page : { ...page, items };
}

/**
 * The newest page of differences between readings after one change: those that stand in it are replaced in their place, those newer than
 * all of it go on top. An older one that a person has acknowledged just now stands on a later page.
 */
export const deviceChangesAfter = (page: Page<DeviceChangeView>, change: BridgeChange): Page<DeviceChangeView> => {
  const next = withChanges(page, change);
  return next.items.length > LIVE_ROWS_LIMIT ? endingAt(next, KEPT_AFTER_CUT) : next;
};

function withChanges(page: Page<DeviceChangeView>, change: BridgeChange): Page<DeviceChangeView> {
  if (change.topic !== 'device-changes' || change.op !== 'set') return page;
  const newest = page.items[0]?.seq ?? 0;
  const coming = new Map(change.items.map((item) => [item.id, item]));
  const added = change.items.filter(({ seq }) => seq > newest).sort((a, b) => b.seq - a.seq);
  if (added.length === 0 && !page.items.some(({ id }) => coming.has(id))) return page;
  return { ...page, items: [...added, ...page.items.map((item) => coming.get(item.id) ?? item)] };
}

/** A page that ends earlier: what is beyond is read from its last row on, as any older page. */
function endingAt(page: Page<DeviceChangeView>, rows: number): Page<DeviceChangeView> {
  const items = page.items.slice(0, rows);
  const last = items.at(-1);
  return { ...page, items, ...(last === undefined ? {} : { cursor: String(last.seq) }) };
}

/** All grants that nobody clicked, nobody has acknowledged and no end of a pairing has closed, newest first, after one change. */
export function openChangesAfter(page: Page<DeviceChangeView>, change: BridgeChange): Page<DeviceChangeView> {
  const next = withChanges(page, change);
  if (next === page) return page;
  const items = next.items.filter(({ unclicked, acknowledged, closed }) => unclicked && !acknowledged && !closed);
  return items.length > OPEN_CHANGES_LIMIT ? endingAt({ ...next, items }, OPEN_CHANGES_LIMIT) : { ...next, items };
}

/** The newest page of the activity log after one change. */
export function activityAfter(page: Page<ActivityView>, change: BridgeChange): Page<ActivityView> {
  if (change.topic !== 'activity') return page;
  return { ...page, items: put(page.items, change.item, (other) => other.id === change.item.id) };
}

function onFirst<T>(pages: Pages<T> | undefined, next: (page: Page<T>) => Page<T>): Pages<T> | undefined {
  const [first, ...older] = pages?.pages ?? [];
  if (pages === undefined || first === undefined) return pages;
  const changed = next(first);
  return changed === first ? pages : { ...pages, pages: [changed, ...older] };
}

function isOverlong<T>(pages: Pages<T> | undefined): boolean {
  return (pages?.pages[0]?.items.length ?? 0) > LIVE_ROWS_LIMIT;
}

function cut<T>(pages: Pages<T> | undefined): Pages<T> | undefined {
  const first = pages?.pages[0];
  if (pages === undefined || first === undefined) return pages;
  return {
    pages: [{ items: first.items.slice(0, KEPT_AFTER_CUT), freshness: first.freshness }],
    pageParams: pages.pageParams.slice(0, 1),
  };
}

/**
 * All cached lists after one change, and the names of those that must be read again because the change cannot say what is in them.
 * Lists that the change does not touch come back as the same objects.
 */
export function applyChange(lists: CachedLists, change: BridgeChange): { lists: CachedLists; reread: ListName[] } {
  const next: CachedLists = {
    overview: lists.overview && overviewAfter(lists.overview, change),
    devices: lists.devices && devicesAfter(lists.devices, change),
    activity: onFirst(lists.activity, (page) => activityAfter(page, change)),
    takeBacks: lists.takeBacks && takeBacksAfter(lists.takeBacks, change),
  };
  const reread: ListName[] = [];
  if (change.topic === 'devices' && change.op === 'reread') reread.push('devices');
  if (isOverlong(next.activity)) {
    next.activity = cut(next.activity);
    reread.push('activity');
  }
  return { lists: next, reread };
}

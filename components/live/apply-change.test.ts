// How live rows enter the cached lists.
import { describe, expect, test } from 'vitest';
import type { ActivityView, AutomationView, BridgeChange, DeviceView, Overview, Page, RequestView } from '#lib/api/shapes.ts';
import {
  activityAfter,
  applyChange,
  type CachedLists,
  deviceChangesAfter,
  LATELY_LIMIT,
  LIVE_ROWS_LIMIT,
  OPEN_CHANGES_LIMIT,
  openChangesAfter,
  overviewAfter,
  type Pages,
} from './apply-change.ts';
import {
  decisionOf,
  deviceChangeOf,
  deviceOf,
  handshakeOf,
  nodeDecisionOf,
  overviewOf,
  requestOf,
  ruleOf,
  takeBackOf,
  windowOf,
} from './fixtures.ts';
import { createJournal } from './journal.ts';

const live = { state: 'live' } as const;
const pageOf = <T>(items: T[]): Page<T> => ({ items, freshness: live });
const pagesOf = <T>(...pages: T[][]): Pages<T> => ({ pages: pages.map(pageOf), pageParams: pages.map(() => undefined) });
const activityOf = (id: string, seq = 1): ActivityView => ({
  id,
  seq,
  at: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'person', name: 'person' },
  what: 'rule.create',
  text: 'Made a rule.',
  prev: '',
  hash: '',
});
const entered = (lists: CachedLists, change: BridgeChange) => applyChange(lists, change).lists;
const requests = (lists: CachedLists) => lists.overview?.requests.items.map((request) => request.requestId);

test('a decision on a node enters the overview, is replaced by what became of it, and costs no damaged one its word', () => {
  const overview = overviewOf({ decidedNodes: { items: [], damaged: 1 } });
  const asking = nodeDecisionOf('n', { state: 'asking' });
  const lists = [asking, nodeDecisionOf('n')].reduce<CachedLists>(
    (before, item) => entered(before, { topic: 'node-decisions', op: 'set', item }),
    { overview },
  );
  expect(lists.overview?.decidedNodes).toEqual({ items: [nodeDecisionOf('n')], damaged: 1 });
  const many = Array.from({ length: LATELY_LIMIT + 5 }, (_, n) => nodeDecisionOf(`n${n}`));
  const full = many.reduce((before, item) => overviewAfter(before, { topic: 'node-decisions', op: 'set', item }), overview);
  expect(full.decidedNodes.items.map(({ id }) => id)).toEqual(
    many
      .map(({ id }) => id)
      .reverse()
      .slice(0, LATELY_LIMIT),
  );
});

describe('requests', () => {
  test('a new request joins the overview', () => {
    const lists = entered({ overview: overviewOf() }, { topic: 'requests', op: 'set', item: requestOf('a') });
    expect(requests(lists)).toEqual(['a']);
  });

  test('a request that is set again is replaced in its place, not doubled', () => {
    const overview = overviewOf({ requests: { items: [requestOf('a'), requestOf('b'), requestOf('c')], freshness: live } });
    const newer: RequestView = { ...requestOf('b'), scopes: ['operator.admin'] };
    const lists = entered({ overview }, { topic: 'requests', op: 'set', item: newer });
    expect(requests(lists)).toEqual(['a', 'b', 'c']);
    expect(lists.overview?.requests.items[1]).toBe(newer);
  });

  test('the same id on another gateway is another request', () => {
    const overview = overviewOf({ requests: { items: [requestOf('a', 'home')], freshness: live } });
    const lists = entered({ overview }, { topic: 'requests', op: 'gone', gateway: 'lab', requestId: 'a' });
    expect(requests(lists)).toEqual(['a']);
  });

  test('a request that is gone leaves the overview', () => {
    const overview = overviewOf({ requests: { items: [requestOf('a'), requestOf('b')], freshness: live } });
    const lists = entered({ overview }, { topic: 'requests', op: 'gone', gateway: 'home', requestId: 'a' });
    expect(requests(lists)).toEqual(['b']);
  });

  test('a request that was never here and goes changes nothing', () => {
    const overview = overviewOf();
    const lists = entered({ overview }, { topic: 'requests', op: 'gone', gateway: 'home', requestId: 'a' });
    expect(lists.overview).toBe(overview);
  });
});

describe('the rest of the overview', () => {
  test('a decision goes to the front once, and the oldest fall off', () => {
    const decided = Array.from({ length: LATELY_LIMIT }, (_, i) => decisionOf(`old${i}`));
    const first = entered({ overview: overviewOf({ decided }) }, { topic: 'decisions', op: 'set', item: decisionOf('new', 'asking') });
    const second = entered(first, { topic: 'decisions', op: 'set', item: decisionOf('new', 'approved') });
    const ids = second.overview?.decided.map((decision) => decision.id);
    expect(ids?.[0]).toBe('new');
    expect(ids?.filter((id) => id === 'new')).toHaveLength(1);
    expect(ids).toHaveLength(LATELY_LIMIT);
    expect(second.overview?.decided[0]?.state).toBe('approved');
  });

  test('automation is replaced whole', () => {
    const item: AutomationView = { state: 'suspended', text: 'Stopped.', since: '2026-01-01T00:00:00.000Z', cause: 'clock' };
    expect(entered({ overview: overviewOf() }, { topic: 'automation', op: 'set', item }).overview?.automation).toBe(item);
  });

  test('a new rule goes last, because the order of rules decides', () => {
    const lists = entered({ overview: overviewOf({ rules: [ruleOf('r1')] }) }, { topic: 'rules', op: 'set', item: ruleOf('r2') });
    expect(lists.overview?.rules.map((rule) => rule.id)).toEqual(['r1', 'r2']);
  });

  test('an order of rules puts them in it; a rule that it does not know stays, behind the others', () => {
    const overview = overviewOf({ rules: ['a', 'b', 'new', 'c'].map(ruleOf) });
    const lists = entered({ overview }, { topic: 'rules', op: 'order', ids: ['c', 'gone', 'b', 'a'] });
    expect(lists.overview?.rules.map((rule) => rule.id)).toEqual(['c', 'b', 'a', 'new']);
  });

  test('a window that is closed replaces the open one in its place', () => {
    const overview = overviewOf({ windows: [windowOf('w2'), windowOf('w1')] });
    const item = windowOf('w1', { state: 'closed', outcome: 'Closed.' });
    const lists = entered({ overview }, { topic: 'windows', op: 'set', item });
    expect(lists.overview?.windows.map(({ id, state }) => [id, state])).toEqual([
      ['w2', 'open'],
      ['w1', 'closed'],
    ]);
  });

  test('what is wrong with the rules file is on screen without reading again', () => {
    const item = {
      path: 'rules.yaml',
      format: 'yaml' as const,
      problems: [{ line: 3, path: 'rules[0]', message: 'unknown field' }],
      writableByAgents: false,
    };
    expect(entered({ overview: overviewOf() }, { topic: 'rules-file', op: 'set', item }).overview?.rulesFile).toBe(item);
  });

  test('a device that came back by itself is told in the take-back that removed it', () => {
    const takeBacks = pageOf([takeBackOf('t1')]);
    const item = takeBackOf('t1', { state: 'returned', returnedWith: ['operator.admin'] });
    const lists = entered({ takeBacks }, { topic: 'take-backs', op: 'set', item });
    expect(lists.takeBacks?.items).toEqual([item]);
  });

  test('failed handshakes count; admissions, notes and those that wait as requests do not', () => {
    const items = (['refused', 'timed-out', 'left-early', 'admitted', 'note', 'gap', 'waiting'] as const).map((outcome, i) =>
      handshakeOf(i, outcome),
    );
    const lists = entered({ overview: overviewOf({ recentFailures: 2 }) }, { topic: 'handshakes', op: 'add', items });
    expect(lists.overview?.recentFailures).toBe(5);
  });

  test('nothing enters an overview that was not read yet', () => {
    expect(entered({}, { topic: 'requests', op: 'set', item: requestOf('a') }).overview).toBeUndefined();
  });
});

describe('devices', () => {
  const devices = pageOf<DeviceView>([deviceOf('a'), deviceOf('b')]);

  test('a device is replaced in its place', () => {
    const item: DeviceView = { ...deviceOf('a'), vouched: true };
    const lists = entered({ devices }, { topic: 'devices', op: 'set', item });
    expect(lists.devices?.items.map((device) => device.deviceId)).toEqual(['a', 'b']);
    expect(lists.devices?.items[0]?.vouched).toBe(true);
  });

  test('a change of one device leaves every other the same object, and a new one goes last', () => {
    const item: DeviceView = { ...deviceOf('b'), vouched: true };
    const items = entered({ devices }, { topic: 'devices', op: 'set', item }).devices?.items;
    expect(items?.[0]).toBe(devices.items[0]);
    expect(items?.[1]).toBe(item);
    const added = entered({ devices }, { topic: 'devices', op: 'set', item: deviceOf('c') }).devices?.items;
    expect(added?.map((device) => device.deviceId)).toEqual(['a', 'b', 'c']);
    expect(devices.items.map((device) => device.vouched)).toEqual([false, false]);
  });

  test('a reread names the list and leaves it as it is until it is read', () => {
    const { lists, reread } = applyChange({ devices }, { topic: 'devices', op: 'reread' });
    expect(reread).toEqual(['devices']);
    expect(lists.devices).toBe(devices);
  });
});

describe('differences between readings', () => {
  const seen = { by: 'ann', at: '2026-01-01T12:01:00.000Z' };

  test('newer ones go on top, newest first; known ones are replaced in their place', () => {
    const page = pageOf([deviceChangeOf(5), deviceChangeOf(3)]);
    const items = [deviceChangeOf(6), deviceChangeOf(3, { acknowledged: seen }), deviceChangeOf(7)];
    const next = deviceChangesAfter(page, { topic: 'device-changes', op: 'set', items });
    expect(next.items.map(({ seq }) => seq)).toEqual([7, 6, 5, 3]);
    expect(next.items[3]?.acknowledged).toEqual(seen);
    expect(next.items[2]).toBe(page.items[0]);
  });

  test('an old one of a later page that somebody acknowledges does not come up as news', () => {
    const page = pageOf([deviceChangeOf(5)]);
    expect(deviceChangesAfter(page, { topic: 'device-changes', op: 'set', items: [deviceChangeOf(2, { acknowledged: seen })] })).toBe(page);
  });

  test('a grant that somebody acknowledges waits no more, and what is no grant never does', () => {
    const page = pageOf([deviceChangeOf(5), deviceChangeOf(3)]);
    const items = [deviceChangeOf(3, { acknowledged: seen }), deviceChangeOf(6, { unclicked: false }), deviceChangeOf(7)];
    expect(openChangesAfter(page, { topic: 'device-changes', op: 'set', items }).items.map(({ seq }) => seq)).toEqual([7, 5]);
  });
});

test('differences that come without end shorten their page, which goes on where it was cut; a mass of them is read again instead', () => {
  const page = pageOf(Array.from({ length: LIVE_ROWS_LIMIT }, (_, i) => deviceChangeOf(LIVE_ROWS_LIMIT - i)));
  const items = [deviceChangeOf(LIVE_ROWS_LIMIT + 1)];
  const next = deviceChangesAfter(page, { topic: 'device-changes', op: 'set', items });
  expect(next.items.length).toBeLessThan(LIVE_ROWS_LIMIT);
  expect(next.items[0]?.seq).toBe(LIVE_ROWS_LIMIT + 1);
  expect(next.cursor).toBe(String(next.items.at(-1)?.seq));
  expect(deviceChangesAfter(page, { topic: 'device-changes', op: 'reread' })).toBe(page);
});

test('grants that nobody clicked are kept as far as one call acknowledges them', () => {
  const open = pageOf(Array.from({ length: OPEN_CHANGES_LIMIT }, (_, i) => deviceChangeOf(OPEN_CHANGES_LIMIT - i)));
  const next = openChangesAfter(open, { topic: 'device-changes', op: 'set', items: [deviceChangeOf(OPEN_CHANGES_LIMIT + 1)] });
  expect(next.items).toHaveLength(OPEN_CHANGES_LIMIT);
  expect(next.cursor).toBe('2');
});

describe('logs', () => {
  test('a log that grew too long is cut and read again', () => {
    const activity = pagesOf<ActivityView>(Array.from({ length: LIVE_ROWS_LIMIT }, (_, i) => activityOf(`a${i}`, LIVE_ROWS_LIMIT - i)));
    const newest = activityOf('newest', LIVE_ROWS_LIMIT + 1);
    const { lists, reread } = applyChange({ activity }, { topic: 'activity', op: 'add', item: newest });
    expect(reread).toEqual(['activity']);
    expect(lists.activity?.pages[0]?.items[0]).toBe(newest);
    expect(lists.activity?.pages[0]?.items.length).toBeLessThan(LIVE_ROWS_LIMIT);
  });

  test('activity goes on top, once', () => {
    const item = activityOf('a1');
    const once = activityAfter(pageOf<ActivityView>([]), { topic: 'activity', op: 'add', item });
    expect(activityAfter(once, { topic: 'activity', op: 'add', item }).items).toEqual([item]);
  });

  test('a change leaves every list it does not concern as the same object', () => {
    const before: CachedLists = { overview: overviewOf(), devices: pageOf([deviceOf('a')]), activity: pagesOf([activityOf('a1')]) };
    const lists = entered(before, { topic: 'requests', op: 'set', item: requestOf('a') });
    expect(lists.devices).toBe(before.devices);
    expect(lists.activity).toBe(before.activity);
  });
});

describe('an answer on its way', () => {
  test('rows that arrive meanwhile are applied to it, in order, and none from before or after', async () => {
    const journal = createJournal();
    const set = (id: string): BridgeChange => ({ topic: 'requests', op: 'set', item: requestOf(id) });
    journal.record(set('before'));
    const { promise, resolve } = Promise.withResolvers<Overview>();
    const read = journal.readThrough(() => promise, overviewAfter);
    journal.record(set('a'));
    journal.record(set('b'));
    journal.record({ topic: 'requests', op: 'gone', gateway: 'home', requestId: 'a' });
    resolve(overviewOf());
    const overview = await read;
    journal.record(set('later'));
    expect(overview.requests.items.map((request) => request.requestId)).toEqual(['b']);
  });
});

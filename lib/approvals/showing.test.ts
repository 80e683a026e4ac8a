// What goes over the bridge when the lists are shown again: only what changed, and in a flood not at every event.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BridgeChange, RequestView } from '#lib/api/shapes.ts';
import type { PendingRequest } from '#lib/gateway/records.ts';
import { createKeptCards } from './kept-cards.ts';
import { NO_JUDGEMENT, requestView } from './request-view.ts';
import { createShowing } from './showing.ts';

const pending = (n: number): PendingRequest => ({
  requestId: `r${n}`,
  deviceId: `d${n}`,
  publicKey: 'pk',
  roles: ['operator'],
  scopes: ['operator.read'],
  silent: false,
  isRepair: false,
  ts: 1,
});
const cardOf = (request: PendingRequest, count = 1): RequestView =>
  requestView({
    gateway: { id: 'g', name: 'this host' },
    request,
    row: undefined,
    judgement: NO_JUDGEMENT,
    settled: false,
    verdict: { kind: 'hold', reasons: [] },
    hostKeyId: undefined,
    refusedBefore: false,
    readBack: true,
    refusals: { count, firstAt: undefined, lastAt: undefined },
    stuck: false,
  });

function stage(many: number) {
  let cards = Array.from({ length: many }, (_, n) => cardOf(pending(n)));
  const published: BridgeChange[] = [];
  const looks = vi.fn(() => cards);
  const showing = createShowing({
    gatewayId: 'g',
    publish: (change) => void published.push(change),
    view: () => {
      throw new Error('not asked here');
    },
    requests: looks,
    devices: () => [],
  });
  const set = (next: RequestView[]) => {
    cards = next;
  };
  return { showing, published, looks, set, cards: () => cards };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a card is sent when it is new or differs, and one that is gone is told as that', () => {
  const { showing, published, set, cards } = stage(2);
  showing.requests();
  expect(published.map((change) => 'item' in change && change.topic)).toEqual(['requests', 'requests']);
  showing.requests();
  set(cards().map((card) => structuredClone(card)));
  showing.requests();
  expect(published.length).toBe(2);
  set([cardOf(pending(1), 2)]);
  showing.requests();
  expect(published.slice(2)).toMatchObject([
    { op: 'set', item: { requestId: 'r1', attempts: { count: 2 } } },
    { op: 'gone', requestId: 'r0' },
  ]);
});

test('in a flood a thousand events are one look at all that waits, and nothing is left out', () => {
  const { showing, published, looks, set, cards } = stage(2000);
  showing.requests();
  // A hundred at a time: all at once would look like a browser that does not read.
  expect(published.length).toBe(100);
  vi.runAllTimers();
  expect(published.length).toBe(2000);
  looks.mockClear();
  set([...cards(), cardOf(pending(2000))]);
  for (let event = 0; event < 1000; event += 1) showing.requests();
  expect(looks).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(looks).toHaveBeenCalledTimes(1);
  expect(published.at(-1)).toMatchObject({ op: 'set', item: { requestId: 'r2000' } });
});

test('after a flood ended no look is owed, and a console that is closed looks no more', () => {
  const { showing, looks } = stage(2000);
  showing.requests();
  showing.requests();
  showing.dispose();
  vi.runAllTimers();
  expect(looks).toHaveBeenCalledTimes(1);
});

test('a card is made again only when something that stands in it differs', () => {
  const kept = createKeptCards();
  const request = pending(1);
  const make = vi.fn(() => cardOf(request));
  const first = kept(request, ['judgement', 1], make);
  expect(kept(request, ['judgement', 1], make)).toBe(first);
  expect(kept(request, ['judgement', 2], make)).not.toBe(first);
  expect(kept({ ...request }, ['judgement', 2], make)).not.toBe(first);
  expect(make).toHaveBeenCalledTimes(3);
});

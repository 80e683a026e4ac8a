// Which cards stand on the Requests page, and in which order.
import { expect, test } from 'vitest';
import { decisionOf, requestOf } from '../live/fixtures.ts';
import { type Card, nextCards, STAYS_DECIDED_MS, STAYS_VANISHED_MS } from './cards.ts';

const keys = (cards: readonly Card[]) => cards.map((card) => card.request.requestId);
const stand = (...ids: string[]) =>
  nextCards(
    [],
    ids.map((id) => requestOf(id)),
    [],
    0,
    false,
  );

test('a new request goes on top', () => {
  const before = stand('a');
  expect(keys(nextCards(before, [requestOf('a'), requestOf('b')], [], 0, false))).toEqual(['b', 'a']);
});

test('nothing moves under a pointer: a new request goes to the end', () => {
  const before = stand('a');
  expect(keys(nextCards(before, [requestOf('b'), requestOf('a')], [], 0, true))).toEqual(['a', 'b']);
});

test('cards keep their order whatever the order of the list', () => {
  const a = requestOf('a');
  const b = requestOf('b');
  const before = nextCards([], [a, b], [], 0, false);
  expect(nextCards(before, [b, a], [], 0, false)).toBe(before);
});

test('a retry with a new id keeps its card in place', () => {
  const retry = requestOf('a2', 'home', { deviceId: 'device-a' });
  const before = stand('a', 'b');
  const next = nextCards(before, [requestOf('b'), retry], [], 0, false);
  expect(next.map((card) => card.key)).toEqual(before.map((card) => card.key));
  expect(keys(next)).toContain('a2');
});

test('a decided card stays with its outcome, then goes', () => {
  const decided = [decisionOf('d', 'approved', 'a')];
  const standing = nextCards(stand('a'), [], decided, 1_000, false);
  expect(standing[0]?.decision?.id).toBe('d');
  expect(nextCards(standing, [], decided, 1_000 + STAYS_DECIDED_MS - 1, false)).toBe(standing);
  expect(nextCards(standing, [], decided, 1_000 + STAYS_DECIDED_MS, false)).toEqual([]);
});

test('a card whose decision has no answer yet does not go', () => {
  const asking = [decisionOf('d', 'asking', 'a')];
  const standing = nextCards(stand('a'), [], asking, 1_000, false);
  expect(nextCards(standing, [], asking, 1_000_000, false)).toHaveLength(1);
});

test('a request that ended without a decision says so for a moment, then goes', () => {
  const standing = nextCards(stand('a'), [], [], 1_000, false);
  expect(standing[0]?.goneAtMs).toBe(1_000);
  expect(standing[0]?.decision).toBeUndefined();
  expect(nextCards(standing, [], [], 1_000 + STAYS_VANISHED_MS, false)).toEqual([]);
});

test('an older decision on the same device is not taken for the end of a newer request', () => {
  const newer = requestOf('a2', 'home', { deviceId: 'device-a', createdAt: '2026-01-01T13:00:00.000Z' });
  const standing = nextCards(nextCards([], [newer], [], 0, false), [], [decisionOf('d', 'approved', 'a')], 0, false);
  expect(standing[0]?.decision).toBeUndefined();
});

test('a request that comes back while its outcome stands is a waiting card again', () => {
  const standing = nextCards(stand('a'), [], [decisionOf('d', 'rejected', 'a')], 0, false);
  const back = nextCards(standing, [requestOf('a')], [decisionOf('d', 'rejected', 'a')], 500, false);
  expect(back[0]?.goneAtMs).toBeUndefined();
  expect(back[0]?.decision).toBeUndefined();
});

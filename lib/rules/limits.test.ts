// The trace names every limit with what was used of it, and says of each what the decision itself goes by.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEVICE } from '#lib/testing/situation.ts';
import { approvable, historyOf, inForce, NOW } from '#lib/testing/verdict-case.ts';
import { compiledOf } from './compile.ts';
import { firstLimit, limitViews } from './limits.ts';

const MINUTE = 60_000;
const OTHER = 'e'.repeat(64);

/** The limits of one rule against the honest request. */
function views(over: Record<string, unknown>, history: Parameters<typeof historyOf>[0] = {}) {
  const entry = inForce(over);
  const input = approvable({ rules: [entry], history: historyOf(history) });
  return { views: limitViews(compiledOf(entry), input), first: firstLimit(compiledOf(entry), input) };
}
const uses = (n: number, deviceId = DEVICE) => Array.from({ length: n }, (_, i) => ({ deviceId, atMs: NOW - i * MINUTE }));

test('each limit stands there with what was used of it', () => {
  const { views: all } = views(
    { maxPerHour: 6, maxUses: 20 },
    {
      byRule: new Map([['rule-1', [...uses(2), ...uses(3, OTHER)]]]),
      uses: new Map([['rule-1', 7]]),
      rejectedAtMs: new Map([['rule-1', NOW - 90 * MINUTE]]),
    },
  );
  expect(all.map(({ name, wanted, value, held }) => [name, wanted, value, held])).toEqual([
    ['per-hour', 'at most 6', '5 in the last hour', true],
    ['per-device', 'at most 3 an hour', '2 for this device in the last hour', true],
    ['uses', 'at most 20', '7 so far', true],
    ['cool-off', '60 minutes', 'a person rejected one 90 minutes ago', true],
  ]);
});

test('a rule for one device has one limit an hour, and one that leaves has none', () => {
  expect(views({ deviceId: DEVICE, maxPerHour: 10 }).views.map((v) => `${v.name} ${v.wanted}`)).toEqual([
    'per-device at most 5 an hour',
    'cool-off 60 minutes',
  ]);
  expect(views({ effect: 'leave' }).views).toEqual([]);
});

test('the limits as they are shown and the decision never differ', () => {
  const some = fc.record({
    maxPerHour: fc.integer({ min: 1, max: 4 }),
    maxPerDevicePerHour: fc.integer({ min: 1, max: 4 }),
    maxUses: fc.integer({ min: 1, max: 4 }),
    mine: fc.integer({ min: 0, max: 4 }),
    others: fc.integer({ min: 0, max: 4 }),
    ever: fc.integer({ min: 0, max: 4 }),
    rejected: fc.option(fc.integer({ min: 0, max: 120 })),
    deviceId: fc.constantFrom(undefined, DEVICE),
  });
  fc.assert(
    fc.property(some, ({ mine, others, ever, rejected, deviceId, ...limits }) => {
      const shown = views(
        { ...limits, ...(deviceId === undefined ? {} : { deviceId }) },
        {
          byRule: new Map([['rule-1', [...uses(mine), ...uses(deviceId === undefined ? others : 0, OTHER)]]]),
          uses: new Map([['rule-1', ever]]),
          rejectedAtMs: rejected === null ? new Map() : new Map([['rule-1', NOW - rejected * MINUTE]]),
        },
      );
      return shown.views.every(({ held }) => held === true) === (shown.first === undefined);
    }),
  );
});

// What can be chosen, and what is said of a choice.
import { expect, test } from 'vitest';
import { deviceOf } from '../live/fixtures.ts';
import { facetsOf } from './device-filters-facets.ts';
import { filterWords, isFiltered, QUICK, untold, untoldWords } from './device-filters-words.ts';

const NAMES = { gateways: new Map([['g1', 'home']]), rules: new Map([['r1', 'Local tools']]) };

test('choices are what devices have, the most frequent first, each with how many', () => {
  const devices = [
    { ...deviceOf('a'), clientId: 'cli', scopes: ['operator.read', 'operator.admin'] },
    { ...deviceOf('b'), clientId: 'webchat', ruleId: 'r1' },
    { ...deviceOf('c'), clientId: 'cli' },
  ];
  const facets = facetsOf(devices);
  expect(facets.client).toEqual([
    { value: 'cli', count: 2 },
    { value: 'webchat', count: 1 },
  ]);
  expect(facets.scope[0]).toEqual({ value: 'operator.read', count: 3 });
  expect(facets.ruleId).toEqual([{ value: 'r1', count: 1 }]);
  expect(facets.platform).toEqual([]);
});

test('each quick filter is set and taken away by its own press, and said in its own words', () => {
  for (const { word, on, set, clear } of QUICK) {
    const filter = Object.fromEntries(Object.entries(set));
    expect(on(filter), word).toBe(true);
    expect(on({}), word).toBe(false);
    expect(Object.values(clear)).toEqual([undefined]);
    expect(filterWords(filter, NAMES)).toBe(word);
  }
});

test('a filter is named as people call it, and shows nothing hidden', () => {
  expect(filterWords({ ruleId: 'r1', gateway: 'g1', text: 'a‮b' }, NAMES)).toBe('rule Local tools, gateway home, text “a\\u{202e}b”');
  expect(filterWords({}, NAMES)).toBe('');
  expect([isFiltered({}), isFiltered({ text: '' }), isFiltered({ connected: false })]).toEqual([false, false, true]);
});

test('a filter on what a gateway does not tell says so instead of finding none', () => {
  const told = { ...deviceOf('a'), connected: false, lastSeenAt: '2026-11-01T00:00:00.000Z' };
  const { connected: _c, lastSeenAt: _l, ...silent } = deviceOf('b');
  expect(untold({}, [silent])).toBeUndefined();
  expect(untold({ neverUsed: true }, [told])).toBeUndefined();
  expect(untold({ connected: true }, [told, silent])).toEqual({ count: 1, what: 'who is connected' });
  expect(untold({ notSeenDays: 30 }, [silent, silent])).toEqual({ count: 2, what: 'when it was last seen' });
  expect(untoldWords({ count: 2, what: 'who is connected' }, 2)).toContain('it says nothing about them');
  expect(untoldWords({ count: 1, what: 'who is connected' }, 2)).toContain('leaves them out');
});

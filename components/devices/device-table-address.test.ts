// The view in the address: what a person sees is what a link shows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SORTS } from '#lib/devices/filter.ts';
import { COLUMN_NAMES } from './columns.ts';
import { type DevicesView, readView, TABS, writeView } from './device-table-address.ts';
import { viewAfter } from './device-table-view.ts';
import { exportPath } from './export.ts';

const views: fc.Arbitrary<DevicesView> = fc.record({
  tab: fc.constantFrom(...TABS),
  filter: fc.record(
    {
      text: fc.string({ minLength: 1, maxLength: 200 }),
      holdsAdmin: fc.constant<true>(true),
      notSeenDays: fc.integer({ min: 1, max: 365 }),
    },
    { requiredKeys: [] },
  ),
  order: fc.record({ sort: fc.constantFrom(...SORTS), down: fc.boolean() }),
  columns: fc.subarray([...COLUMN_NAMES]),
  device: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
});

test('a view survives its address', () => {
  fc.assert(fc.property(views, (view) => void expect(readView(new URLSearchParams(writeView(view)))).toEqual(view)));
});

test('any address gives a view, and the plain page has an empty one', () => {
  fc.assert(fc.property(fc.webQueryParameters(), (query) => void readView(new URLSearchParams(query))));
  expect(writeView(readView(new URLSearchParams()))).toBe('');
});

test('one filter is set and taken away without the others', () => {
  const start = readView(new URLSearchParams('admin=1&text=maya&device=home/ab'));
  const silent = viewAfter(start, { filter: { silently: true, holdsAdmin: undefined } });
  expect(silent.filter).toEqual({ text: 'maya', silently: true });
  expect(silent.device).toBe('home/ab');
  expect(viewAfter(silent, { clear: true }).filter).toEqual({});
});

test('an export asks for what the page shows, in the same order', () => {
  const { filter, order } = readView(new URLSearchParams('admin=1&text=a%26b&sort=-seen&columns=key&device=home/ab'));
  const query = new URLSearchParams(exportPath('csv', filter, order).split('?')[1]);
  expect(Object.fromEntries(query)).toEqual({ format: 'csv', admin: '1', text: 'a&b', sort: '-seen' });
});

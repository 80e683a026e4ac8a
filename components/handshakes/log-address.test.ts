// A view survives the way through the address, and a broken address is still a view.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LogAddress, readAddress, writeAddress } from './log-address.ts';

const again = (view: LogAddress) => readAddress(new URLSearchParams(writeAddress(view)));

test('filter, range, span, folding and the open row come back as they were', () => {
  const view: LogAddress = {
    filter: {
      outcomes: ['refused', 'timed-out'],
      cause: 'unauthorized/token_mismatch',
      device: 'a b/c',
      client: 'cli&x=1',
      origin: 'proxied',
      gateway: 'home',
      text: '100 % ünïcode',
      from: 1_700_000_000_000,
      to: 1_700_000_060_999,
    },
    span: '7d',
    fold: false,
    row: { gateway: 'home', id: 'conn/with/slashes' },
  };
  expect(again(view)).toEqual(view);
});

test('a plain view leaves the address empty', () => {
  expect(writeAddress(readAddress(new URLSearchParams('')))).toBe('');
});

test('what is no outcome, origin, span or time counts as not set', () => {
  const { filter, span, row } = readAddress(new URLSearchParams('outcome=broken,refused&origin=moon&span=9y&from=soon&row=nothing'));
  expect({ filter, span, row }).toEqual({ filter: { outcomes: ['refused'] }, span: '1h', row: undefined });
  expect(readAddress(new URLSearchParams('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).filter).toEqual({});
});

test('any query string gives a view that stays the same when it is written and read again', () => {
  const names = fc.constantFrom('outcome', 'cause', 'device', 'text', 'from', 'to', 'row', 'span', 'fold', 'origin', 'other');
  fc.assert(
    fc.property(fc.array(fc.tuple(names, fc.string({ unit: 'binary' }))), (pairs) => {
      const view = readAddress(new URLSearchParams(pairs));
      expect(again(view)).toEqual(again(again(view)));
    }),
  );
});

// Optional fields: there with a value, or not there at all.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { present } from './present.ts';

test('keys without a value are gone, all others stay as they are', () => {
  expect(present({ a: 1, b: undefined, c: null, d: '', e: false, f: 0 })).toEqual({ a: 1, c: null, d: '', e: false, f: 0 });
  expect('b' in present({ b: undefined })).toBe(false);
});

test('nothing is invented and nothing with a value is lost', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined })), (fields) => {
      const out = present(fields);
      for (const [key, value] of Object.entries(fields)) {
        if (value === undefined) expect(Object.hasOwn(out, key)).toBe(false);
        else if (key !== '__proto__') expect(out[key]).toBe(value);
      }
      expect(Object.keys(out).every((key) => Object.hasOwn(fields, key))).toBe(true);
    }),
  );
});

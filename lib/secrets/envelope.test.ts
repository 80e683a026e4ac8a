// A sealed secret opens for its own purpose under its own key, and for nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openText, sealingKey, sealText } from './envelope.ts';

const key = sealingKey(Buffer.alloc(32, 1));
const other = sealingKey(Buffer.alloc(32, 2));
const locked = expect.objectContaining({ code: 'secrets-locked' });

test('what was sealed is opened again, and the sealed text shows nothing of it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), fc.string(), (secret, purpose) => {
      const sealed = sealText(key, purpose, secret);
      expect(sealed).not.toContain(secret);
      expect(openText([key], purpose, sealed, 'it')).toEqual({ text: secret, byOlderKey: false });
      expect(sealText(key, purpose, secret)).not.toBe(sealed);
    }),
  );
});

test('another purpose, another key and any changed character are refused with one code', () => {
  const sealed = sealText(key, 'a', 'the secret');
  expect(() => openText([key], 'b', sealed, 'it')).toThrow(locked);
  expect(() => openText([other], 'a', sealed, 'it')).toThrow(locked);
  expect(() => openText([key], 'a', '', 'it')).toThrow(locked);
  for (let at = 0; at < sealed.length; at++) {
    const swapped = sealed[at] === 'A' ? 'B' : 'A';
    const changed = `${sealed.slice(0, at)}${swapped}${sealed.slice(at + 1)}`;
    // The last digit of a base64 group has bits that stand for nothing.
    const opened = (() => {
      try {
        return openText([key], 'a', changed, 'it').text;
      } catch (error) {
        expect(error).toEqual(locked);
        return 'refused';
      }
    })();
    expect(['refused', 'the secret']).toContain(opened);
  }
  const parts = sealed.split('.');
  const content = Buffer.from(parts[4] ?? '', 'base64url');
  for (let bit = 0; bit < content.length * 8; bit++) {
    const bent = Buffer.from(content);
    bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => openText([key], 'a', [...parts.slice(0, 4), bent.toString('base64url')].join('.'), 'it')).toThrow(locked);
  }
});

test('a shortened tag is refused', () => {
  const parts = sealText(key, 'a', 'the secret').split('.');
  parts[3] = Buffer.from(parts[3] ?? '', 'base64url')
    .subarray(0, 12)
    .toString('base64url');
  expect(() => openText([key], 'a', parts.join('.'), 'it')).toThrow(locked);
});

test('an older key still opens, and says so', () => {
  expect(openText([other, key], 'a', sealText(key, 'a', 'the secret'), 'it')).toEqual({ text: 'the secret', byOlderKey: true });
});

test('the name of a key says nothing of what it seals with', () => {
  expect(key.secret.toString('base64url')).not.toContain(key.id);
  expect(key.id).not.toBe(other.id);
});

// What one frame may hold: every list of a large gateway, and nothing that runs the console out of stack or memory.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isOversized } from './frame-size.ts';

const device = {
  deviceId: 'a'.repeat(64),
  publicKey: 'b'.repeat(43),
  displayName: 'x [[[{{{ \\" ,,,, "',
  roles: ['operator', 'node'],
  scopes: ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'],
  tokens: [{ role: 'operator', scopes: ['operator.admin', 'operator.read'], createdAtMs: 1, lastUsedAtMs: 2 }],
  createdAtMs: 1,
  approvedAtMs: 2,
};

test('a list of 10,000 devices is none too many', () => {
  expect(isOversized(JSON.stringify({ pending: [], paired: Array.from({ length: 10_000 }, () => device) }))).toBe(false);
});

test('what stands in a text counts for nothing', () => {
  for (const inside of ['['.repeat(5000), ','.repeat(2_000_000), '\\"'.repeat(5000), `"${'{'.repeat(5000)}`, '\\'])
    expect(isOversized(JSON.stringify({ inside, more: [inside] }))).toBe(false);
  expect(isOversized(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).toBe(false);
});

test.each([
  ['brackets', '['.repeat(201)],
  ['braces', '{"a":'.repeat(201)],
  ['brackets behind a text that ends in a backslash', `["\\\\",${'['.repeat(201)}`],
  ['empty lists', `[${'[],'.repeat(300_001)}[]]`],
  ['empty objects', `[${'{},'.repeat(300_001)}{}]`],
  ['numbers', `[${'0,'.repeat(600_001)}0]`],
])('too many %s', (_what, text) => {
  expect(isOversized(text)).toBe(true);
});

test('200 levels side by side are as deep as one', () => {
  expect(isOversized(`[${Array.from({ length: 1000 }, () => '[[[]]]').join(',')}]`)).toBe(false);
});

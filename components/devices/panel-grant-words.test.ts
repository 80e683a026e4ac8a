// Approval and tokens side by side: a difference is told, and a scope that another one contains is none.
import { expect, test } from 'vitest';
import { deviceOf } from '../live/fixtures.ts';
import { driftOf, grantColumns, grantRows } from './panel-grant-words.ts';

const READ = 'operator.read';
const WRITE = 'operator.write';
const ADMIN = 'operator.admin';
const held = (scopes: string[], tokens: { role?: string; scopes: string[]; revoked?: boolean }[], roles = ['operator']) => ({
  ...deviceOf('a'),
  roles,
  scopes,
  tokens: tokens.map((token) => ({ role: 'operator', revoked: false, ...token })),
});

test('what is approved and what a token holds agree, also where admin stands for what it contains', () => {
  expect(driftOf(held([READ, WRITE], [{ scopes: [WRITE, READ] }]))).toEqual([]);
  expect(driftOf(held([READ, WRITE, ADMIN], [{ scopes: [ADMIN] }]))).toEqual([]);
});

test('a token that is narrower, wider or revoked says so, the graver first', () => {
  expect(driftOf(held([READ, ADMIN], [{ scopes: [READ] }]))).toEqual([
    { role: 'operator', tone: 'amber', text: 'Its token lacks admin, which is approved.' },
  ]);
  expect(driftOf(held([READ, 'operator.pairing'], [{ scopes: [READ, WRITE] }])).map(({ text }) => text)).toEqual([
    'Its token holds write, which is not approved.',
    'Its token lacks pairing, which is approved.',
  ]);
  expect(driftOf(held([READ], [{ scopes: [], revoked: true }]))[0]?.text).toBe('Its operator token is revoked; the approval stands.');
});

test('a role without a token, and a token without its role', () => {
  const device = held([READ], [{ scopes: [READ] }], ['node', 'operator']);
  expect(grantColumns(device).map(({ role }) => role)).toEqual(['operator', 'node']);
  expect(driftOf(device)).toEqual([{ role: 'node', tone: 'amber', text: 'It has role node and no token for it.' }]);
  expect(driftOf(held([READ], [{ scopes: [READ] }, { role: 'node', scopes: [] }]))[0]?.text).toBe(
    'It holds a node token, and role node is not approved.',
  );
});

test('a node token carries no scopes, and none are missing from it', () => {
  expect(driftOf(held([READ], [{ scopes: [READ] }, { role: 'node', scopes: [] }], ['operator', 'node']))).toEqual([]);
});

test('each scope stands once, whoever holds it', () => {
  expect(grantRows(held([READ, ADMIN], [{ scopes: [READ, WRITE] }]))).toEqual([READ, WRITE, ADMIN]);
});

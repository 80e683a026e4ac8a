// Acts on devices in words: what is lost, what is sent is what was shown, and what was undone since.
import { expect, test } from 'vitest';
import type { DeviceActItem, DeviceActView } from '#lib/api/device-shapes.ts';
import { deviceOf } from '../live/fixtures.ts';
import { actInput, actLook, actSummary, actTold, leavable, losesOf, newestUndone, tokenRoles } from './device-acts-words.ts';

const READ = 'operator.read';
const WRITE = 'operator.write';
const ADMIN = 'operator.admin';

const itemOf = (over: Partial<DeviceActItem> = {}): DeviceActItem => ({
  act: 'rotate',
  gateway: 'home',
  gatewayName: 'Home',
  deviceId: 'a',
  publicKey: 'key-a',
  rowCreatedAtMs: 7,
  roles: ['operator'],
  holds: [READ, ADMIN],
  role: 'operator',
  tokenScopes: [READ],
  what: 'It is replaced.',
  breaks: [],
  ...over,
});
const viewOf = (id: string, over: Partial<DeviceActView> = {}): DeviceActView => ({
  id,
  act: 'revoke',
  gateway: 'home',
  deviceId: 'a',
  role: 'operator',
  by: 'operator',
  at: '2026-01-01T12:00:00.000Z',
  state: 'done',
  outcome: 'Done.',
  ...over,
});

test('what is sent is what the plan showed, with what was entered for this act alone', () => {
  const entered = { scopes: [WRITE, READ], label: '  Desk  ' };
  const shown = { gateway: 'home', deviceId: 'a', publicKey: 'key-a', rowCreatedAtMs: 7, holds: [READ, ADMIN] };
  const token = { role: 'operator', tokenScopes: [READ] };
  expect(actInput(itemOf(), entered)).toEqual({ act: 'rotate', ...shown, ...token });
  expect(actInput(itemOf({ act: 'narrow', needsConfirm: 'this console' }), entered)).toEqual({
    act: 'narrow',
    ...shown,
    ...token,
    scopes: [READ, WRITE],
    confirm: 'this console',
  });
  const { role: _role, tokenScopes: _scopes, ...named } = itemOf({ act: 'rename' });
  expect(actInput(named, entered)).toEqual({ act: 'rename', ...shown, label: 'Desk' });
});

test('what a token loses: all with revoke, what is not left with narrow, nothing with rotate', () => {
  const tokenScopes = [READ, WRITE, ADMIN];
  expect(losesOf({ act: 'revoke', tokenScopes }, [])).toEqual(tokenScopes);
  expect(losesOf({ act: 'narrow', tokenScopes }, [READ])).toEqual([WRITE, ADMIN]);
  expect(losesOf({ act: 'rotate', tokenScopes }, [])).toEqual([]);
  expect(actLook(itemOf(), [])).toMatchObject({ name: 'unnamed device', loses: [] });
});

test('what can be left is what valid operator tokens open; what is only within another one is told apart from what is held', () => {
  const token = (role: string, scopes: string[], revoked = false) => ({ role, scopes, revoked });
  const admin = leavable([{ tokens: [token('operator', [ADMIN])] }]);
  expect(admin.held).toEqual([ADMIN]);
  expect(admin.offered).toEqual(expect.arrayContaining([READ, WRITE, ADMIN]));
  expect(
    leavable([{ tokens: [token('operator', [READ])] }, { tokens: [token('operator', [WRITE], true), token('node', [WRITE])] }]),
  ).toEqual({ held: [READ], offered: [READ] });
  expect(leavable([deviceOf('a')])).toEqual({ held: [], offered: [] });
  expect(tokenRoles({ tokens: [token('node', []), token('operator', [READ]), token('other', [], true)] })).toEqual(['operator', 'node']);
});

test('the outcome is the one that was read back, and an act that is not settled counts as not known', () => {
  const told = (state: DeviceActView['state']) => actTold(viewOf('1', { state }));
  expect(told('done')).toEqual({ kind: 'done', word: 'done', tone: 'good', text: 'Done.' });
  expect(told('failed')).toMatchObject({ kind: 'trouble', word: 'not done' });
  expect(told('undone')).toMatchObject({ kind: 'trouble', word: 'came back by itself' });
  expect([told('unknown').kind, told('asking').kind]).toEqual(['doubt', 'doubt']);
  const answered = (state: DeviceActView['state']) => ({ state: 'answered', view: viewOf('1', { state }) }) as const;
  expect(actSummary('revoke', new Map([['a', answered('done')]]))).toBe('One device lost the token.');
  expect(
    actSummary(
      'rotate',
      new Map([
        ['a', answered('done')],
        ['b', answered('failed')],
        ['c', answered('unknown')],
      ]),
    ),
  ).toMatch(/^1 of 3 got a new token\. What became of the last one/);
});

test('what was undone stays until the same token is seen to anew; a try that failed changes nothing', () => {
  const undone = viewOf('1', { state: 'undone' });
  expect(newestUndone([undone])).toEqual([undone]);
  expect(newestUndone([viewOf('2', { act: 'narrow', state: 'failed' }), undone])).toEqual([undone]);
  expect(newestUndone([viewOf('2', { act: 'narrow' }), undone])).toEqual([]);
  expect(newestUndone([viewOf('2', { role: 'node' }), viewOf('3', { act: 'rename' }), undone])).toEqual([undone]);
});

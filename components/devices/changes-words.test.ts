// What a text finds among grants that nobody clicked; an acknowledgement of "all that are shown" rests on it.
import { expect, test } from 'vitest';
import { deviceChangeOf } from '../live/fixtures.ts';
import { byWords, changeShown, grants, toldApart, unreadSince } from './changes-words.ts';

const change = deviceChangeOf(1, {
  displayName: 'Nightly report',
  deviceId: 'ab12cd',
  gained: { roles: ['node'], scopes: ['operator.admin'] },
});

test('a grant is found by the name, the id, a scope and a role that it gave', () => {
  for (const text of ['nightly', 'AB12', 'operator.admin', 'node', '', '  ']) expect(changeShown(change, text)).toBe(true);
});

test('a grant that has nothing of the text is not shown, and so not acknowledged with the others', () => {
  expect(changeShown(change, 'pairing')).toBe(false);
  expect(changeShown(deviceChangeOf(2), 'nightly')).toBe(false);
});

test('where nothing proves who did it, no name is given', () => {
  expect(byWords({ kind: 'unknown' })).toBe('not known');
  expect(byWords({ kind: 'console', name: 'ann' })).toBe('ann');
});

test('counts read as words', () => {
  expect([grants(1), grants(1200)]).toEqual(['1 grant', '1,200 grants']);
});

test('a time of the gateway is told beside that of the reading when they are apart', () => {
  const at = '2026-11-23T10:00:00.000Z';
  expect(toldApart({ at })).toBe(false);
  expect(toldApart({ at, toldAt: '2026-11-23T09:59:50.000Z' })).toBe(false);
  expect(toldApart({ at, toldAt: '2026-11-22T09:59:50.000Z' })).toBe(true);
});

test('where nobody looked for a while, the time since the reading before is told, unless the gateway dates it', () => {
  const at = '2026-11-23T10:03:00.000Z';
  const notBefore = '2026-11-23T10:01:00.000Z';
  expect(unreadSince({ at, notBefore })).toBe(notBefore);
  expect(unreadSince({ at, notBefore, toldAt: at })).toBeUndefined();
  expect(unreadSince({ at, notBefore: '2026-11-23T10:02:50.000Z' })).toBeUndefined();
  expect(unreadSince({ at })).toBeUndefined();
});

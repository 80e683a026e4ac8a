// A request in words: nothing grave may hide behind a mild word.
import { expect, test } from 'vitest';
import { SCOPES } from '#lib/gateway/scopes.ts';
import { requestOf } from '../live/fixtures.ts';
import { approveWords, requestSignature, wish } from './request-words.ts';

const added = (...names: string[]) => names.map((name) => `operator.${name}`);

test('the seed case names admin first', () => {
  const request = requestOf('a', 'home', { addedScopes: added('write', 'approvals', 'pairing', 'talk.secrets', 'admin') });
  expect(approveWords(request)).toBe('Approve admin and 4 more');
  expect(wish(request)).toEqual({ verb: 'wants', object: 'admin', tone: 'red', rest: ' and 4 more' });
});

test('every scope that is alone is named on the button', () => {
  for (const scope of SCOPES) {
    const request = requestOf('a', 'home', { addedScopes: [scope] });
    expect(approveWords(request)).toBe(`Approve ${scope.slice('operator.'.length)}`);
  }
});

test('role node is named before any scope', () => {
  const request = requestOf('a', 'home', { reason: 'role-upgrade', roles: ['node', 'operator'], addedScopes: added('write', 'admin') });
  expect(approveWords(request)).toBe('Approve node and 2 more');
  expect(wish(request).object).toBe('the role node');
  expect(wish(request).tone).toBe('red');
});

test('a string that is no scope counts as grave and is named', () => {
  const request = requestOf('a', 'home', { addedScopes: [], unknownScopes: ['operator.superuser'] });
  expect(approveWords(request)).toBe('Approve superuser');
  expect(wish(request).tone).toBe('red');
});

test('a request for what is held already says so', () => {
  expect(wish(requestOf('a', 'home', { addedScopes: [] })).object).toBe('what it has');
});

test('the signature changes with everything a decision binds, and with nothing else', () => {
  const request = requestOf('a');
  const signature = requestSignature(request);
  expect(requestSignature({ ...request, requestId: 'other', attempts: { count: 9 } })).toBe(signature);
  const changed = [
    { ...request, publicKey: 'other' },
    { ...request, roles: ['operator', 'node'] },
    { ...request, scopes: ['operator.admin'] },
    { ...request, platform: 'darwin' },
    { ...request, deviceFamily: 'mac' },
  ];
  expect(changed.map(requestSignature)).not.toContain(signature);
});

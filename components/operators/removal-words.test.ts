// Before a way in or an operator is taken away it is said what is left.
import { expect, test } from 'vitest';
import type { CredentialView } from '#lib/api/operator-shapes.ts';
import { linkCommand, removalWords, waysLeft } from './removal-words.ts';

const AT = '2026-01-01T12:00:00.000Z';
const password: CredentialView = { id: 'p', kind: 'password', name: 'password', createdAt: AT };
const laptop: CredentialView = { id: 'k', kind: 'passkey', name: 'Laptop', createdAt: AT };

test('what is left is named, and the only way in is said to be that', () => {
  expect(waysLeft([password, laptop], 'p')).toEqual({ text: 'Afterwards you sign in with the passkey Laptop.', last: false });
  expect(waysLeft([laptop, password], 'k')).toEqual({ text: 'Afterwards you sign in with the password.', last: false });
  expect(waysLeft([laptop], 'k')).toMatchObject({ last: true, text: expect.stringContaining('only way to sign in') });
});

test('the command of the terminal names the operator, as one word of a shell', () => {
  expect(linkCommand('Ada')).toBe('npm run gatehouse -- link Ada');
  expect(linkCommand('Ada Lovelace')).toBe("npm run gatehouse -- link 'Ada Lovelace'");
  expect(linkCommand("O'Hara; reboot")).toBe("npm run gatehouse -- link 'O'\\''Hara; reboot'");
  expect(linkCommand(undefined)).toBe('npm run gatehouse -- link');
});

test('a removal says what ends and what stays; one of oneself says that first', () => {
  expect(removalWords({ name: 'Paul', state: 'active', you: false }).join(' ')).toMatch(
    /session of Paul ends.*tokens.*cannot be taken back.*Activity/,
  );
  expect(removalWords({ name: 'Ada', state: 'active', you: true })[0]).toContain('This is you');
  expect(removalWords({ name: 'Paul', state: 'invited', you: false })[0]).toContain('invitation of Paul works no more');
});

import { expect, test } from 'vitest';
import { credentialWords, lacksWords, rightsWords } from './rights-words.ts';

test('rights are read as they are given; nobody has none', () => {
  expect(rightsWords(['viewer', 'admin', 'approver'])).toBe('approver and admin');
  expect(rightsWords(['admin'])).toBe('admin');
  expect(rightsWords([])).toBe('viewer');
  expect(lacksWords('approver')).toContain('approver');
});

test('who cannot sign in but by the terminal is told so', () => {
  const told = (passkeys: number, password: boolean) => credentialWords({ credentials: { passkeys, password }, state: 'active' });
  expect([told(0, false), told(1, false), told(2, true)]).toEqual([
    'Signs in with links of the terminal only',
    'Signs in with one passkey',
    'Signs in with 2 passkeys and a password',
  ]);
  expect(credentialWords({ credentials: { passkeys: 0, password: false }, state: 'invited' })).toContain('invitation');
});

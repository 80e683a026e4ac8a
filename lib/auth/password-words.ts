// Which passwords are taken. Length does most; the rest keeps out what guessers try first.
import { Problem } from '../problem.ts';

export const PASSWORD_MIN_CHARS = 12;
export const PASSWORD_MAX_CHARS = 256;

const MIN_DIFFERENT = 5;

/** Of those that are long enough, the ones that everybody tries. */
const WORST = new Set([
  '1234567890ab',
  'password1234',
  'password12345',
  'passw0rd1234',
  'administrator',
  'administrator1',
  'changemechangeme',
  'changeme1234',
  'letmeinletmein',
  'letmein123456',
  'welcome12345',
  'welcome123456',
  'iloveyou1234',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwerty123456',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'q1w2e3r4t5y6',
  'abcdefghijkl',
  'abcdefghijklm',
  'abcd12345678',
  'abc123456789',
  'correcthorsebatterystaple',
  'correct horse battery staple',
  'trustno1trustno1',
  'secretsecret',
  'thisisapassword',
  'thisismypassword',
  'openclawopenclaw',
  'openclaw1234',
  'openclaw12345',
  'gatehouse123',
  'gatehouse1234',
  'gatehousegatehouse',
  'openclawgatehouse',
]);

const isRepeated = (text: string): boolean => /^(.{1,8}?)\1+.{0,3}$/su.test(text);

/** Each character follows the one before by the same step: 123456789012, abcdefghijkl, and both backwards. */
function isRow(text: string): boolean {
  const steps = [...text].map((char, at, all) => (char.codePointAt(0) ?? 0) - (all[at - 1]?.codePointAt(0) ?? 0)).slice(1);
  return steps.filter((step) => step === 1).length >= steps.length - 1 || steps.filter((step) => step === -1).length >= steps.length - 1;
}

/** Throws Problem('password-weak') for one that is not taken. `name` is the operator's. */
export function requireGoodPassword(password: string, name: string): void {
  const text = password.normalize('NFC');
  const length = [...text].length;
  const weak = (why: string) => new Problem('password-weak', why, { field: 'password' });
  if (length < PASSWORD_MIN_CHARS) throw weak(`The password has fewer than ${PASSWORD_MIN_CHARS} characters.`);
  if (length > PASSWORD_MAX_CHARS) throw weak(`The password has more than ${PASSWORD_MAX_CHARS} characters.`);
  const plain = text.normalize('NFKC').toLowerCase();
  const own = name.normalize('NFKC').toLowerCase();
  if (own.length >= 4 && plain.replaceAll(own, '').length < MIN_DIFFERENT) throw weak('The password is little more than the name.');
  if (WORST.has(plain) || isRepeated(plain) || isRow(plain) || new Set(plain).size < MIN_DIFFERENT)
    throw weak('The password is one of those that are tried first.');
}

// No credential reaches a page, however it is written; what diagnosis needs does.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hideCredentials } from './credentials.ts';
import { displayRaw } from './records-raw.ts';

const NAMES = ['token', 'password', 'passphrase', 'Secret', 'access_token', 'deviceToken', 'api key', 'credential', 'X-Api-Key'];

test.each([
  ['a comma within', 'password=s3cr3t,s3cr3t', 's3cr3t'],
  ['a quote within', 'token=s3cr3t"s3cr3t', 's3cr3t'],
  ['a short one', 'password=s3c', 's3c'],
  ['a scheme of a header', 'Authorization: token ghp_s3cr3t', 's3cr3t'],
  ['words in quotes', 'password="abc s3cr3t def"', 's3cr3t'],
  ['an escaped quote in quotes', '{"password":"abc\\"s3cr3t"}', 's3cr3t'],
  ['words in escaped quotes', '{"1":"{\\"password\\":\\"abc s3cr3t\\"}"}', 's3cr3t'],
  ['an escaped quote in escaped quotes', '{"1":"{\\"password\\":\\"abc\\\\\\"s3cr3t\\"}"}', 's3cr3t'],
  ['an escaped name', '"\\u0074oken":"s3cr3t"', 's3cr3t'],
  ['an escaped sign', 'token\\u003ds3cr3t', 's3cr3t'],
  ['a sign in an address', 'token%3Ds3cr3t', 's3cr3t'],
  ['a passphrase', 'passphrase=s3cr3t', 's3cr3t'],
  ['a cookie', 'cookie: a=b; sid=s3cr3t', 's3cr3t'],
  ['cookies as JSON', '{"cookie":"a=b; sid=s3cr3t"}', 's3cr3t'],
  ['a list', '{"tokens":["abc","s3cr3t"]}', 's3cr3t'],
  ['a number', '{"password":73913}', '73913'],
  ['an address with a password', 'https://ann:s3cr3t@host/path', 's3cr3t'],
  ['a token that says what it is', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s3cr3t', 's3cr3t'],
  ['one that the cut falls into', `${'x'.repeat(1990)} token=s3cr3t`, 's3cr3t'],
  ['one whose end, which tells it, is behind the cut', `${'-'.repeat(1980)}https://ann:s3cr3t${'y'.repeat(40)}@host/`, 's3cr3t'],
])('%s is hidden', (_name, line, secret) => {
  expect(displayRaw(line)).not.toContain(secret);
});

test.each([
  'closed before connect conn=1 reason=token_mismatch auth=token host=127.0.0.1:18789',
  '{"authMode":"token","authReason":"token_missing","canRetryWithDeviceToken":false,"recommendedNextStep":"update_auth_configuration"}',
  'unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)',
  'device token revoked device=ab cause=x',
  'token: missing',
  'ws://127.0.0.1:18789/socket?reason=x',
])('%s is shown as it is', (line) => {
  expect(displayRaw(line)).toBe(line);
});

test('what stands beside a credential stays: other fields, other parameters', () => {
  expect(hideCredentials('{"token":"s3cr3t","conn":"c1"}')).toBe('{"token":"<hidden>","conn":"c1"}');
  expect(hideCredentials('{"1":"{\\"token\\":\\"s3cr3t\\",\\"conn\\":\\"c1\\"}"}')).toBe(
    '{"1":"{\\"token\\":\\"<hidden>\\",\\"conn\\":\\"c1\\"}"}',
  );
  expect(hideCredentials('{"0":"GET /?token=s3cr3t&reason=x","1":"c1"}')).toBe('{"0":"GET /?token=<hidden>&reason=x","1":"c1"}');
});

test('any secret under any name is hidden as text in quotes, as JSON, and as JSON within JSON', () => {
  // The letters of no name and of no word around it.
  const secret = fc.stringMatching(/^[ZQ][ZQ0-9 ,;:"'\\/{}[\]&=%#.-]{4,40}[ZQ]{3}$/);
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), secret, fc.nat({ max: 2100 }), (name, value, before) => {
      const json = JSON.stringify({ ok: 1, [name]: value, last: 'conn' });
      for (const text of [
        `${name}=${JSON.stringify(value)}`,
        json,
        JSON.stringify({ 1: json }),
        JSON.stringify({ 1: JSON.stringify({ 1: json }) }),
      ])
        expect(displayRaw(`${'-'.repeat(before)} ${text}`)).not.toMatch(/[ZQ]/);
    }),
  );
});

test.each(['token=', '"token":"', 'token', 'token ', '\\', 'token\\', 'eyJ', '://', '://a@', '\\u003d', 'cookie:', "token:'", 'token:['])(
  'a line of a megabyte made of %j is read through',
  (unit) => {
    const line = `${unit.repeat(Math.floor(1_048_576 / unit.length))}`;
    expect(displayRaw(line).length).toBeLessThan(2002);
  },
);

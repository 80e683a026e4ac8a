// The cookie of a session: bound to this host where TLS allows that, and what others plant under its name does not push it out.
import { expect, test } from 'vitest';
import { cookieNameFor, cookieValues, sessionCookie } from './cookies.ts';

const NAME = cookieNameFor(7788);

test('over TLS it is Secure and carries the prefix of this very host', () => {
  expect(sessionCookie(NAME, 'v', 60, true)).toBe(`__Host-${NAME}=v; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure`);
  expect(sessionCookie(NAME, 'v', 60, false)).toBe(`${NAME}=v; Path=/; HttpOnly; SameSite=Strict; Max-Age=60`);
});

test('both forms are read, the bound one first, also behind many planted ones', () => {
  expect(cookieValues(`${NAME}=plain; other=x; __Host-${NAME}=bound`, NAME)).toEqual(['bound', 'plain']);
  const planted = Array.from({ length: 20 }, (_, i) => `${NAME}=planted${i}`).join('; ');
  const values = cookieValues(`${planted}; __Host-${NAME}=bound`, NAME);
  expect(values[0]).toBe('bound');
  expect(values).toHaveLength(8);
});

// Beyond loopback only with TLS or a proxy, and links that lead to where the console is really opened.
import { expect, test } from 'vitest';
import { addressToPrint, requireSafeBind } from './bind.ts';

const tls = { certFile: '/cert.pem', keyFile: '/key.pem' };

test.each(['0.0.0.0', '::', '10.0.0.5', 'box.lan', '127.0.0.1.example'])(
  '%s is refused in clear, and taken with TLS or a proxy',
  (host) => {
    expect(() => requireSafeBind({ host, behindProxy: false })).toThrow(expect.objectContaining({ code: 'bind-unsafe' }));
    expect(() => requireSafeBind({ host, behindProxy: true })).not.toThrow();
    expect(() => requireSafeBind({ host, behindProxy: false, tls })).not.toThrow();
  },
);

test.each(['127.0.0.1', '::1', 'localhost', '127.8.8.8'])('%s stays on this machine', (host) => {
  expect(() => requireSafeBind({ host, behindProxy: false })).not.toThrow();
});

test('a printed link leads to where the console is opened', () => {
  const base = { port: 7788, behindProxy: false, origins: [] };
  const origins = ['http://box:7788', 'https://gate.example'];
  expect(addressToPrint(base, () => false)).toBe('http://localhost:7788');
  expect(addressToPrint({ ...base, tls }, () => true)).toBe('https://localhost:7788');
  expect(addressToPrint({ ...base, tls, origins }, () => false)).toBe('https://gate.example');
  expect(addressToPrint({ ...base, tls }, () => false)).toBe('https://localhost:7788');
  expect(addressToPrint({ ...base, origins, behindProxy: true }, () => false)).toBe('https://gate.example');
});

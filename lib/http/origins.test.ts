import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOrigins } from './origins.ts';
import { route } from './route.ts';
import { createRouter } from './router.ts';

test('a wildcard address is no name of ours', () => {
  for (const host of ['0.0.0.0', '::', '']) {
    const origins = createOrigins({ host, port: 7788, extra: [] });
    expect(origins.list).toEqual(['http://localhost:7788', 'http://127.0.0.1:7788', 'http://[::1]:7788']);
    expect(origins.allowsHost('0.0.0.0:7788')).toBe(false);
  }
});

test('the configured host is a name of ours, as IPv6 too', () => {
  expect(createOrigins({ host: 'box.lan', port: 7788, extra: [] }).allowsOrigin('http://box.lan:7788')).toBe(true);
  expect(createOrigins({ host: 'fd00::5', port: 7788, extra: [] }).allowsHost('[fd00::5]:7788')).toBe(true);
});

test('the default port may be left out, as browsers do', () => {
  const origins = createOrigins({ host: '127.0.0.1', port: 80, extra: [] });
  expect([origins.allowsHost('localhost'), origins.allowsHost('localhost:80'), origins.allowsOrigin('http://localhost')]).toEqual([
    true,
    true,
    true,
  ]);
});

test('no text but our own names is ever taken for one', () => {
  const origins = createOrigins({ host: '127.0.0.1', port: 7788, extra: [] });
  const own = new Set(['localhost:7788', '127.0.0.1:7788', '[::1]:7788']);
  const near = fc
    .tuple(fc.constantFrom(...own), fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }))
    .map(([name, before, after]) => before + name + after);
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      expect(origins.allowsHost(text)).toBe(own.has(text.toLowerCase()));
      expect(origins.allowsOrigin(text)).toBe(own.has(text.replace(/^http:\/\//, '')) && text.startsWith('http://'));
    }),
  );
});

test('whatever stands in a path comes out of the router as it was put in', () => {
  const find = createRouter([route({ method: 'GET', path: '/devices/:gateway/:deviceId', access: 'viewer', handler: () => 1 })]);
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ minLength: 1 }), (gateway, deviceId) => {
      const match = find('GET', `/devices/${encodeURIComponent(gateway)}/${encodeURIComponent(deviceId)}`);
      expect(match).toMatchObject({
        kind: 'found',
        params: new Map([
          ['gateway', gateway],
          ['deviceId', deviceId],
        ]),
      });
    }),
  );
});

test('a console that serves TLS itself is https under every name, and plain http is another origin', () => {
  const origins = createOrigins({ host: '0.0.0.0', port: 7788, extra: [], tls: true });
  expect(origins.allowsOrigin('https://localhost:7788')).toBe(true);
  expect(origins.allowsOrigin('http://localhost:7788')).toBe(false);
});

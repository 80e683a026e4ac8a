// What may leave this process towards a gateway: these methods with these parameters, and nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCall } from './allowlist.ts';

const DEVICE = 'a1'.repeat(32);
const ALLOWED: [string, unknown][] = [
  ['device.pair.list', {}],
  ['device.pair.approve', { requestId: 'r1' }],
  ['device.pair.reject', { requestId: 'r1' }],
  ['device.pair.remove', { deviceId: DEVICE }],
  ['device.pair.rename', { deviceId: DEVICE, label: 'Desk of Anna' }],
  ['device.token.rotate', { deviceId: DEVICE, role: 'operator' }],
  ['device.token.rotate', { deviceId: DEVICE, role: 'operator', scopes: ['operator.read'] }],
  ['device.token.revoke', { deviceId: DEVICE, role: 'node' }],
  ['node.pair.list', {}],
  ['node.pair.approve', { requestId: 'r1' }],
  ['node.pair.reject', { requestId: 'r1' }],
  ['gateway.identity.get', {}],
  ['config.get', {}],
  ['config.schema.lookup', { path: 'gateway.nodes.pairing.autoApproveLocal' }],
  [
    'config.patch',
    { raw: '{"gateway":{"nodes":{"pairing":{"autoApproveLocal":false}}}}', baseHash: 'h', note: 'Gatehouse: autoApproveLocal off' },
  ],
  [
    'config.patch',
    { raw: '{"gateway":{"nodes":{"pairing":{"autoApproveLocal":true}}}}', baseHash: 'h', note: 'Gatehouse: autoApproveLocal on' },
  ],
  ['logs.tail', { limit: 1, maxBytes: 1_000_000 }],
  ['logs.tail', { limit: 5000, maxBytes: 1_000_000, cursor: 7 }],
];
const OFF = '{"gateway":{"nodes":{"pairing":{"autoApproveLocal":false}}}}';
const NOTE = 'Gatehouse: autoApproveLocal off';
const HELPER = ['device.pair.list', 'device.pair.approve'];
const may = (kind: 'console' | 'helper', method: string, params: unknown) => {
  try {
    checkCall(kind, method, params);
    return true;
  } catch {
    return false;
  }
};

test.each(ALLOWED)('the console may call %s with %j; the helper only what it needs', (method, params) => {
  expect(may('console', method, params)).toBe(true);
  expect(may('helper', method, params)).toBe(HELPER.includes(method));
});

test.each([
  'config.patch',
  'config.set',
  'node.pair.remove',
  'node.pair.request',
  'node.invoke',
  'agent',
  'send',
  'connect',
  'constructor',
  '__proto__',
  'toString',
  '',
])('nobody may call %s', (method) => {
  for (const params of [{}, undefined, { requestId: 'r1' }]) {
    expect(may('console', method, params)).toBe(false);
    expect(may('helper', method, params)).toBe(false);
  }
});

test.each<[string, unknown]>([
  ['device.pair.list', { all: true }],
  ['device.pair.list', undefined],
  ['device.pair.approve', {}],
  ['device.pair.approve', { requestId: '' }],
  ['device.pair.approve', { requestId: 7 }],
  ['device.pair.approve', { requestId: 'r'.repeat(201) }],
  ['device.pair.approve', { requestId: 'r1', scopes: ['operator.admin'] }],
  ['device.pair.remove', { deviceId: 'A1'.repeat(32) }],
  ['device.pair.remove', { deviceId: `${DEVICE}\n` }],
  ['device.pair.remove', { deviceId: DEVICE, force: true }],
  ['device.pair.rename', { deviceId: DEVICE, label: '' }],
  ['device.pair.rename', { deviceId: DEVICE, label: 'x'.repeat(65) }],
  ['device.pair.rename', { deviceId: DEVICE, displayName: 'x' }],
  ['device.token.rotate', { deviceId: DEVICE }],
  ['device.token.rotate', { deviceId: DEVICE, role: 'operator', scopes: [] }],
  ['device.token.rotate', { deviceId: DEVICE, role: 'operator', scopes: 'operator.admin' }],
  ['device.token.revoke', { deviceId: 'short', role: 'operator' }],
  ['device.token.revoke', { deviceId: DEVICE, role: '' }],
  ['config.get', { path: 'gateway.auth.token' }],
  ['config.schema.lookup', { path: 'gateway.auth.token' }],
  ['config.schema.lookup', {}],
  ['config.patch', { raw: OFF, baseHash: 'h' }],
  ['config.patch', { raw: OFF, note: NOTE }],
  ['config.patch', { raw: OFF, baseHash: '', note: NOTE }],
  ['config.patch', { raw: OFF, baseHash: 'h', note: 'another' }],
  ['config.patch', { raw: OFF, baseHash: 'h', note: 'Gatehouse: autoApproveLocal on' }],
  ['config.patch', { raw: OFF, baseHash: 'h', note: NOTE, replacePaths: [] }],
  ['config.patch', { raw: ` ${OFF}`, baseHash: 'h', note: NOTE }],
  ['config.patch', { raw: OFF.replace('false', 'null'), baseHash: 'h', note: NOTE }],
  ['config.patch', { raw: OFF.replace('}}}}', '}},"bind":"lan"}}'), baseHash: 'h', note: NOTE }],
  ['config.patch', { raw: { gateway: { nodes: { pairing: { autoApproveLocal: false } } } }, baseHash: 'h', note: NOTE }],
  ['logs.tail', { limit: 100, maxBytes: 1_000_000 }],
  ['logs.tail', { limit: 5000, maxBytes: 5 }],
  ['logs.tail', { limit: 5000, maxBytes: 1_000_000, cursor: -1 }],
  ['logs.tail', { limit: 5000, maxBytes: 1_000_000, file: '/etc/passwd' }],
])('%s with %j is refused', (method, params) => {
  expect(may('console', method, params)).toBe(false);
  expect(may('helper', method, params)).toBe(false);
});

test('any further parameter is refused', () => {
  const extra = fc
    .string({ minLength: 1 })
    .filter(
      (key) =>
        ![
          'requestId',
          'deviceId',
          'label',
          'role',
          'scopes',
          'limit',
          'maxBytes',
          'cursor',
          'path',
          'raw',
          'baseHash',
          'note',
          '__proto__',
        ].includes(key),
    );
  fc.assert(
    fc.property(fc.constantFrom(...ALLOWED), extra, fc.jsonValue(), ([method, params], key, value) => {
      expect(may('console', method, { ...(typeof params === 'object' ? params : {}), [key]: value })).toBe(false);
    }),
  );
});

// The node queue as real gateways answered it, shortened only in ids and tokens.
import { expect, test } from 'vitest';
import { readNodeList } from './node-records.ts';

const PENDING_4_14 = {
  requestId: '28c18c49-b5df-417b-b544-61b9150ae1a5',
  nodeId: 'a1'.repeat(32),
  displayName: 'Build box',
  platform: 'linux',
  version: '1.2.3',
  deviceFamily: 'Linux',
  modelIdentifier: 'x64',
  caps: ['system', 'browser'],
  commands: ['system.run', 'system.which', 'system.notify'],
  silent: false,
  ts: 1795391250686,
  requiredApproveScopes: ['operator.pairing', 'operator.admin'],
};
const PAIRED_4_14 = {
  nodeId: 'a1'.repeat(32),
  token: 'a-bearer-token-of-the-node',
  displayName: 'Build box',
  platform: 'linux',
  version: '1.2.3',
  caps: ['system', 'browser'],
  commands: ['system.run', 'system.which', 'system.notify'],
  createdAtMs: 1795391252273,
  approvedAtMs: 1795391252273,
};
const PENDING_9_6 = {
  ...PENDING_4_14,
  clientId: 'node-host',
  clientMode: 'node',
  permissions: { camera: false, screen: true },
  remoteIp: '203.0.113.7',
};

test('both versions’ rows are read, and a node’s bearer token stays outside', () => {
  const list = readNodeList({ pending: [PENDING_4_14, PENDING_9_6], paired: [PAIRED_4_14] });
  expect(list.unread).toBe(0);
  expect(list.pending.map((row) => [row.commands.length, row.requiredApproveScopes, row.remoteIp])).toEqual([
    [3, ['operator.pairing', 'operator.admin'], undefined],
    [3, ['operator.pairing', 'operator.admin'], '203.0.113.7'],
  ]);
  expect(list.paired[0]).toMatchObject({ commands: PAIRED_4_14.commands, approvedAtMs: 1795391252273 });
  expect(JSON.stringify(list)).not.toContain('bearer');
});

test('a row whose commands cannot be read is counted, not shown as asking nothing', () => {
  const list = readNodeList({
    pending: [{ ...PENDING_4_14, commands: [{ name: 'system.run' }] }],
    paired: [{ ...PAIRED_4_14, commands: 'all' }],
  });
  expect(list).toEqual({ pending: [], paired: [], unread: 2 });
});

test('what a node wrote is cut and shown without what could disguise it', () => {
  const [row] = readNodeList({
    pending: [{ ...PENDING_4_14, displayName: `x\u202e${'y'.repeat(400)}`, commands: ['a\nb'] }],
    paired: [],
  }).pending;
  expect(row?.displayName).toHaveLength(200);
  expect(row?.displayName).not.toContain('\u202e');
  expect(row?.commands).toEqual(['a\uFFFDb']);
});

test('an answer that is no list throws', () => {
  for (const value of [undefined, {}, { pending: [] }, { pending: {}, paired: [] }]) expect(() => readNodeList(value)).toThrow();
});

test('rows beyond what is read, and times that are no date, count as unread', () => {
  const many = readNodeList({ pending: Array(503).fill(PENDING_9_6), paired: Array(502).fill(PAIRED_4_14) });
  expect([many.pending.length, many.paired.length, many.unread]).toEqual([500, 500, 5]);
  for (const ts of [1e300, -1]) expect(readNodeList({ pending: [{ ...PENDING_9_6, ts }], paired: [] })).toMatchObject({ unread: 1 });
});

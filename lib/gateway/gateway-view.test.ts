// How a gateway stands, in words: what the console cannot do and what it cannot see is always said.
import { expect, test } from 'vitest';
import type { CollectorState } from '#lib/evidence/collector.ts';
import { Problem, problemView } from '#lib/problem.ts';
import { OPEN_NOTHING } from '#lib/testing/situation.ts';
import type { Hello } from './frames.ts';
import { gatewayView } from './gateway-view.ts';
import type { PairedDevice, PairingList } from './records.ts';
import type { SessionState } from './session.ts';

const AT = Date.parse('2026-11-22T12:00:00.000Z');
const CONSOLE = 'c'.repeat(64);
const hello = (protocol: number): Hello => ({
  protocol,
  server: { version: '2026.4.14' },
  features: { methods: [] },
  policy: { tickIntervalMs: 30_000 },
});
const live = (over: { protocol?: number; scopes?: string[] } = {}): SessionState => ({
  kind: 'live',
  hello: hello(over.protocol ?? 3),
  grantedScopes: over.scopes ?? ['operator.admin'],
});
const paired = (deviceId: string, over: Partial<PairedDevice> = {}): PairedDevice => ({
  deviceId,
  publicKey: 'pk',
  roles: ['operator'],
  scopes: [],
  tokens: [],
  ...over,
});
const COLLECTED: CollectorState = {
  onThisHost: true,
  hostKey: { deviceId: 'h'.repeat(64), publicKey: 'pk' },
  config: OPEN_NOTHING,
  setup: undefined,
  gatewayPort: 18789,
  logSource: 'raw',
  logRead: 'raw',
  logProblem: undefined,
  logFile: '/tmp/openclaw.log',
  lastCanary: { read: true, openedAt: AT, ms: 6, at: AT },
  peerReach: 'proc',
  gatewayUid: 1000,
};
type Input = Parameters<typeof gatewayView>[0];
const view = (over: Partial<Input> = {}) => {
  const list: PairingList = { pending: [], paired: [paired(CONSOLE), paired('d1')], unread: 0 };
  return gatewayView({
    endpoint: {
      id: 'local',
      name: 'this host',
      url: 'ws://127.0.0.1:18789',
      source: 'this-host',
      auth: { token: 'secret-token' },
      stateDir: '/var/lib/openclaw',
    },
    state: live(),
    since: AT,
    consoleDeviceId: CONSOLE,
    consoleUid: 1001,
    collected: COLLECTED,
    list,
    freshness: { state: 'live' },
    statement: { noProxyInFront: false, unacknowledged: false },
    alarms: [],
    lastVersion: '2026.4.14',
    lastProtocol: 3,
    identityProblem: undefined,
    certificate: undefined,
    trouble: [],
    factTimes: [],
    ...over,
  });
};
const proof = (name: string, collected: Partial<CollectorState>) =>
  view({ collected: { ...COLLECTED, ...collected } }).proof.find((f) => f.name === name);

test('no secret of the endpoint is in it', () => {
  expect(JSON.stringify(view())).not.toContain('secret-token');
});

test('rules matter where the gateway does not grant by itself, and the page says how to make them matter', () => {
  expect(view().rulesMatter.matter).toBe(true);
  const newer = (autoApproveLocal: boolean | undefined) =>
    view({ state: live({ protocol: 4 }), collected: { ...COLLECTED, config: { ...OPEN_NOTHING, autoApproveLocal } } }).rulesMatter;
  expect(newer(false).matter).toBe(true);
  for (const setting of [true, undefined]) {
    expect(newer(setting).matter).toBe(false);
    expect(newer(setting).text).toMatch(/Switch gateway.nodes.pairing.autoApproveLocal off/);
  }
});

test('a list with no device but the console’s own is limited sight, and only while it is live', () => {
  const list: PairingList = { pending: [], paired: [paired(CONSOLE)], unread: 0 };
  expect(view({ list }).limitedSight).toBe(true);
  expect(view().limitedSight).toBe(false);
  expect(view({ list, state: { kind: 'connecting' } }).limitedSight).toBe(false);
});

test('what the console was not granted is named', () => {
  expect(view({ state: live({ scopes: ['operator.read', 'operator.pairing'] }) }).missingScopes).toEqual([
    'operator.admin',
    'operator.write',
    'operator.approvals',
  ]);
  expect(view().missingScopes).toEqual([]);
});

test('one user for console and gateway is said; where it is not known it counts as one', () => {
  expect(view().sameUser).toEqual({ known: true, same: false });
  expect(view({ consoleUid: 1000 }).sameUser).toEqual({ known: true, same: true });
  expect(view({ consoleUid: undefined }).sameUser).toEqual({ known: false, same: true });
  expect(view({ collected: { ...COLLECTED, gatewayUid: undefined } }).sameUser).toEqual({ known: false, same: true });
});

test('while the console waits it gives the exact command, and the button only where it can work', () => {
  const state: SessionState = { kind: 'waiting', requestId: 'r-1', reason: 'not-paired' };
  expect(view({ state }).waiting).toMatchObject({
    requestId: 'r-1',
    deviceId: CONSOLE,
    command: 'openclaw devices approve r-1',
    canAdmitHere: true,
  });
  const elsewhere = { id: 'x', name: 'x', source: 'environment', auth: { token: 't' } } as const;
  expect(view({ state, endpoint: { ...elsewhere, url: 'wss://gateway.example' } }).waiting?.canAdmitHere).toBe(false);
  expect(view({ state, endpoint: { ...elsewhere, url: 'ws://127.0.0.1:1', auth: {} } }).waiting?.canAdmitHere).toBe(false);
  expect(view().waiting).toBeUndefined();
});

test('down and refused carry their problem and when the next try comes; a changed identity outweighs', () => {
  const problem = new Problem('gateway-down', 'The gateway cannot be reached (ECONNREFUSED).');
  const down = view({ state: { kind: 'down', problem, retryAtMs: AT + 4000 } });
  expect(down).toMatchObject({ state: 'down', problem: { code: 'gateway-down' }, retryAt: '2026-11-22T12:00:04.000Z', grantedScopes: [] });
  const identityProblem = problemView(new Problem('gateway-identity-changed'));
  expect(view({ state: { kind: 'down', problem, retryAtMs: AT }, identityProblem }).problem?.code).toBe('gateway-identity-changed');
});

test('each kind of proof says whether it can be had, and the remedy', () => {
  expect(view().proof.map((f) => [f.name, f.held])).toEqual([
    ['key', true],
    ['source', true],
    ['canary', true],
    ['peer', true],
    ['configuration', true],
  ]);
  expect(proof('key', { hostKey: undefined })?.held).toBeUndefined();
  expect(proof('source', { logSource: 'none', logProblem: 'The log file cannot be used as proof: it is a link.' })).toMatchObject({
    held: false,
    text: expect.stringContaining('link'),
  });
  expect(proof('canary', { lastCanary: { read: false, why: 'its close record never stood in the log', at: AT } })).toMatchObject({
    held: false,
    text: expect.stringContaining('logging.level'),
  });
  expect(proof('canary', { lastCanary: undefined })?.held).toBeUndefined();
  expect(proof('peer', { peerReach: 'none' })?.held).toBeUndefined();
  expect(proof('configuration', { config: { ...OPEN_NOTHING, open: ['gateway.bind is lan'] } })).toMatchObject({
    held: false,
    text: 'gateway.bind is lan.',
  });
  expect(proof('configuration', { config: undefined })?.held).toBeUndefined();
});

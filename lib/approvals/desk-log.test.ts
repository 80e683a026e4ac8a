// The log of a desk: what it cannot learn it says, instead of going on without a word.
import { expect, onTestFinished, test, vi } from 'vitest';
import type { CollectorState } from '../evidence/collector.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import type { PairingList } from '../gateway/records.ts';
import { createLogWindow } from '../handshakes/log-window.ts';
import { testStore } from '../store/test-store.ts';
import { auditLine, closeLine, refusedUpgrade, uuid } from '../testing/log-lines.ts';
import { createDeskLog } from './desk-log.ts';
import { createRestarting } from './restarting.ts';

const DEVICE = 'a1'.repeat(32);
// A row of 2026.4.14, which does not tell when a device was last seen.
const LIST: PairingList = {
  pending: [],
  paired: [{ deviceId: DEVICE, publicKey: 'pk', roles: ['operator'], scopes: [], tokens: [] }],
  unread: 0,
};

async function desk(over: { presence?: () => Promise<unknown>; collected?: Partial<CollectorState> } = {}) {
  const { store, clock } = await testStore();
  const window = createLogWindow();
  const errors: unknown[] = [];
  const collected: CollectorState = {
    onThisHost: false,
    hostKey: undefined,
    config: undefined,
    setup: undefined,
    gatewayPort: undefined,
    logSource: 'tail',
    logRead: 'tail',
    logProblem: undefined,
    logFile: undefined,
    lastCanary: undefined,
    peerReach: 'none',
    gatewayUid: undefined,
    ...over.collected,
  };
  const never = () => {
    throw new Error('not asked here');
  };
  const log = createDeskLog({
    gateway: 'g',
    consoleDeviceId: 'c0'.repeat(32),
    window,
    collector: {
      state: () => collected,
      connect: never,
      refreshConfig: never,
      look: never,
      poll: () => Promise.resolve(),
      factTimes: () => [],
      sounded: () => Promise.resolve(),
      isCanary: () => false,
      judge: never,
      settle: never,
      dispose: () => Promise.resolve(),
    },
    store,
    connection: {
      state: {
        kind: 'live',
        hello: { protocol: 3, server: { version: '2026.4.14' }, features: { methods: [] }, policy: { tickIntervalMs: 1000 } },
        grantedScopes: [],
      },
      since: 0,
      lastVersion: '2026.4.14',
      lastProtocol: 3,
    },
    restarting: createRestarting({ now: clock.nowMs }),
    list: () => LIST,
    presence: over.presence ?? (() => Promise.resolve([])),
    gatewayClock: () => undefined,
    publish: () => undefined,
    changed: () => undefined,
    onError: (error) => void errors.push(error),
    clock,
  });
  onTestFinished(log.dispose);
  return { log, window, errors, store, clock };
}

test('a gateway that does not tell who is signed in is a fault, since nothing else shows on it that a device came back', async () => {
  const refused = new GatewayRefusal({ code: 'INVALID_REQUEST', message: 'missing scope: operator.read' });
  const { log, errors } = await desk({ presence: () => Promise.reject(refused) });
  log.onList(LIST);
  await vi.waitUntil(() => errors.length > 0);
  expect(errors).toEqual([refused]);
});

test('a log that is not read is trouble, with the reason', async () => {
  const logProblem = 'The gateway does not hand out its log.';
  const { log } = await desk({ collected: { logSource: 'none', logRead: 'none', logProblem } });
  log.connected();
  expect(log.trouble()).toMatchObject([{ code: 'log-unreadable', severity: 'serious', text: logProblem }]);
});

test('what was read before it is known whose log it is, and no longer, is not kept as this gateway’s', async () => {
  const { log, window, store, clock } = await desk();
  const at = clock.nowMs();
  window.push([
    auditLine({ at, conn: uuid(1), device: DEVICE }),
    closeLine({ at, conn: uuid(1), port: 19_999, object: refusedUpgrade(DEVICE, uuid(2)) }),
  ]);
  await log.dispose();
  expect((await store.handshakes.list({ limit: 10 })).items).toEqual([]);
});

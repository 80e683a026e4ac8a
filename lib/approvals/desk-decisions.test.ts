// Whose word a rejection is: a person's stands against the key until a person lifts it, a rule's does not.
import { expect, onTestFinished, test } from 'vitest';
import type { DecisionActor, DecisionView } from '#lib/api/shapes.ts';
import { readPairingList } from '#lib/gateway/records.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { createPairingTransport } from '#lib/testing/pairing-transport.ts';
import { createAutomation } from './automation.ts';
import { createDeskDecisions } from './desk-decisions.ts';
import { createStanding } from './standing.ts';

const KEY = { deviceId: 'a1'.repeat(32), publicKey: 'pk-1' };

async function desk() {
  const { store, clock } = await testStore();
  const gateway = createPairingTransport({ clock });
  const first = gateway.ask({ ...KEY, scopes: ['operator.read'] });
  await gateway.request('device.pair.approve', { requestId: first.requestId });
  const automation = await createAutomation({
    clock,
    load: () => Promise.resolve(undefined),
    save: () => Promise.resolve(),
    onChange: () => undefined,
  });
  onTestFinished(automation.dispose);
  const record = () => Promise.resolve();
  const standing = await createStanding({ gateway: 'local', store, clock, record });
  const decided: DecisionView[] = [];
  const next = counter();
  const { decider } = createDeskDecisions({
    gateway: 'local',
    store,
    automation,
    standing,
    outside: { own: () => undefined },
    request: gateway.request,
    readList: async () => readPairingList(await gateway.request('device.pair.list')),
    publish: () => undefined,
    record,
    alarm: () => undefined,
    onDecided: (decision) => void decided.push(decision),
    clock,
    newId: () => `d${next()}`,
  });
  return {
    standing,
    decided,
    reject(actor: DecisionActor) {
      const { requestId } = gateway.ask(KEY);
      return decider.decide({
        action: 'reject',
        requestId,
        bound: { ...KEY, roles: ['operator'], scopes: ['operator.write'], platform: 'linux', deviceFamily: undefined },
        actor,
        origin: { origin: 'unknown', summary: '', facts: [], settled: true },
      });
    },
  };
}

test.each<[DecisionActor, boolean]>([
  [{ kind: 'person', name: 'ann' }, true],
  [{ kind: 'api-token', name: 'script' }, true],
  [{ kind: 'rule', name: 'Nobody writes', ruleId: 'rule-1' }, false],
])('a rejection by %o marks the key as refused: %s', async (actor, refused) => {
  const { standing, decided, reject } = await desk();
  expect(await reject(actor)).toMatchObject({ state: 'rejected', actor });
  expect(standing.ledgerOf(KEY)?.refused !== undefined).toBe(refused);
  expect(decided).toMatchObject([{ state: 'rejected', actor }]);
});

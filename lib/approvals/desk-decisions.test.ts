// Whose word a rejection is: a person's stands against the key until a person lifts it, a rule's does not.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { DecisionActor, DecisionView } from '#lib/api/shapes.ts';
import { readPairingList } from '#lib/gateway/records.ts';
import { ruleDecision } from '#lib/store/test-samples.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { createPairingTransport } from '#lib/testing/pairing-transport.ts';
import { createAutomation } from './automation.ts';
import { createDeskDecisions } from './desk-decisions.ts';
import { createDeskKeep } from './desk-keep.ts';
import { createStanding } from './standing.ts';

const KEY = { deviceId: 'a1'.repeat(32), publicKey: 'pk-1' };

async function desk() {
  const { store, clock, folder } = await testStore();
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
  const hooks: { published: () => void } = { published: () => undefined };
  const standing = await createStanding({ gateway: 'local', store, clock, record: () => Promise.resolve() });
  const decided: DecisionView[] = [];
  const next = counter();
  const { decider, settle } = createDeskDecisions({
    gateway: 'local',
    store,
    automation,
    standing,
    outside: { own: () => undefined },
    request: gateway.request,
    readList: async () => readPairingList(await gateway.request('device.pair.list')),
    publish: () => hooks.published(),
    keep: createDeskKeep({ store, automation, publish: () => undefined, clock, newId: () => `a${next()}` }),
    alarm: () => undefined,
    onDecided: (decision) => void decided.push(decision),
    clock,
    newId: () => `d${next()}`,
  });
  return {
    store,
    clock,
    folder,
    automation,
    gateway,
    hooks,
    settle,
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

test('an answer that comes while older decisions are settled is kept', async () => {
  const { store, clock, hooks, settle, decided } = await desk();
  for (const id of ['d-old', 'd-answered'])
    await store.decisions.begin(ruleDecision(id, 'rule-1', clock.nowMs(), { ...KEY, gateway: 'local', requestId: id }));
  let answered: Promise<unknown> | undefined;
  hooks.published = () => {
    answered ??= store.decisions.complete('d-answered', { state: 'approved', outcome: 'Approved.' });
  };
  await settle();
  await answered;
  expect(await store.decisions.get('d-answered')).toMatchObject({ state: 'approved', outcome: 'Approved.' });
  expect(decided.map(({ id, state }) => [id, state])).toEqual([['d-old', 'settled-unknown']]);
});

test('a decision is settled by a list that was read after it was asked, and nothing is read where all have their answer', async () => {
  const { store, clock, gateway, settle } = await desk();
  gateway.calls.splice(0);
  await settle();
  expect(gateway.calls).toEqual([]);
  const { requestId } = gateway.ask(KEY);
  await store.decisions.begin(
    ruleDecision('d-lost', 'rule-1', clock.nowMs(), {
      ...KEY,
      gateway: 'local',
      requestId,
      scopes: ['operator.write'],
      heldScopes: ['operator.read'],
    }),
  );
  // The gateway heard it, and its answer was lost.
  await gateway.request('device.pair.approve', { requestId });
  await settle();
  expect(await store.decisions.get('d-lost')).toMatchObject({ state: 'settled-approved', rowCreatedAtMs: expect.any(Number) });
});

test('what was decided and its row in Activity are kept together or not at all, and one that could not be kept is settled later', async () => {
  const { store, folder, automation, settle, decided, reject } = await desk();
  const file = new DatabaseSync(join(folder, 'gatehouse.db'));
  onTestFinished(() => file.close());
  file.exec("create trigger refuse before insert on activity begin select raise(abort, 'no room'); end");
  await expect(reject({ kind: 'rule', name: 'Nobody writes', ruleId: 'rule-1' })).rejects.toThrow('no room');
  expect(automation.halted()).toMatch(/cannot be written/);
  const rows = async () => (await store.activity.list({ limit: 10 })).items.map(({ what, decision }) => [what, decision?.state]);
  expect(await store.decisions.unsettled()).toMatchObject([{ state: 'asking' }]);
  expect([await rows(), decided]).toEqual([[], []]);
  file.exec('drop trigger refuse');
  await settle();
  expect(automation.halted()).toBeUndefined();
  expect(await store.decisions.unsettled()).toEqual([]);
  expect(await rows()).toEqual([['decision.reject', decided[0]?.state]]);
});

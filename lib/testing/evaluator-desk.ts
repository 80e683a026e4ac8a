// An evaluator over a real store, a real decider and a gateway's pairing store, with the evidence in the test's hand.
import { onTestFinished } from 'vitest';
import { createAutomation } from '../approvals/automation.ts';
import { createDecider } from '../approvals/decider.ts';
import { createEvaluator } from '../approvals/evaluator.ts';
import type { Collector, Standing } from '../evidence/collector.ts';
import type { Judgement } from '../evidence/judge.ts';
import { type PairingList, type PendingRequest, readPairingList } from '../gateway/records.ts';
import type { RuleInForce } from '../rules/verdict.ts';
import { testStore } from '../store/test-store.ts';
import { counter } from './counter.ts';
import { createPairingTransport } from './pairing-transport.ts';
import { inForce, judgement } from './verdict-case.ts';

/** Devices that hold read, a rule that gives write to the host key, and evidence that speaks for everybody. */
export async function evaluatorDesk() {
  const { store, clock } = await testStore();
  const gateway = createPairingTransport({ clock });
  const automation = await createAutomation({
    clock,
    load: () => Promise.resolve(undefined),
    save: () => Promise.resolve(),
    onChange: () => undefined,
  });
  onTestFinished(automation.dispose);
  const world: {
    judge: (request: Pick<PendingRequest, 'deviceId'>) => Judgement;
    atLast: ((request: Pick<PendingRequest, 'deviceId'>) => Judgement) | undefined;
    rules: RuleInForce[];
    standing: Standing;
    refused: Set<string>;
    halted: string | undefined;
    sameUser: boolean;
    list: PairingList | undefined;
  } = {
    judge: () => judgement('host-key', { attempts: [] }),
    atLast: undefined,
    rules: [inForce()],
    standing: { statement: false, provenance: undefined, hostKeyShared: false },
    refused: new Set(),
    halted: undefined,
    sameUser: false,
    list: undefined,
  };
  const collector: Collector = {
    state: () => {
      throw new Error('not asked here');
    },
    connect: () => Promise.resolve(),
    refreshConfig: () => Promise.resolve(undefined),
    look: () => undefined,
    poll: () => Promise.resolve(),
    sounded: () => Promise.resolve(),
    isCanary: () => false,
    judge: (subject) => (world.atLast ?? world.judge)(subject),
    settle: (subject) => Promise.resolve(world.judge(subject)),
    dispose: () => Promise.resolve(),
  };
  const next = counter();
  const decider = createDecider({
    gateway: 'local',
    request: gateway.request,
    readList: async () => readPairingList(await gateway.request('device.pair.list')),
    begin: (decision) => store.decisions.begin(decision),
    complete: store.decisions.complete,
    onUndone: () => automation.suspend('undone', 'undone'),
    onApproved: () => Promise.resolve(),
    clock,
    newId: () => `d${next()}`,
  });
  const errors: unknown[] = [];
  const told = new Set<() => void>();
  const evaluator = createEvaluator({
    gateway: 'local',
    list: () => world.list,
    collector,
    decider,
    automation,
    store,
    rules: () => world.rules,
    standing: () => world.standing,
    guards: (request) => ({
      consoleDeviceId: 'c'.repeat(64),
      consoleScopes: ['operator.admin'],
      refusedKey: world.refused.has(request.deviceId),
    }),
    halted: () => world.halted,
    sameUser: () => world.sameUser,
    clock,
    onAssessed: () => {
      for (const tell of told) tell();
    },
    onError: (error) => void errors.push(error),
  });
  onTestFinished(evaluator.dispose);
  const keyOf = (name: string) => ({ deviceId: Buffer.from(name).toString('hex').padEnd(64, '0'), publicKey: `pk-${name}` });

  return {
    store,
    clock,
    gateway,
    automation,
    evaluator,
    decider,
    world,
    errors,
    keyOf,
    /** Pairs a device with read, as an older install left it. */
    async pair(name: string) {
      const { requestId } = gateway.ask({ ...keyOf(name), scopes: ['operator.read'] });
      await gateway.request('device.pair.approve', { requestId });
      gateway.calls.splice(0);
      return keyOf(name).deviceId;
    },
    /** The list as the console would have read it. */
    async read() {
      world.list = readPairingList(await gateway.request('device.pair.list'));
    },
    /** Resolves when the evaluator's word on a device's request fits. */
    until(deviceId: string, fits: (kind: string, codes: string[], state: 'pending' | 'gone') => boolean): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          const row = Object.values(gateway.state().pending).find((p) => p.deviceId === deviceId);
          const known = world.list?.pending.find((p) => p.deviceId === deviceId);
          const { settled, verdict } = evaluator.of(known?.requestId ?? '');
          if (
            settled &&
            fits(
              verdict.kind,
              verdict.reasons.map((r) => r.code),
              row ? 'pending' : 'gone',
            )
          ) {
            clearInterval(timer);
            told.delete(look);
            resolve();
          }
        };
        // The approval itself is heard by nobody here, so it is looked for as well.
        const timer = setInterval(look, 5);
        told.add(look);
        look();
      });
    },
    grantsOf: (deviceId: string) => gateway.state().paired[deviceId]?.approvedScopes,
    decisions: async () => (await store.decisions.list({ limit: 50 })).items,
  };
}

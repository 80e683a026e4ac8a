// An evaluator over a real store, a real decider and a gateway's pairing store, with the evidence in the test's hand.
import { onTestFinished } from 'vitest';
import type { VerdictReason, VerdictView } from '../api/rule-shapes.ts';
import type { BridgeChange } from '../api/shapes.ts';
import { createAutomation } from '../approvals/automation.ts';
import { createDecider } from '../approvals/decider.ts';
import { createEvaluator, type EvaluatorDeps } from '../approvals/evaluator.ts';
import { createFirstSeen } from '../approvals/first-seen.ts';
import { createInTurn, type InTurn } from '../approvals/in-turn.ts';
import { createPermitWindows } from '../approvals/permit-windows.ts';
import type { Standing } from '../evidence/collector.ts';
import type { Judgement } from '../evidence/judge.ts';
import type { ClockDelta } from '../gateway/clock-delta.ts';
import { type PairingList, type PendingRequest, readPairingList } from '../gateway/records.ts';
import type { RuleInForce, VerdictInput } from '../rules/case.ts';
import type { NewActivity } from '../store/activity.ts';
import { testStore } from '../store/test-store.ts';
import { counter } from './counter.ts';
import { createPairingTransport } from './pairing-transport.ts';
import { inForce, judgement } from './verdict-case.ts';

type Shared = Pick<Awaited<ReturnType<typeof testStore>>, 'store' | 'clock'> & { ruleTurn: InTurn };

/**
 * Devices that hold read, a rule that gives write to the host key, and evidence that speaks for everybody. With `beside` the desk of a
 * second gateway of the same console.
 */
export async function evaluatorDesk(beside?: Shared) {
  const { store, clock } = beside ?? (await testStore());
  const ruleTurn = beside?.ruleTurn ?? createInTurn();
  const name = beside ? 'beside' : 'local';
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
    gatewayClock: ClockDelta | undefined;
    watching: boolean;
    list: PairingList | undefined;
  } = {
    judge: () => judgement('host-key', { attempts: [] }),
    atLast: undefined,
    rules: [inForce()],
    standing: { statement: false, provenance: undefined, hostKeyShared: false },
    refused: new Set(),
    halted: undefined,
    sameUser: false,
    gatewayClock: { deltaMs: 0, uncertaintyMs: 0, at: 0 },
    watching: true,
    list: undefined,
  };
  const collector: EvaluatorDeps['collector'] = {
    poll: () => Promise.resolve(),
    judge: (subject) => (world.atLast ?? world.judge)(subject),
    settle: (subject) => Promise.resolve(world.judge(subject)),
  };
  const next = counter();
  const decider = createDecider({
    gateway: name,
    request: gateway.request,
    readList: async () => readPairingList(await gateway.request('device.pair.list')),
    begin: (decision) => store.decisions.begin(decision),
    complete: store.decisions.complete,
    onUndone: () => automation.suspend('undone', 'undone'),
    onApproved: () => Promise.resolve(),
    clock,
    newId: () => `${beside ? 'b' : 'd'}${next()}`,
  });
  const errors: unknown[] = [];
  const activity: Omit<NewActivity, 'id' | 'at'>[] = [];
  const published: BridgeChange[] = [];
  const nextWindow = counter();
  const windows = createPermitWindows({
    clock,
    newId: () => `w${nextWindow()}`,
    record: (entry) => Promise.resolve(void activity.push(entry)),
    publish: (change) => void published.push(change),
    gatewayName: (id) => (id === name ? 'this host' : undefined),
    deviceName: () => undefined,
    onChange() {
      for (const deviceId of new Set(world.list?.pending.map((p) => p.deviceId))) evaluator.evaluate(deviceId);
    },
    onError: (error) => void errors.push(error),
  });
  onTestFinished(windows.dispose);
  const verdicts: { input: VerdictInput; verdict: VerdictView }[] = [];
  const held: { reasons: readonly VerdictReason[]; deviceId: string }[] = [];
  const told = new Set<() => void>();
  const firstSeen = createFirstSeen({ isWatching: () => world.watching, now: () => clock.nowMs() });
  const evaluator = createEvaluator({
    gateway: name,
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
    gatewayClock: () => world.gatewayClock,
    clock,
    windows,
    ruleTurn,
    firstSeen,
    onVerdict: (_request, input, verdict) => void verdicts.push({ input, verdict }),
    onReasons: (reasons, { deviceId }) => void held.push({ reasons, deviceId }),
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
    ruleTurn,
    gateway,
    automation,
    evaluator,
    decider,
    world,
    errors,
    windows,
    activity,
    published,
    verdicts,
    held,
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
      firstSeen.note(world.list);
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

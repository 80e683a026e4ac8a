// The decisions of one desk: written before the gateway is asked, completed with its answer, recorded, and settled when no answer came.
import type { BridgeChange, DecisionView } from '../api/shapes.ts';
import type { Clock } from '../clock.ts';
import type { PairingList } from '../gateway/records.ts';
import type { GatewaySession } from '../gateway/session.ts';
import { Problem } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Store } from '../store/open.ts';
import type { Automation } from './automation.ts';
import { createDecider, type Decider } from './decider.ts';
import type { Outside } from './outside.ts';
import { settlementOf } from './settle.ts';
import type { Standings } from './standing.ts';

export type DeskDecisions = {
  decider: Decider;
  /** Passes a write on, and tells automation whether the store works. */
  guardStore: <T>(work: Promise<T>) => Promise<T>;
  /** Decisions whose answer never came, settled by a list that is read after they were asked. Rejects when the gateway does. */
  settle: () => Promise<void>;
};

export function createDeskDecisions(deps: {
  gateway: string;
  store: Store;
  automation: Automation;
  standing: Standings;
  outside: Pick<Outside, 'own'>;
  request: GatewaySession['request'];
  readList: () => Promise<PairingList>;
  publish: (change: BridgeChange) => void;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  alarm: (code: string, text: string) => void;
  /** Each decision with what became of it. */
  onDecided: (decision: DecisionView) => void;
  clock: Clock;
  newId: () => string;
}): DeskDecisions {
  const { gateway, store, automation, standing, publish, clock } = deps;

  async function guardStore<T>(work: Promise<T>): Promise<T> {
    try {
      const value = await work;
      automation.storeWorks();
      return value;
    } catch (error) {
      if (error instanceof Problem && error.code === 'store-unwritable') automation.storeFailed();
      throw error;
    }
  }

  async function recordDecision(decision: DecisionView) {
    deps.onDecided(decision);
    const who = decision.displayName ?? decision.clientId ?? decision.deviceId.slice(0, 8);
    await deps.record({
      actor: decision.actor,
      what: `decision.${decision.action}`,
      gateway,
      text: `${who} (${decision.deviceId.slice(0, 8)}): ${decision.outcome}`,
      decision,
    });
  }

  const decider = createDecider({
    gateway,
    request: deps.request,
    readList: deps.readList,
    clock,
    newId: deps.newId,
    async begin(decision) {
      deps.outside.own(decision.requestId);
      // Before the gateway is asked: a refusal whose answer is lost is a refusal all the same. A rule's is no person's word on the key.
      if (decision.action === 'reject' && decision.actor.kind !== 'rule')
        await standing.refused({ gateway, deviceId: decision.deviceId, publicKey: decision.publicKey }, decision.actor.name, 'rejected');
      await guardStore(store.decisions.begin(decision));
      publish({ topic: 'decisions', op: 'set', item: decision });
    },
    async complete(decisionId, patch) {
      if (patch.requestId !== undefined) deps.outside.own(patch.requestId);
      const whole = await guardStore(store.decisions.complete(decisionId, patch));
      publish({ topic: 'decisions', op: 'set', item: whole });
      if (whole.state !== 'asking') await recordDecision(whole);
      return whole;
    },
    async onUndone(decision) {
      deps.alarm('undone', decision.outcome);
      await automation.suspend('undone', `${decision.outcome} A person must look before automation goes on.`);
    },
    async onApproved(decision, row) {
      const by = decision.actor.kind === 'rule' ? `rule ${decision.actor.name}` : decision.actor.name;
      await standing.approved(row, by, decision.actor.kind === 'person');
    },
  });

  return {
    decider,
    guardStore,
    async settle() {
      const open = (await store.decisions.unsettled()).filter((d) => d.gateway === gateway && !decider.isBusy(d.deviceId));
      if (open.length === 0) return;
      const list = await deps.readList();
      const readAt = clock.nowMs();
      for (const decision of open) {
        if (decider.isBusy(decision.deviceId)) continue;
        const settled = await guardStore(store.decisions.settle(decision.id, settlementOf(decision, list, readAt)));
        // Its answer came meanwhile, and knows better.
        if (!settled) continue;
        publish({ topic: 'decisions', op: 'set', item: settled });
        await recordDecision(settled);
      }
    },
  };
}

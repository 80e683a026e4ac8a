// The decisions of one desk: written before the gateway is asked, completed with its answer, recorded, and settled when no answer came.
import type { BridgeChange, DecisionView } from '../api/shapes.ts';
import type { Keep } from '../auth/record.ts';
import type { Clock } from '../clock.ts';
import type { PairingList } from '../gateway/records.ts';
import type { GatewaySession } from '../gateway/session.ts';
import { Problem } from '../problem.ts';
import type { Repositories, Store } from '../store/open.ts';
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
  keep: Keep;
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

  /**
   * Writes what became of a decision together with its row in Activity, or neither: the record never lacks what was given. One that
   * could not be written stays open, and is settled by a later list. Undefined where `work` changed nothing.
   */
  async function decided<T extends DecisionView | undefined>(work: (inside: Repositories) => Promise<T>): Promise<T> {
    const decision = await deps.keep(async (inside, tell) => {
      const made = await work(inside);
      if (made === undefined || made.state === 'asking') return made;
      const who = made.displayName ?? made.clientId ?? made.deviceId.slice(0, 8);
      const text = `${who} (${made.deviceId.slice(0, 8)}): ${made.outcome}`;
      await tell({ actor: made.actor, what: `decision.${made.action}`, gateway, text, decision: made });
      return made;
    });
    if (decision === undefined) return decision;
    publish({ topic: 'decisions', op: 'set', item: decision });
    if (decision.state !== 'asking') deps.onDecided(decision);
    return decision;
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
      return decided((inside) => inside.decisions.complete(decisionId, patch));
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
        // None is settled whose answer came meanwhile, and knows better.
        await decided((inside) => inside.decisions.settle(decision.id, settlementOf(decision, list, readAt)));
      }
    },
  };
}

// What people do about devices across gateways: their word for grants that nobody clicked.
import type { DeviceChangeView } from './api/device-shapes.ts';
import type { BridgeChange, DecisionActor } from './api/shapes.ts';
import type { Desk } from './approvals/desk-shape.ts';
import { type Clock, isoOf } from './clock.ts';
import { Problem } from './problem.ts';
import type { NewActivity } from './store/activity.ts';
import type { Store } from './store/open.ts';

export function createConsoleDevices(deps: {
  store: Store;
  /** Undefined for a gateway that is known no more: its differences can still be acknowledged. */
  find: (gateway: string) => Desk | undefined;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  publish: (change: BridgeChange) => void;
  clock: Clock;
}) {
  const { store, record, publish, clock } = deps;

  return {
    /**
     * A person has seen these grants that nobody clicked. Answers those that were open until now.
     * Throws Problem('not-found') when none of them is.
     */
    async acknowledgeChanges(ids: readonly string[], actor: DecisionActor): Promise<DeviceChangeView[]> {
      const items = await store.inventories.acknowledge(ids, { by: actor.name, at: isoOf(clock.nowMs()) });
      if (items.length === 0) throw new Problem('not-found', 'None of these waits for anybody any more.');
      for (const [gateway, of] of Map.groupBy(items, (item) => item.gateway)) {
        deps.find(gateway)?.changesAcknowledged(of);
        const who = [...new Set(of.map((item) => item.displayName ?? item.deviceId.slice(0, 8)))];
        const named = who.length > 3 ? `${who.slice(0, 3).join(', ')} and ${who.length - 3} more` : who.join(', ');
        await record({
          actor,
          what: 'device.grant-seen',
          gateway,
          text: `${actor.name} acknowledged ${of.length === 1 ? 'a grant' : `${of.length} grants`} that nobody clicked: ${named}.`,
          details: { changes: of.map((item) => item.id) },
        });
      }
      publish({ topic: 'device-changes', op: 'set', items });
      return items;
    },
  };
}

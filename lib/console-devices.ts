// What people do about devices across gateways: their word for grants that nobody clicked.
import type { AccessReview, CleanUpView, DeviceChangeView, DeviceDetail, DeviceStory } from './api/device-shapes.ts';
import type { BridgeChange, DecisionActor } from './api/shapes.ts';
import type { Desk } from './approvals/desk-shape.ts';
import { type Clock, isoOf } from './clock.ts';
import { changesTold } from './devices/changes-told.ts';
import { cleanUpOf } from './devices/clean-up.ts';
import { detailOfDevice } from './devices/detail.ts';
import { holdersOf, type ReviewOf } from './devices/review.ts';
import { storyPage } from './devices/story.ts';
import { storySources } from './devices/story-sources.ts';
import { Problem } from './problem.ts';
import type { NewActivity } from './store/activity.ts';
import type { Store } from './store/open.ts';

/** An entry of the record names so many; every one carries its own acknowledgement. */
const NAMED = 50;

export function createConsoleDevices(deps: {
  store: Store;
  /** Undefined for a gateway that is known no more: its differences can still be acknowledged. */
  find: (gateway: string) => Desk | undefined;
  /** Throws Problem('gateway-unknown' | 'gateway-down'). */
  desk: (gateway: string) => Desk;
  desks: () => readonly Desk[];
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  publish: (change: BridgeChange) => void;
  clock: Clock;
}) {
  const { store, record, publish, clock } = deps;

  return {
    /** Throws Problem('gateway-unknown' | 'gateway-down' | 'device-unknown'); rejects with 'store-unwritable'. */
    deviceDetail: async (gateway: string, deviceId: string): Promise<DeviceDetail> => detailOfDevice(deps.desk(gateway), store, deviceId),

    /** The story of a device, also of one that is not listed any more. Rejects as storyPage does. */
    deviceStory: (gateway: string, deviceId: string, ask: { before?: string | undefined; limit: number }): Promise<DeviceStory> =>
      storyPage(storySources(store, { gateway, deviceId }), ask),

    /** What may go, on one gateway or on all. Throws Problem('gateway-unknown' | 'gateway-down'). */
    cleanUp(gateway: string | undefined): Omit<CleanUpView, 'freshness'> {
      const of = gateway === undefined ? deps.desks() : [deps.desk(gateway)];
      return {
        groups: cleanUpOf(
          of.flatMap((desk) => desk.devices()),
          clock.nowMs(),
        ),
      };
    },

    /** Who holds what is grave, on every gateway. Rejects with Problem('store-unwritable'). */
    async accessReview(of: ReviewOf): Promise<AccessReview> {
      const gateways: AccessReview['gateways'] = [];
      for (const desk of deps.desks()) {
        const { id, name, version } = desk.view();
        const holders = await holdersOf(desk.devices(), of, store, desk.nodes.holding);
        gateways.push({ id, name, ...(version === undefined ? {} : { version }), freshness: desk.freshness(), holders });
      }
      return { at: isoOf(clock.nowMs()), gateways };
    },

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
          details: { count: of.length, changes: of.slice(0, NAMED).map((item) => item.id) },
        });
      }
      const told = changesTold(items);
      if (told) publish(told);
      return items;
    },
  };
}

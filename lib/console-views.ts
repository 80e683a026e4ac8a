// What the console answers from all of its gateways together: the overview, one row of the handshake log explained, names and freshness.
import type { Freshness, HandshakeDetail, Overview } from './api/shapes.ts';
import type { Automation } from './approvals/automation.ts';
import type { Desk } from './approvals/desk-shape.ts';
import type { PermitWindows } from './approvals/permit-windows.ts';
import type { Clock } from './clock.ts';
import type { ConsoleGateways } from './console-gateways.ts';
import { detailOf } from './handshakes/detail.ts';
import { hasProvenKey } from './handshakes/detail-key.ts';
import type { NameOf } from './handshakes/named.ts';
import { sinceOf } from './handshakes/since.ts';
import { present } from './present.ts';
import { Problem } from './problem.ts';
import type { Rulebook } from './rules/rulebook.ts';
import type { Store } from './store/open.ts';

const RECENT_MS = 5 * 60_000;
const DECIDED_SHOWN = 20;

/** Looks names up for one answer, reading each gateway's devices once. */
export function namesOf(find: ConsoleGateways['find']): NameOf {
  const known = new Map<string, Map<string, string | undefined>>();
  return (gateway, deviceId) => {
    const names =
      known.get(gateway) ??
      new Map(
        find(gateway)
          ?.devices()
          .map((d) => [d.deviceId, d.displayName]),
      );
    known.set(gateway, names);
    return names.get(deviceId);
  };
}

/** Several gateways are as fresh as the least fresh of them. */
function freshest(desks: readonly Desk[]): Freshness {
  const order = { never: 0, stale: 1, live: 2 } as const;
  const all = desks.map((d) => d.freshness()).sort((a, b) => order[a.state] - order[b.state]);
  return all[0] ?? { state: 'never' as const };
}

/** The answers, each made anew from the desks and the store; those that read the store reject with Problem('store-unwritable'). */
export function createConsoleViews(deps: {
  version: string;
  gateways: Pick<ConsoleGateways, 'desks' | 'find' | 'views'>;
  store: Store;
  automation: Automation;
  rulebook: Rulebook;
  windows: PermitWindows;
  clock: Clock;
}) {
  const { version, gateways, store, automation, rulebook, windows, clock } = deps;
  const { desks, views } = gateways;

  return {
    /** The names of the paired devices now, for one answer: read once per gateway. */
    deviceNames: () => namesOf(gateways.find),
    /** The requests that wait now, as the rules saw them last. */
    waitingInputs: () => desks().flatMap((desk) => desk.waitingInputs()),
    freshness: () => freshest(desks()),
    /** One row of the handshake log with all that explains it. Throws Problem('handshake-unknown'). */
    async handshake(gateway: string, id: string): Promise<HandshakeDetail> {
      const found = await store.handshakes.find(gateway, id);
      if (!found) throw new Problem('handshake-unknown', 'The handshake log holds no such row.');
      const { row, evidence } = found;
      const deviceId = hasProvenKey(row) ? row.deviceId : undefined;
      const since = await sinceOf(store.handshakes, row);
      return detailOf({ row, evidence, place: gateways.find(gateway)?.place(deviceId), since });
    },
    /** All that the frame and the Requests page need. */
    async overview(): Promise<Omit<Overview, 'you'>> {
      const all = desks();
      const [decided, decidedNodes, recentFailures, rules] = await Promise.all([
        store.decisions.list({ limit: DECIDED_SHOWN }),
        store.nodeDecisions.latest(DECIDED_SHOWN),
        store.handshakes.countFailuresSince(clock.nowMs() - RECENT_MS),
        rulebook.views(),
      ]);
      return {
        version,
        gateways: views(),
        automation: automation.view(),
        requests: { items: all.flatMap((d) => d.requests()), freshness: freshest(all) },
        decided: decided.items,
        decidedNodes,
        recentFailures,
        rules,
        ...present({ rulesFile: rulebook.file() }),
        windows: windows.list(),
      };
    },
  };
}

// The node queue of one gateway: read beside the device list, shown as what waits, decided by people, settled where no answer came.
import type { NodeHolding } from '../api/device-shapes.ts';
import type { NodeDecisionView, NodeQueueGap, NodeRequestView } from '../api/node-shapes.ts';
import type { BridgeChange, DecisionActor } from '../api/shapes.ts';
import type { Keep } from '../auth/record.ts';
import { type Clock, isoOf } from '../clock.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import { type NodeList, type PendingNode, readNodeList } from '../gateway/node-records.ts';
import type { PairingList } from '../gateway/records.ts';
import type { GatewaySession, SessionState } from '../gateway/session.ts';
import { Problem, problemView } from '../problem.ts';
import type { NodeDecisionPatch } from '../store/node-decisions.ts';
import type { Store } from '../store/open.ts';
import { decideNode, type NodeIntent } from './decide.ts';
import { nodeHolding } from './node-holding.ts';
import { deviceIndex, lacking, type NodeContext, nodeIndex, nodeRequestView, perList } from './node-view.ts';
import { ENTRIES, settledOutcome } from './outcome.ts';

export type NodeDesk = {
  /** What waits, as last read. */
  requests: () => NodeRequestView[];
  /** Why nobody can say what waits; undefined where the list was read. */
  gap: () => NodeQueueGap | undefined;
  /** What may be run on a node, as last read. */
  holding: (nodeId: string) => NodeHolding;
  /** Reads the queue and shows what changed. Never rejects: a failure is told by `gap`. */
  refresh: () => Promise<void>;
  /** Shows what changed beside the queue: device list, session, time. */
  show: () => void;
  /** Decisions whose answer never came, by a list that is read now. Rejects when the gateway or the store does. */
  settle: () => Promise<void>;
  /** As decideNode does; rejects also with Problem('request-busy'). */
  decide: (intent: NodeIntent) => Promise<NodeDecisionView>;
  /** Resolves when nothing is under way: reading, settling, deciding. */
  idle: () => Promise<void>;
};

const MANY_UNREAD = 'rows of the queue could not be read, so something may wait unseen.';

export function createNodeDesk(deps: {
  endpoint: { id: string; name: string };
  connection: { state: SessionState; lastProtocol: number | undefined };
  request: GatewaySession['request'];
  devices: () => PairingList | undefined;
  /** A time of the gateway's clock by ours. */
  ourTime: (ms: number) => number;
  exclusively: <T>(deviceId: string, work: () => Promise<T>) => Promise<T>;
  isBusy: (deviceId: string) => boolean;
  store: Pick<Store, 'nodeDecisions'>;
  guardStore: <T>(work: Promise<T>) => Promise<T>;
  publish: (change: BridgeChange) => void;
  keep: Keep;
  /** Says loudly that a node holds something else than what was approved. */
  alarm: (code: string, text: string) => void;
  clock: Clock;
  newId: () => string;
}): NodeDesk {
  const { endpoint, connection, store, publish, clock, ourTime } = deps;
  const gateway = endpoint.id;
  let list: NodeList | undefined;
  let failed: string | undefined;
  const shown = new Map<string, string>();
  let last: unknown[] | undefined;
  const underWay = new Set<Promise<unknown>>();

  function tracked<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    const over = () => underWay.delete(work);
    work.then(over, over);
    return work;
  }

  // Lists are long and shown often: each is put in order once.
  const heldIn = perList((of: NodeList) => nodeIndex(of));
  const devicesOf = perList((of: PairingList) => deviceIndex(of));
  const devicesIn = () => {
    const of = deps.devices();
    return of === undefined ? undefined : devicesOf(of);
  };
  const session = () => (connection.state.kind === 'live' ? connection.state : undefined);
  const context = (): NodeContext => ({
    gateway,
    gatewayName: endpoint.name,
    devices: devicesIn(),
    grantedScopes: session()?.grantedScopes,
    protocol: connection.lastProtocol,
    ourTime,
  });
  const viewOf = (row: PendingNode, of: NodeList, within = context()) => nodeRequestView(row, heldIn(of), within);

  /** Why this session cannot list nodes at all. */
  function unable(): string | undefined {
    const now = session();
    if (!now) return undefined;
    const { methods } = now.hello.features;
    if (methods.length > 0 && !methods.includes('node.pair.list')) return 'This gateway knows no queue of node requests.';
    return lacking(now.grantedScopes, ['operator.pairing']);
  }

  async function readList(): Promise<NodeList> {
    const why = unable();
    if (why !== undefined) throw new Problem('gateway-limited', why);
    const answer = await deps.request('node.pair.list', {}).catch((error: unknown) => {
      if (!(error instanceof GatewayRefusal)) throw error;
      throw new Problem('gateway-refused', `The gateway does not list its node requests: ${error.message}`);
    });
    try {
      list = readNodeList(answer);
    } catch {
      throw new Problem('gateway-garbage', 'The gateway’s list of node requests cannot be read.');
    }
    failed = undefined;
    return list;
  }

  const requests = () => {
    const of = list;
    if (of === undefined) return [];
    const within = context();
    return of.pending.map((row) => viewOf(row, of, within));
  };

  /** All that decides about what is shown; time alone changes nothing. */
  const shownFrom = () => [list, deps.devices(), connection.state, connection.lastProtocol, ourTime(0)];

  function show() {
    const from = shownFrom();
    if (last !== undefined && from.every((one, n) => one === last?.[n])) return;
    last = from;
    const items = requests();
    const ids = new Set(items.map((item) => item.requestId));
    for (const item of items) {
      const text = JSON.stringify(item);
      if (shown.get(item.requestId) === text) continue;
      shown.set(item.requestId, text);
      publish({ topic: 'node-requests', op: 'set', item });
    }
    for (const requestId of [...shown.keys()]) {
      if (ids.has(requestId)) continue;
      shown.delete(requestId);
      publish({ topic: 'node-requests', op: 'gone', gateway, requestId });
    }
  }

  async function refresh() {
    try {
      await readList();
    } catch (error) {
      failed = problemView(error).detail;
      // What was read before is kept where the line broke, and dropped where the gateway says that it is not ours to read.
      if (!(error instanceof Problem && error.code === 'gateway-down')) list = undefined;
    }
    show();
  }

  async function complete(id: string, patch: NodeDecisionPatch, actor: DecisionActor): Promise<NodeDecisionView | undefined> {
    const textOf = (made: NodeDecisionView) => `${made.displayName ?? 'A node'} (${made.nodeId.slice(0, 8)}): ${made.outcome}`;
    const whole = await deps.keep(async (inside, tell) => {
      const made = await inside.nodeDecisions.complete(id, patch);
      if (made === undefined || made.state === 'asking') return made;
      const { id: nodeDecision, nodeId: deviceId, action, state, commands } = made;
      const details = { nodeDecision, deviceId, action, state, commands };
      await tell({ actor, what: ENTRIES[state], gateway, text: textOf(made), details });
      return made;
    });
    if (!whole) return undefined;
    publish({ topic: 'node-decisions', op: 'set', item: whole });
    if (whole.state === 'mismatch') deps.alarm('node-mismatch', textOf(whole));
    return whole;
  }

  function decide(intent: NodeIntent): Promise<NodeDecisionView> {
    return deps
      .exclusively(intent.seen.nodeId, () =>
        decideNode(intent, {
          gateway,
          readList,
          viewOf,
          request: deps.request,
          async begin(decision) {
            await deps.guardStore(store.nodeDecisions.begin(decision));
            publish({ topic: 'node-decisions', op: 'set', item: decision.view });
          },
          async complete(id, patch, actor) {
            const whole = await complete(id, patch, actor);
            if (!whole) throw new Problem('internal');
            return whole;
          },
          clock,
          newId: deps.newId,
        }),
      )
      .finally(show);
  }

  async function settle(): Promise<void> {
    const { items, damaged } = await store.nodeDecisions.unsettled(gateway);
    // Told once for each count, by the alarms themselves.
    if (damaged > 0)
      deps.alarm(
        'node-decision-damaged',
        `${damaged === 1 ? 'A stored decision on a node is' : `${damaged} stored decisions on nodes are`} damaged: nobody can say what became of it. Look at the nodes of this gateway.`,
      );
    const free = items.filter(({ view }) => !deps.isBusy(view.nodeId));
    if (free.length === 0) return;
    const read = await readList();
    const answeredAt = isoOf(clock.nowMs());
    for (const stored of free) {
      if (deps.isBusy(stored.view.nodeId)) continue;
      const actor: DecisionActor = { kind: 'gateway', name: endpoint.name };
      await complete(stored.view.id, { answeredAt, ...settledOutcome(stored, read, ourTime) }, actor);
    }
  }

  return {
    requests,
    holding: (nodeId) => nodeHolding(nodeId, list, { protocol: connection.lastProtocol, unread: failed ?? unable(), ourTime }),
    gap() {
      const why =
        failed ??
        unable() ??
        (list === undefined ? 'Its queue of node requests was not read yet.' : undefined) ??
        (list !== undefined && list.unread > 0 ? `${list.unread} ${MANY_UNREAD}` : undefined);
      return why === undefined ? undefined : { gateway, gatewayName: endpoint.name, why };
    },
    refresh: () => tracked(refresh()),
    show,

    decide: (intent) => tracked(decide(intent)),
    settle: () => tracked(settle()),
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

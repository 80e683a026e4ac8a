// A node queue in the manner of 2026.4.14 behind a function, with all that a node desk needs beside it.
import type { NodeRequestView } from '#lib/api/node-shapes.ts';
import type { BridgeChange, DecisionActor } from '#lib/api/shapes.ts';
import { createKeep } from '#lib/auth/record.ts';
import { GatewayRefusal } from '#lib/gateway/link.ts';
import type { PairingList } from '#lib/gateway/records.ts';
import type { SessionState } from '#lib/gateway/session.ts';
import { createNodePairing, type NodePairing } from '#lib/practice/nodes.ts';
import { Problem } from '#lib/problem.ts';
import type { NewActivity } from '#lib/store/activity.ts';
import { testStore } from '#lib/store/test-store.ts';
import { counter } from '#lib/testing/counter.ts';
import { createNodeDesk } from './node-desk.ts';

export const PERSON: DecisionActor = { kind: 'person', name: 'operator' };
export const NODE = 'a1'.repeat(32);
export const TOKEN = 'bearer-of-the-node';
export const HOST = ['system.run', 'system.which', 'system.notify'];
const ALL = ['operator.admin', 'operator.pairing', 'operator.read', 'operator.write'];

export type Hooks = {
  /** Runs before the gateway sees a call; throwing loses it. */
  before?: (method: string) => void;
  /** What the gateway answers in place of its own; it has done its work then. */
  after?: (method: string, answer: unknown) => unknown;
  /** In place of writing a decision down. */
  write?: () => void;
};

const refusal = (message: string) => new GatewayRefusal({ code: 'INVALID_REQUEST', message });

export async function nodeScene({
  scopes = ALL,
  protocol = 3,
  methods = ['node.pair.list'],
}: {
  scopes?: string[];
  protocol?: number;
  methods?: string[];
} = {}) {
  const { store, clock } = await testStore();
  const next = counter();
  const pairing: NodePairing = createNodePairing({ now: clock.nowMs, id: () => `node-request-${next()}`, token: () => TOKEN });
  const hooks: Hooks = {};
  const asked: string[] = [];
  const changes: BridgeChange[] = [];
  const nextRow = counter();
  const recorded: NewActivity[] = [];
  const alarms: string[] = [];
  const busy = new Set<string>();
  const devices: PairingList = { pending: [], paired: [], unread: 0 };
  const connection: { state: SessionState; lastProtocol: number | undefined } = {
    state: {
      kind: 'live',
      hello: {
        protocol,
        server: { version: 'x' },
        features: { methods },
        policy: { tickIntervalMs: 30_000 },
      },
      grantedScopes: scopes,
    },
    lastProtocol: protocol,
  };

  function answer(method: string, requestId: string): unknown {
    if (method === 'node.pair.list') return { pending: pairing.pending(), paired: pairing.paired() };
    if (method === 'node.pair.reject') {
      const nodeId = pairing.reject(requestId);
      if (nodeId === undefined) throw refusal('unknown requestId');
      return { requestId, nodeId };
    }
    const approval = pairing.approve(requestId, scopes);
    if (approval.kind === 'approved') return { requestId, node: approval.node };
    throw refusal(approval.kind === 'unknown' ? 'unknown requestId' : approval.message);
  }

  const open = (over: Partial<Parameters<typeof createNodeDesk>[0]> = {}) =>
    createNodeDesk({
      endpoint: { id: 'g1', name: 'this host' },
      connection,
      async request(method, params) {
        asked.push(method);
        hooks.before?.(method);
        const own = answer(method, String(params?.requestId));
        return hooks.after ? hooks.after(method, own) : own;
      },
      devices: () => devices,
      ourTime: (ms) => ms,
      async exclusively(deviceId, work) {
        if (busy.has(deviceId)) throw new Problem('request-busy');
        busy.add(deviceId);
        return work().finally(() => busy.delete(deviceId));
      },
      isBusy: (deviceId) => busy.has(deviceId),
      store: {
        nodeDecisions: {
          ...store.nodeDecisions,
          async begin(decision) {
            hooks.write?.();
            await store.nodeDecisions.begin(decision);
            asked.push('written');
          },
        },
      },
      guardStore: (work) => work,
      publish: (change) => void changes.push(change),
      keep: createKeep({
        store,
        publish: (change) => void (change.topic === 'activity' && change.op === 'add' && recorded.push(change.item)),
        clock,
        newId: () => `activity-${nextRow()}`,
      }),
      alarm: (_code, text) => void alarms.push(text),
      clock,
      newId: () => `decision-${next()}`,
      ...over,
    });

  /** The node connects and offers these commands. */
  const offers = (commands: string[], nodeId = NODE) =>
    pairing.seen(
      {
        client: { id: 'node-host', version: '1.2.3', platform: 'linux', mode: 'node', displayName: 'Build box' },
        caps: ['system'],
        commands,
      },
      nodeId,
    ).request.requestId;

  /** What a person who looks at a card sends. */
  const seenOf = ({ nodeId, commands, caps, confirm }: NodeRequestView) => ({ nodeId, commands, caps, confirm });
  return { store, clock, pairing, hooks, asked, changes, recorded, alarms, busy, devices, connection, open, offers, seenOf };
}

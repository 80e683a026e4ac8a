// Follows one gateway while the console is signed in: events are hints, the lists are read again, the configuration is looked at, and
// what a sign-in or its end means for the desk is done in order.
import type { Inventory } from '../devices/inventory.ts';
import type { Collector } from '../evidence/collector.ts';
import type { GatewayEndpoint } from '../gateway/endpoint.ts';
import type { SessionState } from '../gateway/session.ts';
import type { NodeDesk } from '../nodes/node-desk.ts';
import { problemView } from '../problem.ts';
import type { Automation } from './automation.ts';
import type { Board } from './board.ts';
import type { DeskAlarms } from './desk-alarms.ts';
import type { DeskDecisions } from './desk-decisions.ts';
import type { DeskLog } from './desk-log.ts';
import type { Connection } from './desk-views.ts';
import type { Evaluator } from './evaluator.ts';
import type { Outside } from './outside.ts';
import { paced } from './paced.ts';
import { contentKey } from './reason.ts';
import type { Showing } from './showing.ts';
import type { Standings } from './standing.ts';

const STATE_WORDS = {
  connecting: 'connecting',
  live: 'connected',
  waiting: 'the console waits for its own approval',
  stopped: 'stopped',
} as const;
/** A refused caller is gone, and its record written, some 15 ms after the event (2026.4.14 and 2026.9.6). */
const AFTER_HINT_MS = 30;
const CONFIG_PACE_MS = 250;
const LIST_EVERY_MS = 10_000;
const CONFIG_EVERY_MS = 20_000;
const SHOW_EVERY_MS = 1000;

export type DeskLive = {
  /** Reads the lists and shows what changed. Rejects when the gateway does. */
  refresh: () => Promise<void>;
  /** Looks at the configuration, drops the statement when it changed, and shows the gateway. */
  checkConfig: () => Promise<void>;
  onEvent: (event: string, payload: unknown) => void;
  onState: (next: SessionState) => void;
  dispose: () => void;
};

export function createDeskLive(deps: {
  endpoint: GatewayEndpoint;
  consoleDeviceId: string;
  connection: Connection;
  board: Board;
  collector: Collector;
  evaluator: Evaluator;
  standing: Standings;
  outside: Outside;
  automation: Automation;
  alarms: DeskAlarms;
  log: DeskLog;
  inventory: Pick<Inventory, 'onList'>;
  nodes: Pick<NodeDesk, 'refresh' | 'show' | 'settle'>;
  settle: DeskDecisions['settle'];
  showing: Showing;
  /** Shows what waits. */
  show: () => void;
  reevaluate: () => void;
  logger: { info: (fields: object, text: string) => void; warn: (fields: object, text: string) => void };
  fault: (error: unknown) => void;
  now: () => number;
}): DeskLive {
  const { endpoint, connection, board, collector, evaluator, standing, outside, alarms, log, showing, reevaluate, settle, fault, now } =
    deps;
  const { id } = endpoint;

  async function refresh(): Promise<void> {
    const known = new Map(board.list()?.pending.map((p) => [p.requestId, contentKey(p)]) ?? []);
    const list = await board.refresh();
    void deps.nodes.refresh();
    log.onList(list);
    deps.inventory.onList(list);
    showing.devices();
    showing.gateway();
    for (const pending of list.pending) {
      if (known.get(pending.requestId) !== contentKey(pending) || !evaluator.isKnown(pending)) evaluator.evaluate(pending.deviceId);
    }
  }

  const whileLive = (work: () => Promise<unknown>) => () => {
    if (connection.state.kind === 'live') void work().catch(fault);
  };
  // After a hint the list is read when the gateway has closed the caller and written its record, which it would delay.
  const reading = paced(whileLive(refresh), AFTER_HINT_MS, now);
  const checking = paced(whileLive(checkConfig), CONFIG_PACE_MS, now);

  function onEvent(event: string, payload: unknown) {
    if (event === 'device.pair.requested') {
      // First of all the sockets: the caller's may be gone in a few milliseconds.
      collector.look();
      const pending = board.hint(payload);
      if (pending) {
        deps.automation.noteRequest(id, pending.deviceId);
        evaluator.evaluate(pending.deviceId);
        reading.soon();
      } else reading.now();
    } else if (event === 'device.pair.resolved') {
      const requestId = typeof payload === 'object' && payload !== null && 'requestId' in payload ? payload.requestId : undefined;
      if (typeof requestId === 'string') {
        outside.resolved(payload, requestId);
        board.takeOff(requestId);
      }
      reading.now();
    } else if (event === 'device.pair.changed' || event.startsWith('node.pair.')) {
      reading.now();
    } else if (event === 'config.changed') {
      // 2026.9.x says so, whoever changed it.
      checking.now();
    }
    // Behind the sockets: it may read the log file in this very turn.
    log.onEvent(event, payload);
  }

  async function checkConfig() {
    await collector.refreshConfig();
    const fingerprint = collector.state().config?.fingerprint;
    if (fingerprint !== undefined && (await standing.configurationIs(fingerprint))) reevaluate();
    log.checked();
    showing.gateway();
  }

  async function onLive(live: Extract<SessionState, { kind: 'live' }>) {
    connection.lastVersion = live.hello.server.version;
    connection.lastProtocol = live.hello.protocol;
    await collector.connect();
    log.connected();
    const hostKey = collector.state().hostKey;
    if (hostKey && (await standing.identityIs(hostKey.deviceId))) {
      const text = 'The gateway shows another identity than before.';
      alarms.raise('identity-changed', text);
      await deps.automation.suspend('identity-changed', `${text} Automation stopped until a person has looked.`);
    }
    await checkConfig();
    await refresh();
    await outside.catchUp(board.list() ?? { pending: [], paired: [], unread: 0 });
    await standing.admitted(
      live.grantedScopes,
      board.list()?.paired.find((d) => d.deviceId === deps.consoleDeviceId),
    );
    await settle();
    await deps.nodes.settle();
    reevaluate();
  }

  function onState(next: SessionState) {
    const moved = next.kind !== connection.state.kind;
    connection.state = next;
    log.onState(next);
    if (moved) {
      connection.since = now();
      if (next.kind === 'down' || next.kind === 'refused') {
        const { code, detail, fix } = problemView(next.problem);
        deps.logger.warn({ gateway: id, code }, `${endpoint.name}: ${detail} ${fix}`);
      } else deps.logger.info({ gateway: id }, `${endpoint.name}: ${STATE_WORDS[next.kind]}`);
    }
    showing.gateway();
    if (next.kind === 'live') void onLive(next).catch(fault);
    else if (moved) deps.show();
  }

  const timers = [
    setInterval(
      whileLive(async () => {
        await refresh();
        // A decision whose answer never came is settled without waiting for a reconnect.
        await settle();
        await deps.nodes.settle();
      }),
      LIST_EVERY_MS,
    ),
    setInterval(whileLive(checkConfig), CONFIG_EVERY_MS),
    setInterval(() => {
      deps.show();
      deps.nodes.show();
      // Trouble comes and ends by the clock as well.
      showing.gateway();
    }, SHOW_EVERY_MS),
  ];
  return {
    refresh,
    checkConfig,
    onEvent,
    onState,
    dispose() {
      for (const timer of timers) clearInterval(timer);
      reading.dispose();
      checking.dispose();
    },
  };
}

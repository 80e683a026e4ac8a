// The verdicts of one desk: what they are asked of, and when the requests that wait are looked at again.
import type { Collector, Standing } from '../evidence/collector.ts';
import { sameUserOf } from '../gateway/gateway-view.ts';
import type { PairingList, PendingRequest } from '../gateway/records.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import type { LogRecord } from '../handshakes/records.ts';
import { present } from '../present.ts';
import type { Board } from './board.ts';
import type { CaseRecorder } from './case-recorder.ts';
import type { Decider } from './decider.ts';
import type { DeskAlarms } from './desk-alarms.ts';
import type { DeskLink } from './desk-link.ts';
import type { Desk, DeskDeps } from './desk-shape.ts';
import { createEvaluator, type Evaluator } from './evaluator.ts';
import { createFirstSeen } from './first-seen.ts';
import type { Outside } from './outside.ts';
import { pairedRowOf } from './reason.ts';
import type { Standings } from './standing.ts';

export type DeskVerdicts = Pick<Desk, 'halted' | 'reevaluate' | 'waitingInputs'> & {
  evaluator: Evaluator;
  /** Each list as it is read or hinted at, before anything else is made of it. */
  /** A list, and which of its requests were not in the one before. */
  noteList: (list: PairingList, came: readonly PendingRequest[]) => void;
  dispose: () => void;
};

/** Looks at what waits whenever the log tells of its devices, and whenever it is asked to. */
export function createDeskVerdicts(deps: {
  desk: Pick<
    DeskDeps,
    'endpoint' | 'identity' | 'automation' | 'store' | 'rules' | 'windows' | 'ruleTurn' | 'guardLog' | 'isKeyShared' | 'clock'
  >;
  link: Pick<DeskLink, 'connection' | 'clock'>;
  board: Board;
  collector: Collector;
  decider: Decider;
  standing: Standings;
  outside: Outside;
  window: LogWindow;
  recorder: Pick<CaseRecorder, 'assessed'>;
  alarms: Pick<DeskAlarms, 'noteJudgement'>;
  /** Shows what waits. */
  show: () => void;
  fault: (error: unknown) => void;
}): DeskVerdicts {
  const { board, collector, standing, outside } = deps;
  const { endpoint, identity, guardLog, clock, ...asked } = deps.desk;
  const { connection } = deps.link;
  const now = () => clock.nowMs();
  let readBefore: number | undefined;

  const firstSeen = createFirstSeen({
    // What the first list of a connection shows may have come while there was none.
    isWatching: () => connection.state.kind === 'live' && readBefore !== undefined && readBefore > connection.since,
    now,
  });

  function halted(): string | undefined {
    return connection.state.kind === 'live' ? standing.identityProblem()?.detail : 'The console is not connected to the gateway.';
  }

  function standingOf(pending: Pick<PendingRequest, 'deviceId' | 'publicKey'>): Standing {
    return {
      statement: standing.statement().noProxyInFront,
      provenance: standing.provenanceOf(pairedRowOf(board.list()?.paired ?? [], pending)),
      hostKeyShared: asked.isKeyShared(endpoint.id, pending.deviceId),
    };
  }

  const evaluator = createEvaluator({
    gateway: endpoint.id,
    list: board.list,
    collector,
    decider: deps.decider,
    automation: asked.automation,
    store: asked.store,
    rules: asked.rules,
    standing: standingOf,
    guards: (pending) => ({
      consoleDeviceId: identity.deviceId,
      consoleScopes: connection.state.kind === 'live' ? connection.state.grantedScopes : [],
      refusedKey: standing.ledgerOf(pending)?.refused !== undefined || outside.suspects(pending.deviceId),
    }),
    halted,
    gatewayClock: deps.link.clock,
    sameUser: () => sameUserOf(collector.state().gatewayUid, process.getuid?.()).same,
    windows: asked.windows,
    ruleTurn: asked.ruleTurn,
    firstSeen,
    onVerdict: deps.recorder.assessed,
    onReasons: guardLog.note,
    clock,
    onAssessed: (pending) => {
      deps.alarms.noteJudgement(pending, evaluator.of(pending.requestId).judgement);
      deps.show();
    },
    onError: deps.fault,
  });

  function reevaluate() {
    const waiting = new Set(board.list()?.pending.map((p) => p.deviceId) ?? []);
    for (const deviceId of waiting) evaluator.evaluate(deviceId);
  }

  function onRecords(records: readonly LogRecord[]) {
    const touched = new Set<string>();
    for (const record of records) {
      if ((record.kind === 'audit' || record.kind === 'close') && record.deviceId) touched.add(record.deviceId);
      outside.note(record);
    }
    for (const pending of board.list()?.pending ?? []) if (touched.has(pending.deviceId)) evaluator.evaluate(pending.deviceId);
  }
  const stopRecords = deps.window.onRecords(onRecords);

  return {
    evaluator,
    halted,
    reevaluate,
    noteList(list, came) {
      firstSeen.note(list, came);
      readBefore = board.readAt();
    },
    waitingInputs: () =>
      evaluator.inputs().map(({ request: pending, input }) => ({
        requestId: pending.requestId,
        ...present({ displayName: pending.displayName, clientId: pending.clientId }),
        input,
      })),
    dispose() {
      stopRecords();
      evaluator.dispose();
    },
  };
}

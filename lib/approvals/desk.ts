// One gateway's desk: its connection, its lists, its evidence, and every act on them. Wires the parts; decides nothing itself.
import { type Collector, createCollector, type Standing } from '../evidence/collector.ts';
import { portOf } from '../gateway/endpoint.ts';
import { sameUserOf } from '../gateway/gateway-view.ts';
import { checkServingUser, watchPairingState } from '../gateway/host-checks.ts';
import { secretOf } from '../gateway/identity.ts';
import { createListReader, type PairingList, type PendingRequest } from '../gateway/records.ts';
import { createSession, type GatewaySession } from '../gateway/session.ts';
import { createLogWindow } from '../handshakes/log-window.ts';
import type { LogRecord } from '../handshakes/records.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';
import { createBoard } from './board.ts';
import { createCaseRecorder } from './case-recorder.ts';
import { createDeskActs } from './desk-acts.ts';
import { createDeskAlarms } from './desk-alarms.ts';
import { createDeskDecisions } from './desk-decisions.ts';
import { createDeskFaults } from './desk-faults.ts';
import { createDeskLive } from './desk-live.ts';
import { createDeskLog } from './desk-log.ts';
import { placeOf } from './desk-place.ts';
import type { Desk, DeskDeps } from './desk-shape.ts';
import { type Connection, createDeskViews } from './desk-views.ts';
import { createEvaluator } from './evaluator.ts';
import { createFirstSeen } from './first-seen.ts';
import { createLeftRequests } from './left-requests.ts';
import { createOutside } from './outside.ts';
import { pairedRowOf } from './reason.ts';
import { createRestarting } from './restarting.ts';
import { createShowing } from './showing.ts';
import { createStanding } from './standing.ts';
import { createTakeBackPort } from './take-back-port.ts';

/** Starts looking after one gateway at once. Rejects only when the store cannot be read. */
export async function createDesk(deps: DeskDeps): Promise<Desk> {
  const { endpoint, identity, store, clock, publish } = deps;
  const { id } = endpoint;
  const now = () => clock.nowMs();
  const port = portOf(endpoint.url);
  const restarting = createRestarting({ now });
  const fault = createDeskFaults({ gateway: id, warn: deps.log.warn, isRestarting: () => restarting.now() !== undefined, now });
  let session: GatewaySession | undefined;
  const connection: Connection = { state: { kind: 'connecting' }, since: now(), lastVersion: undefined, lastProtocol: undefined };

  const request: GatewaySession['request'] = (method, params) =>
    session?.request(method, params) ?? Promise.reject(new Problem('gateway-down', 'The console has not dialed yet.'));
  const window = createLogWindow();
  const collector: Collector = createCollector({
    url: endpoint.url,
    port,
    inThisProcess: endpoint.source === 'practice',
    stateDir: endpoint.stateDir,
    ...(endpoint.trust ? { trust: endpoint.trust } : {}),
    request,
    window,
    sessionPort: () => session?.localPort(),
    canaryKey: secretOf(identity, 'canary'),
    onForeignPeer: () => void dropForForeignPeer(),
    now,
  });
  const standing = await createStanding({ gateway: id, store, clock, record: deps.record });
  const log = createDeskLog({
    gateway: id,
    consoleDeviceId: identity.deviceId,
    window,
    collector,
    store,
    connection,
    restarting,
    list: () => board.list(),
    presence: () => request('system-presence'),
    gatewayClock: () => session?.clock(),
    publish,
    changed: () => showing.gateway(),
    onError: fault,
    clock,
  });

  const parseList = createListReader();
  const readList = async () => parseList(await request('device.pair.list'));
  const board = createBoard({ read: readList, now, onList: listed });

  const recorder = createCaseRecorder({ store, gateway: id, clock, newId: deps.newId, onCompared: deps.onCompared, onError: fault });
  const left = createLeftRequests((pending) => recorder.gone(pending, 'left'));

  const outside = createOutside({
    endpoint,
    consoleDeviceId: identity.deviceId,
    board,
    standing,
    window,
    record: deps.record,
    changed: (deviceId) => evaluator.evaluate(deviceId),
    onRejected: (pending) => recorder.gone(pending, 'rejected'),
    fault,
    now,
  });

  const alarms = createDeskAlarms({ gateway: endpoint, record: deps.record, changed: () => showing.gateway(), fault, now });
  const { decider, guardStore, settle } = createDeskDecisions({
    gateway: id,
    store,
    automation: deps.automation,
    standing,
    outside,
    request,
    readList,
    publish,
    record: deps.record,
    alarm: alarms.raise,
    onDecided: recorder.decided,
    clock,
    newId: deps.newId,
  });

  let readBefore: number | undefined;
  const firstSeen = createFirstSeen({
    // What the first list of a connection shows may have come while there was none.
    isWatching: () => connection.state.kind === 'live' && readBefore !== undefined && readBefore > connection.since,
    now,
  });
  const evaluator = createEvaluator({
    gateway: id,
    list: board.list,
    collector,
    decider,
    automation: deps.automation,
    store,
    rules: deps.rules,
    standing: standingOf,
    guards: (pending) => ({
      consoleDeviceId: identity.deviceId,
      consoleScopes: connection.state.kind === 'live' ? connection.state.grantedScopes : [],
      refusedKey: standing.ledgerOf(pending)?.refused !== undefined || outside.suspects(pending.deviceId),
    }),
    halted,
    gatewayClock: () => session?.clock(),
    sameUser: () => sameUserOf(collector.state().gatewayUid, process.getuid?.()).same,
    windows: deps.windows,
    ruleTurn: deps.ruleTurn,
    firstSeen,
    onVerdict: recorder.assessed,
    onReasons: deps.guardLog.note,
    clock,
    onAssessed: (pending) => {
      alarms.noteJudgement(pending, evaluator.of(pending.requestId).judgement);
      showing.requests();
    },
    onError: fault,
  });

  function halted(): string | undefined {
    return connection.state.kind === 'live' ? standing.identityProblem()?.detail : 'The console is not connected to the gateway.';
  }

  function standingOf(pending: Pick<PendingRequest, 'deviceId' | 'publicKey'>): Standing {
    return {
      statement: standing.statement().noProxyInFront,
      provenance: standing.provenanceOf(pairedRowOf(board.list()?.paired ?? [], pending)),
      hostKeyShared: deps.isKeyShared(id, pending.deviceId),
    };
  }

  const views = createDeskViews({
    endpoint,
    consoleDeviceId: identity.deviceId,
    connection,
    board,
    collector,
    evaluator: () => evaluator,
    standing,
    window,
    pairedSilently: log.pairedSilently,
    trouble: log.trouble,
    alarms: alarms.list,
    now,
  });
  const showing = createShowing({ gatewayId: id, publish, view: views.gateway, requests: views.requests, devices: views.devices });

  /** A list that was read or hinted at. What is only shown anew goes to `showing`: a list can be a thousand requests long. */
  function listed(list: PairingList) {
    firstSeen.note(list);
    readBefore = board.readAt();
    for (const pending of list.pending) outside.seen(pending);
    showing.requests();
    evaluator.keepOnly(new Set(list.pending.map((p) => p.requestId)));
    left(list.pending);
    deps.onList(id, list);
  }

  async function dropForForeignPeer() {
    const dropped = await standing
      .dropStatement('A caller of another user than the gateway’s was seen on its port, so something may stand in front.')
      .catch(fault);
    if (dropped) changed();
  }

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
  const stopRecords = window.onRecords(onRecords);

  const live = createDeskLive({
    endpoint,
    consoleDeviceId: identity.deviceId,
    connection,
    board,
    collector,
    evaluator,
    standing,
    outside,
    automation: deps.automation,
    alarms,
    log,
    settle,
    showing,
    show: showing.requests,
    reevaluate,
    logger: deps.log,
    fault,
    now,
  });

  session = createSession({
    url: endpoint.url,
    identity,
    auth: endpoint.auth,
    tokens: deps.tokens,
    version: deps.version,
    platform: process.platform,
    ...(endpoint.trust ? { trust: endpoint.trust } : {}),
    beforeSecret: (ownPort) => checkServingUser(endpoint, ownPort),
    onState: live.onState,
    onEvent: live.onEvent,
    now,
    random: deps.random,
  });

  // The console's own approval, however given, shows in the state folder at once.
  const stopWatching = watchPairingState(endpoint.stateDir, () => {
    if (connection.state.kind === 'waiting') session?.nudge();
  });

  function changed() {
    reevaluate();
    showing.gateway();
  }

  const acts = createDeskActs({
    endpoint,
    identity,
    version: deps.version,
    connection,
    views,
    board,
    collector,
    decider,
    evaluator,
    standing,
    record: deps.record,
    guardStore,
    nudge: () => session?.nudge(),
    refresh: live.refresh,
    changed,
    showDevice: (item) => publish({ topic: 'devices', op: 'set', item }),
    fault,
  });

  return {
    ...acts,
    id,
    view: views.gateway,
    requests: views.requests,
    devices: views.devices,
    freshness: views.freshness,
    reevaluate,
    hostKeyId: () => collector.state().hostKey?.deviceId,
    gatewayUid: () => collector.state().gatewayUid,
    halted,
    waitingInputs: () =>
      evaluator.inputs().map(({ request: pending, input }) => ({
        requestId: pending.requestId,
        ...present({ displayName: pending.displayName, clientId: pending.clientId }),
        input,
      })),
    takeBack: createTakeBackPort({
      endpoint,
      consoleDeviceId: identity.deviceId,
      connection,
      collector,
      board,
      decider,
      standing,
      outside,
      request,
      readList,
      refresh: live.refresh,
    }),
    place: (deviceId) => placeOf({ endpoint, version: connection.lastVersion, collected: collector.state(), list: board.list(), deviceId }),
    async dispose() {
      live.dispose();
      stopWatching();
      outside.dispose();
      stopRecords();
      evaluator.dispose();
      await recorder.dispose();
      await log.dispose();
      await collector.dispose();
      await session?.dispose();
    },
  };
}

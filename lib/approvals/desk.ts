// One gateway's desk: its connection, its lists, its evidence, and every act on them. Wires the parts; decides nothing itself.
import { createDeviceActPort } from '../devices/acts/port.ts';
import { changesTold } from '../devices/changes-told.ts';
import { createSeenBook } from '../devices/findings-seen.ts';
import { createInventory } from '../devices/inventory.ts';
import { type Collector, createCollector } from '../evidence/collector.ts';
import { portOf } from '../gateway/endpoint.ts';
import { watchPairingState } from '../gateway/host-checks.ts';
import { secretOf } from '../gateway/identity.ts';
import type { PairingList } from '../gateway/records.ts';
import { coversScopes } from '../gateway/scopes.ts';
import { createLogWindow } from '../handshakes/log-window.ts';
import { createNodeDesk } from '../nodes/node-desk.ts';
import { createBoard, type ListedHow } from './board.ts';
import { createCaseRecorder } from './case-recorder.ts';
import { createCertificatePin } from './certificate-pin.ts';
import { createDeskActs } from './desk-acts.ts';
import { createDeskAlarms } from './desk-alarms.ts';
import { createDeskDecisions } from './desk-decisions.ts';
import { createDeskFaults } from './desk-faults.ts';
import { createDeskKeep } from './desk-keep.ts';
import { createDeskLink } from './desk-link.ts';
import { createDeskLive } from './desk-live.ts';
import { createDeskLog } from './desk-log.ts';
import { placeOf } from './desk-place.ts';
import { createDeskSettings } from './desk-settings.ts';
import type { Desk, DeskDeps } from './desk-shape.ts';
import { createDeskVerdicts } from './desk-verdicts.ts';
import { createDeskViews } from './desk-views.ts';
import { createLeftRequests } from './left-requests.ts';
import { createOutside } from './outside.ts';
import { createRestarting } from './restarting.ts';
import { createShowing } from './showing.ts';
import { createStanding } from './standing.ts';
import { createTakeBackPort } from './take-back-port.ts';

/** So many requests at once are a flood. */
const FLOOD = 100;

/** Starts looking after one gateway at once. Rejects only when the store cannot be read. */
export async function createDesk(deps: DeskDeps): Promise<Desk> {
  const { endpoint, identity, store, clock, publish } = deps;
  const { id } = endpoint;
  const now = () => clock.nowMs();
  const port = portOf(endpoint.url);
  const restarting = createRestarting({ now });
  const fault = createDeskFaults({
    gateway: id,
    warn: (fields, text) => deps.log.warn(fields, text),
    isRestarting: () => restarting.now() !== undefined,
    now,
  });
  const link = createDeskLink({
    endpoint,
    identity,
    tokens: deps.tokens,
    version: deps.version,
    random: deps.random,
    certificate: (shown) => pin.check(shown),
    now,
  });
  const { connection, request, readList } = link;
  const window = createLogWindow();
  const collector: Collector = createCollector({
    url: endpoint.url,
    port,
    inThisProcess: endpoint.source === 'practice',
    stateDir: endpoint.stateDir,
    ...(endpoint.trust ? { trust: endpoint.trust } : {}),
    certificate: (shown) => pin.check(shown),
    request,
    window,
    sessionPort: link.localPort,
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
    gatewayClock: link.clock,
    publish,
    changed: () => showing.gateway(),
    onError: fault,
    clock,
  });

  const ourTime = (ms: number) => ms - (link.clock()?.deltaMs ?? 0);
  /** Whether this connection is shown every device. */
  function seesAll() {
    const state = connection.state;
    return state.kind === 'live' && coversScopes(state.grantedScopes, ['operator.admin']);
  }
  const inventory = await createInventory({
    gateway: id,
    consoleDeviceId: identity.deviceId,
    store,
    seesAll,
    records: window.records,
    readLog: collector.poll,
    onChanges(items) {
      const told = changesTold(items);
      if (told) publish(told);
      showing.devices();
    },
    ourTime,
    clock,
    newId: deps.newId,
    onError: fault,
  });

  const seen = await createSeenBook({ gateway: id, store });

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
    changed: (deviceId) => verdicts.evaluator.evaluate(deviceId),
    onRejected: (pending) => recorder.gone(pending, 'rejected'),
    fault,
    now,
  });

  const alarms = createDeskAlarms({ gateway: endpoint, record: deps.record, changed: () => showing.gateway(), fault, now });
  const pin = await createCertificatePin({ endpoint, store, record: deps.record, alarm: alarms.raise, clock });
  const keep = createDeskKeep({ store, automation: deps.automation, publish, clock, newId: deps.newId });
  const { decider, guardStore, settle } = createDeskDecisions({
    gateway: id,
    store,
    automation: deps.automation,
    standing,
    outside,
    request,
    readList,
    publish,
    keep,
    alarm: alarms.raise,
    onDecided: recorder.decided,
    clock,
    newId: deps.newId,
  });

  const verdicts = createDeskVerdicts({
    desk: deps,
    link,
    board,
    collector,
    decider,
    standing,
    outside,
    window,
    recorder,
    alarms,
    show: () => showing.requests(),
    fault,
  });
  const { evaluator, reevaluate } = verdicts;

  const views = createDeskViews({
    endpoint,
    consoleDeviceId: identity.deviceId,
    connection,
    board,
    collector,
    evaluator,
    standing,
    window,
    pairedSilently: log.pairedSilently,
    unclicked: inventory.openOf,
    seen,
    trouble: log.trouble,
    alarms: alarms.list,
    certificate: pin.view,
    now,
  });
  const showing = createShowing({ gatewayId: id, publish, view: views.gateway, requests: views.requests, devices: views.devices });

  /** A list that was read or hinted at. What is only shown anew goes to `showing`: a list can be a thousand requests long. */
  function listed(list: PairingList, how: ListedHow) {
    const came = how.read ? list.pending : how.came;
    verdicts.noteList(list, came);
    for (const pending of came) outside.seen(pending);
    showing.requests();
    // In a flood the reading that follows each hint tidies up, and not every hint.
    if (!how.read && list.pending.length > FLOOD) return;
    evaluator.keepOnly(new Set(list.pending.map((p) => p.requestId)));
    left(list.pending);
    // A hint is no reading, and a list that shows the console alone, or rows that nobody can read, does not show that anybody is gone.
    if (how.read) deps.onList(id, list, list.unread === 0 && (seesAll() || list.paired.some((row) => row.deviceId !== identity.deviceId)));
  }

  async function dropForForeignPeer() {
    const dropped = await standing
      .dropStatement('A caller of another user than the gateway’s was seen on its port, so something may stand in front.')
      .catch(fault);
    if (dropped) changed();
  }

  const nodes = createNodeDesk({
    endpoint,
    connection,
    request,
    devices: board.list,
    ourTime,
    exclusively: decider.exclusively,
    isBusy: decider.isBusy,
    store,
    guardStore,
    publish,
    keep,
    alarm: alarms.raise,
    clock,
    newId: deps.newId,
  });

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
    inventory,
    nodes,
    settle,
    showing,
    show: showing.requests,
    reevaluate,
    logger: deps.log,
    fault,
    now,
  });

  link.open(live);

  // The console's own approval, however given, shows in the state folder at once.
  const stopWatching = watchPairingState(endpoint.stateDir, () => {
    if (connection.state.kind === 'waiting') link.nudge();
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
    pin,
    record: deps.record,
    guardStore,
    nudge: link.nudge,
    refresh: live.refresh,
    changed,
    showDevice: (item) => publish({ topic: 'devices', op: 'set', item }),
    fault,
  });

  const takeBack = createTakeBackPort({
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
  });

  return {
    ...acts,
    ...createDeskSettings({ desk: deps, connection, request, standing, live, fault }),
    id,
    view: views.gateway,
    requests: views.requests,
    devices: views.devices,
    freshness: views.freshness,
    reevaluate,
    halted: verdicts.halted,
    waitingInputs: verdicts.waitingInputs,
    hostKeyId: () => collector.state().hostKey?.deviceId,
    gatewayUid: () => collector.state().gatewayUid,
    takeBack,
    nodes,
    deviceActs: createDeviceActPort({ takeBack, connection }),
    inspect(deviceId) {
      const row = board.list()?.paired.find((d) => d.deviceId === deviceId);
      return row && { row, found: views.findings(row) };
    },
    told(change) {
      seen.note(change);
      // Nothing of it stands in the list itself; a burst of refused callers is shown with the next reading.
      if (change.topic === 'take-backs' || change.topic === 'device-acts') showing.devices();
    },
    changesAcknowledged(changes) {
      inventory.acknowledged(changes);
      showing.devices();
    },
    place: (deviceId) => placeOf({ endpoint, version: connection.lastVersion, collected: collector.state(), list: board.list(), deviceId }),
    async dispose() {
      live.dispose();
      stopWatching();
      outside.dispose();
      verdicts.dispose();
      showing.dispose();
      await recorder.dispose();
      await inventory.dispose();
      await log.dispose();
      await collector.dispose();
      await link.dispose();
    },
  };
}

// One gateway's desk: its connection, its lists, its evidence, and every act on them. Wires the parts; decides nothing itself.
import type { BridgeChange, DecisionView, DeviceView, Freshness, GatewayView, RequestView } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import type { Place } from '../diagnosis/entry.ts';
import { type Collector, createCollector, type Standing } from '../evidence/collector.ts';
import { type GatewayEndpoint, portOf } from '../gateway/endpoint.ts';
import type { AlarmView } from '../gateway/gateway-view.ts';
import { checkServingUser, watchPairingState } from '../gateway/host-checks.ts';
import type { DeviceIdentity } from '../gateway/identity.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import { createListReader, type PairingList, type PendingRequest } from '../gateway/records.ts';
import { createSession, type GatewaySession, type SessionState } from '../gateway/session.ts';
import { createLogWindow } from '../handshakes/log-window.ts';
import type { LogRecord } from '../handshakes/records.ts';
import { Problem, problemView } from '../problem.ts';
import type { RuleInForce } from '../rules/verdict.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Store } from '../store/open.ts';
import type { Automation } from './automation.ts';
import { createBoard } from './board.ts';
import { createDecider } from './decider.ts';
import { createDeskActs, type DeskActs } from './desk-acts.ts';
import { createDeskLog } from './desk-log.ts';
import { placeOf } from './desk-place.ts';
import { type Connection, createDeskViews } from './desk-views.ts';
import { createEvaluator } from './evaluator.ts';
import { createOutside } from './outside.ts';
import { contentKey, pairedRowOf } from './reason.ts';
import { settlementOf } from './settle.ts';
import { createShowing } from './showing.ts';
import { createStanding } from './standing.ts';

export type Desk = DeskActs & {
  id: string;
  view: () => GatewayView;
  requests: () => RequestView[];
  devices: () => DeviceView[];
  freshness: () => Freshness;
  /** Rules, the switch or the ledger changed: look at everything that waits again. */
  reevaluate: () => void;
  hostKeyId: () => string | undefined;
  /** Where the gateway stands, for the explanation of an attempt of this device. */
  place: (deviceId: string | undefined) => Place;
  dispose: () => Promise<void>;
};

export type DeskDeps = {
  endpoint: GatewayEndpoint;
  identity: DeviceIdentity;
  tokens: { load: () => string | undefined; save: (token: string | undefined) => void };
  store: Store;
  automation: Automation;
  publish: (change: BridgeChange) => void;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  rules: () => readonly RuleInForce[];
  /** Another gateway of this console shows this identity. */
  isKeyShared: (gateway: string, deviceId: string) => boolean;
  version: string;
  clock: Clock;
  random: () => number;
  newId: () => string;
  log: { info: (fields: object, text: string) => void; warn: (fields: object, text: string) => void };
};

const STATE_WORDS = {
  connecting: 'connecting',
  live: 'connected',
  waiting: 'the console waits for its own approval',
  stopped: 'stopped',
} as const;
const LIST_EVERY_MS = 10_000;
const CONFIG_EVERY_MS = 20_000;
const SHOW_EVERY_MS = 1000;

/** Starts looking after one gateway at once. Rejects only when the store cannot be read. */
export async function createDesk(deps: DeskDeps): Promise<Desk> {
  const { endpoint, identity, store, clock, publish } = deps;
  const { id } = endpoint;
  const now = () => clock.nowMs();
  const port = portOf(endpoint.url);
  let session: GatewaySession | undefined;
  const connection: Connection = { state: { kind: 'connecting' }, since: now(), lastVersion: undefined, lastProtocol: undefined };
  let disposed = false;
  const alarms: AlarmView[] = [];

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
  const board = createBoard({ read: readList, now, onList: show });

  const outside = createOutside({
    endpoint,
    consoleDeviceId: identity.deviceId,
    board,
    standing,
    window,
    record: deps.record,
    changed: (deviceId) => evaluator.evaluate(deviceId),
    fault,
    now,
  });

  const decider = createDecider({
    gateway: id,
    request,
    readList,
    clock,
    newId: deps.newId,
    async begin(decision) {
      outside.own(decision.requestId);
      // Before the gateway is asked: a refusal whose answer is lost is a refusal all the same.
      if (decision.action === 'reject')
        await standing.refused(
          { gateway: id, deviceId: decision.deviceId, publicKey: decision.publicKey },
          decision.actor.name,
          'rejected',
        );
      await guardStore(store.decisions.begin(decision));
      publish({ topic: 'decisions', op: 'set', item: decision });
    },
    async complete(decisionId, patch) {
      if (patch.requestId !== undefined) outside.own(patch.requestId);
      const whole = await guardStore(store.decisions.complete(decisionId, patch));
      publish({ topic: 'decisions', op: 'set', item: whole });
      if (whole.state !== 'asking') await recordDecision(whole);
      return whole;
    },
    async onUndone(decision) {
      alarm('undone', decision.outcome);
      await deps.automation.suspend('undone', `${decision.outcome} A person must look before automation goes on.`);
    },
    async onApproved(decision, row) {
      const by = decision.actor.kind === 'rule' ? `rule ${decision.actor.name}` : decision.actor.name;
      await standing.approved(row, by, decision.actor.kind === 'person');
    },
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
    halted: () => (connection.state.kind === 'live' ? standing.identityProblem()?.detail : 'The console is not connected to the gateway.'),
    sameUser: () => views.gateway().sameUser.same,
    clock,
    onAssessed: (pending) => {
      noteAlarm(pending);
      show(board.list());
    },
    onError: fault,
  });

  function fault(error: unknown) {
    // Between the word that it restarts and the end of the connection a gateway answers nothing else: no fault of anybody's.
    if (error instanceof GatewayRefusal && error.code === 'UNAVAILABLE') return;
    const { code, detail } = problemView(error);
    if (code !== 'gateway-down') deps.log.warn({ gateway: id, code, err: code === 'internal' ? error : undefined }, detail);
  }

  async function guardStore<T>(work: Promise<T>): Promise<T> {
    try {
      const value = await work;
      deps.automation.storeWorks();
      return value;
    } catch (error) {
      if (error instanceof Problem && error.code === 'store-unwritable') deps.automation.storeFailed();
      throw error;
    }
  }

  async function recordDecision(decision: DecisionView) {
    const who = decision.displayName ?? decision.clientId ?? decision.deviceId.slice(0, 8);
    await deps.record({
      actor: decision.actor,
      what: `decision.${decision.action}`,
      gateway: id,
      text: `${who} (${decision.deviceId.slice(0, 8)}): ${decision.outcome}`,
      decision,
    });
  }

  function alarm(code: string, text: string) {
    if (alarms.some((a) => a.code === code && a.text === text)) return;
    alarms.unshift({ code, at: isoOf(now()), text });
    alarms.splice(20);
    void deps.record({ actor: { kind: 'gateway', name: endpoint.name }, what: `alarm.${code}`, gateway: id, text }).catch(fault);
    showing.gateway();
  }

  function noteAlarm(pending: PendingRequest) {
    const { judgement } = evaluator.of(pending.requestId);
    if (judgement.alarm)
      alarm(
        'host-key-elsewhere',
        `${judgement.alarm} Request ${pending.requestId.slice(0, 8)}: ${judgement.facts.find((f) => f.held === false)?.text ?? ''}`,
      );
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
    alarms,
    now,
  });
  const showing = createShowing({ gatewayId: id, publish, view: views.gateway, requests: views.requests, devices: views.devices });

  function show(list: PairingList | undefined) {
    if (!list) return;
    for (const pending of list.pending) outside.seen(pending);
    showing.requests();
    evaluator.keepOnly(new Set(list.pending.map((p) => p.requestId)));
  }

  async function refresh(): Promise<void> {
    const known = new Map(board.list()?.pending.map((p) => [p.requestId, contentKey(p)]) ?? []);
    const list = await board.refresh();
    log.onList(list);
    showing.devices();
    showing.gateway();
    for (const pending of list.pending) {
      if (known.get(pending.requestId) !== contentKey(pending) || !evaluator.isKnown(pending)) evaluator.evaluate(pending.deviceId);
    }
  }

  function onEvent(event: string, payload: unknown) {
    log.onEvent(event, payload);
    if (event === 'device.pair.requested') {
      // First of all the sockets: the caller's may be gone in a few milliseconds.
      collector.look();
      const pending = board.hint(payload);
      if (pending) {
        deps.automation.noteRequest(id, pending.deviceId);
        evaluator.evaluate(pending.deviceId);
      }
      void refresh().catch(fault);
    } else if (event === 'device.pair.resolved') {
      const requestId = typeof payload === 'object' && payload !== null && 'requestId' in payload ? payload.requestId : undefined;
      if (typeof requestId === 'string') {
        outside.resolved(payload, requestId);
        board.takeOff(requestId);
      }
      void refresh().catch(fault);
    } else if (event === 'device.pair.changed' || event.startsWith('node.pair.')) {
      void refresh().catch(fault);
    }
  }

  async function dropForForeignPeer() {
    const dropped = await standing
      .dropStatement('A caller of another user than the gateway’s was seen on its port, so something may stand in front.')
      .catch(fault);
    if (dropped) changed();
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
      alarm('identity-changed', text);
      await deps.automation.suspend('identity-changed', `${text} Automation stopped until a person has looked.`);
    }
    await checkConfig();
    await refresh();
    await outside.catchUp(board.list() ?? { pending: [], paired: [], unread: 0 });
    await standing.admitted(
      live.grantedScopes,
      board.list()?.paired.find((d) => d.deviceId === identity.deviceId),
    );
    await settle();
    reevaluate();
  }

  async function settle() {
    const list = board.list();
    if (!list) return;
    for (const decision of await store.decisions.unsettled()) {
      if (decision.gateway !== id || decider.isBusy(decision.deviceId)) continue;
      const settled = await guardStore(store.decisions.complete(decision.id, settlementOf(decision, list, now())));
      publish({ topic: 'decisions', op: 'set', item: settled });
      await recordDecision(settled);
    }
  }

  function onState(next: SessionState) {
    const moved = next.kind !== connection.state.kind;
    connection.state = next;
    log.onState(next);
    if (moved) {
      connection.since = now();
      if (next.kind === 'down' || next.kind === 'refused') {
        const { code, detail, fix } = problemView(next.problem);
        deps.log.warn({ gateway: id, code }, `${endpoint.name}: ${detail} ${fix}`);
      } else deps.log.info({ gateway: id }, `${endpoint.name}: ${STATE_WORDS[next.kind]}`);
    }
    showing.gateway();
    if (next.kind === 'live') void onLive(next).catch(fault);
    else if (moved) show(board.list());
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

  session = createSession({
    url: endpoint.url,
    identity,
    auth: endpoint.auth,
    tokens: deps.tokens,
    version: deps.version,
    platform: process.platform,
    ...(endpoint.trust ? { trust: endpoint.trust } : {}),
    beforeSecret: (ownPort) => checkServingUser(endpoint, ownPort),
    onState,
    onEvent,
    now,
    random: deps.random,
  });

  const whileLive = (work: () => Promise<unknown>) => () => {
    if (connection.state.kind === 'live' && !disposed) void work().catch(fault);
  };
  const timers = [
    setInterval(
      whileLive(async () => {
        await refresh();
        // A decision whose answer never came is settled without waiting for a reconnect.
        await settle();
      }),
      LIST_EVERY_MS,
    ),
    setInterval(whileLive(checkConfig), CONFIG_EVERY_MS),
    setInterval(() => {
      show(board.list());
      // Trouble comes and ends by the clock as well.
      showing.gateway();
    }, SHOW_EVERY_MS),
  ];
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
    refresh,
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
    place: (deviceId) => placeOf({ endpoint, version: connection.lastVersion, collected: collector.state(), list: board.list(), deviceId }),
    async dispose() {
      disposed = true;
      for (const timer of timers) clearInterval(timer);
      stopWatching();
      outside.dispose();
      stopRecords();
      evaluator.dispose();
      await log.dispose();
      await collector.dispose();
      await session?.dispose();
    },
  };
}

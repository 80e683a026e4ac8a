// One gateway's desk: its connection, its lists, its evidence, and every act on them. Wires the parts; decides nothing itself.
import type { BridgeChange, DecisionActor, DecisionView, DeviceView, Freshness, GatewayView, RequestView } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { deviceView } from '../devices/device-view.ts';
import { refusalsOf } from '../evidence/attempts.ts';
import { type Collector, createCollector, type Standing } from '../evidence/collector.ts';
import { type GatewayEndpoint, isLoopbackUrl, portOf } from '../gateway/endpoint.ts';
import { type AlarmView, gatewayView } from '../gateway/gateway-view.ts';
import { admitConsole } from '../gateway/helper.ts';
import { checkListener, watchPairingState } from '../gateway/host-checks.ts';
import type { DeviceIdentity } from '../gateway/identity.ts';
import type { PairedDevice, PairingList, PendingRequest } from '../gateway/records.ts';
import { CONSOLE_SCOPES } from '../gateway/scopes.ts';
import { createSession, type GatewaySession, type SessionState } from '../gateway/session.ts';
import { createLogWindow } from '../handshakes/log-window.ts';
import type { LogRecord } from '../handshakes/records.ts';
import { Problem, problemView } from '../problem.ts';
import type { RuleInForce } from '../rules/verdict.ts';
import type { NewActivity } from '../store/activity.ts';
import type { LedgerEntry } from '../store/ledger.ts';
import type { Store } from '../store/open.ts';
import type { Automation } from './automation.ts';
import { createBoard } from './board.ts';
import { createDecider } from './decider.ts';
import { createEvaluator } from './evaluator.ts';
import { createLogKeeper } from './log-keeper.ts';
import { type BoundContent, contentKey, pairedRowOf } from './reason.ts';
import { originView, requestView, STUCK_AFTER_MS } from './request-view.ts';
import { settlementOf } from './settle.ts';
import { createShowing } from './showing.ts';
import { createStanding } from './standing.ts';

export type Desk = {
  id: string;
  view: () => GatewayView;
  requests: () => RequestView[];
  devices: () => DeviceView[];
  freshness: () => Freshness;
  /** A person's or a script's decision, bound to what they saw. */
  decide: (action: 'approve' | 'reject', requestId: string, bound: BoundContent, actor: DecisionActor) => Promise<DecisionView>;
  admit: (actor: DecisionActor) => Promise<void>;
  setStatement: (noProxyInFront: boolean, actor: DecisionActor) => Promise<void>;
  acknowledgeStatement: (actor: DecisionActor) => Promise<void>;
  acceptIdentity: (actor: DecisionActor) => Promise<void>;
  setVouched: (deviceId: string, vouched: boolean, actor: DecisionActor) => Promise<DeviceView>;
  /** Rules, the switch or the ledger changed: look at everything that waits again. */
  reevaluate: () => void;
  hostKeyId: () => string | undefined;
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

const LIST_EVERY_MS = 10_000;
/** A refusal is logged a little after the request that it belongs to; on 2026.9.x `ts` moves on with each retry. */
const REFUSAL_SLACK_MS = 5 * 60_000;
const CONFIG_EVERY_MS = 20_000;
const SHOW_EVERY_MS = 1000;

/** Starts looking after one gateway at once. Rejects only when the store cannot be read. */
export async function createDesk(deps: DeskDeps): Promise<Desk> {
  const { endpoint, identity, store, clock, publish } = deps;
  const { id } = endpoint;
  const now = () => clock.nowMs();
  const port = portOf(endpoint.url);
  let session: GatewaySession | undefined;
  let state: SessionState = { kind: 'connecting' };
  let since = now();
  let lastVersion: string | undefined;
  let lastProtocol: number | undefined;
  let disposed = false;
  const alarms: AlarmView[] = [];

  const request: GatewaySession['request'] = (method, params) =>
    session?.request(method, params) ?? Promise.reject(new Problem('gateway-down', 'The console has not dialed yet.'));
  const window = createLogWindow({ now });
  const collector: Collector = createCollector({
    url: endpoint.url,
    port,
    stateDir: endpoint.stateDir,
    request,
    window,
    sessionPort: () => session?.localPort(),
    onForeignPeer: () => void dropForForeignPeer(),
    now,
  });
  const standing = await createStanding({ gateway: id, store, clock, record: deps.record });
  const keeper = createLogKeeper({
    gateway: id,
    window,
    store,
    publish,
    onError: fault,
    names: (deviceId) => board.list()?.paired.find((d) => d.deviceId === deviceId)?.displayName,
  });

  const board = createBoard({ read: () => request('device.pair.list'), now, onList: show });

  const decider = createDecider({
    gateway: id,
    request,
    clock,
    newId: deps.newId,
    async begin(decision) {
      await guardStore(store.decisions.begin(decision));
      publish({ topic: 'decisions', op: 'set', item: decision });
    },
    async complete(decisionId, patch) {
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
      const key = { gateway: id, deviceId: row.deviceId, publicKey: row.publicKey };
      const by = decision.actor.kind === 'rule' ? `rule ${decision.actor.name}` : decision.actor.name;
      await standing.approved(key, by, decision.actor.kind === 'person');
    },
    currentView: (requestId) => viewOfId(requestId),
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
      consoleScopes: state.kind === 'live' ? state.grantedScopes : [],
      refusedKey: standing.ledgerOf(pending)?.refused !== undefined,
    }),
    halted: () =>
      state.kind === 'live' ? (standing.identityProblem()?.detail ?? undefined) : 'The console is not connected to the gateway.',
    sameUser: () => view().sameUser.same,
    clock,
    onAssessed: (pending) => {
      noteAlarm(pending);
      show(board.list());
      void board.refresh().catch(() => undefined);
    },
    onError: fault,
  });

  function fault(error: unknown) {
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
    const entry = standing.ledgerOf(pending);
    return {
      statement: standing.statement().noProxyInFront,
      provenance: entry?.approved ? 'ledger' : entry?.vouched ? 'vouched' : undefined,
      hostKeyShared: deps.isKeyShared(id, pending.deviceId),
    };
  }

  function freshness(): Freshness {
    const at = board.readAt();
    if (at === undefined) return { state: 'never' };
    return { state: state.kind === 'live' ? 'live' : 'stale', asOf: isoOf(state.kind === 'live' ? now() : at) };
  }

  function view(): GatewayView {
    return gatewayView({
      endpoint,
      state,
      since,
      consoleDeviceId: identity.deviceId,
      consoleUid: process.getuid?.(),
      collected: collector.state(),
      list: board.list(),
      freshness: freshness(),
      statement: standing.statement(),
      alarms,
      lastVersion,
      lastProtocol,
      identityProblem: standing.identityProblem(),
    });
  }

  function viewOf(pending: PendingRequest, list: PairingList): RequestView {
    const { judgement, settled, verdict } = evaluator.of(pending.requestId);
    return requestView({
      gateway: { id, name: endpoint.name },
      request: pending,
      row: pairedRowOf(list.paired, pending),
      judgement,
      settled,
      verdict,
      hostKeyId: collector.state().hostKey?.deviceId,
      refusedBefore: standing.ledgerOf(pending)?.refused !== undefined,
      readBack: board.isReadBack(pending.requestId),
      refusals: refusalsOf(window.records(), pending.deviceId, pending.ts - REFUSAL_SLACK_MS),
      now: now(),
    });
  }

  function viewOfId(requestId: string): RequestView | undefined {
    const list = board.list();
    const pending = list?.pending.find((p) => p.requestId === requestId);
    return list && pending ? viewOf(pending, list) : undefined;
  }

  /** Silent requests are in flight and not for people, until they are stuck. */
  function requests(): RequestView[] {
    const list = board.list();
    if (!list) return [];
    return list.pending.filter((p) => !p.silent || now() - p.ts > STUCK_AFTER_MS).map((p) => viewOf(p, list));
  }

  const deviceOf = (row: PairedDevice): DeviceView =>
    deviceView(id, row, {
      ledger: standing.ledgerOf(row),
      consoleId: identity.deviceId,
      hostKeyId: collector.state().hostKey?.deviceId,
      silently: keeper.pairedSilently(row.deviceId),
    });
  const devices = (): DeviceView[] => board.list()?.paired.map(deviceOf) ?? [];
  const showing = createShowing({ gatewayId: id, publish, view, requests, devices });

  function show(list: PairingList | undefined) {
    if (!list) return;
    showing.requests();
    evaluator.keepOnly(new Set(list.pending.map((p) => p.requestId)));
  }

  async function refresh(): Promise<void> {
    const known = new Map(board.list()?.pending.map((p) => [p.requestId, contentKey(p)]) ?? []);
    const list = await board.refresh();
    showing.devices();
    showing.gateway();
    for (const pending of list.pending) {
      if (known.get(pending.requestId) !== contentKey(pending) || !evaluator.of(pending.requestId).settled)
        evaluator.evaluate(pending.deviceId);
    }
  }

  function onEvent(event: string, payload: unknown) {
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
      if (typeof requestId === 'string') board.takeOff(requestId);
      void refresh().catch(fault);
    } else if (event === 'device.pair.changed' || event.startsWith('node.pair.')) {
      void refresh().catch(fault);
    }
  }

  async function dropForForeignPeer() {
    const dropped = await standing
      .dropStatement('A caller of another user than the gateway’s was seen on its port, so something may stand in front.')
      .catch(fault);
    if (dropped) reevaluate();
    showing.gateway();
  }

  async function checkConfig() {
    await collector.refreshConfig();
    const fingerprint = collector.state().config?.fingerprint;
    if (fingerprint !== undefined && (await standing.configurationIs(fingerprint))) reevaluate();
    showing.gateway();
  }

  async function onLive(live: Extract<SessionState, { kind: 'live' }>) {
    lastVersion = live.hello.server.version;
    lastProtocol = live.hello.protocol;
    await collector.connect();
    const hostKey = collector.state().hostKey;
    if (hostKey && (await standing.identityIs(hostKey.deviceId))) {
      const text = 'The gateway shows another identity than before.';
      alarm('identity-changed', text);
      await deps.automation.suspend('identity-changed', `${text} Automation stopped until a person has looked.`);
    }
    await checkConfig();
    await refresh();
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
      if (decision.gateway !== id) continue;
      const settled = await guardStore(store.decisions.complete(decision.id, settlementOf(decision, list, now())));
      publish({ topic: 'decisions', op: 'set', item: settled });
      await recordDecision(settled);
    }
  }

  function onState(next: SessionState) {
    const changed = next.kind !== state.kind;
    state = next;
    if (changed) {
      since = now();
      deps.log.info({ gateway: id, state: next.kind }, `gateway ${next.kind}`);
    }
    showing.gateway();
    if (next.kind === 'live') void onLive(next).catch(fault);
    else if (changed) show(board.list());
  }

  function reevaluate() {
    const waiting = new Set(board.list()?.pending.map((p) => p.deviceId) ?? []);
    for (const deviceId of waiting) evaluator.evaluate(deviceId);
  }

  function onRecords(records: readonly LogRecord[]) {
    const touched = new Set<string>();
    for (const record of records) {
      if ((record.kind === 'audit' || record.kind === 'close') && record.deviceId) touched.add(record.deviceId);
      if (record.kind === 'token' && record.what !== 'rotated') {
        const row = board.list()?.paired.find((d) => d.deviceId === record.deviceId);
        if (row && record.at > now() - 60_000) void standing.refusedElsewhere(row, record.what, record.at).catch(fault);
      }
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
    beforeSecret: () => checkListener(endpoint),
    onState,
    onEvent,
    now,
    random: deps.random,
  });

  const whileLive = (work: () => Promise<unknown>) => () => {
    if (state.kind === 'live' && !disposed) void work().catch(fault);
  };
  const timers = [
    setInterval(whileLive(refresh), LIST_EVERY_MS),
    setInterval(whileLive(checkConfig), CONFIG_EVERY_MS),
    setInterval(whileLive(collector.poll), SHOW_EVERY_MS),
    setInterval(() => show(board.list()), SHOW_EVERY_MS),
  ];
  // The console's own approval, however given, shows in the state folder at once.
  const stopWatching = watchPairingState(endpoint.stateDir, () => {
    if (state.kind === 'waiting') session?.nudge();
  });

  return {
    id,
    view,
    requests,
    devices,
    freshness,
    async decide(action, requestId, bound, actor) {
      const before = viewOfId(requestId);
      const known: LedgerEntry | undefined = standing.ledgerOf(bound);
      if (action === 'approve' && known?.refused && actor.kind !== 'person')
        throw new Problem('person-required', 'A person refused this key; only a person can approve it again.');
      if (state.kind !== 'live') throw new Problem(state.kind === 'waiting' ? 'console-waits' : 'gateway-down');
      try {
        const assessed = evaluator.of(requestId);
        const decision = await decider.decide({
          action,
          requestId,
          bound: 'platform' in bound || !before ? bound : { ...bound, platform: before.platform, deviceFamily: before.deviceFamily },
          actor,
          origin: before?.origin ?? originView(assessed.judgement, assessed.settled),
          verdict: assessed.verdict,
        });
        if (action === 'reject' && decision.state === 'rejected')
          await standing.refused({ gateway: id, deviceId: bound.deviceId, publicKey: bound.publicKey }, actor.name, 'rejected');
        return decision;
      } catch (error) {
        if (error instanceof Problem && error.code === 'request-changed') {
          await refresh().catch(() => undefined);
          const other = typeof error.extra.requestId === 'string' ? viewOfId(error.extra.requestId) : undefined;
          throw new Problem('request-changed', error.message, { request: other ?? viewOfId(requestId) });
        }
        throw error;
      } finally {
        void refresh().catch(fault);
      }
    },
    async admit(actor) {
      if (state.kind !== 'waiting') throw new Problem('request-gone', 'The console does not wait for approval on this gateway.');
      if (endpoint.source === 'practice' || !isLoopbackUrl(endpoint.url)) throw new Problem('helper-unavailable');
      const own = await admitConsole({
        url: endpoint.url,
        auth: endpoint.auth,
        identity,
        version: deps.version,
        platform: process.platform,
        ...(endpoint.trust ? { trust: endpoint.trust } : {}),
        beforeSecret: () => checkListener(endpoint),
      });
      session?.nudge();
      await deps.record({
        actor,
        what: 'console.admitted',
        gateway: id,
        text: `${actor.name} admitted this console through the local helper path with ${CONSOLE_SCOPES.map((s) => s.replace('operator.', '')).join(', ')}.`,
        details: { requestId: own.requestId, deviceId: own.deviceId },
      });
    },
    async setStatement(noProxyInFront, actor) {
      await guardStore(standing.setStatement(noProxyInFront, actor, collector.state().config?.fingerprint));
      reevaluate();
      showing.gateway();
    },
    async acknowledgeStatement(actor) {
      await standing.acknowledge(actor);
      showing.gateway();
    },
    async acceptIdentity(actor) {
      const hostKey = collector.state().hostKey;
      if (!hostKey) throw new Problem('gateway-down', 'The gateway’s identity is not known right now.');
      await standing.acceptIdentity(hostKey.deviceId, actor);
      reevaluate();
      showing.gateway();
    },
    async setVouched(deviceId, vouched, actor) {
      const row = board.list()?.paired.find((d) => d.deviceId === deviceId);
      if (!row) throw new Problem('device-unknown', 'This gateway lists no such device.');
      await guardStore(standing.setVouched({ gateway: id, deviceId, publicKey: row.publicKey }, vouched, actor));
      reevaluate();
      const item = deviceOf(row);
      publish({ topic: 'devices', op: 'set', item });
      return item;
    },
    reevaluate,
    hostKeyId: () => collector.state().hostKey?.deviceId,
    async dispose() {
      disposed = true;
      for (const timer of timers) clearInterval(timer);
      stopWatching();
      stopRecords();
      evaluator.dispose();
      collector.dispose();
      await keeper.dispose();
      await session?.dispose();
    },
  };
}

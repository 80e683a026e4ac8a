// The composition root: store, automation, rules, one desk per gateway, and what the API asks of them together.
import type { BridgeChange, DecisionActor, HandshakeDetail, Overview } from './api/shapes.ts';
import { createAutomation } from './approvals/automation.ts';
import { createAutomationRecord } from './approvals/automation-record.ts';
import { createDesk } from './approvals/desk.ts';
import type { Desk, DeskDeps } from './approvals/desk-shape.ts';
import { createGuardLog } from './approvals/guard-log.ts';
import { createGuardBook } from './approvals/guards.ts';
import { createInTurn } from './approvals/in-turn.ts';
import { createPermitWindows } from './approvals/permit-windows.ts';
import { createTakeBack } from './approvals/take-back.ts';
import { type Clock, isoOf } from './clock.ts';
import { createConsoleGateways } from './console-gateways.ts';
import type { GatewayEndpoint } from './gateway/endpoint.ts';
import { deviceIdOf } from './gateway/identity.ts';
import { deviceTokens, loadConsoleKey } from './gateway/keys.ts';
import { detailOf } from './handshakes/detail.ts';
import { hasProvenKey } from './handshakes/detail-key.ts';
import type { NameOf } from './handshakes/named.ts';
import { sinceOf } from './handshakes/since.ts';
import { present } from './present.ts';
import { Problem, problemView } from './problem.ts';
import { createRulebook } from './rules/rulebook.ts';
import type { Env, Settings } from './settings.ts';
import type { NewActivity } from './store/activity.ts';
import type { Store } from './store/open.ts';

type Seen = {
  publicKey: string;
  roles: string[];
  scopes: string[];
  platform?: string | undefined;
  deviceFamily?: string | undefined;
  deviceId?: string | undefined;
};

export type Console = Awaited<ReturnType<typeof createConsole>>;

const STORE_PROBE_MS = 10_000;
const RECENT_MS = 5 * 60_000;
const DECIDED_SHOWN = 20;

/** Wires everything that lives beside HTTP. Rejects with a Problem when the data folder or the store cannot be used. */
export async function createConsole(deps: {
  settings: Settings;
  /** The environment with its secrets, as it was at start. */
  env: Env;
  home: string;
  /** Only the practice gateway, on a data folder of its own. */
  practice: boolean;
  store: Store;
  publish: (change: BridgeChange) => void;
  version: string;
  clock: Clock;
  random: () => number;
  newId: () => string;
  log: DeskDeps['log'];
}) {
  const { settings, store, clock, publish, version } = deps;
  const identity = loadConsoleKey(store.folder);
  const gateways = createConsoleGateways({
    settings,
    env: deps.env,
    home: deps.home,
    practice: deps.practice,
    folder: store.folder,
    consoleDeviceId: identity.deviceId,
    openDesk: (endpoint) => openDesk(endpoint),
    publish,
    clock,
    log: deps.log,
  });
  const { desk: deskOf, desks, views } = gateways;

  const reevaluate = () => {
    for (const desk of desks()) desk.reevaluate();
  };
  const onError = (error: unknown) => {
    const { code, detail } = problemView(error);
    deps.log.warn({ code }, detail);
  };

  const guardLog = await createGuardLog({
    clock,
    load: () => store.notes.get('console', 'guard-log'),
    save: (value) => store.notes.set('console', 'guard-log', value),
    onError,
  });
  const windows = createPermitWindows({
    clock,
    newId: deps.newId,
    record: (entry) => record(entry),
    publish,
    gatewayName: (id) => gateways.find(id)?.view().name,
    deviceName: (gateway, deviceId) => namesOf(gateways.find)(gateway, deviceId),
    onChange: (gateway) => gateways.find(gateway)?.reevaluate(),
    onError,
  });

  const ruleTurn = createInTurn();
  const told = createAutomationRecord({ record: (entry) => record(entry), stopped: guardLog.stopped });
  const automation = await createAutomation({
    clock,
    load: () => store.notes.get('console', 'automation'),
    save: (state) => store.notes.set('console', 'automation', state),
    // A stop that waits for a person closes what a person opened before it.
    onStop: (_cause, text) => windows.closeAll(`Automation stopped: ${text}`),
    onChange: (item) => {
      publish({ topic: 'automation', op: 'set', item });
      told(item);
      reevaluate();
    },
  });

  const rulebook = await createRulebook({
    store,
    clock,
    newId: deps.newId,
    sameUser: (gateway) => views().some((g) => (gateway === undefined || g.id === gateway) && g.sameUser.same),
    statement: (gateway) => {
      const said = views().filter((g) => gateway === undefined || g.id === gateway);
      return said.length === 0 ? undefined : said.some((g) => g.statement.noProxyInFront);
    },
    grantsOf: (ruleId) => takeBack.grantsOf(ruleId),
    ...(settings.rulesFile === undefined ? {} : { file: { path: settings.rulesFile, agentsCouldWrite } }),
    onFile: (item) => publish({ topic: 'rules-file', op: 'set', item }),
    onChange: (change, activity) => {
      if ('set' in change) publish({ topic: 'rules', op: 'set', item: change.set });
      else if ('order' in change) publish({ topic: 'rules', op: 'order', ids: change.order });
      else publish({ topic: 'rules', op: 'gone', id: change.gone });
      if (activity) publish({ topic: 'activity', op: 'add', item: activity });
      reevaluate();
    },
    onError,
  });

  /** Whether a process of a gateway's user could write a file; where that user is not known, it could. */
  function agentsCouldWrite({ uid, mode }: { uid: number; mode: number }): boolean {
    const users = desks().map((desk) => desk.gatewayUid());
    return users.length === 0 || (mode & 0o022) !== 0 || users.some((user) => user === undefined || user === 0 || user === uid);
  }

  async function record(entry: Omit<NewActivity, 'id' | 'at'>): Promise<void> {
    try {
      const item = await store.activity.append({ ...entry, id: deps.newId(), at: isoOf(clock.nowMs()) });
      automation.storeWorks();
      publish({ topic: 'activity', op: 'add', item });
    } catch (error) {
      automation.storeFailed();
      throw error;
    }
  }

  /** What a decision changes beside itself: the figures of its rule, and what stands to be taken back. */
  function published(change: BridgeChange) {
    publish(change);
    if (change.topic !== 'decisions') return;
    takeBack.noteDecision(change.item);
    const { actor, state } = change.item;
    if (!actor.ruleId || state === 'asking') return;
    void rulebook.view(actor.ruleId).then(
      (item) => publish({ topic: 'rules', op: 'set', item }),
      () => undefined,
    );
  }

  const takeBack = await createTakeBack({
    port: (id) => deskOf(id).takeBack,
    ports: () => desks().map((desk) => desk.takeBack),
    store,
    guardStore: (work) => work,
    publish: published,
    record,
    ruleName: (id) => rulebook.inForce().find((entry) => entry.rule.id === id)?.rule.name,
    clock,
    newId: deps.newId,
    onError,
  });

  const openDesk = (endpoint: GatewayEndpoint): Promise<Desk> =>
    createDesk({
      endpoint,
      identity,
      tokens: deviceTokens(store.folder, endpoint.id),
      store,
      automation,
      publish: published,
      onList: takeBack.onList,
      record,
      rules: rulebook.inForce,
      windows,
      guardLog,
      ruleTurn,
      isKeyShared: (gateway, deviceId) => desks().some((other) => other.id !== gateway && other.hostKeyId() === deviceId),
      version,
      clock,
      random: deps.random,
      newId: deps.newId,
      log: deps.log,
    });

  const guards = createGuardBook({
    automation,
    log: guardLog,
    record,
    waiting: () =>
      desks().flatMap((desk) =>
        desk.requests().map(({ deviceId, displayName, verdict }) => ({ deviceId, displayName, reasons: verdict.reasons })),
      ),
    halts: () => desks().flatMap((desk) => desk.halted() ?? []),
  });

  await rulebook.start();
  await gateways.start();
  const storeProbe = setInterval(() => {
    store.checkWritable().then(automation.storeWorks, automation.storeFailed);
  }, STORE_PROBE_MS);

  return {
    automation,
    rulebook,
    store,
    record,
    takeBack,
    windows,
    guards,
    gateways: views,
    desks,
    /** The desk of a gateway. Throws Problem('gateway-unknown' | 'gateway-down'). */
    desk: deskOf,
    /** The names of the paired devices now, for one answer: read once per gateway. */
    deviceNames: () => namesOf(gateways.find),
    /** The requests that wait now, as the rules saw them last. */
    waitingInputs: () => desks().flatMap((desk) => desk.waitingInputs()),
    /** One row of the handshake log with all that explains it. Throws Problem('handshake-unknown'). */
    async handshake(gateway: string, id: string): Promise<HandshakeDetail> {
      const found = await store.handshakes.find(gateway, id);
      if (!found) throw new Problem('handshake-unknown', 'The handshake log holds no such row.');
      const { row, evidence } = found;
      const deviceId = hasProvenKey(row) ? row.deviceId : undefined;
      const since = await sinceOf(store.handshakes, row);
      return detailOf({ row, evidence, place: gateways.find(gateway)?.place(deviceId), since });
    },
    /** A person's or a script's decision on one request, bound to what they say they saw. */
    decide(action: 'approve' | 'reject', what: { gateway: string; requestId: string; seen: Seen; actor: DecisionActor }) {
      const desk = deskOf(what.gateway);
      const deviceId = what.seen.deviceId ?? deviceIdOf(what.seen.publicKey);
      if (!deviceId) throw new Problem('input-invalid', 'body field publicKey: it is no 32-byte key in base64url', { field: 'publicKey' });
      const { publicKey, roles, scopes } = what.seen;
      const platform =
        'platform' in what.seen || 'deviceFamily' in what.seen
          ? { platform: what.seen.platform, deviceFamily: what.seen.deviceFamily }
          : {};
      return desk.decide(action, what.requestId, { deviceId, publicKey, roles, scopes, ...platform }, what.actor);
    },
    /** Throws Problem('person-required'); Problem('request-changed') when it was stopped while it was being switched on. */
    async setAutomation(on: boolean, actor: DecisionActor) {
      const was = automation.view().state;
      const stops = automation.stops();
      if (on && automation.needsPerson() && actor.kind !== 'person')
        throw new Problem('person-required', 'Automation was stopped by a person or by itself; only a person starts it again.');
      // Off takes effect in memory at once, whether or not it can be written; on only after it was written.
      const saved = on ? undefined : automation.set(false, actor.kind === 'person');
      saved?.catch(() => undefined);
      await record({
        actor,
        what: on ? (was === 'suspended' ? 'automation.lifted' : 'automation.on') : 'automation.off',
        text: on
          ? `${actor.name} ${was === 'suspended' ? 'lifted the suspension of automation' : 'switched automation on'}.`
          : `${actor.name} switched all automation off.`,
      });
      if (!on) {
        await saved;
        return automation.view();
      }
      // Switching on lifts what its author could read. A stop that came since stands, whoever switches on.
      if (automation.stops() === stops) await automation.set(true, actor.kind === 'person');
      if (automation.stops() === stops) return automation.view();
      const text = `Automation was narrowed while ${actor.name} switched it on, so what came in between stands.`;
      await record({ actor: { kind: 'gateway', name: 'Gatehouse' }, what: 'automation.kept', text });
      throw new Problem('request-changed', `${text} Read why and switch it on again.`);
    },
    async overview(): Promise<Overview> {
      const all = desks();
      const [decided, recentFailures, rules] = await Promise.all([
        store.decisions.list({ limit: DECIDED_SHOWN }),
        store.handshakes.countFailuresSince(clock.nowMs() - RECENT_MS),
        rulebook.views(),
      ]);
      return {
        version,
        gateways: views(),
        automation: automation.view(),
        requests: { items: all.flatMap((d) => d.requests()), freshness: freshest(all) },
        decided: decided.items,
        recentFailures,
        rules,
        ...present({ rulesFile: rulebook.file() }),
        windows: windows.list(),
      };
    },
    freshness: () => freshest(desks()),
    async dispose() {
      clearInterval(storeProbe);
      automation.dispose();
      windows.dispose();
      await rulebook.dispose();
      await gateways.dispose();
      await guardLog.dispose();
    },
  };
}

/** Looks names up for one answer, reading each gateway's devices once. */
function namesOf(find: (gateway: string) => Desk | undefined): NameOf {
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
function freshest(desks: readonly Desk[]) {
  const order = { never: 0, stale: 1, live: 2 } as const;
  const all = desks.map((d) => d.freshness()).sort((a, b) => order[a.state] - order[b.state]);
  return all[0] ?? { state: 'never' as const };
}

// The composition root: store, automation, rules, one desk per gateway, and what the API asks of them together.
import type { AutomationView, BridgeChange } from './api/shapes.ts';
import { createAutomation } from './approvals/automation.ts';
import { createAutomationRecord } from './approvals/automation-record.ts';
import { createDesk } from './approvals/desk.ts';
import type { Desk, DeskDeps } from './approvals/desk-shape.ts';
import { createGuardLog } from './approvals/guard-log.ts';
import { createGuardBook } from './approvals/guards.ts';
import { createInTurn } from './approvals/in-turn.ts';
import { createPermitWindows } from './approvals/permit-windows.ts';
import { stoppedBy, tellsOfRecord } from './approvals/record-stop.ts';
import { createTakeBack } from './approvals/take-back.ts';
import { type AuditKeeper, createAuditKeeper } from './audit/keeper.ts';
import { type Clock, isoOf } from './clock.ts';
import { createConsoleActs } from './console-acts.ts';
import { createConsoleDevices } from './console-devices.ts';
import { createConsoleGateways } from './console-gateways.ts';
import { createConsoleRules } from './console-rules.ts';
import { createConsoleViews, namesOf } from './console-views.ts';
import { createDeviceActs } from './devices/acts/device-acts.ts';
import type { GatewayEndpoint } from './gateway/endpoint.ts';
import { deviceTokens, loadConsoleKey } from './gateway/keys.ts';
import { Problem, problemView } from './problem.ts';
import { openVault } from './secrets/vault.ts';
import type { Env, Settings } from './settings.ts';
import type { NewActivity } from './store/activity.ts';
import type { Store } from './store/open.ts';

export type Console = Awaited<ReturnType<typeof createConsole>>;

const STORE_PROBE_MS = 10_000;

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
  /** Gets one line a day that is worth keeping elsewhere: the head of the record. */
  print: (line: string) => void;
}) {
  const { settings, store, clock, publish, version } = deps;
  const vault = openVault({ folder: store.folder, source: settings.key, tell: (line) => deps.log.warn({}, line) });
  const identity = loadConsoleKey(vault);
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
  let audit: AuditKeeper | undefined;
  let stoodFor: AutomationView['causes'];
  const automation = await createAutomation({
    clock,
    load: async () => stoppedBy(store.notice, await store.notes.get('console', 'automation')),
    save: (state) => store.notes.set('console', 'automation', state),
    // A stop that waits for a person closes what a person opened before it.
    onStop: (_cause, text) => windows.closeAll(`Automation stopped: ${text}`),
    onChange: (item) => {
      publish({ topic: 'automation', op: 'set', item });
      told(item);
      reevaluate();
      // Whoever lifts a stop has read of all that it stands for.
      if (item.state === 'on' && stoodFor?.includes('record-broken')) audit?.acknowledge().catch(onError);
      if (item.state === 'on' && tellsOfRecord(stoodFor)) store.acknowledgeNotice();
      stoodFor = item.causes;
    },
  });

  audit = createAuditKeeper({
    activity: store.activity,
    checkStore: store.checkWritable,
    seen: {
      load: () => store.notes.get('console', 'audit-seen'),
      save: (seen) => store.notes.set('console', 'audit-seen', seen),
    },
    clock,
    print: deps.print,
    onBroken(broken, found) {
      deps.log.warn({ code: 'record-broken', row: broken.seq }, found);
      const text = `${found} Somebody else than this console wrote in the record, so nothing is approved automatically until a person has looked.`;
      void automation.suspend('record-broken', text).catch(onError);
    },
    onUnread(cause, error) {
      onError(error);
      const why = error instanceof Problem ? ` ${error.message}` : '';
      const text = `The record could not be read to its end.${why} Nobody can say whether somebody changed it, so nothing is approved automatically until a person has looked.`;
      void automation.suspend(cause, text).catch(onError);
    },
    onError,
  });
  stoodFor = automation.view().causes;
  if (store.notice && (await store.notes.get('console', 'record-notice')) !== store.notice.at) {
    const { kind, at, text } = store.notice;
    await record({ actor: { kind: 'gateway', name: 'Gatehouse' }, what: `record.${kind}`, text })
      .then(() => store.notes.set('console', 'record-notice', at))
      .catch(onError);
  }

  const { rulebook, figures } = await createConsoleRules({
    rulesFile: settings.rulesFile,
    store,
    gateways,
    grantsOf: (ruleId) => takeBack.grantsOf(ruleId),
    publish,
    reevaluate,
    clock,
    newId: deps.newId,
    onError,
  });

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
    for (const desk of desks()) desk.told(change);
    if (change.topic !== 'decisions') return;
    takeBack.noteDecision(change.item);
    const { actor, state } = change.item;
    if (actor.ruleId && state !== 'asking') figures.due(actor.ruleId);
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

  const deviceActs = await createDeviceActs({
    port: (id) => deskOf(id).deviceActs,
    store,
    publish: published,
    record,
    clock,
    newId: deps.newId,
    onError,
  });

  const openDesk = (endpoint: GatewayEndpoint): Promise<Desk> =>
    createDesk({
      endpoint,
      identity,
      tokens: deviceTokens(vault, endpoint.id),
      store,
      automation,
      publish: published,
      onList(gateway, list, whole) {
        takeBack.onList(gateway, list, whole);
        deviceActs.onList(gateway, list, whole);
      },
      record,
      rules: rulebook.inForce,
      onCompared: (ruleIds) => ruleIds.forEach(figures.due),
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

  const acts = createConsoleActs({ desk: deskOf, automation, record });
  const devices = createConsoleDevices({ store, find: gateways.find, desk: deskOf, desks, record, publish, clock });
  const shown = createConsoleViews({ version, gateways, store, automation, rulebook, windows, clock });

  await rulebook.start();
  await gateways.start();
  const storeProbe = setInterval(() => {
    store.checkWritable().then(automation.storeWorks, automation.storeFailed);
  }, STORE_PROBE_MS);

  return {
    automation,
    audit,
    rulebook,
    store,
    record,
    takeBack,
    deviceActs,
    windows,
    guards,
    gateways: views,
    desks,
    /** The desk of a gateway. Throws Problem('gateway-unknown' | 'gateway-down'). */
    desk: deskOf,
    ...acts,
    ...devices,
    ...shown,
    async dispose() {
      clearInterval(storeProbe);
      automation.dispose();
      await audit.dispose();
      windows.dispose();
      await rulebook.dispose();
      const open = [...desks()];
      await gateways.dispose();
      // What the last lists gave to do is written before the store closes.
      await deviceActs.idle();
      await takeBack.idle();
      await Promise.all(open.map(({ nodes }) => nodes.idle()));
      await figures.dispose();
      await guardLog.dispose();
    },
  };
}

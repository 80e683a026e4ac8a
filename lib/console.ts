// The composition root: store, automation, rules, one desk per gateway, and what the API asks of them together.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AutomationView, BridgeChange, DecisionActor, GatewayView, HandshakeDetail, Overview } from './api/shapes.ts';
import { createAutomation } from './approvals/automation.ts';
import { createDesk, type Desk, type DeskDeps } from './approvals/desk.ts';
import { type Clock, isoOf } from './clock.ts';
import { type Discovery, discoverGateway } from './gateway/discover.ts';
import type { GatewayEndpoint } from './gateway/endpoint.ts';
import { unreachableGateway } from './gateway/gateway-view.ts';
import { deviceIdOf } from './gateway/identity.ts';
import { deviceTokens, loadConsoleKey } from './gateway/keys.ts';
import { detailOf } from './handshakes/detail.ts';
import { hasProvenKey } from './handshakes/detail-key.ts';
import type { NameOf } from './handshakes/named.ts';
import { sinceOf } from './handshakes/since.ts';
import { createPracticeGateway } from './practice/gateway.ts';
import { createPracticeWorld } from './practice/world.ts';
import { Problem, type ProblemView, problemView } from './problem.ts';
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

const REDISCOVER_MS = 10_000;
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
  const desks = new Map<string, { desk: Desk; fingerprint: string }>();
  let broken: GatewayView[] = [];
  let practice: { dispose: () => Promise<void> } | undefined;
  let disposed = false;

  let shownAutomation: AutomationView | undefined;
  const automation = await createAutomation({
    clock,
    load: () => store.notes.get('console', 'automation'),
    save: (state) => store.notes.set('console', 'automation', state),
    onChange: (item) => {
      const before = shownAutomation;
      shownAutomation = item;
      if (
        before?.state === 'suspended' &&
        item.state === 'on' &&
        (before.cause === 'flood' || before.cause === 'rate' || before.cause === 'store')
      )
        void record({
          actor: { kind: 'gateway', name: 'Gatehouse' },
          what: 'automation.resumed',
          text: 'Automation works again: what had suspended it is over.',
        }).catch(() => undefined);
      publish({ topic: 'automation', op: 'set', item });
      if (item.state === 'suspended')
        void record({
          actor: { kind: 'gateway', name: 'Gatehouse' },
          what: 'automation.suspended',
          text: item.text,
          details: { cause: item.cause },
        }).catch(() => undefined);
      for (const { desk } of desks.values()) desk.reevaluate();
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
    onChange: (change, activity) => {
      if ('set' in change) publish({ topic: 'rules', op: 'set', item: change.set });
      else publish({ topic: 'rules', op: 'gone', id: change.gone });
      publish({ topic: 'activity', op: 'add', item: activity });
      for (const { desk } of desks.values()) desk.reevaluate();
    },
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

  const views = (): GatewayView[] => [...[...desks.values()].map(({ desk }) => desk.view()), ...broken];

  async function open(endpoint: GatewayEndpoint, fingerprint: string) {
    const desk = await createDesk({
      endpoint,
      identity,
      tokens: deviceTokens(store.folder, endpoint.id),
      store,
      automation,
      publish(change) {
        publish(change);
        // What a rule did shows on the rule as well.
        if (change.topic === 'decisions' && change.item.actor.ruleId && change.item.state !== 'asking')
          void rulebook.view(change.item.actor.ruleId).then(
            (item) => publish({ topic: 'rules', op: 'set', item }),
            () => undefined,
          );
      },
      record,
      rules: rulebook.inForce,
      isKeyShared: (gateway, deviceId) =>
        [...desks.values()].some(({ desk: other }) => other.id !== gateway && other.hostKeyId() === deviceId),
      version,
      clock,
      random: deps.random,
      newId: deps.newId,
      log: deps.log,
    });
    desks.set(endpoint.id, { desk, fingerprint });
    publish({ topic: 'gateways', op: 'set', item: desk.view() });
  }

  async function close(id: string) {
    const found = desks.get(id);
    if (!found) return;
    desks.delete(id);
    publish({ topic: 'gateways', op: 'gone', id });
    await found.desk.dispose();
  }

  async function startPractice() {
    const gateway = createPracticeGateway({ folder: join(store.folder, 'gateway'), clock });
    await gateway.start();
    const world = createPracticeWorld({ gateway });
    practice = {
      async dispose() {
        await world.dispose();
        await gateway.dispose();
      },
    };
    await open(
      {
        id: 'practice',
        name: 'practice gateway',
        url: gateway.url,
        source: 'practice',
        auth: { token: gateway.token },
        stateDir: gateway.stateDir,
      },
      'practice',
    );
    await world.start();
  }

  function endpointOf(found: Extract<Discovery, { kind: 'found' }>): GatewayEndpoint {
    const local = found.source === 'this-host';
    const host = new URL(found.url).host;
    return {
      id: local ? 'local' : host.replace(/[^A-Za-z0-9.-]/g, '-'),
      name: local ? 'this host' : host,
      url: found.url,
      source: found.source,
      auth: found.auth,
      ...(found.stateDir === undefined ? {} : { stateDir: found.stateDir }),
      ...(found.trustFiles && found.trustFiles.length > 0 ? { trust: found.trustFiles.map((file) => readFileSync(file, 'utf8')) } : {}),
    };
  }

  /** Looks for the gateway again, so that a mended configuration or a new secret needs no restart. */
  async function discover(first: boolean): Promise<void> {
    if (deps.practice) return first ? startPractice() : undefined;
    const found = discoverGateway({ env: deps.env, home: deps.home, settings });
    if (found.kind === 'none') return;
    if (found.kind === 'broken') return showBroken(problemView(found.problem));
    const fingerprint = JSON.stringify([found.url, found.auth, found.stateDir, found.trustFiles]);
    if ([...desks.values()].some((d) => d.fingerprint === fingerprint)) return;
    for (const id of [...desks.keys()]) await close(id);
    const endpoint = endpointOf(found);
    if (broken.length > 0) publish({ topic: 'gateways', op: 'gone', id: 'local' });
    broken = [];
    for (const problem of found.problems) deps.log.warn({ code: problem.code }, problem.message);
    await open(endpoint, fingerprint);
  }

  function showBroken(problem: ProblemView) {
    if (desks.size > 0 || broken[0]?.problem?.detail === problem.detail) return;
    deps.log.warn({ code: problem.code }, problem.detail);
    broken = [unreachableGateway({ consoleDeviceId: identity.deviceId, since: clock.nowMs(), problem })];
    for (const item of broken) publish({ topic: 'gateways', op: 'set', item });
  }

  await discover(true);
  const timer = setInterval(() => {
    if (!disposed)
      void discover(false).catch((error: unknown) => deps.log.warn({ code: problemView(error).code }, problemView(error).detail));
  }, REDISCOVER_MS);
  const storeProbe = setInterval(() => {
    store.checkWritable().then(automation.storeWorks, automation.storeFailed);
  }, REDISCOVER_MS);

  return {
    automation,
    rulebook,
    store,
    record,
    gateways: views,
    desks: (): Desk[] => [...desks.values()].map(({ desk }) => desk),
    /** The desk of a gateway. Throws Problem('gateway-unknown' | 'gateway-down'). */
    desk(id: string): Desk {
      const found = desks.get(id)?.desk;
      if (found) return found;
      if (broken.some((g) => g.id === id)) throw new Problem('gateway-down', 'This gateway’s configuration cannot be read.');
      throw new Problem('gateway-unknown', 'The console knows no gateway of this id.');
    },
    /** The names of the paired devices now, for one answer: read once per gateway. */
    deviceNames(): NameOf {
      const known = new Map<string, Map<string, string | undefined>>();
      return (gateway, deviceId) => {
        let names = known.get(gateway);
        if (names === undefined) {
          names = new Map(
            desks
              .get(gateway)
              ?.desk.devices()
              .map((d) => [d.deviceId, d.displayName]),
          );
          known.set(gateway, names);
        }
        return names.get(deviceId);
      };
    },
    /** One row of the handshake log with all that explains it. Throws Problem('handshake-unknown'). */
    async handshake(gateway: string, id: string): Promise<HandshakeDetail> {
      const found = await store.handshakes.find(gateway, id);
      if (!found) throw new Problem('handshake-unknown', 'The handshake log holds no such row.');
      const { row, evidence } = found;
      const deviceId = hasProvenKey(row) ? row.deviceId : undefined;
      const since = await sinceOf(store.handshakes, row);
      return detailOf({ row, evidence, place: desks.get(gateway)?.desk.place(deviceId), since });
    },
    /** A person's or a script's decision on one request, bound to what they say they saw. */
    decide(action: 'approve' | 'reject', what: { gateway: string; requestId: string; seen: Seen; actor: DecisionActor }) {
      const desk = this.desk(what.gateway);
      const deviceId = what.seen.deviceId ?? deviceIdOf(what.seen.publicKey);
      if (!deviceId) throw new Problem('input-invalid', 'body field publicKey: it is no 32-byte key in base64url', { field: 'publicKey' });
      const { publicKey, roles, scopes } = what.seen;
      const platform =
        'platform' in what.seen || 'deviceFamily' in what.seen
          ? { platform: what.seen.platform, deviceFamily: what.seen.deviceFamily }
          : {};
      return desk.decide(action, what.requestId, { deviceId, publicKey, roles, scopes, ...platform }, what.actor);
    },
    async setAutomation(on: boolean, actor: DecisionActor) {
      const was = automation.view().state;
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
      if (on) await automation.set(true, actor.kind === 'person');
      else await saved;
      return automation.view();
    },
    async overview(): Promise<Overview> {
      const all = [...desks.values()].map(({ desk }) => desk);
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
      };
    },
    freshness: () => freshest([...desks.values()].map(({ desk }) => desk)),
    async dispose() {
      disposed = true;
      clearInterval(timer);
      clearInterval(storeProbe);
      automation.dispose();
      for (const id of [...desks.keys()]) await close(id);
      await practice?.dispose();
    },
  };
}

/** Several gateways are as fresh as the least fresh of them. */
function freshest(desks: readonly Desk[]) {
  const order = { never: 0, stale: 1, live: 2 } as const;
  const all = desks.map((d) => d.freshness()).sort((a, b) => order[a.state] - order[b.state]);
  return all[0] ?? { state: 'never' as const };
}

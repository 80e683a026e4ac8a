// The gateways of a console: found on this host or named, or practice; one desk for each, opened and closed as they come and go.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BridgeChange, GatewayView } from './api/shapes.ts';
import type { Desk, DeskDeps } from './approvals/desk-shape.ts';
import type { Clock } from './clock.ts';
import { type Discovery, discoverGateway } from './gateway/discover.ts';
import type { GatewayEndpoint } from './gateway/endpoint.ts';
import { unreachableGateway } from './gateway/gateway-view.ts';
import { createPracticeGateway } from './practice/gateway.ts';
import { createPracticeWorld } from './practice/world.ts';
import { Problem, type ProblemView, problemView } from './problem.ts';
import type { Env, Settings } from './settings.ts';

const REDISCOVER_MS = 10_000;
const NO_TLS =
  'GATEHOUSE_GATEWAY_FINGERPRINT names a certificate, but the gateway that was found does not speak TLS. Nothing was sent to it.';

export type ConsoleGateways = {
  desks: () => Desk[];
  /** Throws Problem('gateway-unknown' | 'gateway-down'). */
  desk: (id: string) => Desk;
  find: (id: string) => Desk | undefined;
  /** Those whose configuration cannot even be read included. */
  views: () => GatewayView[];
  /** Looks for the first time; after that it looks again every 10 s. */
  start: () => Promise<void>;
  dispose: () => Promise<void>;
};

function endpointOf(found: Extract<Discovery, { kind: 'found' }>, trust: string[], pin: string | undefined): GatewayEndpoint {
  const local = found.source === 'this-host';
  const host = new URL(found.url).host;
  return {
    id: local ? 'local' : host.replace(/[^A-Za-z0-9.-]/g, '-'),
    name: local ? 'this host' : host,
    url: found.url,
    source: found.source,
    auth: found.auth,
    ...(found.stateDir === undefined ? {} : { stateDir: found.stateDir }),
    ...(trust.length > 0 ? { trust } : {}),
    ...(pin === undefined ? {} : { pin }),
  };
}

export function createConsoleGateways(deps: {
  settings: Settings;
  env: Env;
  home: string;
  practice: boolean;
  /** The data folder. */
  folder: string;
  consoleDeviceId: string;
  openDesk: (endpoint: GatewayEndpoint) => Promise<Desk>;
  publish: (change: BridgeChange) => void;
  clock: Clock;
  log: DeskDeps['log'];
}): ConsoleGateways {
  const { clock, publish } = deps;
  const desks = new Map<string, { desk: Desk; fingerprint: string }>();
  let broken: GatewayView[] = [];
  let practice: { dispose: () => Promise<void> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let disposed = false;

  async function open(endpoint: GatewayEndpoint, fingerprint: string) {
    const desk = await deps.openDesk(endpoint);
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
    const gateway = createPracticeGateway({ folder: join(deps.folder, 'gateway'), clock });
    await gateway.start();
    const world = createPracticeWorld({ gateway });
    practice = {
      async dispose() {
        await world.dispose();
        await gateway.dispose();
      },
    };
    const endpoint: GatewayEndpoint = {
      id: 'practice',
      name: 'practice gateway',
      url: gateway.url,
      source: 'practice',
      auth: { token: gateway.token },
      stateDir: gateway.stateDir,
    };
    await open(endpoint, 'practice');
    await world.start();
  }

  function showBroken(problem: ProblemView) {
    if (desks.size > 0 || broken[0]?.problem?.detail === problem.detail) return;
    deps.log.warn({ code: problem.code }, problem.detail);
    broken = [unreachableGateway({ consoleDeviceId: deps.consoleDeviceId, since: clock.nowMs(), problem })];
    for (const item of broken) publish({ topic: 'gateways', op: 'set', item });
  }

  /** Looks for the gateway again, so that a mended configuration or a new secret needs no restart. */
  async function discover(first: boolean): Promise<void> {
    if (deps.practice) return first ? startPractice() : undefined;
    const found = discoverGateway({ env: deps.env, home: deps.home, settings: deps.settings });
    if (found.kind === 'none') return;
    if (found.kind === 'broken') return showBroken(problemView(found.problem));
    const pin = deps.settings.gatewayFingerprint;
    if (pin !== undefined && !found.url.startsWith('wss:'))
      return showBroken(problemView(new Problem('gateway-certificate-changed', NO_TLS)));
    // The texts and not the paths: a certificate that the gateway renewed on this host is trusted without a restart.
    const trust = (found.trustFiles ?? []).map((file) => readFileSync(file, 'utf8'));
    const fingerprint = JSON.stringify([found.url, found.auth, found.stateDir, trust]);
    if ([...desks.values()].some((d) => d.fingerprint === fingerprint)) return;
    for (const id of [...desks.keys()]) await close(id);
    const endpoint = endpointOf(found, trust, pin);
    if (broken.length > 0) publish({ topic: 'gateways', op: 'gone', id: 'local' });
    broken = [];
    for (const problem of found.problems) deps.log.warn({ code: problem.code }, problem.message);
    await open(endpoint, fingerprint);
  }

  const all = () => [...desks.values()].map(({ desk }) => desk);
  return {
    desks: all,
    find: (id) => desks.get(id)?.desk,
    desk(id) {
      const found = desks.get(id)?.desk;
      if (found) return found;
      if (broken.some((g) => g.id === id)) throw new Problem('gateway-down', 'This gateway’s configuration cannot be read.');
      throw new Problem('gateway-unknown', 'The console knows no gateway of this id.');
    },
    views: () => [...all().map((desk) => desk.view()), ...broken],
    async start() {
      await discover(true);
      timer = setInterval(() => {
        if (!disposed)
          void discover(false).catch((error: unknown) => deps.log.warn({ code: problemView(error).code }, problemView(error).detail));
      }, REDISCOVER_MS);
    },
    async dispose() {
      disposed = true;
      clearInterval(timer);
      for (const id of [...desks.keys()]) await close(id);
      await practice?.dispose();
    },
  };
}

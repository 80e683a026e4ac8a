// The handshake log of one desk: looks at the gateway's log at the right pace, keeps its rows, notices who came back, and says what
// trouble has no row of its own.
import type { BridgeChange, TroubleView } from '../api/shapes.ts';
import type { Clock } from '../clock.ts';
import type { Collector } from '../evidence/collector.ts';
import { DEFAULT_RATE_LIMIT } from '../evidence/config-setup.ts';
import type { ClockDelta } from '../gateway/clock-delta.ts';
import type { PairingList } from '../gateway/records.ts';
import type { SessionState } from '../gateway/session.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import { troubleOf } from '../handshakes/trouble.ts';
import type { Store } from '../store/open.ts';
import type { Connection } from './desk-views.ts';
import { createListed } from './listed.ts';
import { createLogFollower } from './log-follower.ts';
import { createLogKeeper } from './log-keeper.ts';
import type { Restarting } from './restarting.ts';
import { createReturns } from './returns.ts';

export type DeskLog = {
  pairedSilently: (deviceId: string) => boolean;
  trouble: () => TroubleView[];
  /** The collector is connected: the log is read, and what it says becomes rows as soon as it is known which port is the gateway's. */
  connected: () => void;
  /** The configuration was read anew; a log that was silent is sounded again. */
  checked: () => void;
  onState: (state: SessionState) => void;
  onEvent: (event: string, payload: unknown) => void;
  onList: (list: PairingList) => void;
  dispose: () => Promise<void>;
};

/** Events after which the log has something new, or is about to. */
const TELLING = /^(?:device|node)\.pair\./;

export function createDeskLog(deps: {
  gateway: string;
  consoleDeviceId: string;
  window: LogWindow;
  collector: Collector;
  store: Pick<Store, 'handshakes'>;
  connection: Readonly<Connection>;
  restarting: Restarting;
  list: () => PairingList | undefined;
  /** Asks the gateway who is signed in. */
  presence: () => Promise<unknown>;
  gatewayClock: () => ClockDelta | undefined;
  publish: (change: BridgeChange) => void;
  /** The trouble may have changed. */
  changed: () => void;
  onError: (error: unknown) => void;
  clock: Clock;
}): DeskLog {
  const { gateway, collector, window, clock, connection, restarting } = deps;
  const now = () => clock.nowMs();
  const gatewayNow = () => now() + (deps.gatewayClock()?.deltaMs ?? 0);
  const isLive = () => connection.state.kind === 'live';
  const listed = createListed();
  let isConnected = false;

  const keeper = createLogKeeper({
    gateway,
    window,
    store: deps.store,
    publish: deps.publish,
    changed: deps.changed,
    onError: deps.onError,
    now,
    held: true,
    names: (deviceId) => deps.list()?.paired.find((d) => d.deviceId === deviceId)?.displayName,
    rateLimit: () => collector.state().setup?.rateLimit ?? DEFAULT_RATE_LIMIT,
    context: {
      port: () => collector.state().gatewayPort,
      hostKeyId: () => collector.state().hostKey?.deviceId,
      knows: listed.has,
      isCanary: collector.isCanary,
      gatewayNow,
    },
  });
  const returns = createReturns({
    gateway,
    consoleDeviceId: deps.consoleDeviceId,
    latestOf: (deviceId) => deps.store.handshakes.latestOf(gateway, deviceId),
    settled: keeper.settled,
    add: keeper.add,
    onError: deps.onError,
    gatewayNow,
  });
  const follower = createLogFollower({
    poll: collector.poll,
    source: () => collector.state().logRead,
    isLive,
    onError: deps.onError,
    monotonicMs: clock.monotonicMs,
  });
  const stopRecords = window.onRecords(() => follower.moved());

  /** A gateway whose list does not tell when a device was last seen is asked for presence, where a sign of it is wanted. */
  function askPresence(list: PairingList) {
    if (!isLive() || !list.paired.some((row) => row.deviceId !== deps.consoleDeviceId && row.lastSeenAtMs === undefined)) return;
    void deps.presence().then(returns.presence, deps.onError);
  }

  function sound() {
    return collector
      .sounded()
      .catch(deps.onError)
      .finally(() => {
        keeper.release();
        deps.changed();
      });
  }

  return {
    pairedSilently: keeper.pairedSilently,
    trouble() {
      const state = collector.state();
      const at = gatewayNow();
      const canary = state.lastCanary;
      return troubleOf({
        now: now(),
        live: isLive() && isConnected,
        protocol: connection.lastProtocol,
        log: {
          source: state.logRead,
          problem: state.logProblem,
          gaps: window.gaps(),
          lastAt: window.lastAt(),
          otherPorts: keeper.otherPorts(),
          throttled: keeper.recent.throttled(at),
        },
        // A record that came back and is not whole shows that the log speaks.
        canary: canary && (canary.read || canary.port !== undefined ? { read: true } : canary),
        logLevel: state.setup?.logLevel,
        clock: deps.gatewayClock(),
        restart: restarting.now(),
        locks: keeper.recent.locks(at),
        unstored: keeper.unstored(),
      });
    },
    connected() {
      isConnected = true;
      // On this host the port is known already; elsewhere a canary has to show which one the gateway itself sees.
      if (collector.state().gatewayPort !== undefined) keeper.release();
      void sound();
    },
    checked() {
      const canary = collector.state().lastCanary;
      if (canary?.read === false && canary.port === undefined) void sound();
    },
    onState(state) {
      if (state.kind !== 'live') isConnected = false;
      restarting.onState(state);
    },
    onEvent(event, payload) {
      restarting.onEvent(event, payload);
      if (event === 'presence') returns.presence(payload);
      if (TELLING.test(event)) follower.poke();
      if (event === 'shutdown') deps.changed();
    },
    onList(list) {
      listed.add(list);
      returns.list(list);
      askPresence(list);
    },
    async dispose() {
      stopRecords();
      follower.dispose();
      await returns.done();
      await keeper.dispose();
    },
  };
}

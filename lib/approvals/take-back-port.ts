// What taking back needs of one gateway's desk, and nothing else of it.
import { networkInterfaces } from 'node:os';
import type { WayBack } from '../devices/enforcement.ts';
import type { Collector } from '../evidence/collector.ts';
import { plainAddress } from '../evidence/proc-net.ts';
import { type GatewayEndpoint, isLoopbackUrl } from '../gateway/endpoint.ts';
import type { PairingList } from '../gateway/records.ts';
import { coversScopes } from '../gateway/scopes.ts';
import type { GatewaySession } from '../gateway/session.ts';
import { Problem } from '../problem.ts';
import type { LedgerKey } from '../store/ledger.ts';
import type { Connection } from './desk-views.ts';

export type TakeBackPort = {
  gateway: string;
  name: string;
  consoleDeviceId: string;
  hostKeyId: () => string | undefined;
  /** Why nothing can be taken back on this gateway right now. */
  unable: () => Problem | undefined;
  /** The last reading, and one made now. */
  list: () => PairingList | undefined;
  readList: () => Promise<PairingList>;
  request: GatewaySession['request'];
  /** One act per device at a time. Rejects with Problem('request-busy'). */
  exclusively: <T>(deviceId: string, work: () => Promise<T>) => Promise<T>;
  /** Keeps in the ledger that somebody turned the key away: no rule approves it until a person does. */
  refused: (key: LedgerKey, by: string, why: string) => Promise<void>;
  /** A request that is about to be rejected here, so that it is not taken for somebody else's act. */
  own: (requestId: string) => void;
  wayBack: () => Pick<WayBack, 'protocol' | 'autoApproveLocal' | 'secret'>;
  /** Whether an address is one of the gateway's own machine. */
  isOwnAddress: (ip: string) => boolean;
  /** Lets the desk read and show its lists again. */
  refresh: () => Promise<void>;
};

/** Whether callers sign in with a shared secret alone, and with which. Undefined where the configuration cannot be read. */
export function secretIn(
  collected: Pick<ReturnType<Collector['state']>, 'config' | 'setup'>,
  own: GatewayEndpoint['auth'],
): WayBack['secret'] {
  const { config, setup } = collected;
  if (config === undefined) return undefined;
  if (config.open.some((why) => why.includes('tailscale') || why.includes('gateway.auth'))) return 'other';
  const mode = setup?.authMode ?? (own.token === undefined && own.password !== undefined ? 'password' : 'token');
  return mode === 'token' || mode === 'password' ? mode : 'other';
}

const ownAddresses = () =>
  Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => plainAddress(address)) ?? []);

/** The port of a desk, made from its parts. */
export function createTakeBackPort(deps: {
  endpoint: GatewayEndpoint;
  consoleDeviceId: string;
  connection: Readonly<Connection>;
  collector: Pick<Collector, 'state'>;
  board: { list: () => PairingList | undefined };
  decider: { exclusively: TakeBackPort['exclusively'] };
  standing: { refused: TakeBackPort['refused'] };
  outside: { own: TakeBackPort['own'] };
  request: GatewaySession['request'];
  readList: () => Promise<PairingList>;
  refresh: () => Promise<void>;
}): TakeBackPort {
  const { endpoint, connection, collector } = deps;
  return {
    gateway: endpoint.id,
    name: endpoint.name,
    consoleDeviceId: deps.consoleDeviceId,
    hostKeyId: () => collector.state().hostKey?.deviceId,
    unable() {
      if (connection.state.kind !== 'live') return new Problem('gateway-down', 'The console is not connected to this gateway.');
      if (!coversScopes(connection.state.grantedScopes, ['operator.admin']))
        return new Problem('gateway-limited', 'The console itself holds too little on this gateway.');
      return undefined;
    },
    list: deps.board.list,
    readList: deps.readList,
    request: deps.request,
    exclusively: deps.decider.exclusively,
    refused: deps.standing.refused,
    own: deps.outside.own,
    wayBack() {
      const collected = collector.state();
      return {
        protocol: connection.state.kind === 'live' ? connection.state.hello.protocol : connection.lastProtocol,
        autoApproveLocal: collected.config?.autoApproveLocal,
        secret: secretIn(collected, endpoint.auth),
      };
    },
    isOwnAddress: (ip) => (collector.state().onThisHost || isLoopbackUrl(endpoint.url)) && ownAddresses().includes(plainAddress(ip)),
    refresh: deps.refresh,
  };
}

// A desk's line to its gateway: one supervised session, what is asked over it, and how it stands.
import type { GatewayEndpoint } from '../gateway/endpoint.ts';
import { checkServingUser } from '../gateway/host-checks.ts';
import { createListReader, type PairingList } from '../gateway/records.ts';
import { createSession, type GatewaySession, type SessionOptions } from '../gateway/session.ts';
import { Problem } from '../problem.ts';
import type { Connection } from './desk-views.ts';

export type DeskLink = {
  /** How it stands. Whoever follows the desk keeps it true. */
  connection: Connection;
  /** Rejects with Problem('gateway-down') before the first dialing, and as the session does after it. */
  request: GatewaySession['request'];
  /** Reads `device.pair.list` now. Rejects with Problem('gateway-garbage'), and drops the connection, where it is none or lies of the console. */
  readList: () => Promise<PairingList>;
  localPort: () => number | undefined;
  /** The gateway's clock against the console's, as last measured. */
  clock: () => ReturnType<GatewaySession['clock']>;
  /** Dials at once where it waits to dial again. */
  nudge: () => void;
  /** Dials, and goes on dialing until it is disposed. */
  open: (on: Pick<SessionOptions, 'onState' | 'onEvent'>) => void;
  dispose: () => Promise<void>;
};

/** A line that is not open yet: the parts of a desk are made around it first. */
export function createDeskLink(
  deps: Pick<SessionOptions, 'identity' | 'tokens' | 'version' | 'random' | 'now' | 'certificate'> & { endpoint: GatewayEndpoint },
): DeskLink {
  const { endpoint, identity, tokens, version, random, now } = deps;
  const parseList = createListReader();
  let session: GatewaySession | undefined;

  const request: GatewaySession['request'] = (method, params) =>
    session?.request(method, params) ?? Promise.reject(new Problem('gateway-down', 'The console has not dialed yet.'));

  function listOf(answer: unknown): PairingList | undefined {
    try {
      return parseList(answer);
    } catch {
      return undefined;
    }
  }
  /** An id is the hash of a key: no real list has the one without the other. */
  const isOwnDisguised = (row: { deviceId: string; publicKey: string }) =>
    (row.deviceId === identity.deviceId) !== (row.publicKey === identity.publicKey);

  return {
    connection: { state: { kind: 'connecting' }, since: now(), lastVersion: undefined, lastProtocol: undefined },
    request,
    async readList() {
      const answer = await request('device.pair.list');
      const list = listOf(answer);
      if (list && ![...list.pending, ...list.paired].some(isOwnDisguised)) return list;
      const what = list ? 'lists the console’s own device as somebody else’s' : 'answers something else than its list of devices';
      const problem = new Problem('gateway-garbage', `The gateway ${what}.`);
      session?.distrust(problem);
      throw problem;
    },
    localPort: () => session?.localPort(),
    clock: () => session?.clock(),
    nudge: () => session?.nudge(),
    open({ onState, onEvent }) {
      session = createSession({
        url: endpoint.url,
        identity,
        auth: endpoint.auth,
        tokens,
        version,
        platform: process.platform,
        ...(endpoint.trust ? { trust: endpoint.trust } : {}),
        beforeSecret: (ownPort) => checkServingUser(endpoint, ownPort),
        ...(deps.certificate ? { certificate: deps.certificate } : {}),
        onState,
        onEvent,
        now,
        random,
      });
    },
    async dispose() {
      await session?.dispose();
    },
  };
}

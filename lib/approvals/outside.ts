// What happened on the gateway without this console: rejections, revocations and removals given with other tools, and grants
// that nobody clicked. Each is recorded, and a key that somebody turned away is turned away here as well.
import type { GatewayEndpoint } from '../gateway/endpoint.ts';
import type { PairingList, PendingRequest } from '../gateway/records.ts';
import { shortScopes } from '../gateway/scopes.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import type { LogRecord } from '../handshakes/records.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Board } from './board.ts';
import { createRefusedElsewhere } from './refused-elsewhere.ts';
import type { Standings } from './standing.ts';

const RESOLVED = 200;

export type Outside = {
  /** Each request that was seen. */
  seen: (request: PendingRequest) => void;
  /** A request that this console is about to decide itself. */
  own: (requestId: string) => void;
  /** The event `device.pair.resolved`, before the request leaves the board. */
  resolved: (payload: unknown, requestId: string) => void;
  /** Whether a key may just have been turned away. */
  suspects: (deviceId: string) => boolean;
  /** Each new record of the log. */
  note: (record: LogRecord) => void;
  /** What happened while the console was away: log records of then, and known keys that are listed no more. */
  catchUp: (list: PairingList) => Promise<void>;
  dispose: () => void;
};

/** @param changed told of a device whose requests must be looked at again */
export function createOutside(deps: {
  endpoint: Pick<GatewayEndpoint, 'id' | 'name'>;
  consoleDeviceId: string;
  board: Board;
  standing: Standings;
  window: LogWindow;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  changed: (deviceId: string) => void;
  /** Somebody rejected this request with another tool. */
  onRejected: (request: PendingRequest) => void;
  fault: (error: unknown) => void;
  now: () => number;
}): Outside {
  const { board, standing, now } = deps;
  const startedAt = now();
  /** What was on the board when it was resolved: whether somebody rejected it is known a little later. */
  const resolved = new Map<string, PendingRequest>();
  const byGateway = (what: string, text: string) =>
    deps.record({ actor: { kind: 'gateway', name: deps.endpoint.name }, what, gateway: deps.endpoint.id, text });

  /** Turns a key away here because somebody did there; recorded once. */
  async function turnAway(who: { deviceId: string; publicKey: string }, what: string, atMs: number) {
    if (!(await standing.refusedElsewhere(who, what, atMs))) return;
    await byGateway(
      `device.${what}`,
      `Somebody ${what} the key ${who.deviceId.slice(0, 8)} on the gateway itself. No rule approves it until a person does.`,
    );
  }

  const elsewhere = createRefusedElsewhere({
    onRejected({ requestId, deviceId, publicKey, ts }) {
      const request = resolved.get(requestId);
      if (request) deps.onRejected(request);
      return turnAway({ deviceId, publicKey }, 'rejected', ts)
        .catch(deps.fault)
        .finally(() => deps.changed(deviceId));
    },
    onCleared: deps.changed,
  });

  async function noteTokenWork(record: Extract<LogRecord, { kind: 'token' }>) {
    // Pruning is the gateway's own housekeeping, nobody's word against a key.
    if (record.what === 'rotated' || record.what === 'pruned') return;
    const who = board.list()?.paired.find((d) => d.deviceId === record.deviceId) ?? standing.knownKey(record.deviceId);
    if (who) await turnAway(who, record.what, record.at);
  }

  /** A grant that nobody clicked, with what the device holds, read from the gateway. */
  async function noteSilentGrant(record: Extract<LogRecord, { kind: 'grant' }>) {
    const row = (await board.refresh()).paired.find((d) => d.deviceId === record.deviceId);
    const who = `${row?.displayName ?? row?.clientId ?? 'a device'} (${record.deviceId.slice(0, 8)})`;
    const holds = shortScopes(row?.scopes ?? []);
    await byGateway('grant.silent', `The gateway admitted ${who} by itself with role ${record.role}; it holds ${holds}. Nobody was asked.`);
  }

  return {
    seen: elsewhere.note,
    own: elsewhere.own,
    resolved(payload, requestId) {
      const request = board.list()?.pending.find((p) => p.requestId === requestId);
      if (request) resolved.set(requestId, request);
      for (const oldest of resolved.keys()) {
        if (resolved.size <= RESOLVED) break;
        resolved.delete(oldest);
      }
      elsewhere.resolved(payload, request);
    },
    suspects: elsewhere.suspects,
    note(record) {
      if (record.kind === 'token') void noteTokenWork(record).catch(deps.fault);
      if (record.kind === 'grant' && record.how === 'silent' && record.at > startedAt) void noteSilentGrant(record).catch(deps.fault);
    },
    async catchUp(list) {
      for (const record of deps.window.records()) if (record.kind === 'token') await noteTokenWork(record);
      // A list that shows nobody else is limited sight, not a clean-up.
      if (!list.paired.some((d) => d.deviceId !== deps.consoleDeviceId)) return;
      for (const entry of standing.missingFrom(list.paired)) await turnAway(entry, 'removed', now());
    },
    dispose: elsewhere.dispose,
  };
}

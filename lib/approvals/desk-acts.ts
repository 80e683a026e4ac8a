// What people and scripts do at one gateway's desk. Each act is recorded, and everything that waits is looked at again.
import type { DecisionActor, DecisionView, DeviceView } from '../api/shapes.ts';
import type { Collector } from '../evidence/collector.ts';
import { type GatewayEndpoint, isLoopbackUrl } from '../gateway/endpoint.ts';
import { admitConsole } from '../gateway/helper.ts';
import { checkServingUser } from '../gateway/host-checks.ts';
import type { DeviceIdentity } from '../gateway/identity.ts';
import { CONSOLE_SCOPES, shortScopes } from '../gateway/scopes.ts';
import { Problem } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Board } from './board.ts';
import type { CertificatePin } from './certificate-pin.ts';
import type { Decider } from './decider.ts';
import type { Connection, DeskViews } from './desk-views.ts';
import type { Evaluator } from './evaluator.ts';
import type { BoundContent } from './reason.ts';
import { originView } from './request-view.ts';
import type { Standings } from './standing.ts';

export type DeskActs = {
  /** A person's or a script's decision, bound to what they saw. */
  decide: (action: 'approve' | 'reject', requestId: string, bound: BoundContent, actor: DecisionActor) => Promise<DecisionView>;
  /** Lets the console itself in through the local helper path. A person's act only. */
  admit: (actor: DecisionActor) => Promise<void>;
  setStatement: (noProxyInFront: boolean, actor: DecisionActor) => Promise<void>;
  /** Bound to when the statement was made that was read. */
  acknowledgeStatement: (at: string, actor: DecisionActor) => Promise<void>;
  acceptIdentity: (actor: DecisionActor) => Promise<void>;
  /** Bound to the fingerprint that the person compared: SHA-256, lower-case hex. */
  acceptCertificate: (fingerprint: string, actor: DecisionActor) => Promise<void>;
  setVouched: (deviceId: string, vouched: boolean, actor: DecisionActor) => Promise<DeviceView>;
};

export function createDeskActs(deps: {
  endpoint: GatewayEndpoint;
  identity: DeviceIdentity;
  version: string;
  connection: Readonly<Connection>;
  views: DeskViews;
  board: Board;
  collector: Collector;
  decider: Decider;
  evaluator: Evaluator;
  standing: Standings;
  pin: CertificatePin;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  /** Passes a write on, and tells automation whether the store works. */
  guardStore: <T>(work: Promise<T>) => Promise<T>;
  nudge: () => void;
  refresh: () => Promise<void>;
  /** Something that verdicts depend on changed. */
  changed: () => void;
  showDevice: (device: DeviceView) => void;
  fault: (error: unknown) => void;
}): DeskActs {
  const { endpoint, connection, views, collector, evaluator, standing } = deps;
  const gateway = endpoint.id;

  /** The new state travels with the refusal, so that the caller can decide on it. */
  async function withNewState(error: Problem, requestId: string): Promise<Problem> {
    await deps.refresh().catch(() => undefined);
    const other = typeof error.extra.requestId === 'string' ? views.request(error.extra.requestId) : undefined;
    return new Problem('request-changed', error.message, { request: other ?? views.request(requestId) });
  }

  return {
    async decide(action, requestId, bound, actor) {
      const shown = views.request(requestId);
      if (action === 'approve' && standing.ledgerOf(bound)?.refused && actor.kind !== 'person')
        throw new Problem('person-required', 'A person refused this key; only a person can approve it again.');
      if (connection.state.kind !== 'live') throw new Problem(connection.state.kind === 'waiting' ? 'console-waits' : 'gateway-down');
      const assessed = evaluator.of(requestId);
      // A caller that names no platform is bound to the one that this console showed, if it ever was only one.
      if (!('platform' in bound) && deps.board.wasRewritten(requestId))
        throw await withNewState(
          new Problem('request-changed', 'Its platform or family changed while it waited. Name the ones that you saw.', { requestId }),
          requestId,
        );
      const content = 'platform' in bound || !shown ? bound : { ...bound, platform: shown.platform, deviceFamily: shown.deviceFamily };
      try {
        return await deps.decider.decide({
          action,
          requestId,
          bound: content,
          actor,
          origin: shown?.origin ?? originView(assessed.judgement, assessed.settled),
          verdict: assessed.verdict,
        });
      } catch (error) {
        throw error instanceof Problem && error.code === 'request-changed' ? await withNewState(error, requestId) : error;
      } finally {
        void deps.refresh().catch(deps.fault);
      }
    },
    async admit(actor) {
      if (connection.state.kind !== 'waiting') throw new Problem('request-gone', 'The console does not wait for approval on this gateway.');
      if (endpoint.source === 'practice' || !isLoopbackUrl(endpoint.url)) throw new Problem('helper-unavailable');
      const own = await admitConsole({
        url: endpoint.url,
        auth: endpoint.auth,
        identity: deps.identity,
        version: deps.version,
        platform: process.platform,
        ...(endpoint.trust ? { trust: endpoint.trust } : {}),
        beforeSecret: (ownPort) => checkServingUser(endpoint, ownPort),
        certificate: deps.pin.check,
      });
      deps.nudge();
      const scopes = shortScopes(CONSOLE_SCOPES);
      await deps.record({
        actor,
        what: 'console.admitted',
        gateway,
        text: `${actor.name} admitted this console through the local helper path with ${scopes}.`,
        details: { requestId: own.requestId, deviceId: own.deviceId },
      });
    },
    async setStatement(noProxyInFront, actor) {
      await deps.guardStore(standing.setStatement(noProxyInFront, actor, collector.state().config?.fingerprint));
      deps.changed();
    },
    async acknowledgeStatement(at, actor) {
      await standing.acknowledge(at, actor);
      deps.changed();
    },
    async acceptIdentity(actor) {
      const hostKey = collector.state().hostKey;
      if (!hostKey) throw new Problem('gateway-down', 'The gateway’s identity is not known right now.');
      await standing.acceptIdentity(hostKey.deviceId, actor);
      deps.changed();
    },
    async acceptCertificate(fingerprint, actor) {
      await deps.pin.accept(fingerprint, actor);
      deps.nudge();
      deps.changed();
    },
    async setVouched(deviceId, vouched, actor) {
      const row = deps.board.list()?.paired.find((d) => d.deviceId === deviceId);
      if (!row) throw new Problem('device-unknown', 'This gateway lists no such device.');
      await deps.guardStore(standing.setVouched(row, vouched, actor));
      deps.changed();
      const item = views.device(row);
      deps.showDevice(item);
      return item;
    },
  };
}

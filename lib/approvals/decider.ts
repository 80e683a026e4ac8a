// One decision from intent to effect: bound to what was shown, read again right before, written before the gateway is asked,
// compared after, undone when the gateway granted anything else (evidence, Binding and effect).
import type { VerdictView } from '../api/rule-shapes.ts';
import type { DecisionActor, DecisionView, OriginView, Reason } from '../api/shapes.ts';
import type { Clock } from '../clock.ts';
import { isoOf } from '../clock.ts';
import type { GatewayMethod } from '../gateway/allowlist.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import { type PairedDevice, type PairingList, type PendingRequest, readApproved } from '../gateway/records.ts';
import { addedScopes, highestRisk, normaliseScopes, sameScopes, shortScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import { Problem, problemView } from '../problem.ts';
import type { DecisionPatch } from '../store/decisions.ts';
import { type BoundContent, contentKey, pairedRowOf, reasonOf } from './reason.ts';

export type Intent = {
  action: 'approve' | 'reject';
  requestId: string;
  bound: BoundContent;
  actor: DecisionActor;
  origin: OriginView;
  verdict?: VerdictView;
  /** Asked again with the rows read right before; a text stops the decision and says why. */
  stillGood?: (
    request: PendingRequest,
    row: PairedDevice | undefined,
    list: PairingList,
  ) => Promise<string | undefined> | string | undefined;
  /** The last word, asked between the record and the gateway; a text stops the decision. Synchronous, so that nothing comes between. */
  mayAsk?: () => string | undefined;
};

export type Decider = {
  /** Whether a decision on this device is under way. */
  isBusy: (deviceId: string) => boolean;
  decide: (intent: Intent) => Promise<DecisionView>;
  /** Another act on a device, under the same mark: one at a time. Rejects with Problem('request-busy'). */
  exclusively: <T>(deviceId: string, work: () => Promise<T>) => Promise<T>;
};

const TRIES = 3;

export type DeciderDeps = {
  gateway: string;
  readList: () => Promise<PairingList>;
  request: (method: GatewayMethod, params?: Record<string, unknown>) => Promise<unknown>;
  begin: (decision: DecisionView) => Promise<void>;
  complete: (id: string, patch: DecisionPatch) => Promise<DecisionView>;
  /** Called when a grant differed from what was decided: stop all automation. */
  onUndone: (decision: DecisionView) => Promise<void>;
  /** Told the row that the gateway now holds, right after an approval. */
  onApproved: (decision: DecisionView, row: PairedDevice) => Promise<void>;
  clock: Clock;
  newId: () => string;
};

/** What an approval must leave behind. */
type Expected = { roles: string[]; scopes: string[]; createdAtMs: number | undefined };

function expectedRow(request: PendingRequest, row: PairedDevice | undefined): Expected {
  return {
    roles: [...new Set([...(row?.roles ?? []), ...request.roles])].sort(),
    scopes: normaliseScopes([...(row?.scopes ?? []), ...request.scopes]),
    createdAtMs: row?.createdAtMs,
  };
}

/** Why the row that the gateway answered is not what was decided; undefined when it is. */
export function grantMismatch(got: PairedDevice, request: PendingRequest, expected: Expected): string | undefined {
  if (got.deviceId !== request.deviceId || got.publicKey !== request.publicKey) return 'another key';
  if (got.roles.length !== expected.roles.length || got.roles.some((r, i) => r !== expected.roles[i]))
    return `roles ${got.roles.join(', ') || 'none'}`;
  if (!sameScopes(got.scopes, expected.scopes)) return `scopes ${normaliseScopes(got.scopes).join(', ') || 'none'}`;
  if (got.platform !== request.platform || got.deviceFamily !== request.deviceFamily) return 'another platform';
  if (expected.createdAtMs !== undefined && got.createdAtMs !== expected.createdAtMs) return 'another pairing';
  return undefined;
}

/** A decider for one gateway. Decisions on one device run one after the other; a second at the same time is 'request-busy'. */
export function createDecider(deps: DeciderDeps): Decider {
  const busy = new Set<string>();

  /** Finds what the decision is for: its id with exactly this content, or where the id is gone, the same content under a new id. */
  function find(list: PairingList, intent: Intent): PendingRequest {
    const wanted = contentKey(intent.bound);
    const byId = list.pending.find((p) => p.requestId === intent.requestId);
    const same = byId ?? list.pending.find((p) => contentKey(p) === wanted);
    if (same && contentKey(same) === wanted) return same;
    const other = same ?? list.pending.find((p) => p.deviceId === intent.bound.deviceId);
    if (other) throw new Problem('request-changed', 'The request on the gateway is not what you saw.', { requestId: other.requestId });
    throw new Problem('request-gone', 'This request does not wait on the gateway any more.');
  }

  function decisionOf(intent: Intent, request: PendingRequest, row: PairedDevice | undefined, reason: Reason): DecisionView {
    return {
      id: deps.newId(),
      gateway: deps.gateway,
      requestId: request.requestId,
      deviceId: request.deviceId,
      publicKey: request.publicKey,
      ...present({ displayName: request.displayName, clientId: request.clientId, verdict: intent.verdict }),
      action: intent.action,
      state: 'asking',
      actor: intent.actor,
      reason,
      roles: request.roles,
      scopes: normaliseScopes(request.scopes),
      heldScopes: normaliseScopes(row?.scopes ?? []),
      addedScopes: addedScopes(row?.scopes ?? [], request.scopes),
      risk: highestRisk(request.roles, request.scopes),
      at: isoOf(deps.clock.nowMs()),
      outcome: 'Asked the gateway; no answer yet.',
      origin: intent.origin,
    };
  }

  async function undo(decision: DecisionView, what: string): Promise<DecisionView> {
    const removed = await deps.request('device.pair.remove', { deviceId: decision.deviceId }).then(
      () => true,
      () => false,
    );
    const outcome = removed
      ? `The gateway granted something else (${what}). The device was removed again and automation stopped.`
      : `The gateway granted something else (${what}) and the device could not be removed. Remove it on the gateway now.`;
    const undone: DecisionPatch = {
      state: 'undone',
      answeredAt: isoOf(deps.clock.nowMs()),
      outcome,
      problem: problemView(new Problem('undone', outcome)),
    };
    // Automation stops first: the record may be what fails.
    await deps.onUndone({ ...decision, ...undone }).catch(() => undefined);
    return deps.complete(decision.id, undone);
  }

  /** `reach.asked` while the gateway may have carried it out: what goes wrong after that makes no failed decision of it. */
  async function attempt(
    intent: Intent,
    decision: DecisionView | undefined,
    reach: { asked: boolean },
  ): Promise<{ again: DecisionView } | DecisionView> {
    const list = await deps.readList();
    const request = find(list, intent);
    if (intent.action === 'approve' && request.silent)
      throw new Problem('request-changed', 'The gateway decides this request by itself; it can only be rejected here.', {
        requestId: request.requestId,
      });
    const row = pairedRowOf(list.paired, request);
    const stop = await intent.stillGood?.(request, row, list);
    if (stop !== undefined) throw new Problem('request-changed', stop, { requestId: request.requestId });
    const current = decision ?? decisionOf(intent, request, row, reasonOf(request, row));
    if (!decision) await deps.begin(current);
    else if (decision.requestId !== request.requestId) await deps.complete(current.id, { requestId: request.requestId });
    const stopped = intent.mayAsk?.();
    if (stopped !== undefined) {
      await deps.complete(current.id, {
        state: 'failed',
        answeredAt: isoOf(deps.clock.nowMs()),
        outcome: `The gateway was not asked: ${stopped}`,
      });
      throw new Problem('request-changed', stopped, { requestId: request.requestId, completed: true });
    }
    let answer: unknown;
    reach.asked = true;
    try {
      answer = await deps.request(intent.action === 'approve' ? 'device.pair.approve' : 'device.pair.reject', {
        requestId: request.requestId,
      });
    } catch (error) {
      if (error instanceof GatewayRefusal) reach.asked = false;
      if (error instanceof GatewayRefusal && /unknown requestId/i.test(error.message)) return { again: current };
      const problem = error instanceof GatewayRefusal ? new Problem('gateway-refused', `The gateway said no: ${error.message}`) : error;
      // Without an answer nobody knows: the decision stays 'asking' and is settled by reading the gateway.
      if (problem instanceof Problem && problem.code === 'gateway-down') throw problem;
      const view = problemView(problem);
      return deps.complete(current.id, { state: 'failed', answeredAt: isoOf(deps.clock.nowMs()), outcome: view.detail, problem: view });
    }
    const answeredAt = isoOf(deps.clock.nowMs());
    const moved =
      request.requestId === intent.requestId
        ? ''
        : ' The client had asked again with the same content, so the decision went to its newer request.';
    if (intent.action === 'reject')
      return deps.complete(current.id, { state: 'rejected', answeredAt, outcome: `Rejected.${moved} The device keeps what it held.` });
    const got = readApproved(answer) ?? (await deps.readList()).paired.find((d) => d.deviceId === request.deviceId);
    if (!got)
      return deps.complete(current.id, { state: 'failed', answeredAt, outcome: 'The gateway answered yes, but lists no such device.' });
    const mismatch = grantMismatch(got, request, expectedRow(request, row));
    if (mismatch) return undo(current, mismatch);
    const done = await deps.complete(current.id, {
      state: 'approved',
      answeredAt,
      requestId: request.requestId,
      ...present({ rowCreatedAtMs: got.createdAtMs }),
      outcome: `Approved.${moved} It now holds ${
        got.scopes.length === 0 && got.roles.includes('node')
          ? 'role node; which commands may be run on it is decided in the queue of nodes'
          : shortScopes(normaliseScopes(got.scopes))
      }.`,
    });
    await deps.onApproved(done, got);
    return done;
  }

  async function exclusively<T>(deviceId: string, work: () => Promise<T>): Promise<T> {
    if (busy.has(deviceId)) throw new Problem('request-busy', 'A decision on this device is under way.');
    busy.add(deviceId);
    try {
      return await work();
    } finally {
      busy.delete(deviceId);
    }
  }

  return {
    isBusy: (deviceId) => busy.has(deviceId),
    exclusively,
    decide: (intent) =>
      exclusively(intent.bound.deviceId, async () => {
        let decision: DecisionView | undefined;
        const reach = { asked: false };
        for (let n = 0; n < TRIES; n += 1) {
          let result: { again: DecisionView } | DecisionView;
          try {
            result = await attempt(intent, decision, reach);
          } catch (error) {
            if (decision && !reach.asked && !(error instanceof Problem && error.extra.completed === true))
              await deps.complete(decision.id, {
                state: 'failed',
                answeredAt: isoOf(deps.clock.nowMs()),
                outcome: problemView(error).detail,
                problem: problemView(error),
              });
            throw error;
          }
          if (!('again' in result)) return result;
          decision = result.again;
        }
        const gone = new Problem(
          'request-gone',
          'The client asked again faster than the decision could reach the gateway. Decide once more.',
        );
        if (decision)
          await deps.complete(decision.id, {
            state: 'failed',
            answeredAt: isoOf(deps.clock.nowMs()),
            outcome: gone.message,
            problem: problemView(gone),
          });
        throw gone;
      }),
  };
}

// One device taken back: bound to what was shown, written before the gateway is asked, its waiting requests rejected first, removed,
// and read back. Nothing is repeated by itself.
import type { TakeBackInput, TakeBackItem, TakeBackView } from '../api/grant-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import { normaliseScopes, sameScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';
import type { StoredTakeBack, TakeBackPatch } from '../store/take-backs.ts';
import { rowOf } from './take-back-plan.ts';
import type { TakeBackPort } from './take-back-port.ts';
import { failedWords, goneWords, STILL_LISTED, UNREAD } from './take-back-words.ts';

/** What the row of a key says after it was taken back: another time of making is another pairing. */
export function listedAs(
  row: PairedDevice | undefined,
  taken: StoredTakeBack,
): { kind: 'gone' } | { kind: 'same' | 'again'; row: PairedDevice } {
  if (!row) return { kind: 'gone' };
  return { kind: row.createdAtMs === taken.rowMs ? 'same' : 'again', row };
}

/** Rejects every request of the key that waits; answers how many. One that went by itself meanwhile counts as done. */
async function rejectWaiting(port: TakeBackPort, list: PairingList, key: Pick<TakeBackView, 'deviceId'>): Promise<number> {
  let rejected = 0;
  for (const request of list.pending.filter((p) => p.deviceId === key.deviceId)) {
    port.own(request.requestId);
    try {
      await port.request('device.pair.reject', { requestId: request.requestId });
      rejected += 1;
    } catch (error) {
      if (!(error instanceof GatewayRefusal && /unknown requestId/i.test(error.message))) throw error;
    }
  }
  return rejected;
}

/** Checks an intent against the row as it is now. Throws Problem('device-unknown' | 'request-changed' | 'take-back-impossible' | 'input-invalid'). */
function bind(
  input: TakeBackInput,
  list: PairingList,
  itemOf: (row: PairedDevice) => TakeBackItem,
): { row: PairedDevice; item: TakeBackItem } {
  const listed = list.paired.find((row) => row.deviceId === input.deviceId);
  if (!listed) throw new Problem('device-unknown', 'This gateway does not list the device any more: there is nothing to take back.');
  const item = itemOf(listed);
  if (listed.publicKey !== input.publicKey || listed.createdAtMs !== input.rowCreatedAtMs)
    throw new Problem('request-changed', 'The device was paired anew since you looked.', { item });
  if (!sameScopes(listed.scopes, input.holds)) throw new Problem('request-changed', 'The device does not hold what you saw.', { item });
  if (item.impossible !== undefined) throw new Problem('take-back-impossible', item.impossible);
  if (item.needsConfirm !== undefined && input.confirm !== item.needsConfirm)
    throw new Problem('input-invalid', `body field confirm: this one is taken back only with the word ${item.needsConfirm}`, {
      field: 'confirm',
    });
  return { row: listed, item };
}

export type TakeBackKeeping = {
  /** Writes it down; it is on the disk when this resolves. */
  begin: (taken: StoredTakeBack) => Promise<void>;
  /** Writes what became of it, shows and records it. */
  complete: (id: string, patch: TakeBackPatch) => Promise<StoredTakeBack>;
};

/**
 * Takes one device back. Resolves with what was read back from the gateway; rejects before anything was asked when the device is not
 * what was seen, and with Problem('gateway-down') when no answer came: then it stays `asking` until a later list settles it.
 */
export async function takeOne({
  input,
  actor,
  port,
  keep,
  itemOf,
  clock,
  newId,
}: {
  input: TakeBackInput;
  actor: DecisionActor;
  port: TakeBackPort;
  keep: TakeBackKeeping;
  itemOf: (row: PairedDevice, list: PairingList) => Promise<TakeBackItem>;
  clock: Clock;
  newId: () => string;
}): Promise<StoredTakeBack> {
  const list = await port.readList();
  const candidate = list.paired.find((row) => row.deviceId === input.deviceId);
  const prepared = candidate && (await itemOf(candidate, list));
  const { row, item } = bind(input, list, () => {
    if (!prepared) throw new Problem('device-unknown');
    return prepared;
  });
  const taken: StoredTakeBack = {
    view: {
      id: newId(),
      gateway: port.gateway,
      deviceId: row.deviceId,
      publicKey: row.publicKey,
      ...present({ displayName: row.label ?? row.displayName ?? row.clientId, rule: input.rule, decision: input.decision }),
      by: actor.name,
      lost: normaliseScopes(row.scopes),
      at: isoOf(clock.nowMs()),
      state: 'asking',
      enforcement: item.enforcement,
      outcome: 'Asked the gateway; no answer yet.',
    },
    ...(row.createdAtMs === undefined ? {} : { rowMs: row.createdAtMs }),
  };
  await keep.begin(taken);
  const done = (patch: TakeBackPatch) => keep.complete(taken.view.id, { answeredAt: isoOf(clock.nowMs()), ...patch });
  const failed = (why: string) => done({ state: 'failed', outcome: failedWords(why) });
  const refused = (why: string) => done({ state: 'refused', outcome: failedWords(`The gateway refused: ${why}.`) });
  let rejected = 0;
  try {
    // First of all the ledger: from here on no rule approves this key, whatever becomes of the rest.
    await port.refused({ gateway: port.gateway, deviceId: row.deviceId, publicKey: row.publicKey }, actor.name, 'removed');
    // On 2026.4.14 a request outlives the removal, and approving it would bring everything back.
    rejected = await rejectWaiting(port, list, row);
    await port.request('device.pair.remove', { deviceId: row.deviceId });
  } catch (error) {
    if (error instanceof GatewayRefusal) {
      if (!/unknown deviceId/i.test(error.message)) return refused(error.message);
    } else if (error instanceof Problem && error.code !== 'gateway-down') return failed(error.message);
    else throw error;
  }
  let after: PairingList;
  try {
    after = await port.readList();
    rejected += await rejectWaiting(port, after, row);
  } catch {
    return done({ state: 'unknown', outcome: UNREAD });
  }
  if (listedAs(rowOf(after.paired, row), taken).kind === 'same') return failed(STILL_LISTED);
  // Where it is listed anew already, the reading that follows says so.
  return done({ state: 'gone', outcome: goneWords(taken.view, rejected) });
}

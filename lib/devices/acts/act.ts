// One act on one device: bound to what was shown, written before the gateway is asked, and told by what the list shows after it, not
// by what was answered. Nothing is repeated by itself.
import type { DeviceActInput, DeviceActItem } from '../../api/device-shapes.ts';
import type { DecisionActor } from '../../api/shapes.ts';
import { type Clock, isoOf } from '../../clock.ts';
import { GatewayRefusal } from '../../gateway/link.ts';
import { callerString, type PairedDevice, type PairingList } from '../../gateway/records.ts';
import { sameScopes } from '../../gateway/scopes.ts';
import { present } from '../../present.ts';
import { Problem } from '../../problem.ts';
import type { ActPatch } from '../../store/device-acts.ts';
import type { DeviceActPort } from './port.ts';
import { beforeOf, type KeptAct, type Reading, readingOf } from './reading.ts';
import type { ActReads } from './reads.ts';
import { ASKING, BARRED, doneWords, GONE, noTokenWords, PAIRED_ANEW, UNCHANGED, UNREAD, undoneWords } from './words.ts';

const LABEL_MAX = 64;

const field = (name: string, why: string) => new Problem('input-invalid', `body field ${name}: ${why}`, { field: name });

/** An intent in order. Throws Problem('input-invalid') naming the field. */
function checked(input: DeviceActInput): DeviceActInput {
  if ((input.act === 'rename') !== (input.label !== undefined)) throw field('label', 'to be named for rename, and for nothing else');
  if ((input.act === 'narrow') !== (input.scopes !== undefined)) throw field('scopes', 'to be named for narrow, and for nothing else');
  if (input.label === undefined) return input;
  const label = input.label.trim();
  if (label.length === 0 || label.length > LABEL_MAX) throw field('label', `1 to ${LABEL_MAX} characters`);
  if (callerString(label) !== label) throw field('label', 'no control or invisible characters');
  return { ...input, label };
}

/** Holds an intent to the row as it is now. Throws Problem('device-unknown' | 'request-changed' | 'device-act-impossible' | 'input-invalid'). */
function bind(input: DeviceActInput, item: DeviceActItem) {
  const changed = (why: string) => new Problem('request-changed', why, { item });
  if (item.publicKey !== input.publicKey || item.rowCreatedAtMs !== input.rowCreatedAtMs)
    throw changed('The device was paired anew since you looked.');
  if (!sameScopes(item.holds, input.holds)) throw changed('The device does not hold what you saw.');
  const had = input.tokenScopes === undefined ? undefined : [...input.tokenScopes];
  if (
    input.act !== 'rename' &&
    ((had === undefined) !== (item.tokenScopes === undefined) || !sameScopes(had ?? [], item.tokenScopes ?? []))
  )
    throw changed('Its token does not hold what you saw.');
  if (item.impossible !== undefined) throw new Problem('device-act-impossible', item.impossible, { item });
  if (item.needsConfirm !== undefined && input.confirm !== item.needsConfirm)
    throw new Problem('input-invalid', `body field confirm: this one is done only with the word ${item.needsConfirm}`, {
      field: 'confirm',
      item,
    });
}

/** Asks the gateway for an act. Rejects as DeviceActPort.tell does. */
function ask(port: DeviceActPort, { act, deviceId, label, scopes }: DeviceActInput, role: string | undefined): Promise<void> {
  switch (act) {
    case 'rename':
      return port.tell('device.pair.rename', { deviceId, label });
    case 'rotate':
      return port.tell('device.token.rotate', { deviceId, role });
    case 'narrow':
      return port.tell('device.token.rotate', { deviceId, role, scopes });
    case 'revoke':
      return port.tell('device.token.revoke', { deviceId, role });
  }
}

const lacksScope = (error: GatewayRefusal) => error.detailCode === 'MISSING_SCOPE' || /missing scope/i.test(error.message);

/** Why the gateway said no, told apart by what its list shows: a removed device is refused in the same words as a forbidden act. */
async function refusedWords(reads: ActReads, act: KeptAct, error: GatewayRefusal): Promise<string> {
  const after = await reads.after().catch(() => undefined);
  const reading = after && readingOf(act, rowIn(after, act.input.deviceId));
  if (reading?.kind === 'gone') return GONE;
  if (reading?.kind === 'anew') return PAIRED_ANEW;
  const barred = act.input.act === 'revoke' ? ` ${BARRED}` : '';
  if (lacksScope(error)) return `The console holds too little on this gateway: ${error.message}. Nothing was done.${barred}`;
  return `The gateway refused: ${error.message}. Nothing was done. Its log may say why.${barred}`;
}

const rowIn = (list: Pick<PairingList, 'paired'>, deviceId: string): PairedDevice | undefined =>
  list.paired.find((row) => row.deviceId === deviceId);

/** What became of an act that the gateway said yes to, by a reading of its list. */
export function afterYes(act: KeptAct, reading: Reading): ActPatch {
  switch (reading.kind) {
    case 'done':
      return { state: 'done', outcome: doneWords(act) };
    case 'no-token':
      return { state: 'done', outcome: noTokenWords(act) };
    case 'before':
      return { state: 'failed', outcome: UNCHANGED };
    case 'gone':
      return { state: 'failed', outcome: GONE };
    case 'anew':
      return { state: 'failed', outcome: PAIRED_ANEW };
    case 'otherwise':
      return { state: 'undone', outcome: undoneWords(act, reading.row, false) };
  }
}

export type ActKeeping = {
  /** Writes it down; it is on the disk when this resolves. */
  begin: (act: KeptAct) => Promise<void>;
  /** Writes what became of it, shows and records it. */
  complete: (id: string, patch: ActPatch) => Promise<KeptAct>;
};

/**
 * Does one act. Resolves with what was read back from the gateway; rejects before anything was asked when the device is not what was
 * seen, and with Problem('gateway-down') when no answer came: then it stays `asking` until a later list settles it.
 */
export async function actOnce({
  input: raw,
  actor,
  port,
  reads,
  keep,
  itemOf,
  clock,
  newId,
}: {
  input: DeviceActInput;
  actor: DecisionActor;
  port: DeviceActPort;
  reads: ActReads;
  keep: ActKeeping;
  itemOf: (row: PairedDevice, list: PairingList) => Promise<DeviceActItem>;
  clock: Clock;
  newId: () => string;
}): Promise<KeptAct> {
  const input = checked(raw);
  const list = await reads.before();
  const row = rowIn(list, input.deviceId);
  if (!row) throw new Problem('device-unknown', 'This gateway does not list the device any more.');
  const item = await itemOf(row, list);
  bind(input, item);
  const { confirm: _word, ...kept } = input;
  const act: KeptAct = {
    view: {
      id: newId(),
      act: input.act,
      gateway: port.gateway,
      deviceId: row.deviceId,
      ...present({ displayName: item.displayName, role: item.role }),
      by: actor.name,
      at: isoOf(clock.nowMs()),
      state: 'asking',
      outcome: ASKING,
    },
    input: kept,
    before: { ...beforeOf(row, item.role), ...(item.enforcement === undefined || item.enforcement === 'enforced' ? {} : { loose: true }) },
  };
  await keep.begin(act);
  const done = (patch: ActPatch) => {
    const at = isoOf(clock.nowMs());
    return keep.complete(act.view.id, { answeredAt: at, ...(patch.state === 'undone' ? { undoneAt: at } : {}), ...patch });
  };
  try {
    // First of all the ledger: whoever revokes turns the key away, and no rule approves it from here on, whatever becomes of the rest.
    if (input.act === 'revoke')
      await port.refused({ gateway: port.gateway, deviceId: row.deviceId, publicKey: row.publicKey }, actor.name, 'revoked');
    await ask(port, input, item.role);
  } catch (error) {
    if (error instanceof GatewayRefusal) return done({ state: 'failed', outcome: await refusedWords(reads, act, error) });
    if (error instanceof Problem && error.code !== 'gateway-down') return done({ state: 'failed', outcome: error.message });
    throw error;
  }
  let after: PairingList;
  try {
    after = await reads.after();
  } catch {
    return done({ state: 'unknown', outcome: UNREAD });
  }
  return done(afterYes(act, readingOf(act, rowIn(after, row.deviceId))));
}

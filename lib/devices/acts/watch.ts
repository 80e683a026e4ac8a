// What later lists say of acts: one that no answer came for is settled, and one that held is told once when it does not hold any more.
import { type Clock, isoOf } from '../../clock.ts';
import type { PairedDevice, PairingList } from '../../gateway/records.ts';
import type { ActPatch } from '../../store/device-acts.ts';
import type { Store } from '../../store/open.ts';
import { afterYes } from './act.ts';
import { type KeptAct, type Reading, readingOf } from './reading.ts';
import { doneWords, GONE, NO_ANSWER, NOTHING_DONE, noTokenWords, OTHERWISE, PAIRED_ANEW, undoneWords } from './words.ts';

/** What became of an act whose answer never came, by a reading of the list. */
function settled(act: KeptAct, reading: Reading): ActPatch {
  switch (reading.kind) {
    case 'done':
      return { state: 'done', outcome: `${NO_ANSWER} ${doneWords(act)}` };
    case 'no-token':
      return { state: act.input.act === 'revoke' ? 'done' : 'failed', outcome: `${NO_ANSWER} ${noTokenWords(act)}` };
    case 'before':
      return { state: 'failed', outcome: `${NO_ANSWER} ${NOTHING_DONE}` };
    case 'gone':
      return { state: 'failed', outcome: `${NO_ANSWER} ${GONE}` };
    case 'anew':
      return { state: 'failed', outcome: `${NO_ANSWER} ${PAIRED_ANEW}` };
    case 'otherwise':
      return { state: 'failed', outcome: `${NO_ANSWER} ${OTHERWISE}` };
  }
}

/** Acts of one kind on one token of one device: only the newest is watched. */
export const placeOf = ({ view }: Pick<KeptAct, 'view'>): string =>
  `${view.gateway} ${view.deviceId} ${view.act === 'revoke' || view.act === 'narrow' ? 'token' : view.act} ${view.role ?? ''}`;

export type ActWatch = {
  /**
   * Looks at one act in a list. Resolves with what is to be written, if anything, and with `over` where this console itself gave or
   * took since: such an act is history.
   */
  look: (act: KeptAct, list: PairingList) => Promise<{ patch: ActPatch; undone: boolean } | 'over' | undefined>;
  /** An act that is watched no more. */
  forget: (id: string) => void;
};

export function createActWatch(deps: { store: Pick<Store, 'decisions' | 'takeBacks'>; clock: Clock }): ActWatch {
  const { store, clock } = deps;
  /** Renames that one list did not show any more: a list may have been on its way when it was done. */
  const suspected = new Set<string>();

  const rows = new WeakMap<PairingList, ReadonlyMap<string, PairedDevice>>();

  /** Lists are long and asked often: each is put in order once. */
  function rowOf(list: PairingList, deviceId: string): PairedDevice | undefined {
    const byId = rows.get(list) ?? new Map(list.paired.map((row) => [row.deviceId, row]));
    rows.set(list, byId);
    return byId.get(deviceId);
  }

  /** Whether this console itself gave the token anew, or took the device back. Undefined while that is being asked for. */
  async function ownDoing({ view }: KeptAct): Promise<boolean | undefined> {
    const since = Date.parse(view.at);
    const approvals = (await store.decisions.approvalsSince(view.gateway, view.deviceId, since)).filter(
      (decision) => view.role === undefined || decision.roles.includes(view.role),
    );
    if (approvals.some((decision) => decision.state === 'asking')) return undefined;
    return approvals.length > 0 || (await store.takeBacks.ofDeviceSince(view.gateway, view.deviceId, since)).length > 0;
  }

  /** Whether a reading shows that what was done does not hold any more. */
  function isUndone(act: KeptAct, reading: Reading): boolean {
    if (reading.kind === 'done' || reading.kind === 'gone' || reading.kind === 'no-token') return false;
    // A rotation leaves an old token dead, whatever comes after it.
    if (act.input.act === 'rotate') return false;
    if (reading.kind === 'anew') {
      const token = reading.row.tokens.find((t) => t.role === act.view.role);
      return act.input.act === 'rename' || (token !== undefined && token.revokedAtMs === undefined);
    }
    if (act.input.act !== 'rename') return reading.kind === 'otherwise';
    const isSecond = suspected.has(act.view.id);
    suspected.add(act.view.id);
    return isSecond;
  }

  return {
    forget: (id) => void suspected.delete(id),

    async look(act, list) {
      const { view } = act;
      const row = rowOf(list, view.deviceId);
      const reading = readingOf(act, row);
      const at = isoOf(clock.nowMs());
      if (view.state === 'asking') return { patch: { answeredAt: at, ...settled(act, reading) }, undone: false };
      if (view.state === 'unknown') {
        const patch = afterYes(act, reading);
        const undone = patch.state === 'undone';
        return { patch: { ...patch, ...(undone ? { undoneAt: at } : {}) }, undone };
      }
      if (reading.kind === 'done') suspected.delete(view.id);
      if (view.state !== 'done' || !isUndone(act, reading)) return undefined;
      const own = await ownDoing(act);
      if (own) return 'over';
      if (own !== false || !row) return undefined;
      return { patch: { state: 'undone', undoneAt: at, outcome: undoneWords(act, row, reading.kind === 'anew') }, undone: true };
    },
  };
}

// What findings need of one desk: the facts about a row, from the last list and from what was seen.
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import { FINDINGS_STEP_MS, type Known } from './findings.ts';
import { createListFacts } from './findings-list.ts';
import type { SeenBook } from './findings-seen.ts';

export function createDeskFindings(deps: {
  list: () => PairingList | undefined;
  seen: Omit<SeenBook, 'note'>;
  consoleDeviceId: string;
  hostKeyId: () => string | undefined;
  now: () => number;
}) {
  const factsIn = createListFacts();
  return {
    /** All that decides about the findings of a row beside itself. */
    factsOf(row: PairedDevice, unclicked: number): Known {
      const list = deps.list();
      return {
        list: list && factsIn(list).get(row.deviceId),
        seen: deps.seen.of(row.deviceId),
        mismatchMs: deps.seen.mismatchMs(row),
        unclicked,
        isConsole: row.deviceId === deps.consoleDeviceId,
        isHostKey: row.deviceId === deps.hostKeyId(),
        nowMs: deps.now(),
      };
    },
    /** Moves on every few minutes: what the clock alone changes is looked at again then. */
    step: () => Math.floor(deps.now() / FINDINGS_STEP_MS),
  };
}

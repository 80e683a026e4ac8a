// Readings of a gateway's list for acts. A list can be ten thousand rows long and a run five hundred acts: what one reading shows serves
// the page, the act that it reads back, and the next act of the run.
import type { Clock } from '../../clock.ts';
import type { PairingList } from '../../gateway/records.ts';
import { Problem } from '../../problem.ts';
import type { DeviceActPort } from './port.ts';

/** A reading back serves the act after it for as long as it took itself, and no longer than this, ms. */
const SERVES_AT_MOST_MS = 1000;

export type ActReads = {
  /** What an act is held to: read now, or where a reading takes long, read back from the act right before it. Rejects as the session's request does. */
  before: () => Promise<PairingList>;
  /** A reading that began after this call, shown by the desk as well. Rejects likewise. */
  after: () => Promise<PairingList>;
};

export type SharedReads = {
  /** The readings of one act. */
  of: (port: Pick<DeviceActPort, 'gateway' | 'list' | 'readList' | 'refresh'>) => ActReads & { wasReadBack: () => boolean };
  /** What was read of a gateway serves no further act: one of them ended without being read back. */
  drop: (gateway: string) => void;
};

export function createSharedReads({ clock }: { clock: Clock }): SharedReads {
  /**
   * Until when the last reading back of each gateway serves. What somebody else does meanwhile is missed until then, so a list that is
   * read in a moment is read anew, and one that takes long is no older than twice what another reading would be.
   */
  const serves = new Map<string, { fromMs: number; untilMs: number }>();
  return {
    drop: (gateway) => void serves.delete(gateway),
    of(port) {
      let readBack = false;
      return {
        wasReadBack: () => readBack,
        async before() {
          const nowMs = clock.nowMs();
          const last = serves.get(port.gateway);
          const known = last && nowMs >= last.fromMs && nowMs < last.untilMs ? port.list() : undefined;
          return known ?? port.readList();
        },
        async after() {
          const beganMs = clock.nowMs();
          await port.refresh();
          const fromMs = clock.nowMs();
          const list = port.list();
          if (list === undefined) throw new Problem('gateway-down', 'The gateway’s list was not read.');
          serves.set(port.gateway, { fromMs, untilMs: fromMs + Math.min(fromMs - beganMs, SERVES_AT_MOST_MS) });
          readBack = true;
          return list;
        },
      };
    },
  };
}

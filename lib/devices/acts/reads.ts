// Readings of a gateway's list for acts. A list can be ten thousand rows long and a run five hundred acts: what one reading shows serves
// the page, the act that it reads back, and the next act of the run.
import type { Clock } from '../../clock.ts';
import type { PairingList } from '../../gateway/records.ts';
import { Problem } from '../../problem.ts';
import type { DeviceActPort } from './port.ts';

/** A reading back that began this short ago also serves the act after it, ms. A reading of a long list takes as long by itself. */
const SERVES_MS = 1000;

export type ActReads = {
  /** What an act is held to: read now, or read back from the act right before it. Rejects as the session's request does. */
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
  /** When the last reading back of each gateway began. */
  const began = new Map<string, number>();
  return {
    drop: (gateway) => void began.delete(gateway),
    of(port) {
      let readBack = false;
      return {
        wasReadBack: () => readBack,
        async before() {
          const age = clock.nowMs() - (began.get(port.gateway) ?? Number.NEGATIVE_INFINITY);
          const known = age >= 0 && age < SERVES_MS ? port.list() : undefined;
          return known ?? port.readList();
        },
        async after() {
          const atMs = clock.nowMs();
          await port.refresh();
          const list = port.list();
          if (list === undefined) throw new Problem('gateway-down', 'The gateway’s list was not read.');
          began.set(port.gateway, atMs);
          readBack = true;
          return list;
        },
      };
    },
  };
}

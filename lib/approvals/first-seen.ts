// When each key without a pairing was first seen to wait. A permit window for the next new CLI is for keys that came after its opening,
// and for no more of them than it counts, so that nobody who waited already slips through it.
import type { PairingList, PendingRequest } from '../gateway/records.ts';
import type { NewCli } from '../rules/case.ts';
import { CLI } from '../rules/openings.ts';
import { pairedRowOf } from './reason.ts';

/** No window lives longer, so a key that has been gone for so long was gone before any that is open now. Ms. */
const KEPT_MS = 10 * 60_000;

export type FirstSeen = {
  /** Each list of the gateway, as early as it is known. With `came`, all others of it stood in the one that was noted before. */
  note: (list: PairingList, came?: readonly PendingRequest[]) => void;
  /** The evidence on a key is settled. True when it says for the first time that its path is not proven. */
  settled: (deviceId: string, proven: boolean) => boolean;
  /** The keys that say, or said, that they are a CLI; those that wait no more for ten minutes. */
  newClis: () => NewCli[];
};

/** @param isWatching whether nothing could begin to wait unseen before this list; `now` is the console's clock, ms */
export function createFirstSeen({ isWatching, now }: { isWatching: () => boolean; now: () => number }): FirstSeen {
  const keys = new Map<string, NewCli & { isCli: boolean; lastAt: number }>();
  const noted = new WeakSet<PairingList>();

  return {
    note(list, came = list.pending) {
      if (noted.has(list)) return;
      noted.add(list);
      const at = now();
      const watched = isWatching();
      for (const request of came) {
        const { deviceId, roles, scopes } = request;
        const before = keys.get(deviceId);
        if (!before && pairedRowOf(list.paired, request)) continue;
        const isCli = before?.isCli === true || request.clientId === CLI;
        const first = before ?? { deviceId, atMs: at, watched, proven: undefined };
        keys.set(deviceId, { ...first, roles, scopes, isCli, lastAt: at });
      }
      if (came !== list.pending) return;
      for (const [deviceId, { lastAt }] of keys) if (at - lastAt > KEPT_MS) keys.delete(deviceId);
    },
    settled(deviceId, proven) {
      const key = keys.get(deviceId);
      if (!key || key.proven === true) return false;
      const isNews = !proven && key.proven === undefined;
      key.proven = proven;
      return isNews;
    },
    newClis: () => [...keys.values()].filter(({ isCli }) => isCli),
  };
}

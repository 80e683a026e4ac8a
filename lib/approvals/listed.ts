// Which devices a gateway's list shows or showed: where gateways share a log file, that tells whose a line is.

const PAIRED = 10_000;
/** Anybody who reaches the gateway can wait with a fresh key, so those have a room of their own. */
const WAITING = 1000;

export type Listed = {
  add: (list: { paired: readonly { deviceId: string }[]; pending: readonly { deviceId: string }[] }) => void;
  has: (deviceId: string) => boolean;
};

/** Remembers the devices listed last: 10,000 that were paired and 1,000 that waited. */
export function createListed(): Listed {
  const paired = new Set<string>();
  const waiting = new Set<string>();

  function keep(known: Set<string>, rows: readonly { deviceId: string }[], most: number) {
    for (const { deviceId } of rows) {
      known.delete(deviceId);
      known.add(deviceId);
    }
    for (const oldest of known) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
  }

  return {
    add(list) {
      keep(paired, list.paired, PAIRED);
      keep(waiting, list.pending, WAITING);
    },
    has: (deviceId) => paired.has(deviceId) || waiting.has(deviceId),
  };
}

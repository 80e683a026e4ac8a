// How often each device was turned away for want of pairing, for people: no proof needed. Kept by device, because in a flood thousands of
// cards ask the same thousands of records.
import type { LogRecord } from '../handshakes/records.ts';

/** Times in ms of the gateway's clock. */
export type Refusals = { count: number; firstAt: number | undefined; lastAt: number | undefined };

/** Counts in `records`, an array that grows at its end, or is another one. `from` in ms. */
export function createRefusalTimes(records: () => readonly LogRecord[]): (deviceId: string, from: number) => Refusals {
  let of: readonly LogRecord[] | undefined;
  let read = 0;
  const times = new Map<string, number[]>();

  function readOn() {
    const now = records();
    if (now !== of) {
      of = now;
      read = 0;
      times.clear();
    }
    for (; read < now.length; read += 1) {
      const record = now[read];
      if (record?.kind !== 'close' || record.cause !== 'pairing-required' || record.deviceId === undefined) continue;
      const known = times.get(record.deviceId);
      if (known) known.push(record.at);
      else times.set(record.deviceId, [record.at]);
    }
  }

  return (deviceId, from) => {
    readOn();
    const at = (times.get(deviceId) ?? []).filter((time) => time >= from);
    return { count: at.length, firstAt: at[0], lastAt: at.at(-1) };
  };
}

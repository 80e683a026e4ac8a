// Which live rows may change what the panel tells of an open row.
import type { HandshakeView } from '#lib/api/shapes.ts';
import { wayOf } from '#lib/handshakes/runs.ts';

/**
 * Whether a live row has to do with `row`: the same caller failing the same way, however long after it, or anything of the same device.
 * A caller without a device is known by its way alone, and after a pause that begins another run.
 */
export function concerns(row: HandshakeView): (item: HandshakeView) => boolean {
  const way = wayOf(row);
  return (item) =>
    item.gateway === row.gateway &&
    (item.run.id === row.run.id ||
      (row.deviceId !== undefined && item.deviceId === row.deviceId) ||
      (item.cause === row.cause && wayOf(item) === way));
}

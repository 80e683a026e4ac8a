// Gives rows the name that their device has now: a first pairing is logged before anybody knows what the device is called.
import type { HandshakeView } from '../api/shapes.ts';
import { hasProvenKey } from './detail-key.ts';

export type NameOf = (gateway: string, deviceId: string) => string | undefined;

/** The rows, those without a name with the present one, where the gateway vouches for the device id. */
export function withNames(rows: readonly HandshakeView[], nameOf: NameOf): HandshakeView[] {
  return rows.map((row) => {
    if (row.deviceName !== undefined || row.deviceId === undefined || !hasProvenKey(row)) return row;
    const deviceName = nameOf(row.gateway, row.deviceId);
    return deviceName === undefined ? row : { ...row, deviceName };
  });
}

// A stored difference between two readings, read back. One that is damaged stands in its place as such: it can be seen and closed.
import type { DeviceChangeView } from '../api/device-shapes.ts';
import { isoOf } from '../clock.ts';
import { isFields } from './json.ts';
import type { DeviceChangeRow } from './schema.ts';

export type StoredChange = Omit<DeviceChangeRow, 'seq'> & { seq: number };

const isHeld = (value: unknown) => isFields(value) && Array.isArray(value.roles) && Array.isArray(value.scopes);
const isChange = (value: unknown): value is Omit<DeviceChangeView, 'seq'> =>
  isFields(value) &&
  ['id', 'gateway', 'deviceId', 'at', 'kind', 'text'].every((key) => typeof value[key] === 'string') &&
  isFields(value.by) &&
  [value.gained, value.lost].every(isHeld);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The difference in a row. What cannot be read is told with what the row says beside it: whose it is, when, and whether it waits. */
export function readChange(row: StoredChange): DeviceChangeView {
  const value = parsed(row.body);
  if (isChange(value)) return { ...value, seq: row.seq };
  return {
    id: row.id,
    seq: row.seq,
    gateway: row.gateway,
    deviceId: row.device_id,
    at: isoOf(row.at_ms),
    kind: 'unreadable',
    by: { kind: 'unknown' },
    gained: { roles: [], scopes: [] },
    lost: { roles: [], scopes: [] },
    text: 'What was kept of this difference is damaged.',
    unclicked: row.open === 1,
  };
}

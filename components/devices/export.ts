// The address of an export of devices.
import { type DeviceFilter, writeDeviceFilter } from '#lib/devices/filter.ts';
import { queryOf } from '../queries/api.ts';
import { type Order, orderText } from './device-table-address.ts';

/** The path under /api/v1 of an export: the same filter and order as the page shows. */
export function exportPath(format: string, filter: DeviceFilter, order: Order): string {
  return `/devices/export${queryOf({ format, ...writeDeviceFilter(filter), sort: orderText(order) })}`;
}

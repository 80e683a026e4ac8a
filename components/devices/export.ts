// The address of an export of devices, and the name of the file that it becomes.
import { type DeviceFilter, writeDeviceFilter } from '#lib/devices/filter.ts';
import { queryOf } from '../queries/api.ts';
import { type Order, orderText } from './device-table-address.ts';

export type DeviceFormat = 'csv' | 'json';

/** The path under /api/v1 of an export: the same filter and order as the page shows. */
export function exportPath(format: DeviceFormat, filter: DeviceFilter, order: Order): string {
  return `/devices/export${queryOf({ format, ...writeDeviceFilter(filter), sort: orderText(order) })}`;
}

/** The file name that the server gave; a plain one otherwise. */
export function fileNameIn(disposition: string | null, format: DeviceFormat): string {
  return /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1] ?? `gatehouse-devices.${format}`;
}

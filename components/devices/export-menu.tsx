'use client';
// Export of the devices that pass the filter, in the order that is shown.
import type { DeviceFilter } from '#lib/devices/filter.ts';
import { ExportMenu } from '../export/export-menu.tsx';
import { isFiltered } from './device-filters-words.ts';
import type { Order } from './device-table-address.ts';
import { exportPath } from './export.ts';

export function DevicesExport({ filter, order, count }: { filter: DeviceFilter; order: Order; count: number }) {
  const number = count.toLocaleString('en');
  return (
    <ExportMenu
      name="gatehouse-devices"
      formats={['csv', 'json']}
      about={`${isFiltered(filter) ? `The ${number} that pass the filter` : `All ${number} devices`}, in this order, without tokens.`}
      path={(format) => exportPath(format, filter, order)}
    />
  );
}

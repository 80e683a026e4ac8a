// The view in the address: tab, filter, order, columns and the open device, so that a link shows the same to somebody else.
import { type DeviceFilter, type DeviceSort, readDeviceFilter, SORTS, writeDeviceFilter } from '#lib/devices/filter.ts';
import { type ColumnName, readColumns, writeColumns } from './columns.ts';

/** The list, the grants that nobody clicked, what changed between readings. */
export const TABS = ['devices', 'unclicked', 'changed'] as const;
export type Tab = (typeof TABS)[number];

export type Order = { sort: DeviceSort; down: boolean };
const USUAL_ORDER: Order = { sort: 'gravity', down: false };

export type DevicesView = {
  tab: Tab;
  filter: DeviceFilter;
  order: Order;
  columns: readonly ColumnName[];
  /** `gateway/device id` of the device whose panel is open. */
  device: string | undefined;
};

type Read = { get(name: string): string | null };

/** The order that a text names: `seen`, or `-seen` for the other way round. */
function readOrder(text: string | null): Order {
  const down = text?.startsWith('-') === true;
  const sort = SORTS.find((name) => name === (down ? text?.slice(1) : text));
  return sort === undefined ? USUAL_ORDER : { sort, down };
}

/** `seen` or `-seen`, as the address and the export take it. */
export const orderText = ({ sort, down }: Order): string => `${down ? '-' : ''}${sort}`;

/** Reads an address. Total: any query string gives a view. */
export function readView(search: Read): DevicesView {
  return {
    tab: TABS.find((tab) => tab === search.get('tab')) ?? 'devices',
    filter: readDeviceFilter(search),
    order: readOrder(search.get('sort')),
    columns: readColumns(search.get('columns')),
    device: search.get('device') || undefined,
  };
}

/** The query string of a view without its `?`; what is as always is left out. */
export function writeView({ tab, filter, order, columns, device }: DevicesView): string {
  const sort = orderText(order);
  const all = {
    tab: tab === 'devices' ? undefined : tab,
    ...writeDeviceFilter(filter),
    sort: sort === orderText(USUAL_ORDER) ? undefined : sort,
    columns: writeColumns(columns),
    device,
  };
  return new URLSearchParams(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))).toString();
}

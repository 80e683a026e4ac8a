'use client';
// The view in the address, and the one way to change it: in place, so that the way back leads to the page before.
import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import type { DeviceFilter } from '#lib/devices/filter.ts';
import { type DevicesView, readView, writeView } from './device-table-address.ts';

export type FilterChange = { [K in keyof DeviceFilter]?: DeviceFilter[K] | undefined };
export type ViewChange = Partial<Omit<DevicesView, 'filter'>> & {
  /** Filters to set; undefined takes one away. */
  filter?: FilterChange;
  /** Takes all filters away first. */
  clear?: boolean;
};

/** A view after a change. Pure. */
export function viewAfter(view: DevicesView, { filter, clear = false, ...rest }: ViewChange): DevicesView {
  const kept = Object.entries({ ...(clear ? {} : view.filter), ...filter }).filter(([, value]) => value !== undefined);
  return { ...view, ...rest, filter: Object.fromEntries(kept) };
}

/** The same object as long as what it says is the same, so that ten thousand rows are not looked at again for a panel that opens. */
function useSame<T>(value: T): T {
  const name = JSON.stringify(value);
  return useMemo((): T => JSON.parse(name), [name]);
}

/** The view and its setter. Filter, order and columns stay the same objects as long as they say the same. */
export function useView(): [DevicesView, (change: ViewChange) => void] {
  const search = useSearchParams();
  const view = useMemo(() => readView(search), [search]);
  const filter = useSame(view.filter);
  const order = useSame(view.order);
  const columns = useSame(view.columns);
  const change = useCallback((next: ViewChange) => {
    // Read anew, since two changes may come before the page has rendered the first.
    const now = readView(new URLSearchParams(window.location.search));
    const query = writeView(viewAfter(now, next));
    window.history.replaceState(null, '', query === '' ? window.location.pathname : `?${query}`);
  }, []);
  return [useMemo(() => ({ ...view, filter, order, columns }), [view, filter, order, columns]), change];
}

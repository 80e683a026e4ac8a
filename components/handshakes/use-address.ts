'use client';
// The view in the address, and the one way to change it: in place, so that the way back leads to the page before.
import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import type { HandshakeFilter } from '#lib/handshakes/filter.ts';
import { filterParameters, type LogAddress, readAddress, writeAddress } from './log-address.ts';

export type AddressChange = Partial<Omit<LogAddress, 'filter'>> & {
  /** Filters to set; undefined takes one away. */
  filter?: { [K in keyof HandshakeFilter]?: HandshakeFilter[K] | undefined };
  /** Takes all filters away first. */
  clear?: boolean;
};

function changed(view: LogAddress, { filter, clear = false, ...rest }: AddressChange): LogAddress {
  const kept = Object.entries({ ...(clear ? {} : view.filter), ...filter }).filter(([, value]) => value !== undefined);
  return { ...view, ...rest, filter: Object.fromEntries(kept) };
}

/** The view and its setter. `filter` stays the same object as long as the filter is the same. */
export function useAddress(): [LogAddress, (change: AddressChange) => void] {
  const search = useSearchParams();
  const view = useMemo(() => readAddress(search), [search]);
  const name = JSON.stringify(filterParameters(view.filter));
  const filter = useMemo(() => filterNamed(name), [name]);
  const change = useCallback((next: AddressChange) => {
    // Read anew, since two changes may come before the page has rendered the first.
    const now = readAddress(new URLSearchParams(window.location.search));
    const query = writeAddress(changed(now, next));
    window.history.replaceState(null, '', query === '' ? window.location.pathname : `?${query}`);
  }, []);
  return [useMemo(() => ({ ...view, filter }), [view, filter]), change];
}

function filterNamed(name: string): HandshakeFilter {
  const parameters: Record<string, string> = JSON.parse(name);
  return readAddress(new URLSearchParams(parameters)).filter;
}

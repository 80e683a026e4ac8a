'use client';
// What the device list shows: sorted once for an order, filtered for each letter. Ten thousand devices; a burst of changes is shown
// together, when the page has time for it.
import { useDeferredValue, useMemo, useState } from 'react';
import type { DeviceView, GatewayView } from '#lib/api/shapes.ts';
import { createDeviceMatch, type DeviceFilter, sortDevices } from '#lib/devices/filter.ts';
import { useMoment } from '../queries/console.tsx';
import { useOverview } from '../queries/overview.ts';
import { facetsOf } from './device-filters-facets.ts';
import type { Names } from './device-filters-words.ts';
import type { Order } from './device-table-address.ts';

const NO_DEVICES: readonly DeviceView[] = [];
const NO_GATEWAYS: readonly GatewayView[] = [];
const HOUR_MS = 3_600_000;

/** The names of gateways and rules, the same objects as long as no name changes. */
export function useNames(): Names {
  const { data } = useOverview();
  const gateways = data?.gateways ?? NO_GATEWAYS;
  const rules = data?.rules;
  const name = JSON.stringify([gateways.map(({ id, name: word }) => [id, word]), (rules ?? []).map(({ id, name: word }) => [id, word])]);
  return useMemo(() => {
    const [ofGateways, ofRules]: [[string, string][], [string, string][]] = JSON.parse(name);
    return { gateways: new Map(ofGateways), rules: new Map(ofRules) };
  }, [name]);
}

type Asked = { items: readonly DeviceView[] | undefined; filter: DeviceFilter; text: string; order: Order };

/** Whether there is a list yet, all devices, those that pass in their order, what can be chosen from, and how many grants wait to be looked at. */
export function useList({ items, filter, text, order }: Asked) {
  const read = useDeferredValue(items);
  const all = read ?? NO_DEVICES;
  const [texts] = useState(() => new WeakMap<DeviceView, string>());
  // "Not seen for 30 days" moves by the hour, not by the second.
  const hour = useMoment((nowMs) => Math.floor(nowMs / HOUR_MS) * HOUR_MS);
  const wanted = useMemo((): DeviceFilter => {
    const { text: _text, ...rest } = filter;
    return text.trim() === '' ? rest : { ...rest, text };
  }, [filter, text]);
  const sorted = useMemo(() => sortDevices(all, order.sort, order.down), [all, order]);
  const shown = useMemo(() => sorted.filter(createDeviceMatch(wanted, hour, texts)), [sorted, wanted, hour, texts]);
  const facets = useMemo(() => facetsOf(all), [all]);
  const unclicked = useMemo(() => all.reduce((sum, device) => sum + device.unclicked, 0), [all]);
  return { ready: read !== undefined, all, shown, facets, unclicked, filter: wanted };
}

'use client';
// The virtual list of devices: only what is in sight is in the page, however many are paired.
import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import type { DeviceView } from '#lib/api/shapes.ts';
import type { DeviceSort } from '#lib/devices/filter.ts';
import { useSlice } from '../handshakes/use-slice.ts';
import { useNarrow } from '../parts/side-panel.tsx';
import { COLUMNS, type ColumnName, gridOf } from './columns.ts';
import { DeviceRow, NARROW_ROW_PX, ROW_PX } from './device-row.tsx';
import type { Order } from './device-table-address.ts';
import { allToggled, extent, ranged, type Selection, toggled } from './device-table-selection.ts';
import { ORDER_WORDS } from './device-table-words.ts';

/** The name of a device within the page, and in its address. */
export const deviceKey = ({ gateway, deviceId }: { gateway: string; deviceId: string }): string => `${gateway}/${deviceId}`;

const nowhere = () => {};

type HeadProps = { columns: readonly ColumnName[]; order: Order; onOrder(order: Order): void };

/** Pressing the order that is there turns it round. */
function SortButton({ word, sort, order, onOrder }: { word: string; sort: DeviceSort; order: Order; onOrder(order: Order): void }) {
  const here = order.sort === sort;
  const Arrow = order.down ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      aria-label={`${word}, sort ${ORDER_WORDS[sort]}${here && order.down ? ', now the other way round' : ''}`}
      aria-pressed={here}
      onClick={() => onOrder({ sort, down: here && !order.down })}
      className={clsx('inline-flex min-h-6 items-center gap-0.5 rounded text-xs hover:text-ink', here && 'font-medium text-ink')}
    >
      {word}
      {here && <Arrow size={11} aria-hidden />}
    </button>
  );
}

function Head({ columns, order, onOrder }: HeadProps) {
  return (
    <div className="grid min-w-0 flex-1 items-center gap-x-4 pr-6 text-xs text-soft" style={{ gridTemplateColumns: gridOf(columns) }}>
      <SortButton word="device" sort="name" order={order} onOrder={onOrder} />
      {columns.map((name) => {
        const column = COLUMNS[name];
        return (
          <span key={name} className="min-w-0 truncate">
            {'sort' in column ? <SortButton word={column.word} sort={column.sort} order={order} onOrder={onOrder} /> : column.word}
          </span>
        );
      })}
    </div>
  );
}

type SelectAllProps = { keys: readonly string[]; selection: Selection; onSelection(change: (before: Selection) => Selection): void };

function SelectAll({ keys, selection, onSelection }: SelectAllProps) {
  const box = useRef<HTMLInputElement>(null);
  const state = useMemo(() => extent(selection, keys), [selection, keys]);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = state === 'some';
  }, [state]);
  return (
    <label className="grid h-8 w-8 shrink-0 cursor-pointer place-items-center">
      <input
        ref={box}
        type="checkbox"
        aria-label={`Select all ${keys.length.toLocaleString('en')} that pass the filter`}
        checked={state === 'all'}
        disabled={keys.length === 0}
        onChange={() => onSelection((before) => allToggled(before, keys))}
      />
    </label>
  );
}

export type DeviceTableProps = {
  devices: readonly DeviceView[];
  columns: readonly ColumnName[];
  order: Order;
  /** Names of gateways by id. */
  gateways: ReadonlyMap<string, string>;
  returned: ReadonlySet<string>;
  open: string | undefined;
  selection: Selection;
  onOrder(order: Order): void;
  onOpen(key: string): void;
  onSelection(change: (before: Selection) => Selection): void;
};

/** Rows are the same height, so nothing is measured; a changed device paints its own row and no other. */
export const DeviceTable = memo(function DeviceTable(props: DeviceTableProps) {
  const { devices, columns, order, gateways, returned, open, selection, onOrder, onOpen, onSelection } = props;
  const list = useRef<HTMLUListElement>(null);
  const narrow = useNarrow();
  const height = narrow ? NARROW_ROW_PX : ROW_PX;
  const { first, last } = useSlice(list, devices.length, height, nowhere);
  const grid = useMemo(() => gridOf(columns), [columns]);
  const keys = useMemo(() => devices.map(deviceKey), [devices]);
  const shownKeys = useRef(keys);
  useEffect(() => {
    shownKeys.current = keys;
  }, [keys]);
  const onCheck = useCallback(
    (key: string, range: boolean) => onSelection((before) => (range ? ranged(before, key, shownKeys.current) : toggled(before, key))),
    [onSelection],
  );
  return (
    <>
      <div className="sticky top-11 z-10 flex items-center border-b border-hairline bg-paper pl-1 max-sm:h-9 sm:pl-3">
        <SelectAll keys={keys} selection={selection} onSelection={onSelection} />
        {narrow ? (
          <span className="text-xs text-soft">{ORDER_WORDS[order.sort]}</span>
        ) : (
          <Head columns={columns} order={order} onOrder={onOrder} />
        )}
      </div>
      <ul
        ref={list}
        aria-label={`Devices, ${ORDER_WORDS[order.sort]}${order.down ? ', the other way round' : ''}`}
        className="relative [overflow-anchor:none]"
        style={{ height: devices.length * height }}
      >
        {devices.slice(first, last + 1).map((device, at) => {
          const key = deviceKey(device);
          return (
            <li
              key={key}
              className="absolute inset-x-0 top-0"
              style={{ height, transform: `translateY(${(first + at) * height}px)` }}
              aria-setsize={devices.length}
              aria-posinset={first + at + 1}
            >
              <DeviceRow
                id={key}
                device={device}
                gateway={gateways.get(device.gateway) ?? device.gateway}
                columns={columns}
                grid={grid}
                narrow={narrow}
                returned={returned.has(key)}
                selected={open === key}
                checked={selection.keys.has(key)}
                onOpen={onOpen}
                onCheck={onCheck}
              />
            </li>
          );
        })}
      </ul>
    </>
  );
});

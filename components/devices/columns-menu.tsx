'use client';
// Which columns the list has, and on a phone by what it is sorted.
import { Columns3 } from 'lucide-react';
import { SORTS } from '#lib/devices/filter.ts';
import { Select } from '../parts/field.tsx';
import { Popover } from '../parts/popover.tsx';
import { COLUMN_NAMES, COLUMNS, type ColumnName } from './columns.ts';
import type { Order } from './device-table-address.ts';
import { ORDER_WORDS } from './device-table-words.ts';

type ColumnsMenuProps = {
  columns: readonly ColumnName[];
  order: Order;
  onColumns(columns: readonly ColumnName[]): void;
  onOrder(order: Order): void;
};

/** The button and its menu. */
export function ColumnsMenu({ columns, order, onColumns, onOrder }: ColumnsMenuProps) {
  return (
    <Popover
      align="end"
      label={
        <>
          <Columns3 size={13} aria-hidden />
          <span className="max-sm:sr-only">View</span>
        </>
      }
      buttonClass="inline-flex h-8 items-center gap-1.5 rounded-md border border-edge bg-raised px-2 text-xs font-medium hover:bg-sunken"
    >
      <span className="grid gap-2">
        <span className="grid gap-1 text-xs text-soft">
          <span aria-hidden>Order</span>
          <Select
            aria-label="Order of the devices"
            value={order.sort}
            onChange={(event) => {
              const sort = SORTS.find((name) => name === event.target.value);
              if (sort !== undefined) onOrder({ sort, down: false });
            }}
          >
            {SORTS.map((sort) => (
              <option key={sort} value={sort}>
                {ORDER_WORDS[sort]}
              </option>
            ))}
          </Select>
        </span>
        <fieldset className="grid grid-cols-2 gap-x-3 max-sm:hidden">
          <legend className="pb-1 text-xs text-soft">Columns</legend>
          {COLUMN_NAMES.map((name) => (
            <label key={name} className="flex min-h-7 cursor-pointer items-center gap-2 text-xs">
              <input
                type="checkbox"
                checked={columns.includes(name)}
                onChange={() => onColumns(columns.includes(name) ? columns.filter((other) => other !== name) : [...columns, name])}
              />
              {COLUMNS[name].word}
            </label>
          ))}
        </fieldset>
      </span>
    </Popover>
  );
}

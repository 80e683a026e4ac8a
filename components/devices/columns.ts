// The columns of the device list: which there are, how wide they are, what sorts by them. The name of a device always stands first.
import type { DeviceSort } from '#lib/devices/filter.ts';

type Column = { word: string; width: string; sort?: DeviceSort };

/** In the order in which they stand. */
export const COLUMNS = {
  holds: { word: 'holds', width: 'minmax(0,1.2fr)', sort: 'gravity' },
  client: { word: 'client', width: 'minmax(0,0.8fr)', sort: 'client' },
  platform: { word: 'platform', width: 'minmax(0,0.6fr)', sort: 'platform' },
  address: { word: 'address', width: 'minmax(0,0.8fr)', sort: 'address' },
  key: { word: 'public key', width: '84px' },
  granted: { word: 'granted', width: '96px', sort: 'granted' },
  by: { word: 'by', width: 'minmax(0,0.7fr)' },
  approved: { word: 'approved', width: '84px', sort: 'approved' },
  paired: { word: 'paired', width: '84px', sort: 'paired' },
  gateway: { word: 'gateway', width: 'minmax(0,0.7fr)', sort: 'gateway' },
  seen: { word: 'seen', width: '88px', sort: 'seen' },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;
const isColumn = (name: string): name is ColumnName => Object.hasOwn(COLUMNS, name);

/** Every column, in the order in which they stand. */
export const COLUMN_NAMES: readonly ColumnName[] = Object.keys(COLUMNS).filter(isColumn);
export const USUAL_COLUMNS: readonly ColumnName[] = ['holds', 'granted', 'seen'];

/** The columns that a text names, in the order in which they stand. What names none that is known gives the usual ones. */
export function readColumns(text: string | null): readonly ColumnName[] {
  const wanted = new Set((text ?? '').split(','));
  // A link that names the name alone shows the name alone.
  if (wanted.has('none')) return [];
  const known = COLUMN_NAMES.filter((name) => wanted.has(name));
  return known.length === 0 ? USUAL_COLUMNS : known;
}

/** The text for an address; undefined for the usual columns. */
export function writeColumns(columns: readonly ColumnName[]): string | undefined {
  const text = COLUMN_NAMES.filter((name) => columns.includes(name)).join(',');
  if (text === USUAL_COLUMNS.join(',')) return undefined;
  return text === '' ? 'none' : text;
}

/** The widths of a row with these columns, for grid-template-columns. */
export function gridOf(columns: readonly ColumnName[]): string {
  return ['minmax(0,1.4fr)', ...columns.map((name) => COLUMNS[name].width)].join(' ');
}

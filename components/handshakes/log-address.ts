// The view in the address: filter, span, folding and the open row, so that a link shows the same to somebody else.
import type { HandshakeOutcome, Origin } from '#lib/api/shapes.ts';
import type { HandshakeFilter } from '#lib/handshakes/filter.ts';
import { present } from '#lib/present.ts';
import { originOf } from '../parts/origin-words.ts';
import { isSpan, type Span } from './histogram-bins.ts';

export type LogAddress = {
  filter: HandshakeFilter;
  span: Span;
  fold: boolean;
  /** The row whose panel is open. */
  row: { gateway: string; id: string } | undefined;
};

/** The filters that hold one text. */
export const TEXT_FILTERS = ['cause', 'device', 'client', 'gateway', 'text'] as const;
export type TextFilter = (typeof TEXT_FILTERS)[number];

const OUTCOMES: ReadonlySet<string> = new Set<HandshakeOutcome>([
  'refused',
  'waiting',
  'timed-out',
  'left-early',
  'admitted',
  'note',
  'gap',
]);
const isOutcome = (value: string): value is HandshakeOutcome => OUTCOMES.has(value);
const LONGEST_TEXT = 200;

type Read = { get(name: string): string | null };

function momentIn(search: Read, name: string): number | undefined {
  const ms = Date.parse(search.get(name) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** The filter alone. What cannot be read counts as not set; a range that ends before it begins does too. */
function filterIn(search: Read): HandshakeFilter {
  const texts: Partial<Record<TextFilter, string | undefined>> = {};
  for (const name of TEXT_FILTERS) texts[name] = search.get(name)?.slice(0, LONGEST_TEXT) || undefined;
  const outcomes = (search.get('outcome') ?? '').split(',').filter(isOutcome);
  const origin: Origin | undefined = originOf(search.get('origin') ?? undefined);
  const [from, to] = [momentIn(search, 'from'), momentIn(search, 'to')];
  const backwards = from !== undefined && to !== undefined && from > to;
  return present({
    ...texts,
    origin,
    outcomes: outcomes.length === 0 ? undefined : outcomes,
    from: backwards ? undefined : from,
    to: backwards ? undefined : to,
  });
}

/** Reads an address. Total: any query string gives a view. */
export function readAddress(search: Read): LogAddress {
  const span = search.get('span') ?? '';
  const row = /^([^/]+)\/(.+)$/s.exec(search.get('row') ?? '');
  return {
    filter: filterIn(search),
    span: isSpan(span) ? span : '1h',
    fold: search.get('fold') !== '0',
    row: row?.[1] === undefined || row[2] === undefined ? undefined : { gateway: row[1], id: row[2] },
  };
}

const isoOf = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

/** The parameters of a filter, the same in the page's address and in the API's. */
export function filterParameters(filter: HandshakeFilter): Record<string, string | undefined> {
  const { outcomes, from, to, text, ...rest } = filter;
  return {
    ...rest,
    outcome: outcomes === undefined || outcomes.length === 0 ? undefined : outcomes.join(','),
    text: text === '' ? undefined : text,
    from: isoOf(from),
    to: isoOf(to),
  };
}

/** The query string of a view without its `?`; what is as always is left out. */
export function writeAddress({ filter, span, fold, row }: LogAddress): string {
  const all = {
    ...filterParameters(filter),
    span: span === '1h' ? undefined : span,
    fold: fold ? undefined : '0',
    row: row === undefined ? undefined : `${row.gateway}/${row.id}`,
  };
  return new URLSearchParams(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))).toString();
}

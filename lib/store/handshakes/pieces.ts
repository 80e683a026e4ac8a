// Cuts a span of time into whole hours, tens of minutes and minutes, which are counted already, and the edges that are not.
import { MINUTE_MS } from './tallies.ts';

/** From `from` up to but without `to`, ms; `span` is the length of the tallies that fill it, minutes, or 0 where none fit. */
export type Piece = { span: number; from: number; to: number };

/** The pieces, in order, with the longest spans that fit. `spans` are minutes, longest first. */
export function piecesOf(from: number, to: number, spans: readonly number[]): Piece[] {
  if (from >= to) return [];
  const [span, ...smaller] = spans;
  if (span === undefined) return [{ span: 0, from, to }];
  const unit = span * MINUTE_MS;
  const first = Math.ceil(from / unit) * unit;
  const last = Math.floor(to / unit) * unit;
  if (first >= last) return piecesOf(from, to, smaller);
  return [...piecesOf(from, first, smaller), { span, from: first, to: last }, ...piecesOf(last, to, smaller)];
}

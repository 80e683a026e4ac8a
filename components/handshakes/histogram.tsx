'use client';
// Attempts by outcome over the last hour, day or week. A drag, or arrow keys, narrows the log to a part of it.
import { clsx } from 'clsx';
import { useMemo, useRef, useState } from 'react';
import type { HandshakeFilter } from '#lib/handshakes/filter.ts';
import { Failure } from '../parts/notice.tsx';
import { useMoment } from '../queries/console.tsx';
import { useHistogram } from '../queries/handshakes.ts';
import { Bars } from './bars.tsx';
import { bucketsOf, movedTo, type Range, rangeByKey, rangeOf, SPANS, type Span, spanAt, totals } from './histogram-bins.ts';
import { BucketTable, Legend, momentWords } from './histogram-legend.tsx';
import { RangePopover } from './range-popover.tsx';
import type { AddressChange } from './use-address.ts';

/** The moment that the histogram ends with; it stands still while the page is paused. */
function useEdge(span: Span, paused: boolean): number {
  const { bucketMs } = SPANS[span];
  const edge = useMoment((nowMs) => Math.floor(nowMs / bucketMs) * bucketMs);
  const [kept, setKept] = useState(edge);
  if (!paused && kept !== edge) setKept(edge);
  return paused ? kept : edge;
}

/** What the server counted, on the grid of now. */
function useCounted(filter: HandshakeFilter, span: Span, paused: boolean) {
  const edge = useEdge(span, paused);
  const shown = useMemo(() => spanAt(span, edge, filter), [span, edge, filter]);
  const { data, error } = useHistogram(filter, shown, paused);
  const view = useMemo(() => (data?.bucketMs === shown.bucketMs ? movedTo(data, shown) : undefined), [data, shown]);
  return { view, error, shown, running: shown.to > edge };
}

type HistogramProps = { filter: HandshakeFilter; span: Span; paused: boolean; onChange(change: AddressChange): void };

/** Bars, legend, range and table. */
export function Histogram({ filter, span, paused, onChange }: HistogramProps) {
  const { view, error, shown, running } = useCounted(filter, span, paused);
  const [drag, setDrag] = useState<{ from: number; to: number }>();
  const [pointed, setPointed] = useState<number>();
  const surface = useRef<HTMLButtonElement>(null);
  const range: Partial<Range> = filter;
  const sums = useMemo(() => totals(view?.buckets ?? []), [view]);
  const indexAt = (clientX: number): number => {
    const box = surface.current?.getBoundingClientRect();
    if (box === undefined || view === undefined || box.width === 0) return 0;
    return Math.floor(((clientX - box.left) / box.width) * view.buckets.length);
  };
  const narrow = ({ from, to }: Range) => onChange({ filter: { from, to } });
  const whole = () => onChange({ filter: { from: undefined, to: undefined } });
  const chosen =
    view === undefined ? undefined : drag === undefined ? bucketsOf(view, range) : bucketsOf(view, rangeOf(view, drag.from, drag.to));
  const named = `${sums.refused} refused, ${sums.timedOut} timed out, ${sums.leftEarly} left early, ${sums.waiting} waiting, ${sums.admitted} admitted`;
  const under = view?.buckets[pointed ?? -1];
  return (
    <figure className="grid gap-1">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <Legend sums={sums} outcomes={filter.outcomes ?? []} onChange={(outcomes) => onChange({ filter: { outcomes } })} />
        <div className="flex items-center gap-1.5">
          <fieldset className="flex overflow-hidden rounded-md border border-hairline">
            <legend className="sr-only">Span of the histogram</legend>
            {Object.entries(SPANS).map(([name, { word, spoken }]) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === span}
                title={spoken}
                onClick={() => onChange({ span: name === '24h' || name === '7d' ? name : '1h' })}
                className={clsx('h-6 px-2 text-xs', name === span ? 'bg-sunken font-medium text-ink' : 'text-soft hover:text-ink')}
              >
                {word}
              </button>
            ))}
          </fieldset>
          <RangePopover range={range} shown={shown} onNarrow={narrow} onWhole={whole} />
        </div>
      </div>
      <Failure error={error} />
      <button
        ref={surface}
        type="button"
        data-histogram
        aria-label={`Narrow by time: arrow keys choose, with shift they widen, Escape shows all. In ${SPANS[span].spoken}: ${named}.`}
        className="relative block h-14 w-full cursor-crosshair touch-none select-none"
        onPointerDown={(event) => {
          if (event.button !== 0 || view === undefined) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = indexAt(event.clientX);
          setDrag({ from: at, to: at });
        }}
        onPointerMove={(event) => {
          const at = indexAt(event.clientX);
          setPointed(at);
          if (drag !== undefined) setDrag({ from: drag.from, to: at });
        }}
        onPointerLeave={() => setPointed(undefined)}
        onPointerUp={() => {
          if (drag !== undefined && view !== undefined) narrow(rangeOf(view, drag.from, drag.to));
          setDrag(undefined);
        }}
        onPointerCancel={() => setDrag(undefined)}
        onKeyDown={(event) => {
          if (view === undefined) return;
          const next = rangeByKey(view, range, event.key, event.shiftKey);
          if (next !== undefined) {
            event.preventDefault();
            narrow(next);
          } else if (event.key === 'Escape' && (range.from !== undefined || range.to !== undefined)) {
            event.preventDefault();
            whole();
          }
        }}
      >
        {view !== undefined && <Bars buckets={view.buckets} outcomes={filter.outcomes} chosen={chosen} pointed={pointed} />}
      </button>
      <figcaption className="tabular flex justify-between gap-x-3 text-2xs text-soft">
        <span>{momentWords(shown.from, shown.bucketMs)}</span>
        <span className={clsx('truncate', under === undefined && 'max-sm:hidden')} aria-hidden>
          {under === undefined
            ? ''
            : `${momentWords(Date.parse(under.at), shown.bucketMs)}: ${under.refused} refused, ${under.timedOut} timed out, ${under.leftEarly} left early, ${under.waiting} waiting, ${under.admitted} admitted`}
        </span>
        <span>{running ? 'now' : momentWords(shown.to, shown.bucketMs)}</span>
      </figcaption>
      {view !== undefined && <BucketTable view={view} />}
    </figure>
  );
}

'use client';
// A range by its two times, for those who do not drag.
import { CalendarClock } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Input } from '../parts/field.tsx';
import { Popover } from '../parts/popover.tsx';
import type { Range } from './histogram-bins.ts';
import { localMoment, momentOfLocal } from './range-words.ts';

type RangePopoverProps = { range: Partial<Range>; shown: Range; onNarrow(range: Range): void; onWhole(): void };

function Times({ range, shown, onNarrow, onWhole }: RangePopoverProps) {
  const id = useId();
  const [from, setFrom] = useState(localMoment(range.from ?? shown.from));
  const [to, setTo] = useState(localMoment(range.to ?? shown.to));
  const [fromMs, toMs] = [momentOfLocal(from), momentOfLocal(to)];
  const whole = fromMs !== undefined && toMs !== undefined && fromMs <= toMs;
  return (
    <span className="grid gap-2">
      <label htmlFor={`${id}-from`} className="grid gap-0.5">
        <span className="text-xs text-soft">from</span>
        <Input id={`${id}-from`} type="datetime-local" step={1} value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label htmlFor={`${id}-to`} className="grid gap-0.5">
        <span className="text-xs text-soft">to</span>
        <Input id={`${id}-to`} type="datetime-local" step={1} value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      {fromMs !== undefined && toMs !== undefined && fromMs > toMs && <span className="text-amber">It ends before it begins.</span>}
      <span className="flex gap-2">
        <Button small weight="main" disabled={!whole} onClick={() => whole && onNarrow({ from: fromMs, to: toMs + 999 })}>
          Show this range
        </Button>
        <Button small weight="quiet" onClick={onWhole}>
          Whole range
        </Button>
      </span>
    </span>
  );
}

/** A small button that opens the two times. */
export function RangePopover(props: RangePopoverProps) {
  return (
    <Popover
      align="end"
      label={
        <>
          <CalendarClock size={13} aria-hidden />
          <span className="max-sm:sr-only">Times</span>
        </>
      }
      buttonClass="inline-flex h-6 items-center gap-1 rounded-md border border-hairline px-2 text-xs text-soft hover:bg-sunken hover:text-ink"
    >
      <Times {...props} key={`${props.range.from} ${props.range.to}`} />
    </Popover>
  );
}

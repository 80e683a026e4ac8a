'use client';
// How far a run over many devices is: a bar, what did not go as planned in full, what went well folded.
import { useState } from 'react';
import { shownText } from '../parts/shown-text.ts';
import { Result } from './bulk-result.tsx';
import { itemKey } from './bulk-run.ts';
import type { BulkItem, StepWords } from './bulk-words.ts';

const ROWS_A_STEP = 30;

type Row = { item: BulkItem; words: StepWords };

function Rows({ rows }: { rows: readonly Row[] }) {
  const [most, setMost] = useState(ROWS_A_STEP);
  return (
    <>
      <ul className="grid gap-2">
        {rows.slice(0, most).map(({ item, words }) => (
          <li key={itemKey(item)} data-bulk={item.deviceId} className="grid gap-0.5">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-medium break-words">{shownText(item.name, 60)}</span>
              <span className="font-mono text-xs text-soft">{item.deviceId.slice(0, 8)}</span>
            </p>
            <Result words={words} />
          </li>
        ))}
      </ul>
      {rows.length > most && (
        <button type="button" className="min-h-6 w-fit text-xs text-accent underline" onClick={() => setMost(most + ROWS_A_STEP)}>
          Show more, {rows.length - most} are left
        </button>
      )}
    </>
  );
}

/** The run; `rows` in its order. */
export function BulkProgress({ rows }: { rows: readonly Row[] }) {
  const [open, setOpen] = useState(false);
  const told = rows.filter(({ words: { kind } }) => kind !== 'waiting' && kind !== 'asking').length;
  const marked = rows.filter(({ words: { kind } }) => kind === 'trouble' || kind === 'doubt' || kind === 'asking');
  const done = rows.filter(({ words: { kind } }) => kind === 'done');
  return (
    <div className="grid gap-3">
      <div className="grid gap-1">
        <progress value={told} max={rows.length} aria-label="How far it is" className="h-1.5 w-full accent-accent" />
        <p className="text-xs text-soft tabular-nums">
          {told} of {rows.length} told
        </p>
      </div>
      <Rows rows={marked} />
      {done.length > 0 && (
        <div className="grid gap-2">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="inline-flex min-h-6 w-fit items-center text-xs text-soft underline-offset-2 hover:text-ink hover:underline"
          >
            {open ? 'Hide' : 'Show'} the {done.length} that went as planned
          </button>
          {open && <Rows rows={done} />}
        </div>
      )}
    </div>
  );
}

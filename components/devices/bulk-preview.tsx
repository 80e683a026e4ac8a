'use client';
// One preview of an act on many devices: which cannot and why, how many come back by themselves, what breaks. Each can be left out.
import { clsx } from 'clsx';
import { useState } from 'react';
import { Fix } from '../parts/fix.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { itemKey } from './bulk-run.ts';
import { type BulkItem, breaksOf, devices, type PreviewGroup, previewOf } from './bulk-words.ts';
import { ENFORCEMENT } from './take-back-words.ts';

/** So many stand in a group; the rest comes by a press. */
const ROWS_A_STEP = 30;
const BREAKS_SHOWN = 4;

type Choice = { left: ReadonlySet<string>; onLeave(key: string, out: boolean): void };

function Row({ item, group, choice }: { item: BulkItem; group: PreviewGroup; choice: Choice }) {
  const key = itemKey(item);
  const out = choice.left.has(key);
  const name = shownText(item.name, 60);
  return (
    <li data-bulk={item.deviceId} className={clsx('flex min-h-7 flex-wrap items-center gap-x-2', out && 'opacity-70')}>
      {group.kind !== 'cannot' && (
        <label className="grid size-7 place-items-center">
          <input
            type="checkbox"
            className="size-4"
            checked={!out}
            aria-label={`Include ${name} ${item.deviceId.slice(0, 8)}`}
            onChange={(event) => choice.onLeave(key, !event.target.checked)}
          />
        </label>
      )}
      <span className="break-words">{name}</span>
      <span className="font-mono text-xs text-soft">{item.deviceId.slice(0, 8)}</span>
      {item.loses.length > 0 && <ScopeWords scopes={item.loses} />}
      {item.connected === true && <span className="text-xs text-good">connected</span>}
    </li>
  );
}

function Group({ group, items, choice }: { group: PreviewGroup; items: ReadonlyMap<string, BulkItem>; choice: Choice }) {
  const [open, setOpen] = useState(false);
  const [rows, setRows] = useState(ROWS_A_STEP);
  const looks = group.kind === 'cannot' || group.kind === 'plain' ? undefined : ENFORCEMENT[group.kind];
  const word = group.kind === 'cannot' ? 'cannot be done' : (looks?.word ?? 'can be done');
  const tone = group.kind === 'cannot' ? 'red' : (looks?.tone ?? 'plain');
  return (
    <li className="grid gap-1 border-b border-hairline py-2.5 last:border-b-0" data-preview={group.kind}>
      <p>
        <span className="font-medium">{devices(group.keys.length)}</span>:{' '}
        <strong className={clsx(TONE_CLASS[tone], 'font-semibold text-tone')}>{word}</strong>
      </p>
      {group.why !== '' && (
        <div className="text-soft">
          <Fix text={group.why} />
        </div>
      )}
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-6 w-fit items-center text-xs text-soft underline-offset-2 hover:text-ink hover:underline"
      >
        {open ? 'Hide them' : group.keys.length === 1 ? 'Which one' : 'Which ones'}
      </button>
      {open && (
        <>
          <ul className="grid gap-1">
            {group.keys.slice(0, rows).map((key) => {
              const item = items.get(key);
              return item && <Row key={key} item={item} group={group} choice={choice} />;
            })}
          </ul>
          {group.keys.length > rows && (
            <button type="button" className="min-h-6 w-fit text-xs text-accent underline" onClick={() => setRows(rows + ROWS_A_STEP)}>
              Show more, {group.keys.length - rows} are left
            </button>
          )}
        </>
      )}
    </li>
  );
}

/** The preview. What is left out is neither counted in what breaks nor done. */
export function BulkPreview({ items, choice }: { items: readonly BulkItem[]; choice: Choice }) {
  const [all, setAll] = useState(false);
  const byKey = new Map(items.map((item) => [itemKey(item), item]));
  const breaks = breaksOf(items.filter((item) => !choice.left.has(itemKey(item))));
  return (
    <div className="grid gap-3">
      <ul className="border-y border-hairline">
        {previewOf(items).map((group) => (
          <Group key={`${group.kind} ${group.why}`} group={group} items={byKey} choice={choice} />
        ))}
      </ul>
      {breaks.length > 0 && (
        <section className="grid gap-1">
          <h3 className="text-xs font-semibold text-soft">What breaks</h3>
          <ul className="grid gap-1">
            {breaks.slice(0, all ? breaks.length : BREAKS_SHOWN).map(({ text, count }) => (
              <li key={text} className="break-words">
                <span className="text-xs text-soft tabular-nums">{count} ×</span> {shownText(text, 400)}
              </li>
            ))}
          </ul>
          {breaks.length > BREAKS_SHOWN && !all && (
            <button type="button" className="min-h-6 w-fit text-xs text-accent underline" onClick={() => setAll(true)}>
              {breaks.length - BREAKS_SHOWN} more
            </button>
          )}
        </section>
      )}
    </div>
  );
}

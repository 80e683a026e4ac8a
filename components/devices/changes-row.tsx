'use client';
// The parts of a difference between readings that its lists share: when, which device, what it gained and lost, the record behind it.
import { clsx } from 'clsx';
import { useState } from 'react';
import type { DeviceChangeView } from '#lib/api/device-shapes.ts';
import { CopyButton } from '../parts/copy.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownRecord, shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { sameDay } from '../parts/time-words.ts';
import { CHANGE_WORDS, changedName, unreadSince } from './changes-words.ts';

/** When a reading found it, which is the order of the list; with the reading before where that was some time ago. */
export function FoundTime({ change }: { change: DeviceChangeView }) {
  const since = unreadSince(change);
  if (since === undefined) return <Clock at={change.at} dayless />;
  return (
    <span>
      <span className="sr-only">between </span>
      <Clock at={since} precise="minutes" dayless={sameDay(new Date(since), new Date(change.at))} /> to{' '}
      <Clock at={change.at} precise="minutes" dayless />
    </span>
  );
}

/** The moment that the gateway tells, or the span within which a reading found it. */
export function ChangeTime({ change }: { change: DeviceChangeView }) {
  if (change.toldAt !== undefined) return <Clock at={change.toldAt} />;
  if (change.notBefore === undefined) return <Clock at={change.at} />;
  return (
    <span title={`Not yet at ${change.notBefore}, there at ${change.at}`}>
      <span className="sr-only">between </span>
      <Clock at={change.notBefore} precise="minutes" /> to <Clock at={change.at} precise="minutes" />
    </span>
  );
}

/** Opens the panel of the device. */
export function ChangedDevice({
  change,
  onOpen,
}: {
  change: DeviceChangeView;
  onOpen(device: { gateway: string; deviceId: string }): void;
}) {
  return (
    <button
      type="button"
      onClick={() => onOpen(change)}
      className="inline-flex min-h-6 max-w-full items-baseline gap-1.5 rounded text-left hover:underline"
    >
      <span className="truncate font-medium">{shownText(changedName(change), 60)}</span>
      <span className="font-mono text-xs text-soft">{change.deviceId.slice(0, 8)}</span>
    </button>
  );
}

/** What kind of difference it is, in its tone. */
export function ChangeWord({ change }: { change: DeviceChangeView }) {
  const { word, tone } = CHANGE_WORDS[change.kind];
  return <span className={clsx(TONE_CLASS[tone], 'text-xs font-medium whitespace-nowrap text-tone')}>{word}</span>;
}

/** What it gave: roles and scopes that were not there before. */
export function Gained({ change: { gained } }: { change: DeviceChangeView }) {
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      {gained.roles
        .filter((role) => role !== 'operator')
        .map((role) => (
          <span key={role} className="font-mono text-xs font-semibold text-red">
            + role {shownText(role, 30)}
          </span>
        ))}
      {gained.scopes.length > 0 && <ScopeWords scopes={gained.scopes} />}
    </span>
  );
}

/** The raw record or row that proves it. It holds what callers wrote, so nothing in it may act on the page. */
export function ChangeRecord({ change }: { change: DeviceChangeView }) {
  const [open, setOpen] = useState(false);
  if (change.record === undefined) return null;
  return (
    <div className="grid gap-1">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-6 w-fit items-center text-xs text-soft underline-offset-2 hover:text-ink hover:underline"
      >
        {open ? 'Hide the record' : 'The record'}
        <span className="sr-only"> behind {shownText(changedName(change), 60)}</span>
      </button>
      {open && (
        <div className="grid gap-0.5 rounded-md border border-hairline bg-raised px-2 py-1">
          <pre className="max-h-60 overflow-auto font-mono text-2xs break-all whitespace-pre-wrap">{shownRecord(change.record)}</pre>
          <CopyButton text={change.record} what="the record" />
        </div>
      )}
    </div>
  );
}

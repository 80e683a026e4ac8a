'use client';
// The filters of the handshake log. They live in the address, so that a filtered log can be linked and survives a reload.
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { Button } from '../parts/button.tsx';
import { Input, Select } from '../parts/field.tsx';
import { callerName, type HandshakeFilter, OUTCOMES } from './handshake-words.ts';

/** The filter in the address, and the way to change it. */
export function useHandshakeFilter(): [HandshakeFilter, (change: Partial<HandshakeFilter>) => void] {
  const search = useSearchParams();
  const filter = useMemo(() => {
    const read = (name: string) => search.get(name) ?? '';
    return { outcome: read('outcome'), cause: read('cause'), device: read('device'), text: read('text') };
  }, [search]);
  const change = (next: Partial<HandshakeFilter>) => {
    const set = Object.entries({ ...filter, ...next }).filter(([, value]) => value !== '');
    const query = new URLSearchParams(set).toString();
    window.history.replaceState(null, '', query === '' ? window.location.pathname : `?${query}`);
  };
  return [filter, change];
}

function known(
  items: readonly HandshakeView[],
  pick: (item: HandshakeView) => [string, string] | undefined,
  chosen: string,
): [string, string][] {
  const found = new Map<string, string>(chosen === '' ? [] : [[chosen, chosen.slice(0, 40)]]);
  for (const item of items) {
    const entry = pick(item);
    if (entry !== undefined) found.set(...entry);
  }
  return [...found].sort(([, a], [, b]) => (a < b ? -1 : 1));
}

type FiltersProps = { items: readonly HandshakeView[]; filter: HandshakeFilter; onChange(change: Partial<HandshakeFilter>): void };

/** Outcome, cause, device and text. */
export function Filters({ items, filter, onChange }: FiltersProps) {
  const causes = useMemo(
    () => known(items, ({ cause }) => (cause === '' ? undefined : [cause, cause]), filter.cause),
    [items, filter.cause],
  );
  const devices = useMemo(
    () =>
      known(
        items,
        (item) => (item.deviceId === undefined ? undefined : [item.deviceId, `${callerName(item)} ${item.deviceId.slice(0, 8)}`]),
        filter.device,
      ),
    [items, filter.device],
  );
  const any = filter.outcome !== '' || filter.cause !== '' || filter.device !== '' || filter.text !== '';
  return (
    <search className="grid grid-cols-2 gap-2 max-sm:w-full sm:flex sm:items-center">
      <Input
        type="search"
        data-search
        aria-label="Filter by text"
        aria-keyshortcuts="/"
        placeholder="Filter"
        className="min-w-0 sm:w-36"
        value={filter.text}
        onChange={(event) => onChange({ text: event.target.value })}
      />
      <Select aria-label="Outcome" value={filter.outcome} onChange={(event) => onChange({ outcome: event.target.value })}>
        <option value="">any outcome</option>
        {Object.entries(OUTCOMES).map(([value, { word }]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Cause"
        className="min-w-0 sm:max-w-48"
        value={filter.cause}
        onChange={(event) => onChange({ cause: event.target.value })}
      >
        <option value="">any cause</option>
        {causes.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Device"
        className="min-w-0 sm:max-w-48"
        value={filter.device}
        onChange={(event) => onChange({ device: event.target.value })}
      >
        <option value="">any device</option>
        {devices.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      {any && (
        <Button weight="quiet" onClick={() => onChange({ outcome: '', cause: '', device: '', text: '' })}>
          Clear
        </Button>
      )}
    </search>
  );
}

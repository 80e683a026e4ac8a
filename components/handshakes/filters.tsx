'use client';
// The filters of the handshake log: a text, and one thing of each kind to choose from what there is. A chosen one stands as a chip.
import type { FacetsView, FacetValue } from '#lib/api/shapes.ts';
import type { HandshakeFilter } from '#lib/handshakes/filter.ts';
import { Input, Select } from '../parts/field.tsx';
import { FilterChip } from '../parts/filter-chip.tsx';
import { originOf } from '../parts/origin-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { useTyped } from '../parts/use-typed.ts';
import { useMoment } from '../queries/console.tsx';
import { useFacets } from '../queries/handshakes.ts';
import { rangeWords } from './range-words.ts';
import type { AddressChange } from './use-address.ts';

type Change = (change: AddressChange) => void;

/** The text as it is typed; the address follows when typing pauses. */
function TextFilter({ text, onChange }: { text: string; onChange: Change }) {
  const [typed, setTyped] = useTyped(text, (next) => onChange({ filter: { text: next === '' ? undefined : next } }));
  return (
    <Input
      type="search"
      data-search
      aria-label="Filter by text"
      aria-keyshortcuts="/"
      placeholder="Filter"
      maxLength={200}
      className="min-w-0 max-sm:w-full sm:w-44"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

type ChoiceProps = {
  kind: string;
  values: readonly FacetValue[];
  chosen: string | undefined;
  onChoose(value: string | undefined): void;
  onOpen(): void;
};

function Choice({ kind, values, chosen, onChoose, onOpen }: ChoiceProps) {
  const label = (value: string) => shownText(values.find((facet) => facet.value === value)?.label ?? value, 60);
  if (chosen !== undefined) return <FilterChip kind={kind} word={label(chosen)} onClear={() => onChoose(undefined)} />;
  return (
    <Select
      aria-label={`Filter by ${kind}`}
      className="min-w-0 text-soft max-sm:flex-1 sm:max-w-28"
      value=""
      onPointerDown={onOpen}
      onFocus={onOpen}
      onChange={(event) => onChoose(event.target.value)}
    >
      <option value="">{kind}</option>
      {values.map(({ value, label: words, count }) => (
        <option key={value} value={value}>
          {`${shownText(words, 60)} (${count.toLocaleString('en')})`}
        </option>
      ))}
    </Select>
  );
}

const NONE: FacetsView = { causes: [], devices: [], clients: [], origins: [] };

/** Whether any filter is set; the range counts. */
export const isFiltered = (filter: HandshakeFilter): boolean => Object.values(filter).some((value) => value !== undefined && value !== '');

export type Gateways = readonly { id: string; name: string }[];

/** What is filtered, in words, for an empty log. */
export function filterWords(filter: HandshakeFilter, gateways: Gateways, nowMs: number): string {
  const { outcomes, cause, device, client, origin, gateway, text, from, to } = filter;
  return [
    outcomes && `outcome ${outcomes.join(' or ')}`,
    cause && `cause ${shownText(cause, 60)}`,
    device && `device ${shownText(device.slice(0, 8))}`,
    client && `client ${shownText(client, 60)}`,
    origin && `origin ${origin}`,
    gateway && `gateway ${shownText(gateways.find(({ id }) => id === gateway)?.name ?? gateway, 60)}`,
    text && `text “${shownText(text, 60)}”`,
    from === undefined && to === undefined
      ? undefined
      : rangeWords({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }, nowMs),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
}

/** Text, cause, device, client, origin, gateway, and the range as a chip. Outcomes are filtered by the legend of the histogram. */
export function Filters({ filter, gateways, onChange }: { filter: HandshakeFilter; gateways: Gateways; onChange: Change }) {
  const { data = NONE, refetch, dataUpdatedAt } = useFacets(filter);
  const day = useMoment((nowMs) => new Date(nowMs).setHours(12, 0, 0, 0));
  const onOpen = () => {
    if (performance.timeOrigin + performance.now() - dataUpdatedAt > 5_000) void refetch();
  };
  const { from, to } = filter;
  const ranged = from !== undefined || to !== undefined;
  return (
    <search className="flex flex-wrap items-center gap-2 max-sm:w-full">
      <TextFilter text={filter.text ?? ''} onChange={onChange} />
      <Choice
        kind="cause"
        values={data.causes}
        chosen={filter.cause}
        onOpen={onOpen}
        onChoose={(cause) => onChange({ filter: { cause } })}
      />
      <Choice
        kind="device"
        values={data.devices}
        chosen={filter.device}
        onOpen={onOpen}
        onChoose={(device) => onChange({ filter: { device } })}
      />
      <Choice
        kind="client"
        values={data.clients}
        chosen={filter.client}
        onOpen={onOpen}
        onChoose={(client) => onChange({ filter: { client } })}
      />
      <Choice
        kind="origin"
        values={data.origins}
        chosen={filter.origin}
        onOpen={onOpen}
        onChoose={(origin) => onChange({ filter: { origin: originOf(origin) } })}
      />
      {(gateways.length > 1 || filter.gateway !== undefined) && (
        <Select
          aria-label="Filter by gateway"
          className="max-w-36"
          value={filter.gateway ?? ''}
          onChange={(event) => onChange({ filter: { gateway: event.target.value || undefined } })}
        >
          <option value="">all gateways</option>
          {gateways.map(({ id, name }) => (
            <option key={id} value={id}>
              {shownText(name, 60)}
            </option>
          ))}
        </Select>
      )}
      {ranged && (
        <FilterChip
          kind="time"
          word={rangeWords({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }, day)}
          onClear={() => onChange({ filter: { from: undefined, to: undefined } })}
        />
      )}
      {isFiltered(filter) && (
        <button type="button" onClick={() => onChange({ clear: true })} className="h-8 rounded px-1 text-xs text-accent hover:underline">
          Clear all
        </button>
      )}
    </search>
  );
}

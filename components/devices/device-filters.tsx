'use client';
// The filters of the device list: a text, the questions that are asked most as one press each, and one thing of each kind.
import { clsx } from 'clsx';
import { memo } from 'react';
import type { DeviceFilter } from '#lib/devices/filter.ts';
import { Select } from '../parts/field.tsx';
import { FilterChip } from '../parts/filter-chip.tsx';
import { scopeName } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import type { Facet, Facets } from './device-filters-facets.ts';
import { isFiltered, type Names, QUICK } from './device-filters-words.ts';
import type { ViewChange } from './device-table-view.ts';
import { FINDING_WORDS } from './device-words.ts';

type Change = (change: ViewChange) => void;

type ChoiceProps = {
  kind: string;
  values: readonly Facet[];
  chosen: string | undefined;
  word?: (value: string) => string;
  onChoose(value: string | undefined): void;
};

/** Nothing is shown where there is nothing to choose. A chosen one stands as a chip, also when no device has it any more. */
function Choice({ kind, values, chosen, word = (value) => value, onChoose }: ChoiceProps) {
  const label = (value: string) => shownText(word(value), 60);
  if (chosen !== undefined) return <FilterChip small kind={kind} word={label(chosen)} onClear={() => onChoose(undefined)} />;
  if (values.length === 0) return null;
  return (
    <Select
      aria-label={`Filter by ${kind}`}
      className="h-7! max-w-28 min-w-0 shrink-0 text-xs text-soft"
      value=""
      onChange={(event) => onChoose(event.target.value)}
    >
      <option value="">{kind}</option>
      {values.map(({ value, count }) => (
        <option key={value} value={value}>
          {`${label(value)} (${count.toLocaleString('en')})`}
        </option>
      ))}
    </Select>
  );
}

type DeviceFiltersProps = { filter: DeviceFilter; facets: Facets; names: Names; onChange: Change };

/** One line on a phone, which scrolls to the side; as many as it takes where there is room. */
export const DeviceFilters = memo(function DeviceFilters({ filter, facets, names, onChange }: DeviceFiltersProps) {
  const set = (kind: keyof Facets) => (value: string | undefined) => onChange({ filter: { [kind]: value || undefined } });
  const { findings = [] } = filter;
  return (
    <search
      aria-label="Which devices"
      className="flex items-center gap-1.5 pb-2 max-sm:-mx-4 max-sm:overflow-x-auto max-sm:px-4 max-sm:[mask-image:linear-gradient(to_right,black_calc(100%-40px),transparent)] max-sm:pr-10! max-sm:[scrollbar-width:none] sm:flex-wrap"
    >
      {QUICK.map(({ word, on, set: setting, clear }) => (
        <button
          key={word}
          type="button"
          aria-pressed={on(filter)}
          onClick={() => onChange({ filter: on(filter) ? clear : setting })}
          className={clsx(
            'h-7 shrink-0 rounded-md border px-2 text-xs whitespace-nowrap',
            on(filter)
              ? 'tone-accent border-tone bg-tone font-medium text-tone'
              : 'border-hairline text-soft hover:border-edge hover:text-ink',
          )}
        >
          {word}
        </button>
      ))}
      {findings.map((code) => (
        <FilterChip
          small
          key={code}
          kind="finding"
          word={FINDING_WORDS[code].word}
          onClear={() => {
            const left = findings.filter((other) => other !== code);
            onChange({ filter: { findings: left.length === 0 ? undefined : left } });
          }}
        />
      ))}
      <Choice kind="scope" values={facets.scope} chosen={filter.scope} word={scopeName} onChoose={set('scope')} />
      <Choice kind="client" values={facets.client} chosen={filter.client} onChoose={set('client')} />
      <Choice kind="role" values={facets.role} chosen={filter.role} onChoose={set('role')} />
      <Choice kind="platform" values={facets.platform} chosen={filter.platform} onChoose={set('platform')} />
      <Choice kind="rule" values={facets.ruleId} chosen={filter.ruleId} word={(id) => names.rules.get(id) ?? id} onChoose={set('ruleId')} />
      {(names.gateways.size > 1 || filter.gateway !== undefined) && (
        <Select
          aria-label="Filter by gateway"
          className="h-7! max-w-36 shrink-0 text-xs"
          value={filter.gateway ?? ''}
          onChange={(event) => onChange({ filter: { gateway: event.target.value || undefined } })}
        >
          <option value="">all gateways</option>
          {[...names.gateways].map(([id, name]) => (
            <option key={id} value={id}>
              {shownText(name, 60)}
            </option>
          ))}
        </Select>
      )}
      {isFiltered(filter) && (
        <button
          type="button"
          onClick={() => onChange({ clear: true })}
          className="h-7 shrink-0 rounded px-1 text-xs whitespace-nowrap text-accent hover:underline"
        >
          Clear all
        </button>
      )}
    </search>
  );
});

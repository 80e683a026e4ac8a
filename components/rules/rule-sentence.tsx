'use client';
// The rule as a sentence in which every bold part is a control. What nobody has to say is added clause by clause and can go again.
import { clsx } from 'clsx';
import { Plus, X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { RuleEffect, RuleInput, RuleOrigin } from '#lib/api/rule-shapes.ts';
import type { GatewayView } from '#lib/api/shapes.ts';
import { isScope } from '#lib/gateway/scopes.ts';
import { Button } from '../parts/button.tsx';
import { Input, Select } from '../parts/field.tsx';
import { ScopeToggles } from '../parts/scope-toggles.tsx';
import { useNow } from '../queries/console.tsx';
import { useDevices } from '../queries/devices.ts';
import { type ClauseProps, ClauseWords } from './clause.tsx';
import {
  CLAUSE_GROUPS,
  CLAUSE_NAMES,
  type Clause,
  clausesIn,
  dateValue,
  effectOf,
  endOfDay,
  fits,
  originOf,
  withClause,
  withEffect,
  withoutClause,
} from './draft.ts';
import { Count, INLINE } from './sentence-parts.tsx';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 365;
const ORIGINS: readonly { value: RuleOrigin; word: string }[] = [
  { value: 'host-key', word: "the gateway's own key" },
  { value: 'loopback', word: 'a paired device over loopback' },
  { value: 'any', word: 'anyone, from anywhere' },
];
const EFFECTS: readonly { value: RuleEffect; word: string }[] = [
  { value: 'approve', word: 'approve it' },
  { value: 'reject', word: 'reject it' },
  { value: 'leave', word: 'leave it to a person' },
];

type RuleSentenceProps = { draft: RuleInput; gateways: readonly GatewayView[]; onChange(draft: RuleInput): void };

/** The clauses that stand there, one a line, each with its way out. */
function Clauses({ clauses, joint, ...props }: ClauseProps & { clauses: readonly Clause[]; joint: string }) {
  if (clauses.length === 0) return null;
  return (
    <ul className="my-1 grid gap-0.5 border-l-2 border-hairline pl-3">
      {clauses.map((clause) => (
        <li key={clause} data-clause={clause} className="flex items-start justify-between gap-2">
          <div className="min-w-0 leading-9">
            {joint} <ClauseWords clause={clause} {...props} />
          </div>
          <button
            type="button"
            aria-label={`Remove: ${CLAUSE_NAMES[clause]}`}
            onClick={() => props.onChange(withoutClause(props.draft, clause))}
            className="mt-1 grid size-7 shrink-0 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
          >
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What can still be added, by its subject. */
function AddClause({ draft, onAdd }: { draft: RuleInput; onAdd(clause: Clause): void }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const groups = CLAUSE_GROUPS.map(({ title, clauses }) => ({
    title,
    clauses: clauses.filter((clause) => fits(draft, clause) && draft[clause] === undefined),
  })).filter(({ clauses }) => clauses.length > 0);
  if (groups.length === 0) return null;
  return (
    <div className="mt-2 grid gap-2">
      <Button small className="w-fit" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Plus size={13} aria-hidden /> Add a condition or a limit
      </Button>
      <div id={id} hidden={!open} className="grid gap-x-4 gap-y-1.5 rounded-lg border border-hairline bg-sunken px-3 py-2.5">
        {groups.map(({ title, clauses }) => (
          <div key={title} className="grid gap-x-3 gap-y-1 sm:grid-cols-[140px_minmax(0,1fr)]">
            <p className="text-xs leading-7 text-soft">{title}</p>
            <div className="flex flex-wrap gap-1">
              {clauses.map((clause) => (
                <Button
                  key={clause}
                  small
                  onClick={() => {
                    setOpen(false);
                    onAdd(clause);
                  }}
                >
                  {CLAUSE_NAMES[clause]}
                </Button>
              ))}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

function Until({ draft, onChange }: { draft: RuleInput; onChange(draft: RuleInput): void }) {
  const now = useNow();
  return (
    <Input
      aria-label="Until which day"
      type="date"
      required
      min={dateValue(new Date(now))}
      max={dateValue(new Date(now + LONGEST_DAYS * DAY_MS))}
      className={clsx(INLINE, 'tabular invalid:border-red')}
      value={draft.expiresAt === undefined ? '' : dateValue(new Date(draft.expiresAt))}
      onChange={(event) => {
        const expiresAt = endOfDay(event.target.value);
        if (expiresAt !== undefined) onChange({ ...draft, expiresAt });
      }}
    />
  );
}

/** The ends of the sentence: how often, and until when. */
function Limit({ draft, onChange, children }: { draft: RuleInput; onChange(draft: RuleInput): void; children: ReactNode }) {
  const effect = effectOf(draft);
  return (
    <>
      <Select
        aria-label="What it does"
        className={INLINE}
        value={effect}
        onChange={(event) => {
          const next = EFFECTS.find(({ value }) => value === event.target.value);
          if (next !== undefined) onChange(withEffect(draft, next.value));
        }}
      >
        {EFFECTS.map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      {effect !== 'leave' && (
        <>
          at most
          <Count
            name="How often an hour"
            value={draft.maxPerHour ?? 10}
            max={60}
            onChange={(maxPerHour) => {
              const each = draft.maxPerDevicePerHour;
              onChange({ ...draft, maxPerHour, ...(each === undefined ? {} : { maxPerDevicePerHour: Math.min(each, maxPerHour) }) });
            }}
          />
          {draft.maxPerHour === 1 ? 'time' : 'times'} an hour
        </>
      )}{' '}
      until <Until draft={draft} onChange={onChange} />
      {children}
    </>
  );
}

/** The sentence with its controls. A clause that was added gets the focus. */
export function RuleSentence({ draft, gateways, onChange }: RuleSentenceProps) {
  const { data } = useDevices();
  const root = useRef<HTMLDivElement>(null);
  const [added, setAdded] = useState<Clause>();
  const zone = useMemo(() => Intl.DateTimeFormat().resolvedOptions().timeZone, []);
  const timeZones = useMemo(() => [...new Set([zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])], [zone]);
  useEffect(() => {
    if (added === undefined) return;
    root.current?.querySelector<HTMLElement>(`[data-clause="${added}"] :is(input, select)`)?.focus();
    setAdded(undefined);
  }, [added]);
  const parts: ClauseProps = { draft, devices: data?.items ?? [], timeZones, onChange };
  const approves = effectOf(draft) === 'approve';
  return (
    <div ref={root} className="text-base leading-9">
      When
      <Select
        aria-label="Who asks"
        className={INLINE}
        value={originOf(draft)}
        onChange={(event) => {
          const next = ORIGINS.find(({ value }) => value === event.target.value);
          if (next !== undefined) onChange({ ...draft, origin: next.value });
        }}
      >
        {ORIGINS.filter(({ value }) => !approves || value !== 'any').map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      {gateways.length > 1 && (
        <>
          on
          <Select
            aria-label="On which gateway"
            className={INLINE}
            value={draft.gateway ?? ''}
            onChange={(event) => {
              const { gateway: _before, ...rest } = draft;
              onChange(event.target.value === '' ? rest : { ...rest, gateway: event.target.value });
            }}
          >
            <option value="">any gateway</option>
            {gateways.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </>
      )}{' '}
      asks for {approves ? 'no more than' : 'any of'}
      <ScopeToggles
        legend={approves ? 'The most that a device may hold afterwards' : 'Any of these is asked'}
        scopes={draft.scopes.filter(isScope)}
        onChange={(scopes) => onChange({ ...draft, scopes })}
      />
      <Clauses clauses={clausesIn(draft, false)} joint="and" {...parts} />
      <Limit draft={draft} onChange={onChange}>
        <Clauses clauses={clausesIn(draft, true)} joint="" {...parts} />
      </Limit>
      <AddClause
        draft={draft}
        onAdd={(clause) => {
          onChange(withClause(draft, clause, zone));
          setAdded(clause);
        }}
      />
    </div>
  );
}

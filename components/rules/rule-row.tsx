'use client';
// One rule: its place and switch, its sentence, what it did, and why it cannot fire although it is on.
import { clsx } from 'clsx';
import { ArrowDown, ArrowUp, Pencil, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { RuleView } from '#lib/api/rule-shapes.ts';
import { TakeBackDialog } from '../frame/later.ts';
import { StatementLink } from '../gateways/statement-link.tsx';
import { ActButton } from '../operators/act-button.tsx';
import { Needs } from '../operators/needs.tsx';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Switch } from '../parts/switch.tsx';
import { useAcknowledgeRule, useSaveRule } from '../queries/rules.ts';
import { EndedRule } from './ended-rule.tsx';
import { RemoveRule } from './remove-rule.tsx';
import { Agreement, RuleFacts, RuleScopes } from './rule-facts.tsx';
import { unseenWords } from './rule-words.ts';
import { inputOf } from './tightest.ts';

export type Step = -1 | 1;

type RuleRowProps = {
  rule: RuleView;
  number: number;
  count: number;
  /** A file holds the rules: nothing is changed here but what a person says about grants and trust. */
  readOnly: boolean;
  /** Switching it on must go through the form, because something must be typed. */
  mustType: boolean;
  onEdit(): void;
  onMove(step: Step, from: 'row' | 'up' | 'down'): void;
};

const KINDS = { approve: undefined, reject: 'rejects', leave: 'leaves to a person' } as const;

function Badges({ rule }: { rule: RuleView }) {
  const kind = KINDS[rule.effect];
  return (
    <>
      {rule.shadow && (
        <span className="tone-blue border-tone bg-tone inline-block rounded-[5px] border px-1.5 text-xs leading-5 text-tone">
          in shadow
        </span>
      )}
      {kind !== undefined && <span className="rounded-[5px] border border-hairline px-1.5 text-xs leading-5 text-soft">{kind}</span>}
      {rule.ended && <span className="rounded-[5px] border border-hairline px-1.5 text-xs leading-5 text-soft">ended</span>}
      {rule.source === 'file' && (
        <span className="rounded-[5px] border border-hairline px-1.5 text-xs leading-5 text-soft">from the file</span>
      )}
    </>
  );
}

function Blocks({ rule }: { rule: RuleView }) {
  if (!rule.enabled || rule.blockedBy.length === 0) return null;
  return (
    <ul className="grid gap-0.5 text-amber">
      {rule.blockedBy.map((reason) => (
        <li key={reason.code} className="break-words">
          Cannot fire: {reason.text} <StatementLink code={reason.code} /> <code className="font-mono text-2xs">{reason.code}</code>
        </li>
      ))}
    </ul>
  );
}

function Acknowledge({ rule }: { rule: RuleView }) {
  const acknowledge = useAcknowledgeRule();
  if (!rule.unacknowledged) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 text-amber">
      {unseenWords(rule)}
      <ActButton
        needs="admin"
        small
        disabled={acknowledge.isPending}
        onClick={() => acknowledge.mutate(rule)}
        aria-label={`Acknowledge rule ${rule.name}`}
      >
        Acknowledge
      </ActButton>
      <Failure error={acknowledge.error} />
    </div>
  );
}

/** `onEdit` opens the form; switching on goes there too where something must be typed again. Alt and an arrow move the row. */
export function RuleRow({ rule, number, count, readOnly, mustType, onEdit, onMove }: RuleRowProps) {
  const save = useSaveRule();
  const [removing, setRemoving] = useState(false);
  const [taking, setTaking] = useState(false);
  const change = (enabled: boolean, shadow: boolean) =>
    enabled && !shadow && mustType ? onEdit() : save.mutate({ id: rule.id, input: { ...inputOf(rule, enabled), shadow } });
  const onKey = (event: KeyboardEvent) => {
    if (readOnly || !event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    onMove(event.key === 'ArrowUp' ? -1 : 1, 'row');
  };
  return (
    <li
      id={`rule-${rule.id}`}
      data-item
      tabIndex={-1}
      onKeyDown={onKey}
      className="grid scroll-mt-16 grid-cols-[36px_minmax(0,1fr)] gap-x-3 border-b border-hairline py-3"
    >
      <div className="pt-0.5">
        <Needs right="admin">
          <Switch
            on={rule.enabled}
            name={`Rule ${rule.name}`}
            disabled={save.isPending || readOnly}
            onChange={(on) => change(on, rule.shadow)}
          />
        </Needs>
      </div>
      <div className={clsx('grid min-w-0 gap-1.5', rule.ended && rule.grantsKept !== undefined && 'opacity-75')}>
        <div className="flex flex-wrap items-start justify-between gap-x-2 gap-y-1">
          <div className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-1">
            <h2 className="min-w-0 text-base font-medium break-words">
              <span className="tabular mr-1.5 text-xs font-normal text-soft">{number}</span>
              {shownText(rule.name, 80)}
            </h2>
            <Badges rule={rule} />
          </div>
          {!readOnly && (
            <Needs right="admin">
              <div className="flex gap-0.5">
                <Button
                  small
                  weight="quiet"
                  data-move="up"
                  className="w-7 px-0"
                  disabled={number === 1}
                  onClick={() => onMove(-1, 'up')}
                  aria-label={`Move rule ${rule.name} up`}
                  title="Move up (Alt and arrow up)"
                >
                  <ArrowUp size={14} aria-hidden />
                </Button>
                <Button
                  small
                  weight="quiet"
                  data-move="down"
                  className="w-7 px-0"
                  disabled={number === count}
                  onClick={() => onMove(1, 'down')}
                  aria-label={`Move rule ${rule.name} down`}
                  title="Move down (Alt and arrow down)"
                >
                  <ArrowDown size={14} aria-hidden />
                </Button>
                <Button small weight="quiet" onClick={onEdit} aria-label={`Change rule ${rule.name}`}>
                  <Pencil size={13} aria-hidden /> Change
                </Button>
                <Button small weight="quiet" onClick={() => setRemoving(true)} aria-label={`Remove rule ${rule.name}`} disabled={removing}>
                  <Trash2 size={13} aria-hidden /> Remove
                </Button>
              </div>
            </Needs>
          )}
        </div>
        <p className="break-words">{shownText(rule.sentence, 2_000)}</p>
        <RuleScopes rule={rule} />
        <RuleFacts rule={rule} onTakeBack={() => setTaking(true)} />
        <Agreement rule={rule} />
        {rule.shadow && rule.enabled && !readOnly && (
          <ActButton
            needs="admin"
            small
            className="w-fit"
            disabled={save.isPending}
            onClick={() => change(true, false)}
            aria-label={`Let it decide: rule ${rule.name}`}
          >
            Let it decide
          </ActButton>
        )}
        <Blocks rule={rule} />
        <Acknowledge rule={rule} />
        <EndedRule rule={rule} onTakeBack={() => setTaking(true)} />
        {removing && <RemoveRule rule={rule} onTakeBack={() => setTaking(true)} onKeep={() => setRemoving(false)} />}
        <Failure error={save.error} />
        {taking && <TakeBackDialog rule={rule.id} onClose={() => setTaking(false)} />}
      </div>
    </li>
  );
}

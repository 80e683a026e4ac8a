'use client';
// One rule: its switch, its sentence, what it did, and why it cannot fire although it is on.
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { RuleView } from '#lib/api/rule-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { Switch } from '../parts/switch.tsx';
import { Ago, Day } from '../parts/time.tsx';
import { useAcknowledgeRule, useRemoveRule, useSaveRule } from '../queries/rules.ts';
import { actorWords } from '../requests/request-words.ts';
import { inputOf } from './tightest.ts';

function Facts({ rule }: { rule: RuleView }) {
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-soft">
      <span className="tabular">
        {rule.hits === 0 ? 'never used' : `used ${rule.hits} ${rule.hits === 1 ? 'time' : 'times'}`}
        {rule.lastHitAt !== undefined && (
          <>
            , last <Ago at={rule.lastHitAt} />
          </>
        )}
      </span>
      <span>
        until <Day at={rule.expiresAt} />
      </span>
      <span>made {actorWords(rule.madeBy)}</span>
      {rule.agentsMayUse && <span className="text-orange">agents may use it</span>}
      {rule.assurance === 'log' && <span className="text-amber">by the log alone</span>}
    </p>
  );
}

/** `onEdit` opens the form; switching on goes there too where something must be typed again. */
export function RuleRow({ rule, number, mustType, onEdit }: { rule: RuleView; number: number; mustType: boolean; onEdit(): void }) {
  const save = useSaveRule();
  const remove = useRemoveRule();
  const acknowledge = useAcknowledgeRule();
  const [removing, setRemoving] = useState(false);
  return (
    <li
      id={`rule-${rule.id}`}
      data-item
      tabIndex={-1}
      className="grid scroll-mt-16 grid-cols-[36px_minmax(0,1fr)] gap-x-3 border-b border-hairline py-3"
    >
      <div className="pt-0.5">
        <Switch
          on={rule.enabled}
          name={`Rule ${rule.name}`}
          disabled={save.isPending}
          onChange={(on) => (on && mustType ? onEdit() : save.mutate({ id: rule.id, input: inputOf(rule, on) }))}
        />
      </div>
      <div className="grid min-w-0 gap-1.5">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="min-w-0 text-base font-medium break-words">
            <span className="tabular mr-1.5 text-xs font-normal text-soft">{number}</span>
            {rule.name}
          </h2>
          <div className="flex gap-1">
            <Button small weight="quiet" onClick={onEdit} aria-label={`Change rule ${rule.name}`}>
              <Pencil size={13} aria-hidden /> Change
            </Button>
            <Button small weight="quiet" onClick={() => setRemoving(true)} aria-label={`Remove rule ${rule.name}`} disabled={removing}>
              <Trash2 size={13} aria-hidden /> Remove
            </Button>
          </div>
        </div>
        <p className="break-words">{rule.sentence}</p>
        <ScopeWords scopes={rule.scopes} />
        <Facts rule={rule} />
        {rule.enabled && rule.blockedBy.length > 0 && (
          <ul className="grid gap-0.5 text-amber">
            {rule.blockedBy.map((reason) => (
              <li key={reason.code}>
                Cannot fire: {reason.text} <code className="font-mono text-2xs">{reason.code}</code>
              </li>
            ))}
          </ul>
        )}
        {rule.unacknowledged && (
          <div className="flex flex-wrap items-center gap-2 text-amber">
            Made by the API token; no person has looked at it yet.
            <Button
              small
              disabled={acknowledge.isPending}
              onClick={() => acknowledge.mutate(rule)}
              aria-label={`Acknowledge rule ${rule.name}`}
            >
              Acknowledge
            </Button>
          </div>
        )}
        {removing && (
          <div className="flex flex-wrap items-center gap-2 rounded-md bg-sunken px-3 py-2">
            <p className="min-w-0 flex-1">Removing it takes nothing back: devices keep what it gave.</p>
            <Button
              small
              weight="danger"
              disabled={remove.isPending}
              onClick={() => remove.mutate(rule.id)}
              aria-label={`Press again: remove rule ${rule.name}`}
            >
              Press again to remove
            </Button>
            <Button small weight="quiet" onClick={() => setRemoving(false)}>
              Keep
            </Button>
          </div>
        )}
        <Failure error={save.error ?? remove.error ?? acknowledge.error} />
      </div>
    </li>
  );
}

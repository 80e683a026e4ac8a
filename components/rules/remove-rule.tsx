'use client';
// Removing a rule, asked twice: it takes nothing back, so what it gave is asked first.
import type { RuleView } from '#lib/api/rule-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { useRemoveRule } from '../queries/rules.ts';

/** The question in place; `onTakeBack` opens the plan of what the rule gave, and the rule stays until then. */
export function RemoveRule({ rule, onTakeBack, onKeep }: { rule: RuleView; onTakeBack(): void; onKeep(): void }) {
  const remove = useRemoveRule();
  const { devices } = rule.grants;
  const words = devices === 0 ? 'Press again to remove' : 'Remove, they keep it';
  return (
    <div className="grid gap-2 rounded-md bg-sunken px-3 py-2">
      <p>
        {devices === 0
          ? 'Removing it takes nothing back; no device that is paired holds anything from it.'
          : `Removing it takes nothing back: ${devices === 1 ? '1 device keeps' : `${devices} devices keep`} what it gave.`}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {devices > 0 && (
          <Button small onClick={onTakeBack} aria-label={`Take back first: what rule ${rule.name} gave`}>
            Take back first
          </Button>
        )}
        <Button
          small
          weight="danger"
          disabled={remove.isPending}
          onClick={() => remove.mutate(rule.id)}
          aria-label={`${words}: rule ${rule.name}`}
        >
          {words}
        </Button>
        <Button small weight="quiet" onClick={onKeep}>
          Keep the rule
        </Button>
      </div>
      <Failure error={remove.error} />
    </div>
  );
}

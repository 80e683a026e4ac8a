'use client';
// A rule whose end has come asks what to do with what it gave: the grants do not end with it.
import type { RuleView } from '#lib/api/rule-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Day } from '../parts/time.tsx';
import { useKeepGrants } from '../queries/rules.ts';

/** Nothing once somebody has answered, or where nothing is left of it. */
export function EndedRule({ rule, onTakeBack }: { rule: RuleView; onTakeBack(): void }) {
  const keep = useKeepGrants();
  const { devices } = rule.grants;
  if (!rule.ended) return null;
  if (rule.grantsKept !== undefined) {
    return (
      <p className="text-xs text-soft">
        {rule.grantsKept.by} kept its grants on <Day at={rule.grantsKept.at} />.
      </p>
    );
  }
  if (devices === 0) return null;
  return (
    <div className="tone-amber border-tone bg-tone grid gap-2 rounded-md border px-3 py-2">
      <p>
        It ended on <Day at={rule.expiresAt} />, and {devices === 1 ? '1 device still holds' : `${devices} devices still hold`} what it
        gave. What is to become of that?
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          small
          disabled={keep.isPending}
          onClick={() => keep.mutate(rule.id)}
          aria-label={`They keep it: what rule ${rule.name} gave`}
        >
          They keep it
        </Button>
        <Button small onClick={onTakeBack} aria-label={`Take it back: what rule ${rule.name} gave`}>
          Take it back
        </Button>
      </div>
      <Failure error={keep.error} />
    </div>
  );
}

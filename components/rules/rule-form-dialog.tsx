'use client';
// The rule form in its dialog: for a new rule, a stored one, a template, or "approve and make a rule" from a request.
import Link from 'next/link';
import { useState } from 'react';
import type { RuleInput, RuleView } from '#lib/api/rule-shapes.ts';
import type { DecisionView, GatewayView, RequestView } from '#lib/api/shapes.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { shownText } from '../parts/shown-text.ts';
import { ApiProblem } from '../queries/api.ts';
import { useNow } from '../queries/console.tsx';
import { useDecide } from '../queries/decide.ts';
import { useSaveRule } from '../queries/rules.ts';
import { approveWords, requestName } from '../requests/request-words.ts';
import { formStart } from './draft.ts';
import { RuleForm } from './rule-form.tsx';
import { emptyRule, inputOf, tightestRule } from './tightest.ts';

type RuleFormDialogProps = {
  gateways: readonly GatewayView[];
  onClose(): void;
  request?: RequestView | undefined;
  rule?: RuleView | undefined;
  template?: RuleInput | undefined;
};

/** What the console said of the name; undefined for every other failure, which concerns more than one field. */
const nameProblemOf = (error: unknown): string | undefined =>
  error instanceof ApiProblem && error.extra.field === 'name' ? error.view.detail : undefined;

/** What came of both steps, in the gateway's and the console's own answers. */
function Made({ decision, rule, onClose }: { decision: DecisionView; rule: RuleView; onClose(): void }) {
  const blocked = rule.blockedBy[0]?.text;
  return (
    <div className="grid gap-3 p-4">
      <p role="status">
        <span className="font-medium">{decision.outcome}</span> The rule “{shownText(rule.name, 80)}” is made and{' '}
        {!rule.enabled ? 'switched off' : rule.shadow ? 'only records for now' : blocked === undefined ? 'decides from now on' : 'waits'}.
      </p>
      {rule.enabled && blocked !== undefined && <p className="text-amber">{blocked}</p>}
      <p className="break-words text-soft">{shownText(rule.sentence, 2_000)}</p>
      <div className="flex flex-wrap items-center gap-3">
        <Button weight="main" data-first autoFocus onClick={onClose}>
          Done
        </Button>
        <Link href={`/rules#rule-${rule.id}`} prefetch={false} className="text-accent underline underline-offset-2" onClick={onClose}>
          See it on Rules
        </Link>
      </div>
    </div>
  );
}

/** Closes itself when the rule is stored. With a request, the approval comes first, without it no rule is made, and both outcomes are shown. */
export default function RuleFormDialog({ gateways, onClose, request, rule, template }: RuleFormDialogProps) {
  const now = useNow();
  const save = useSaveRule();
  const decide = useDecide();
  const [decision, setDecision] = useState<DecisionView>();
  const [made, setMade] = useState<RuleView>();
  const [entered, setEntered] = useState(false);
  const approved = decision?.state === 'approved';
  const [start] = useState(() => {
    if (request !== undefined) return tightestRule(request, now);
    if (rule !== undefined) return formStart(inputOf(rule, rule.enabled));
    // A template's named scopes are typed by whoever takes it.
    return { ...emptyRule(now), ...template, confirm: [] };
  });
  const submit = async (input: RuleInput) => {
    try {
      if (request !== undefined && !approved) {
        const answer = await decide.mutateAsync({ action: 'approve', request, confirm: request.needsConfirm });
        setDecision(answer);
        // What the gateway did instead is no ground for a rule.
        if (answer.state !== 'approved') return;
      }
      const stored = await save.mutateAsync({ id: rule?.id, input });
      if (request === undefined) onClose();
      else setMade(stored);
    } catch {
      // Both mutations keep their error, which is shown below.
    }
  };
  const title = rule !== undefined ? 'Change the rule' : request !== undefined ? 'Approve and make a rule' : 'New rule';
  const word =
    rule !== undefined ? 'Save' : request === undefined || approved ? 'Make the rule' : `${approveWords(request)}, and make the rule`;
  const nameProblem = nameProblemOf(save.error);
  if (decision !== undefined && made !== undefined)
    return (
      <Dialog title="Approved, and a rule made" onClose={onClose}>
        <Made decision={decision} rule={made} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog title={title} onClose={onClose} wide unsaved={entered || approved}>
      <RuleForm
        start={start}
        id={rule?.id}
        gateways={gateways}
        submitWord={save.isPending || decide.isPending ? 'One moment' : word}
        busy={save.isPending || decide.isPending}
        onSubmit={(input) => void submit(input)}
        onCancel={onClose}
        onEntered={setEntered}
        nameProblem={nameProblem}
      >
        {request !== undefined && !approved && (
          <p className="text-soft">
            First this one request of {requestName(request)} is approved, then the rule is stored. If the approval fails, no rule is made.
          </p>
        )}
        {request !== undefined && request.origin.origin === 'unknown' && (
          <Notice kind="warn">
            <p>
              No rule would have approved this request: the facts behind its origin are incomplete. The rule waits for one that is proven.
            </p>
          </Notice>
        )}
        {approved && <p className="text-good">The request is approved; the rule is not stored yet.</p>}
        {decision !== undefined && !approved && <Notice kind="fail" title={`No rule was made. ${decision.outcome}`} />}
        {nameProblem === undefined && <Failure error={decide.error ?? save.error} />}
      </RuleForm>
    </Dialog>
  );
}

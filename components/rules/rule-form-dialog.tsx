'use client';
// The rule form in its dialog: for a new rule, a stored one, a template, or "approve and make a rule" from a request.
import { useState } from 'react';
import type { RuleInput, RuleView } from '#lib/api/rule-shapes.ts';
import type { GatewayView, RequestView } from '#lib/api/shapes.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { useNow } from '../queries/console.tsx';
import { useDecide } from '../queries/decide.ts';
import { useSaveRule } from '../queries/rules.ts';
import { approveWords, requestName } from '../requests/request-words.ts';
import { RuleForm } from './rule-form.tsx';
import { emptyRule, inputOf, tightestRule } from './tightest.ts';

type RuleFormDialogProps = {
  gateways: readonly GatewayView[];
  onClose(): void;
  request?: RequestView | undefined;
  rule?: RuleView | undefined;
  template?: RuleInput | undefined;
};

/** Closes itself when the rule is stored. With a request, the approval comes first; without it no rule is made. */
export default function RuleFormDialog({ gateways, onClose, request, rule, template }: RuleFormDialogProps) {
  const now = useNow();
  const save = useSaveRule();
  const decide = useDecide();
  const [approved, setApproved] = useState(false);
  const [start] = useState(() => {
    if (request !== undefined) return tightestRule(request, now);
    if (rule !== undefined) return inputOf(rule, rule.enabled);
    // A template's named scopes are typed by whoever takes it.
    return { ...emptyRule(now), ...template, confirm: [] };
  });
  const submit = async (input: RuleInput) => {
    try {
      if (request !== undefined && !approved) {
        await decide.mutateAsync({ action: 'approve', request, confirm: request.needsConfirm });
        setApproved(true);
      }
      await save.mutateAsync({ id: rule?.id, input });
      onClose();
    } catch {
      // Both mutations keep their error, which is shown below.
    }
  };
  const title = rule !== undefined ? 'Change the rule' : request !== undefined ? 'Approve and make a rule' : 'New rule';
  const word =
    rule !== undefined ? 'Save' : request === undefined || approved ? 'Make the rule' : `${approveWords(request)}, and make the rule`;
  return (
    <Dialog title={title} onClose={onClose} wide>
      <RuleForm
        start={start}
        id={rule?.id}
        gateways={gateways}
        submitWord={save.isPending || decide.isPending ? 'One moment' : word}
        busy={save.isPending || decide.isPending}
        onSubmit={(input) => void submit(input)}
        onCancel={onClose}
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
        <Failure error={decide.error ?? save.error} />
      </RuleForm>
    </Dialog>
  );
}

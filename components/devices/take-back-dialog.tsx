'use client';
// Taking back one grant, or all that a rule ever gave: first the plan with what each device loses and whether that holds,
// then a second press, then one device after the other with what the gateway really says.
import { useState } from 'react';
import type { TakeBackItem, TakeBackPlan, TakeBackView } from '#lib/api/grant-shapes.ts';
import { TAKE_BACK_WORDS } from '#lib/approvals/take-back-words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, Waiting } from '../parts/page.tsx';
import { shownText } from '../parts/shown-text.ts';
import { type Account, useTakeBackPlan, useTakeOne } from '../queries/take-backs.ts';
import { BulkFlow } from './bulk-flow.tsx';
import { itemKey } from './bulk-run.ts';
import { type BulkItem, devices } from './bulk-words.ts';
import { itemName, TakeBackRow, toldOf } from './take-back-item.tsx';
import { inputOf, isTold, summaryWords } from './take-back-run.ts';

function Gone({ gone }: { gone: number }) {
  if (gone === 0) return null;
  return (
    <p className="text-soft">{gone === 1 ? '1 device that got something is' : `${gone} devices that got something are`} paired no more.</p>
  );
}

type RunProps = { account: Account; plan: TakeBackPlan; onClose(): void; onRunning(running: boolean): void };

const lookOf = (item: TakeBackItem): BulkItem => ({
  ...item,
  name: itemName(item),
  loses: item.holds,
  breaks: item.connected === true ? ['It is connected now, and is cut off at once.'] : [],
});

/** The plan as it was read when the dialog opened; what is done is bound to it. */
function Run({ account, plan, onClose, onRunning }: RunProps) {
  const takeOne = useTakeOne();
  const named = new Set(plan.items.map(({ gateway }) => gateway)).size > 1;
  return (
    <BulkFlow<TakeBackItem, TakeBackView>
      items={plan.items}
      look={lookOf}
      act={(item) => takeOne(inputOf(item, account))}
      isKnown={isTold}
      told={toldOf}
      outcomes={TAKE_BACK_WORDS}
      summary={summaryWords}
      row={(item, row) => <TakeBackRow key={itemKey(item)} item={item} named={named} {...row} />}
      does={(count) => `Take ${count === 0 ? 'nothing' : devices(count)} back`}
      willBe={(count) => `${devices(count)} will be removed.`}
      graveText={(item) => `${itemName(item)} loses all that it holds.`}
      onClose={onClose}
      onRunning={onRunning}
    >
      <p className="text-soft">
        A gateway cannot make a grant smaller, so taking back removes the device: it loses all that it holds there, its waiting requests are
        rejected, and no rule lets it in again until a person does.
      </p>
      <Gone gone={plan.gone} />
    </BulkFlow>
  );
}

type TakeBackDialogProps = Account & { onBegun?(): void; onClose(): void };

/** With `devices`: those. With `rule`: all that it ever gave. With `decision`: what that one gave. With `gateway` and `device`: that device. */
export default function TakeBackDialog({ onBegun, onClose, ...given }: TakeBackDialogProps) {
  // Those of the moment at which it opened: the list goes on below it.
  const [account] = useState<Account>(given);
  const { data, error, isFetching } = useTakeBackPlan(account);
  const [started, setStarted] = useState<TakeBackPlan>();
  const plan = started ?? (isFetching ? undefined : data);
  const onRunning = (running: boolean) => {
    if (!running) return;
    setStarted(plan);
    onBegun?.();
  };
  const title = account.rule === undefined ? 'Take back' : `Take back all that ${shownText(plan?.ruleName ?? 'this rule', 60)} gave`;
  return (
    <Dialog title={title} onClose={onClose} wide>
      {error !== null && (
        <div className="p-4">
          <Failure error={error} />
        </div>
      )}
      {plan === undefined && error === null && (
        <div className="p-4">
          <Waiting rows={2} className="h-24" />
        </div>
      )}
      {plan?.items.length === 0 && (
        <div className="grid gap-3 p-4">
          <Empty title="There is nothing to take back">No device that is paired now holds what was given.</Empty>
          <Gone gone={plan.gone} />
        </div>
      )}
      {plan !== undefined && plan.items.length > 0 && <Run account={account} plan={plan} onClose={onClose} onRunning={onRunning} />}
    </Dialog>
  );
}

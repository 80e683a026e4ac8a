'use client';
// Taking back one grant, or all that a rule ever gave: first the plan with what each device loses and whether that holds,
// then a second press, then one device after the other with what the gateway really says.
import { useState } from 'react';
import type { TakeBackItem, TakeBackPlan } from '#lib/api/grant-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, Waiting } from '../parts/page.tsx';
import { shownText } from '../parts/shown-text.ts';
import { typedWords } from '../parts/typed.ts';
import { TypedWords } from '../parts/typed-words.tsx';
import { type Account, useTakeBackPlan, useTakeOne } from '../queries/take-backs.ts';
import { itemName, TakeBackRow } from './take-back-item.tsx';
import { itemKey, type Steps, summaryWords, takeOneByOne } from './take-back-run.ts';

const devices = (count: number) => (count === 1 ? '1 device' : `${count} devices`);

function Gone({ gone }: { gone: number }) {
  if (gone === 0) return null;
  return (
    <p className="text-soft">{gone === 1 ? '1 device that got something is' : `${gone} devices that got something are`} paired no more.</p>
  );
}

type RunProps = { account: Account; plan: TakeBackPlan; onClose(): void; onRunning(running: boolean): void };

/** The plan as it was read when the dialog opened; what is done is bound to it. */
function Run({ account, plan, onClose, onRunning }: RunProps) {
  const takeOne = useTakeOne();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [text, setText] = useState('');
  const [armed, setArmed] = useState(false);
  const [steps, setSteps] = useState<Steps>();
  const [done, setDone] = useState(false);
  const possible = plan.items.filter(({ impossible }) => impossible === undefined);
  const chosen = possible.filter((item) => !left.has(itemKey(item)));
  const words = chosen.flatMap((item) =>
    item.needsConfirm === undefined ? [] : [{ word: item.needsConfirm, text: `${itemName(item)} loses all that it holds.` }],
  );
  const typed = typedWords(
    text,
    words.map(({ word }) => word),
  );
  const confirmed = words.every(({ word }) => typed.has(word));
  const named = new Set(plan.items.map(({ gateway }) => gateway)).size > 1;
  const returns = chosen.filter(({ enforcement }) => enforcement !== 'enforced').length;
  const leave = (item: TakeBackItem) => (out: boolean) => {
    setArmed(false);
    setLeft((before) => new Set(out ? [...before, itemKey(item)] : [...before].filter((key) => key !== itemKey(item))));
  };
  const start = async () => {
    onRunning(true);
    await takeOneByOne(chosen, account, takeOne, setSteps);
    setDone(true);
    onRunning(false);
  };
  return (
    <div className="grid gap-3 p-4">
      <p className="text-soft">
        A gateway cannot make a grant smaller, so taking back removes the device: it loses all that it holds there, its waiting requests are
        rejected, and no rule lets it in again until a person does.
      </p>
      <ul className="border-y border-hairline">
        {plan.items.map((item) => (
          <TakeBackRow
            key={itemKey(item)}
            item={item}
            named={named}
            step={steps?.get(itemKey(item))}
            left={left.has(itemKey(item))}
            onLeave={possible.length > 1 && item.impossible === undefined ? leave(item) : undefined}
          />
        ))}
      </ul>
      <Gone gone={plan.gone} />
      {steps === undefined && <TypedWords words={words} text={text} onText={setText} />}
      {steps !== undefined && (
        <p role="status" className="font-medium">
          {done ? summaryWords(steps) : 'One after the other. Closing this ends nothing that was begun.'}
        </p>
      )}
      {steps === undefined && armed && (
        <div className="tone-red border-tone bg-tone grid gap-2 rounded-md border px-3 py-2.5">
          <p role="status">
            {devices(chosen.length)} will be removed.{' '}
            {returns > 0 && `${returns === 1 ? 'One of them can' : `${returns} of them can`} come back without you, as said above.`}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button weight="danger" autoFocus disabled={!confirmed} onClick={(event) => event.detail <= 1 && void start()}>
              Press again: take {devices(chosen.length)} back
            </Button>
            <Button weight="quiet" onClick={() => setArmed(false)}>
              Not now
            </Button>
          </div>
        </div>
      )}
      {steps === undefined && !armed && (
        <div className="flex flex-wrap gap-2">
          <Button weight="main" disabled={chosen.length === 0 || !confirmed} onClick={() => setArmed(true)}>
            Take {chosen.length === 0 ? 'nothing' : devices(chosen.length)} back
          </Button>
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      )}
      {done && (
        <Button className="w-fit" onClick={onClose}>
          Close
        </Button>
      )}
    </div>
  );
}

type TakeBackDialogProps = Account & { onClose(): void };

/** With `rule`: all that it ever gave. With `decision`: what that one gave. With `gateway` and `device`: that device. */
export default function TakeBackDialog({ onClose, ...account }: TakeBackDialogProps) {
  const { data, error, isFetching } = useTakeBackPlan(account);
  const [started, setStarted] = useState<TakeBackPlan>();
  const plan = started ?? (isFetching ? undefined : data);
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
      {plan !== undefined && plan.items.length > 0 && (
        <Run account={account} plan={plan} onClose={onClose} onRunning={(running) => running && setStarted(plan)} />
      )}
    </Dialog>
  );
}

'use client';
// The one switch over all rules, reachable from every page.
import { clsx } from 'clsx';
import { Zap } from 'lucide-react';
import Link from 'next/link';
import type { AutomationView } from '#lib/api/shapes.ts';
import { Needs } from '../operators/needs.tsx';
import { Failure } from '../parts/notice.tsx';
import { Popover } from '../parts/popover.tsx';
import { TONE_CLASS, type Tone } from '../parts/scope-words.ts';
import { Switch } from '../parts/switch.tsx';
import { Clock } from '../parts/time.tsx';
import { useAutomation } from '../queries/rules.ts';

const TONES: Record<AutomationView['state'], Tone> = { on: 'good', off: 'plain', suspended: 'red' };

const CAUSES: Record<NonNullable<AutomationView['cause']>, string> = {
  flood: 'more devices or requests at once than the limits allow',
  rate: 'more automatic approvals in a minute than the limit allows',
  undone: 'an approval gave something else than was shown and was undone',
  'identity-changed': 'the gateway shows another identity',
  clock: 'the clock jumped back',
  store: 'the record cannot be written',
  'record-broken': 'the record was changed by somebody else',
  'record-lost': 'the record of decisions was lost',
  'record-restored': 'the record was restored from a backup',
  'token-drift': 'a device asked again for what it had just been given',
};

/** The switch with its words, as it stands in the top bar's panel and on the Rules page. */
export function AutomationSwitch({ automation }: { automation: AutomationView }) {
  const change = useAutomation();
  const { state, text, since, cause, rearmsAt } = automation;
  return (
    <div className="grid gap-2">
      <div className="flex items-center gap-3">
        <Needs right={state === 'on' ? 'approver' : 'admin'}>
          <Switch on={state === 'on'} name="Automation" disabled={change.isPending} onChange={(on) => change.mutate(on)} />
        </Needs>
        <span className="font-medium">Automation {state}</span>
        <span className="text-xs text-soft">
          since <Clock at={since} precise="minutes" />
        </span>
      </div>
      {cause !== undefined && (
        <p>
          Cause: <strong className="font-medium">{CAUSES[cause]}</strong> <code className="font-mono text-2xs text-soft">{cause}</code>
        </p>
      )}
      <p className="text-soft">{text}</p>
      {rearmsAt !== undefined && (
        <p className="text-soft">
          Goes on by itself at <Clock at={rearmsAt} precise="minutes" /> if it stays quiet.
        </p>
      )}
      {state === 'suspended' && <p className="text-soft">Switching it on lifts the stop. Read Activity first.</p>}
      <Failure error={change.error} />
    </div>
  );
}

/** Automation's state in the top bar; opens to the switch. */
export function AutomationMenu({ automation }: { automation: AutomationView }) {
  return (
    <Popover
      align="end"
      action="automation"
      panelClass="w-80"
      buttonClass={clsx(
        TONE_CLASS[TONES[automation.state]],
        'inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium whitespace-nowrap text-tone hover:bg-sunken',
        automation.state === 'suspended' && 'bg-tone',
      )}
      label={
        <>
          <Zap size={14} aria-hidden />
          <span>
            <span className={automation.state === 'on' ? 'max-md:sr-only' : undefined}>automation </span>
            {automation.state}
          </span>
        </>
      }
    >
      <AutomationSwitch automation={automation} />
      <Link href="/rules" prefetch={false} className="mt-2 inline-block font-medium text-accent underline underline-offset-2">
        Rules
      </Link>
    </Popover>
  );
}

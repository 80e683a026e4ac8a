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
import { CAUSES, stopCauses } from './automation-words.ts';

const TONES: Record<AutomationView['state'], Tone> = { on: 'good', off: 'plain', suspended: 'red' };

/** The switch with its words, as it stands in the top bar's panel and on the Rules page. */
export function AutomationSwitch({ automation }: { automation: AutomationView }) {
  const change = useAutomation();
  const { state, text, since, rearmsAt } = automation;
  const causes = stopCauses(automation);
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
      {causes.map((cause) => (
        <p key={cause}>
          Cause: <strong className="font-medium">{CAUSES[cause]}</strong> <code className="font-mono text-2xs text-soft">{cause}</code>
        </p>
      ))}
      <p className="text-soft">{state === 'suspended' ? 'The notice at the top of this page says what happened.' : text}</p>
      {rearmsAt !== undefined && (
        <p className="text-soft">
          Goes on by itself at <Clock at={rearmsAt} precise="minutes" /> if it stays quiet.
        </p>
      )}
      {state === 'suspended' && (
        <p className="text-soft">
          Switching it on lifts the stop{causes.length > 1 && `, for all ${causes.length} causes`}. Read{' '}
          <Link href="/activity" prefetch={false} className="underline underline-offset-2">
            Activity
          </Link>{' '}
          first.
        </p>
      )}
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

'use client';
// The switch for silent grants on loopback: how it stands, the exact change, what follows from it, and what was read back.
import { useState } from 'react';
import type { LocalApprovalView } from '#lib/api/device-shapes.ts';
import type { GatewayView } from '#lib/api/shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/notice.tsx';
import { typedWords } from '../parts/typed.ts';
import { TypedWords } from '../parts/typed-words.tsx';
import { useLocalApproval, useSetLocalApproval } from '../queries/local-approval.ts';
import { localApprovalAnchor } from './local-approval-anchor.ts';

type Change = NonNullable<LocalApprovalView['change']>;

const STATES: Record<LocalApprovalView['state'], { word: string; tone: string }> = {
  on: { word: 'Grants by itself', tone: 'text-amber' },
  off: { word: 'Asks first', tone: 'text-good' },
  absent: { word: 'No such setting here', tone: 'text-soft' },
  unknown: { word: 'Not known', tone: 'text-soft' },
};

const act = ({ to }: Change) => (to === 'off' ? 'Let it ask first' : 'Let it grant by itself');

function Switching({ gateway, change, onClose, onDone }: { gateway: GatewayView; change: Change; onClose(): void; onDone(): void }) {
  const set = useSetLocalApproval(gateway.id);
  const [text, setText] = useState('');
  const { to, path, patch, baseHash, effects, needsConfirm } = change;
  const words =
    needsConfirm === undefined ? [] : [{ word: needsConfirm, text: 'everything on this machine is granted unseen, admin included.' }];
  const typed = typedWords(
    text,
    words.map(({ word }) => word),
  );
  const confirmed = words.every(({ word }) => typed.has(word));
  const run = () => set.mutate({ to, baseHash, ...(needsConfirm === undefined ? {} : { confirm: needsConfirm }) }, { onSuccess: onDone });
  return (
    <Dialog title={`${act(change)}: ${gateway.name}`} onClose={onClose}>
      <div className="grid gap-3 p-4">
        <p>
          <code className="font-mono text-xs break-all">{path}</code> is switched <strong>{to}</strong> in this gateway's configuration, and
          nothing else.
        </p>
        <div className="grid gap-1">
          <p className="text-xs text-soft">The change that is sent</p>
          <pre className="overflow-x-auto rounded-md border border-hairline bg-sunken px-2.5 py-2 font-mono text-xs break-all whitespace-pre-wrap">
            {patch}
          </pre>
          <p className="text-xs text-soft">
            Bound to the configuration <code className="font-mono break-all">{baseHash.split(':').at(-1)?.slice(0, 12)}</code>: if it
            changes before, nothing is done.
          </p>
        </div>
        <ul className="grid list-disc gap-1 pl-5">
          {effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
        <TypedWords words={words} text={text} onText={setText} />
        <Failure error={set.error} />
        <div className="flex flex-wrap gap-2">
          {set.error === null ? (
            <>
              <Button weight={to === 'on' ? 'danger' : 'main'} disabled={!confirmed || set.isPending} onClick={run}>
                {set.isPending ? 'Asking the gateway' : act(change)}
              </Button>
              <Button weight="quiet" onClick={onClose}>
                Cancel
              </Button>
            </>
          ) : (
            <Button onClick={onClose}>See how it stands now</Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** The section's content. What is switched is the change that was shown when the dialog opened. */
export function LocalApproval({ gateway }: { gateway: GatewayView }) {
  const { data, error } = useLocalApproval(gateway);
  const [open, setOpen] = useState<Change>();
  const [done, setDone] = useState<Change['to']>();
  const change = data?.change;
  const state = data === undefined ? undefined : STATES[data.state];
  return (
    <div id={localApprovalAnchor(gateway.id)} className="grid scroll-mt-16 gap-1.5">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="font-medium">Devices of its own machine</span>
        {state !== undefined && <span className={state.tone}>{state.word}</span>}
        {change !== undefined && (
          <ActButton needs="admin" small aria-label={`${act(change)}: ${gateway.name}`} onClick={() => setOpen(change)}>
            {act(change)}
          </ActButton>
        )}
      </div>
      {data !== undefined && (
        <p className="text-soft">
          {data.why}
          {data.whyNot !== undefined && data.state !== 'absent' && ` ${data.whyNot}`}
        </p>
      )}
      {done !== undefined && done === data?.state && (
        <p role="status" className="text-good">
          Switched {done}, and read back from the gateway.
        </p>
      )}
      <Failure error={error} />
      {open !== undefined && (
        <Switching
          gateway={gateway}
          change={open}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setDone(open.to);
            setOpen(undefined);
          }}
        />
      )}
    </div>
  );
}

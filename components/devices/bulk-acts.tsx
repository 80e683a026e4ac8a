'use client';
// What can be done to the devices that are selected. Each button opens one plan for all of them.
import { useState } from 'react';
import type { DeviceActKind } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { DeviceActDialog, TakeBackDialog } from '../frame/later.ts';
import { ActButton } from '../operators/act-button.tsx';
import { MOST_AT_ONCE } from './bulk-words.ts';

const ACTS: readonly { act: DeviceActKind; word: string }[] = [
  { act: 'rotate', word: 'Rotate tokens' },
  { act: 'narrow', word: 'Narrow tokens' },
  { act: 'revoke', word: 'Revoke tokens' },
];

type Opened = { act: DeviceActKind | 'take-back'; devices: readonly DeviceView[] };

/** `onDone` is called when a run was seen to its end and its dialog was closed. */
export default function BulkActs({ devices, onDone }: { devices: readonly DeviceView[]; onDone(): void }) {
  // The devices as they were when the dialog opened: what leaves the list meanwhile stays in the run.
  const [opened, setOpened] = useState<Opened>();
  const [began, setBegan] = useState(false);
  const tooMany = devices.length > MOST_AT_ONCE;
  const open = (act: Opened['act']) => {
    setBegan(false);
    setOpened({ act, devices });
  };
  const close = () => {
    setOpened(undefined);
    if (began) onDone();
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {tooMany && <p className="text-xs text-amber">At most {MOST_AT_ONCE} at once.</p>}
      {ACTS.map(({ act, word }) => (
        <ActButton key={act} needs="admin" small disabled={tooMany || devices.length === 0} onClick={() => open(act)}>
          {word}
        </ActButton>
      ))}
      <ActButton needs="admin" small disabled={tooMany || devices.length === 0} onClick={() => open('take-back')}>
        Take back
      </ActButton>
      {opened?.act === 'take-back' && <TakeBackDialog devices={opened.devices} onBegun={() => setBegan(true)} onClose={close} />}
      {opened !== undefined && opened.act !== 'take-back' && (
        <DeviceActDialog act={opened.act} devices={opened.devices} onBegun={() => setBegan(true)} onClose={close} />
      )}
    </div>
  );
}

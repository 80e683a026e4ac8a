'use client';
// Rename, rotate, narrow or revoke, of one device or many: the plan first, then what the gateway really shows.
import { useState } from 'react';
import type { DeviceActItem, DeviceActKind, DeviceActPlan, DeviceActView } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { DEVICE_ACT_WORDS } from '#lib/devices/acts/words.ts';
import { addedScopes } from '#lib/gateway/scopes.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, Waiting } from '../parts/page.tsx';
import { useActOnce, useDeviceActPlan } from '../queries/device-acts.ts';
import { BulkFlow } from './bulk-flow.tsx';
import { itemKey } from './bulk-run.ts';
import { devices as devicesWord } from './bulk-words.ts';
import { KeepField, LabelField, RoleField } from './device-acts-form.tsx';
import { actName, DeviceActRow } from './device-acts-row.tsx';
import { ACTS, actInput, actLook, actSummary, actTold, isActTold, leavable, tokenRoles } from './device-acts-words.ts';

type RunProps = {
  act: DeviceActKind;
  plan: DeviceActPlan;
  kept: readonly string[];
  label: string;
  unready: boolean;
  onClose(): void;
  onRunning(running: boolean): void;
};

function Run({ act, plan, kept, label, unready, onClose, onRunning }: RunProps) {
  const actOnce = useActOnce();
  const words = ACTS[act];
  const named = new Set(plan.items.map(({ gateway }) => gateway)).size > 1;
  return (
    <BulkFlow<DeviceActItem, DeviceActView>
      items={plan.items}
      look={(item) => actLook(item, kept)}
      act={(item) => actOnce(actInput(item, { scopes: kept, label }))}
      isKnown={isActTold}
      told={actTold}
      outcomes={DEVICE_ACT_WORDS}
      summary={(steps) => actSummary(act, steps)}
      row={(item, row) => <DeviceActRow key={itemKey(item)} item={item} named={named} kept={kept} {...row} />}
      does={words.does}
      willBe={words.willBe}
      graveText={(item) => `${actName(item)}, as said under what breaks.`}
      harmless={act === 'rename'}
      unready={unready}
      onClose={onClose}
      onRunning={onRunning}
    >
      {plan.gone.length > 0 && <p className="text-soft">{devicesWord(plan.gone.length)} that you chose: paired no more.</p>}
    </BulkFlow>
  );
}

type DeviceActDialogProps = {
  act: DeviceActKind;
  /** At most 500; rename takes one. */
  devices: readonly DeviceView[];
  /** The first device is asked now. */
  onBegun?(): void;
  onClose(): void;
};

/** The devices are those of the moment at which it opened. */
export default function DeviceActDialog({ act, devices: given, onBegun, onClose }: DeviceActDialogProps) {
  const [devices] = useState(given);
  const [only] = devices;
  const one = devices.length === 1 ? only : undefined;
  const { held, offered } = leavable(devices);
  const [kept, setKept] = useState<readonly string[]>(held);
  const roles = one === undefined ? [] : tokenRoles(one);
  const [role, setRole] = useState<string>();
  const [label, setLabel] = useState(one?.label ?? '');
  const [started, setStarted] = useState<DeviceActPlan>();
  const narrows = act === 'narrow';
  // One scope that opens nothing else cannot be made less.
  const narrowable = offered.length > 1;
  // Nothing is narrower yet, so nothing can be planned.
  const open = narrows && (!narrowable || kept.length === 0 || addedScopes(kept, held).length === 0);
  const { data, error, isFetching } = useDeviceActPlan(
    open
      ? undefined
      : {
          act,
          devices: devices.map(({ gateway, deviceId }) => ({ gateway, deviceId })),
          ...(narrows ? { scopes: [...kept] } : {}),
          ...(role === undefined || act === 'rename' || narrows ? {} : { role }),
        },
  );
  const plan = started ?? (open || isFetching ? undefined : data);
  const choosesRole = roles.length > 1 && (act === 'rotate' || act === 'revoke');
  // A name is asked for where the gateway can keep one.
  const names = act === 'rename' && plan?.items.some(({ impossible }) => impossible !== undefined) !== true;
  const onRunning = (running: boolean) => {
    if (!running || plan === undefined) return;
    setStarted(plan);
    onBegun?.();
  };
  return (
    <Dialog title={ACTS[act].title} onClose={onClose} wide>
      {started === undefined && (names || (narrows && narrowable) || choosesRole) && (
        <div className="grid gap-3 px-4 pt-4">
          {names && <LabelField label={label} onLabel={setLabel} />}
          {narrows && narrowable && <KeepField offered={offered} kept={kept} onKept={setKept} />}
          {choosesRole && <RoleField roles={roles} role={role ?? roles[0] ?? ''} onRole={setRole} />}
        </div>
      )}
      {error !== null && (
        <div className="p-4">
          <Failure error={error} />
        </div>
      )}
      {open && (
        <p className="p-4 text-soft">
          {narrowable
            ? 'Leave out what the token shall lose.'
            : `Nothing can be taken from ${devices.length === 1 ? 'its operator token' : 'these operator tokens'} and leave a scope. Revoke ${devices.length === 1 ? 'it' : 'them'} instead.`}
        </p>
      )}
      {!open && plan === undefined && error === null && (
        <div className="p-4">
          <Waiting rows={2} className="h-24" />
        </div>
      )}
      {plan?.items.length === 0 && (
        <div className="p-4">
          <Empty title="There is nothing to do it to">
            {plan.gone.length === 1 ? 'The device is' : 'These devices are'} paired no more.
          </Empty>
        </div>
      )}
      {plan !== undefined && plan.items.length > 0 && (
        <Run
          act={act}
          plan={plan}
          kept={kept}
          label={label}
          unready={act === 'rename' && (label.trim() === '' || label.trim() === one?.label)}
          onClose={onClose}
          onRunning={onRunning}
        />
      )}
    </Dialog>
  );
}

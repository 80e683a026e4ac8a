'use client';
// One clause of a rule with its controls, as it stands in the sentence.
import { clsx } from 'clsx';
import { type ReactNode, useState } from 'react';
import type { RuleInput, Weekday } from '#lib/api/rule-shapes.ts';
import type { DeviceView, Reason } from '#lib/api/shapes.ts';
import { isScope } from '#lib/gateway/scopes.ts';
import { deviceName } from '../devices/device-words.ts';
import { Input, Select } from '../parts/field.tsx';
import { ScopeToggles } from '../parts/scope-toggles.tsx';
import { shownText } from '../parts/shown-text.ts';
import { REASONS } from '../requests/request-words.ts';
import { type Clause, originOf } from './draft.ts';
import { Count, INLINE, Pick, Words } from './sentence-parts.tsx';

const DAYS: readonly { value: Weekday; word: string }[] = [
  { value: 'mon', word: 'Mon' },
  { value: 'tue', word: 'Tue' },
  { value: 'wed', word: 'Wed' },
  { value: 'thu', word: 'Thu' },
  { value: 'fri', word: 'Fri' },
  { value: 'sat', word: 'Sat' },
  { value: 'sun', word: 'Sun' },
];
const SIGN_INS = ['device-token', 'token', 'password', 'none'] as const;
const ASKS: readonly { value: Reason; word: string }[] = (
  ['scope-upgrade', 'new-device', 'role-upgrade', 'metadata-change'] as const satisfies readonly Reason[]
).map((value) => ({ value, word: REASONS[value] }));
const HOURS_A_YEAR = 8_760;

export type ClauseProps = {
  draft: RuleInput;
  devices: readonly DeviceView[];
  timeZones: readonly string[];
  onChange(draft: RuleInput): void;
};

const seen = (devices: readonly DeviceView[], field: 'clientId' | 'clientMode' | 'platform', also: readonly string[]) =>
  [...new Set([...devices.flatMap((device) => device[field] ?? []), ...also])].sort();

function Which({ draft, devices, onChange }: ClauseProps) {
  const { deviceId = '', gateway } = draft;
  const here = devices.filter((device) => gateway === undefined || device.gateway === gateway);
  const known = new Map(here.map((device) => [device.deviceId, shownText(deviceName(device), 40)]));
  if (deviceId !== '' && !known.has(deviceId)) known.set(deviceId, 'device');
  return (
    <Select
      aria-label="Which device"
      required
      className={INLINE}
      value={deviceId}
      onChange={(event) => onChange({ ...draft, deviceId: event.target.value })}
    >
      {deviceId === '' && <option value="">choose</option>}
      {[...known].map(([id, name]) => (
        <option key={id} value={id}>
          {name} {id.slice(0, 8)}
        </option>
      ))}
    </Select>
  );
}

function PairedFor({ draft, onChange }: ClauseProps) {
  const { pairedForHours = 24 } = draft;
  const [unit, setUnit] = useState(pairedForHours % 24 === 0 ? 24 : 1);
  const count = Math.max(1, Math.floor(pairedForHours / unit));
  return (
    <>
      <Count
        key={unit}
        name="Paired for at least"
        value={count}
        max={Math.floor(HOURS_A_YEAR / unit)}
        onChange={(next) => onChange({ ...draft, pairedForHours: next * unit })}
      />
      <Select
        aria-label="Days or hours"
        className={INLINE}
        value={unit === 24 ? 'days' : 'hours'}
        onChange={(event) => {
          const next = event.target.value === 'days' ? 24 : 1;
          setUnit(next);
          onChange({ ...draft, pairedForHours: Math.min(count * next, HOURS_A_YEAR) });
        }}
      >
        <option value="days">{count === 1 ? 'day' : 'days'}</option>
        <option value="hours">{count === 1 ? 'hour' : 'hours'}</option>
      </Select>
    </>
  );
}

function Hours({ draft, timeZones, onChange }: ClauseProps) {
  const { hours } = draft;
  if (hours === undefined) return null;
  const set = (changed: Partial<typeof hours>) => onChange({ ...draft, hours: { ...hours, ...changed } });
  const zones = timeZones.includes(hours.timeZone) ? timeZones : [hours.timeZone, ...timeZones];
  const time = (name: string, field: 'from' | 'to') => (
    <Input
      aria-label={name}
      type="time"
      required
      className={clsx(INLINE, 'tabular')}
      value={hours[field]}
      onChange={(event) => set({ [field]: event.target.value })}
    />
  );
  return (
    <>
      <Pick legend="Days" all={DAYS} picked={hours.days} onChange={(days) => set({ days })} />
      from {time('From', 'from')} to {time('To', 'to')}
      {hours.to <= hours.from && <span className="text-soft">(past midnight)</span>} in
      <Select
        aria-label="Time zone"
        className={clsx(INLINE, 'w-44')}
        value={hours.timeZone}
        onChange={(event) => set({ timeZone: event.target.value })}
      >
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
      </Select>
    </>
  );
}

const Said = () => <span className="tone-amber text-xs text-tone">(the caller's word)</span>;

/** The words and controls of one clause. A draft without it shows nothing. */
export function ClauseWords({ clause, ...props }: ClauseProps & { clause: Clause }): ReactNode {
  const { draft, devices, onChange } = props;
  const set = (changed: Partial<RuleInput>) => onChange({ ...draft, ...changed });
  switch (clause) {
    case 'deviceId':
      return (
        <>
          it is {originOf(draft) === 'host-key' ? 'also ' : ''}the device <Which {...props} />
        </>
      );
    case 'pairedForHours':
      return (
        <>
          it has been paired for at least <PairedFor {...props} />
        </>
      );
    case 'heldScopes':
      return (
        <>
          it holds already
          <ScopeToggles
            legend="What it must hold already"
            scopes={(draft.heldScopes ?? []).filter(isScope)}
            onChange={(heldScopes) => set({ heldScopes })}
          />
        </>
      );
    case 'authMethods': {
      const picked = draft.authMethods ?? [];
      const all = [...SIGN_INS, ...picked.filter((method) => !SIGN_INS.some((known) => known === method))];
      return (
        <>
          every attempt signed in with
          <Pick
            legend="How it signs in"
            all={all.map((value) => ({ value, word: value === 'none' ? 'nothing' : value.replace('-', ' ') }))}
            picked={picked}
            onChange={(authMethods) => set({ authMethods })}
          />
        </>
      );
    }
    case 'hours':
      return (
        <>
          it is <Hours {...props} />
        </>
      );
    case 'reasons':
      return (
        <>
          it is a <Pick legend="Why it asks" all={ASKS} picked={draft.reasons ?? []} onChange={(reasons) => set({ reasons })} />
        </>
      );
    case 'clientIds':
      return (
        <>
          it says its client is
          <Words
            name="Clients"
            values={draft.clientIds ?? []}
            suggestions={seen(devices, 'clientId', ['cli'])}
            onChange={(clientIds) => set({ clientIds })}
          />
          <Said />
        </>
      );
    case 'clientModes':
      return (
        <>
          it says its mode is
          <Words
            name="Client modes"
            values={draft.clientModes ?? []}
            suggestions={seen(devices, 'clientMode', ['cli', 'ui', 'node', 'backend'])}
            onChange={(clientModes) => set({ clientModes })}
          />
          <Said />
        </>
      );
    case 'platforms':
      return (
        <>
          it says it runs on
          <Words
            name="Platforms"
            values={draft.platforms ?? []}
            suggestions={seen(devices, 'platform', ['linux', 'darwin', 'win32'])}
            onChange={(platforms) => set({ platforms })}
          />
          <Said />
        </>
      );
    case 'displayName':
      return (
        <>
          it calls itself
          <Input
            aria-label="Name pattern"
            value={draft.displayName ?? ''}
            placeholder="Nightly *"
            maxLength={80}
            className={clsx(INLINE, 'w-44')}
            onChange={(event) => set({ displayName: event.target.value })}
          />
          <Said /> <span className="text-xs text-soft">* stands for anything, ? for one character</span>
        </>
      );
    case 'maxPerDevicePerHour':
      return (
        <>
          at most
          <Count
            name="For each device an hour"
            value={draft.maxPerDevicePerHour ?? 1}
            max={draft.maxPerHour ?? 60}
            onChange={(maxPerDevicePerHour) => set({ maxPerDevicePerHour })}
          />
          of them for each device
        </>
      );
    case 'maxUses':
      return (
        <>
          at most
          <Count name="Uses in all" value={draft.maxUses ?? 1} max={10_000} onChange={(maxUses) => set({ maxUses })} />
          {draft.maxUses === 1 ? 'time' : 'times'} in all
        </>
      );
    case 'coolOffMinutes':
      return (
        <>
          after you reject one of these, it rests
          <Count
            name="Minutes of rest after your no"
            value={draft.coolOffMinutes ?? 60}
            max={1_440}
            onChange={(coolOffMinutes) => set({ coolOffMinutes })}
          />
          minutes
        </>
      );
    case 'note':
      return (
        <>
          with the note
          <Input
            aria-label="Note"
            value={draft.note ?? ''}
            placeholder="Why, for whoever reads it"
            maxLength={300}
            className={clsx(INLINE, 'w-full')}
            onChange={(event) => set({ note: event.target.value })}
          />
        </>
      );
  }
}

'use client';
// One device in a line: who, what it holds, how it came by it, when it was seen.
import { clsx } from 'clsx';
import type { DeviceView } from '#lib/api/shapes.ts';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { Ago } from '../parts/time.tsx';
import { deviceMarks, deviceName, GRANTED } from './device-words.ts';

export const DEVICE_COLUMNS = 'sm:grid-cols-[minmax(0,1.4fr)_minmax(0,1.3fr)_92px_96px]';

type DeviceRowProps = { device: DeviceView; twins: number; returned: boolean; nowMs: number; selected: boolean; onSelect(): void };

/** Opens the panel of the device. */
export function DeviceRow({ device, twins, returned, nowMs, selected, onSelect }: DeviceRowProps) {
  const marks = deviceMarks(device, twins, nowMs, returned);
  const otherRoles = device.roles.filter((role) => role !== 'operator');
  return (
    <button
      type="button"
      data-item
      aria-pressed={selected}
      onClick={onSelect}
      className={clsx(
        'grid w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 border-b border-hairline px-4 py-1.5 text-left [contain-intrinsic-size:auto_36px] [content-visibility:auto] sm:px-6 lg:-outline-offset-2',
        DEVICE_COLUMNS,
        selected ? 'bg-accent/12' : 'hover:bg-sunken',
      )}
    >
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <span className="truncate font-medium">{deviceName(device)}</span>
        <span className="font-mono text-xs text-soft">{device.deviceId.slice(0, 8)}</span>
        {marks.map(({ word, tone }) => (
          <span key={word} className={clsx(TONE_CLASS[tone], 'text-xs whitespace-nowrap text-tone')}>
            {word}
          </span>
        ))}
      </span>
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 max-sm:col-span-2 max-sm:row-start-2">
        {otherRoles.map((role) => (
          <span key={role} className="font-mono text-xs font-semibold text-red">
            role {role}
          </span>
        ))}
        <ScopeWords scopes={device.scopes} />
      </span>
      <span className={clsx('text-xs whitespace-nowrap max-sm:hidden', device.approvedHow === 'silent' ? 'text-amber' : 'text-soft')}>
        {GRANTED[device.approvedHow].word}
      </span>
      <span className="text-right text-xs whitespace-nowrap text-soft max-sm:col-start-2 max-sm:row-start-1">
        {device.connected === true ? (
          <span className="text-good">connected</span>
        ) : device.lastSeenAt === undefined ? (
          'not told'
        ) : (
          <Ago at={device.lastSeenAt} />
        )}
      </span>
    </button>
  );
}

'use client';
// One device in a line: who, and what the chosen columns tell of it.
import { clsx } from 'clsx';
import { memo, type ReactNode } from 'react';
import type { DeviceView } from '#lib/api/shapes.ts';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { Ago, Day } from '../parts/time.tsx';
import type { ColumnName } from './columns.ts';
import { deviceMarks, deviceName, fittingMarks, GRANTED, topScopes } from './device-words.ts';

/** The height of a line, px; on a phone it has two. */
export const ROW_PX = 34;
export const NARROW_ROW_PX = 52;

function Seen({ device }: { device: DeviceView }) {
  if (device.connected === true) return <span className="text-good">connected</span>;
  return device.lastSeenAt === undefined ? 'not told' : <Ago at={device.lastSeenAt} />;
}

function Holds({ device }: { device: DeviceView }) {
  const otherRoles = device.roles.filter((role) => role !== 'operator');
  return (
    <>
      {otherRoles.map((role) => (
        <span key={role} className="shrink-0 font-mono text-xs font-semibold text-red">
          role {shownText(role, 20)}
        </span>
      ))}
      {(device.scopes.length > 0 || otherRoles.length === 0) && (
        <ScopeWords scopes={topScopes(device.scopes)} className="flex-nowrap overflow-hidden" />
      )}
    </>
  );
}

/** As many marks as a line of its column has room for beside name and id. */
const WIDE_MARKS = 2;

function Marks({ marks, room }: { marks: ReturnType<typeof deviceMarks>; room: number }) {
  const { shown, others } = fittingMarks(marks, room);
  return (
    <>
      {shown.map(({ word, tone }) => (
        <span key={word} className={clsx(TONE_CLASS[tone], 'shrink-0 text-tone')}>
          {word}
        </span>
      ))}
      {others.length > 0 && (
        <span className="shrink-0" title={others.join(', ')}>
          +{others.length}
          <span className="sr-only"> more: {others.join(', ')}</span>
        </span>
      )}
    </>
  );
}

const grantedTone = ({ approvedHow }: DeviceView) => (approvedHow === 'silent' ? 'text-amber' : undefined);
const day = (at: string | undefined) => (at === undefined ? 'not told' : <Day at={at} />);

function cell(name: ColumnName, device: DeviceView, gateway: string): ReactNode {
  switch (name) {
    case 'holds':
      return <Holds device={device} />;
    case 'client':
      return device.clientId === undefined ? '' : shownText([device.clientId, device.clientMode].filter(Boolean).join(', '), 60);
    case 'platform':
      return shownText(device.platform ?? '', 40);
    case 'address':
      return <span className="font-mono">{shownText(device.remoteIp ?? '', 45)}</span>;
    case 'key':
      return <span className="font-mono">{shownText(device.publicKey, 9)}</span>;
    case 'granted':
      return <span className={grantedTone(device)}>{GRANTED[device.approvedHow].word}</span>;
    case 'by':
      return shownText(device.grantedBy ?? '', 40);
    case 'approved':
      return day(device.approvedAt);
    case 'paired':
      return day(device.createdAt);
    case 'gateway':
      return shownText(gateway, 40);
    case 'seen':
      return <Seen device={device} />;
  }
}

export type DeviceRowProps = {
  /** `gateway/device id`, told to the handlers. */
  id: string;
  device: DeviceView;
  /** The name of its gateway. */
  gateway: string;
  /** Not shown on a phone, where a row has two lines instead. */
  columns: readonly ColumnName[];
  grid: string;
  narrow: boolean;
  returned: boolean;
  selected: boolean;
  checked: boolean;
  onOpen(id: string): void;
  onCheck(id: string, range: boolean): void;
};

/** Two things to press: the box selects the device for a bulk act, the rest opens its panel. Painted again only when its device changes. */
export const DeviceRow = memo(function DeviceRow(props: DeviceRowProps) {
  const { id, device, gateway, columns, grid, narrow, returned, selected, checked, onOpen, onCheck } = props;
  const name = shownText(deviceName(device), 80);
  const marks = deviceMarks(device, returned);
  return (
    <div
      className={clsx(
        'flex h-full items-stretch border-b border-hairline pl-1 sm:pl-3',
        selected ? 'bg-accent/12' : checked ? 'bg-sunken' : 'hover:bg-sunken',
      )}
    >
      <label className="grid w-8 shrink-0 cursor-pointer place-items-center">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${name} ${device.deviceId.slice(0, 8)}`}
          checked={checked}
          onChange={(event) => onCheck(id, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
        />
      </label>
      <button
        type="button"
        data-item
        data-device={id}
        aria-pressed={selected}
        aria-keyshortcuts="Enter x Shift+X"
        onClick={() => onOpen(id)}
        onKeyDown={(event) => {
          if (event.key.toLowerCase() !== 'x' || event.metaKey || event.ctrlKey || event.altKey) return;
          event.preventDefault();
          onCheck(id, event.shiftKey);
        }}
        style={{ gridTemplateColumns: narrow ? 'minmax(0,1fr) auto' : grid }}
        className="grid min-w-0 flex-1 content-center items-center gap-x-4 gap-y-0.5 pr-4 text-left text-xs text-soft -outline-offset-2 sm:pr-6"
      >
        <span className="flex min-w-0 items-baseline gap-x-2 overflow-hidden whitespace-nowrap">
          <span className="max-w-[60%] shrink-0 truncate text-sm font-medium text-ink">{name}</span>
          <span className="font-mono">{device.deviceId.slice(0, 8)}</span>
          {!narrow && <Marks marks={marks} room={WIDE_MARKS} />}
        </span>
        {narrow && (
          <>
            <span className="text-right whitespace-nowrap">
              <Seen device={device} />
            </span>
            <span className="col-span-2 flex min-w-0 items-baseline gap-x-2 overflow-hidden whitespace-nowrap">
              <Holds device={device} />
              <Marks marks={marks} room={1} />
              <span className={grantedTone(device)}>{GRANTED[device.approvedHow].word}</span>
            </span>
          </>
        )}
        {!narrow &&
          columns.map((column) => (
            <span key={column} className={clsx('min-w-0 gap-x-2 truncate', column === 'holds' ? 'flex items-baseline' : 'block')}>
              {cell(column, device, gateway)}
            </span>
          ))}
      </button>
    </div>
  );
});

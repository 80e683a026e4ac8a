'use client';
// Who holds what, the gravest first.
import { clsx } from 'clsx';
import { useSearchParams } from 'next/navigation';
import { useDeferredValue, useMemo, useState } from 'react';
import type { DeviceView } from '#lib/api/shapes.ts';
import { TakeBackDialog, WindowDialog } from '../frame/later.ts';
import { Input, Select } from '../parts/field.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, PageHead, Unread, Waiting } from '../parts/page.tsx';
import { Clock } from '../parts/time.tsx';
import { useMoment } from '../queries/console.tsx';
import { useDevices } from '../queries/devices.ts';
import { useReturned } from '../queries/take-backs.ts';
import { startOfDevice } from '../windows/window-draft.ts';
import { type DeviceAct, DevicePanel } from './device-panel.tsx';
import { DEVICE_COLUMNS, DeviceRow } from './device-row.tsx';
import { byGravity, deviceShown, SHOWS, type Show, twinCounts, twinKey } from './device-words.ts';

/** Devices. */
export function DevicesPage() {
  const { data, error } = useDevices();
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  const [show, setShow] = useState<Show>('all');
  // A link from another page names the device whose panel is meant: gateway/id.
  const linked = useSearchParams().get('device') ?? undefined;
  const [selected, setSelected] = useState<string | undefined>(linked);
  const [acting, setActing] = useState<{ act: DeviceAct; device: DeviceView }>();
  const minute = useMoment((nowMs) => Math.floor(nowMs / 60_000) * 60_000);
  const twins = useMemo(() => twinCounts(data?.items ?? []), [data]);
  const devices = useMemo(
    () => (data?.items ?? []).filter((device) => deviceShown(device, show, wanted, minute)).sort(byGravity),
    [data, show, wanted, minute],
  );
  const back = useReturned();
  const keyOf = (device: { gateway: string; deviceId: string }) => `${device.gateway}/${device.deviceId}`;
  const device = data?.items.find((candidate) => keyOf(candidate) === selected);
  return (
    <div className="flex min-w-0 flex-1">
      <div className="min-w-0 flex-1 pb-8">
        <div className="grid gap-2 px-4 sm:px-6">
          <PageHead title="Devices">
            <search className="flex flex-wrap items-center gap-2">
              <Input
                type="search"
                data-search
                aria-label="Filter devices by text"
                aria-keyshortcuts="/"
                placeholder="Filter"
                className="w-44 max-sm:flex-1"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
              <Select
                aria-label="Which devices"
                value={show}
                onChange={(event) => setShow(SHOWS.find(([value]) => value === event.target.value)?.[0] ?? 'all')}
              >
                {SHOWS.map(([value, word]) => (
                  <option key={value} value={value}>
                    {word}
                  </option>
                ))}
              </Select>
            </search>
          </PageHead>
          <Failure error={error} />
          {data === undefined && error !== null && <Unread />}
          {data?.freshness.state === 'stale' && data.freshness.asOf !== undefined && (
            <p className="text-amber">
              As of <Clock at={data.freshness.asOf} />.
            </p>
          )}
        </div>
        <div aria-hidden className={clsx('hidden gap-x-4 border-b border-hairline px-6 py-1 text-xs text-soft sm:grid', DEVICE_COLUMNS)}>
          <span>device</span>
          <span>holds</span>
          <span>granted</span>
          <span className="text-right">seen</span>
        </div>
        {data === undefined && error === null && (
          <div className="px-4 pt-2 sm:px-6">
            <Waiting rows={8} className="h-6" />
          </div>
        )}
        {data !== undefined && devices.length === 0 && (
          <div className="p-4 sm:px-6">
            {data.items.length > 0 ? (
              <Empty title="No device passes the filter">{data.items.length} are paired.</Empty>
            ) : data.freshness.state === 'never' ? (
              <Empty title="Not known yet">No gateway has been read, so nobody can say who is paired.</Empty>
            ) : (
              <Empty title="No device is paired" />
            )}
          </div>
        )}
        <ul aria-label="Devices, gravest first">
          {devices.map((item) => (
            <li key={keyOf(item)}>
              <DeviceRow
                device={item}
                nowMs={minute}
                returned={back.has(keyOf(item))}
                twins={twins.get(twinKey(item)) ?? 1}
                selected={keyOf(item) === selected}
                onSelect={() => setSelected(keyOf(item))}
              />
            </li>
          ))}
        </ul>
      </div>
      {device !== undefined && (
        <DevicePanel key={selected} device={device} onAct={(act) => setActing({ act, device })} onClose={() => setSelected(undefined)} />
      )}
      {acting?.act === 'window' && <WindowDialog start={startOfDevice(acting.device)} onClose={() => setActing(undefined)} />}
      {acting?.act === 'take-back' && (
        <TakeBackDialog gateway={acting.device.gateway} device={acting.device.deviceId} onClose={() => setActing(undefined)} />
      )}
    </div>
  );
}

'use client';
// What changed between two readings of a gateway, newest first: small lines, one page after the other.
import { useMemo } from 'react';
import type { DeviceChangeView } from '#lib/api/device-shapes.ts';
import { DayList, Older } from '../parts/day-list.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, Unread, Waiting } from '../parts/page.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { useDeviceChanges } from '../queries/device-changes.ts';
import { ChangedDevice, ChangeWord, FoundTime } from './changes-row.tsx';
import { changeShown, toldApart } from './changes-words.ts';

function Line({ change, gateway, onOpen }: { change: DeviceChangeView; gateway: string | undefined; onOpen: ChangesProps['onOpen'] }) {
  const { acknowledged } = change;
  return (
    <li className="grid items-baseline gap-x-4 border-b border-hairline px-4 py-1 hover:bg-sunken max-sm:grid-cols-[auto_minmax(0,1fr)] sm:grid-cols-[112px_112px_minmax(0,0.9fr)_minmax(0,1.6fr)] sm:px-6">
      <span className="text-xs text-soft">
        <FoundTime change={change} />
      </span>
      <ChangeWord change={change} />
      <span className="flex min-w-0 items-baseline gap-2 max-sm:col-span-2">
        <ChangedDevice change={change} onOpen={onOpen} />
        {gateway !== undefined && <span className="truncate text-xs text-soft">{shownText(gateway, 40)}</span>}
      </span>
      <span className="min-w-0 text-xs break-words text-soft max-sm:col-span-2">
        {shownText(change.text, 400)}
        {toldApart(change) && (
          <>
            {' '}
            The gateway dates it <Clock at={change.toldAt ?? change.at} precise="minutes" />.
          </>
        )}
        {change.unclicked && acknowledged === undefined && <span className="text-red"> Nobody has acknowledged it.</span>}
        {acknowledged !== undefined && (
          <>
            {' '}
            {shownText(acknowledged.by, 60)} acknowledged it at <Clock at={acknowledged.at} precise="minutes" />.
          </>
        )}
      </span>
    </li>
  );
}

export type ChangesProps = {
  text: string;
  only: string | undefined;
  /** Names of gateways by id. */
  gateways: ReadonlyMap<string, string>;
  onOpen(device: { gateway: string; deviceId: string }): void;
};

/** Of one gateway, or of all; the text filters what is loaded. */
export function ChangesList({ text, only, gateways, onOpen }: ChangesProps) {
  const query = useDeviceChanges(only);
  const { data, error, isPending } = query;
  const all = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const shown = useMemo(() => all.filter((change) => changeShown(change, text)), [all, text]);
  return (
    <>
      <div className="grid gap-2 px-4 sm:px-6">
        <Failure error={error} />
        {data === undefined && error !== null && <Unread />}
        {isPending && error === null && <Waiting rows={8} className="h-6" />}
        {data !== undefined && shown.length === 0 && (
          <Empty title={all.length === 0 ? 'Nothing has changed yet' : 'Nothing passes the filter'}>
            {all.length === 0
              ? 'Each reading of a gateway is compared with the one before; what differs is written here, with who did it as far as it is proven.'
              : `${all.length} rows are loaded.`}
          </Empty>
        )}
      </div>
      <DayList rows={shown}>
        {(change) => (
          <Line
            key={change.id}
            change={change}
            gateway={only === undefined && gateways.size > 1 ? (gateways.get(change.gateway) ?? change.gateway) : undefined}
            onOpen={onOpen}
          />
        )}
      </DayList>
      <Older query={query} />
    </>
  );
}

'use client';
// Who holds what: the list with its filters, grants that nobody clicked, and what changed between readings of the gateways.
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { DeviceActKind } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { BulkActs, DeviceActDialog, TakeBackDialog, WindowDialog } from '../frame/later.ts';
import { Failure } from '../parts/notice.tsx';
import { Empty, PageHead, Unread, Waiting } from '../parts/page.tsx';
import { Clock } from '../parts/time.tsx';
import { useTyped } from '../parts/use-typed.ts';
import { useDevices } from '../queries/devices.ts';
import { useReturned } from '../queries/take-backs.ts';
import { startOfDevice } from '../windows/window-draft.ts';
import { ChangesList } from './changes-list.tsx';
import { UnclickedList } from './changes-unclicked.tsx';
import { CleanUpButton } from './clean-up-button.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import { DeviceFilters } from './device-filters.tsx';
import { TextFilter } from './device-filters-text.tsx';
import { filterWords, isFiltered, untold, untoldWords } from './device-filters-words.ts';
import { DevicePanel } from './device-panel.tsx';
import { DeviceTable, deviceKey } from './device-table.tsx';
import { BulkBar } from './device-table-bar.tsx';
import { useList, useNames } from './device-table-list.ts';
import { NO_SELECTION, type Selection } from './device-table-selection.ts';
import { Tabs } from './device-table-tabs.tsx';
import { useView } from './device-table-view.ts';
import { DevicesExport } from './export-menu.tsx';

type Ref = { gateway: string; deviceId: string };

/** Devices. */
export function DevicesPage() {
  const { data, error } = useDevices();
  const [{ tab, filter, order, columns, device: opened }, change] = useView();
  const [typed, setTyped] = useTyped(filter.text ?? '', (text) => change({ filter: { text: text === '' ? undefined : text } }));
  const names = useNames();
  const back = useReturned();
  const list = useList({ items: data?.items, filter, text: useDeferredValue(typed), order });
  const [selection, setSelection] = useState<Selection>(NO_SELECTION);
  const [acting, setActing] = useState<{ act: 'take-back'; device: Ref } | { act: 'window' | DeviceActKind; device: DeviceView }>();
  const selected = useMemo(
    () => (selection.keys.size === 0 ? [] : list.shown.filter((device) => selection.keys.has(deviceKey(device)))),
    [list.shown, selection],
  );
  const here = useMemo(() => new Set(tab === 'unclicked' ? list.all.map(deviceKey) : []), [list.all, tab]);
  const onOpen = useCallback((key: string) => change({ device: key }), [change]);
  const onOpenDevice = useCallback((device: Ref) => change({ device: deviceKey(device) }), [change]);
  const onTakeBack = useCallback((device: Ref) => setActing({ act: 'take-back', device }), []);
  const onOrder = useCallback((next: typeof order) => change({ order: next }), [change]);
  const onClear = useCallback(() => setSelection(NO_SELECTION), []);
  const device = opened === undefined ? undefined : data?.items.find((candidate) => deviceKey(candidate) === opened);
  const filtered = isFiltered(list.filter);
  const unknown = useMemo(() => untold(list.filter, list.all), [list.filter, list.all]);
  const label = { devices: 'Filter devices by text', unclicked: 'Filter grants by text', changed: 'Filter changes by text' }[tab];
  return (
    <div className="flex min-w-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="px-4 sm:px-6">
          <PageHead title="Devices">
            <TextFilter label={label} text={typed} onText={setTyped} />
            {tab === 'devices' && (
              <>
                <ColumnsMenu columns={columns} order={order} onColumns={(next) => change({ columns: next })} onOrder={onOrder} />
                <CleanUpButton gateway={filter.gateway} />
                <DevicesExport filter={list.filter} order={order} count={list.shown.length} />
              </>
            )}
          </PageHead>
        </div>
        <Tabs tab={tab} waiting={list.unclicked} onTab={(next) => change({ tab: next })} />
        <div className="grid gap-2 px-4 pt-2 sm:px-6">
          {tab === 'devices' && <DeviceFilters filter={filter} facets={list.facets} names={names} onChange={change} />}
          {tab === 'devices' && unknown !== undefined && (
            <p role="status" className="text-amber">
              {untoldWords(unknown, list.all.length)}
            </p>
          )}
          <Failure error={error} />
          {data === undefined && error !== null && <Unread />}
          {data?.freshness.state === 'stale' && data.freshness.asOf !== undefined && (
            <p className="text-amber">
              As of <Clock at={data.freshness.asOf} />.
            </p>
          )}
        </div>
        {tab === 'unclicked' && (
          <UnclickedList
            text={typed}
            only={filter.gateway}
            gateways={names.gateways}
            here={here}
            onOpen={onOpenDevice}
            onTakeBack={onTakeBack}
          />
        )}
        {tab === 'changed' && <ChangesList text={typed} only={filter.gateway} gateways={names.gateways} onOpen={onOpenDevice} />}
        {tab === 'devices' && !list.ready && error === null && (
          <div className="px-4 pt-2 sm:px-6">
            <Waiting rows={8} className="h-6" />
          </div>
        )}
        {tab === 'devices' && data !== undefined && list.ready && list.shown.length === 0 && (
          <div className="p-4 sm:px-6">
            {data.items.length > 0 ? (
              <Empty title="No device passes the filter">
                {data.items.length === 1 ? '1 device is' : `${data.items.length.toLocaleString('en')} devices are`} paired
                {filtered && `; shown is only: ${filterWords(list.filter, names)}`}.
              </Empty>
            ) : data.freshness.state === 'never' ? (
              <Empty title="Not known yet">No gateway has been read, so nobody can say who is paired.</Empty>
            ) : (
              <Empty title="No device is paired" />
            )}
          </div>
        )}
        {tab === 'devices' && list.shown.length > 0 && (
          <DeviceTable
            devices={list.shown}
            columns={columns}
            order={order}
            gateways={names.gateways}
            returned={back}
            open={opened}
            selection={selection}
            onOrder={onOrder}
            onOpen={onOpen}
            onSelection={setSelection}
          />
        )}
        {tab === 'devices' && (
          <BulkBar count={selected.length} hidden={selection.keys.size - selected.length} onClear={onClear}>
            <BulkActs devices={selected} onDone={onClear} />
          </BulkBar>
        )}
      </div>
      {device !== undefined && (
        <DevicePanel
          key={opened}
          device={device}
          onAct={(act) => setActing({ act, device })}
          onClose={() => change({ device: undefined })}
        />
      )}
      {acting?.act === 'window' && <WindowDialog start={startOfDevice(acting.device)} onClose={() => setActing(undefined)} />}
      {acting !== undefined && acting.act !== 'window' && acting.act !== 'take-back' && (
        <DeviceActDialog act={acting.act} devices={[acting.device]} onClose={() => setActing(undefined)} />
      )}
      {acting?.act === 'take-back' && (
        <TakeBackDialog gateway={acting.device.gateway} device={acting.device.deviceId} onClose={() => setActing(undefined)} />
      )}
    </div>
  );
}

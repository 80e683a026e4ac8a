'use client';
// Grants that nobody clicked: each with its time and what it gave. A person says to have seen one, several or all that are shown, or
// takes back what it gave.
import { Check, Undo2 } from 'lucide-react';
import { memo, useDeferredValue, useMemo, useState } from 'react';
import type { DeviceChangeView } from '#lib/api/device-shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Needs } from '../operators/needs.tsx';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, Unread, Waiting } from '../parts/page.tsx';
import { shownText } from '../parts/shown-text.ts';
import { useAcknowledge, useOpenChanges } from '../queries/device-changes.ts';
import { ChangedDevice, ChangeRecord, ChangeTime, Gained } from './changes-row.tsx';
import { changedName, changeShown, grants } from './changes-words.ts';
import { deviceKey } from './device-table.tsx';

/** So many stand in the page; the rest comes by a press, since each has several lines. */
const ROWS_A_STEP = 40;

type Device = { gateway: string; deviceId: string };
type RowProps = {
  change: DeviceChangeView;
  gateway: string | undefined;
  checked: boolean;
  here: boolean;
  busy: boolean;
  onCheck(id: string): void;
  onSeen(ids: readonly string[]): void;
  onOpen(device: Device): void;
  onTakeBack(device: Device): void;
};

const Row = memo(function Row({ change, gateway, checked, here, busy, onCheck, onSeen, onOpen, onTakeBack }: RowProps) {
  const name = `${shownText(changedName(change), 60)} ${change.deviceId.slice(0, 8)}`;
  return (
    <li className="flex items-start gap-1 border-b border-hairline px-1 py-1.5 hover:bg-sunken sm:px-3">
      <label className="grid size-8 shrink-0 cursor-pointer place-items-center">
        <input type="checkbox" aria-label={`Select the grant of ${name}`} checked={checked} onChange={() => onCheck(change.id)} />
      </label>
      <div className="grid min-w-0 flex-1 items-start gap-x-4 gap-y-0.5 pr-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_auto] sm:pr-3">
        <div className="grid min-w-0">
          <ChangedDevice change={change} onOpen={onOpen} />
          <span className="text-xs text-soft">
            <ChangeTime change={change} />
            {gateway !== undefined && `, ${shownText(gateway, 40)}`}
          </span>
        </div>
        <div className="grid min-w-0 gap-0.5">
          <Gained change={change} />
          <span className="text-xs break-words text-soft">{shownText(change.text, 400)}</span>
          <ChangeRecord change={change} />
        </div>
        <Needs right="admin">
          <div className="flex gap-1.5">
            <Button
              small
              data-item
              data-action="acknowledge"
              disabled={busy}
              aria-label={`Acknowledge the grant of ${name}`}
              onClick={() => onSeen([change.id])}
            >
              <Check size={13} aria-hidden /> Acknowledge
            </Button>
            {here && (
              <Button small aria-label={`Take back all that ${name} holds`} onClick={() => onTakeBack(change)}>
                <Undo2 size={13} aria-hidden /> Take back
              </Button>
            )}
          </div>
        </Needs>
      </div>
    </li>
  );
});

type BarProps = { shown: number; chosen: readonly string[]; ids: readonly string[]; busy: boolean; onSeen(ids: readonly string[]): void };

/** Several at once ask for a second press, which says how many. */
function Bar({ shown, chosen, ids, busy, onSeen }: BarProps) {
  const [armed, setArmed] = useState<readonly string[]>();
  const wanted = chosen.length > 0 ? chosen : ids;
  const what = chosen.length > 0 ? `the ${grants(chosen.length)} selected` : `all ${grants(shown)} shown`;
  // What the first press named and the second one does are the same grants.
  const same = armed !== undefined && armed.length === wanted.length && armed.every((id, place) => id === wanted[place]);
  return (
    <div className="sticky top-11 z-10 flex min-h-11 flex-wrap items-center gap-2 border-b border-hairline bg-paper px-4 sm:px-6">
      <p role="status" className="min-w-0 flex-1 text-xs text-soft">
        {grants(shown)} that nobody clicked{chosen.length > 0 && `, ${chosen.length.toLocaleString('en')} selected`}
      </p>
      {same ? (
        <>
          <Button small weight="main" disabled={busy} onClick={() => onSeen(armed)}>
            Press again: acknowledge {what}
          </Button>
          <Button small weight="quiet" onClick={() => setArmed(undefined)}>
            Leave
          </Button>
        </>
      ) : (
        <ActButton needs="admin" small disabled={busy || wanted.length === 0} onClick={() => setArmed(wanted)}>
          Acknowledge {what}
        </ActButton>
      )}
    </div>
  );
}

export type UnclickedProps = {
  text: string;
  /** Only of this gateway. */
  only: string | undefined;
  /** Names of gateways by id. */
  gateways: ReadonlyMap<string, string>;
  /** The devices that are paired now, as `gateway/device id`: of the others nothing is left to take back. */
  here: ReadonlySet<string>;
  onOpen(device: Device): void;
  onTakeBack(device: Device): void;
};

/** The list, newest first, live. */
export function UnclickedList({ text, only, gateways, here, onOpen, onTakeBack }: UnclickedProps) {
  const { data, error } = useOpenChanges();
  const { mutate, isPending, error: failed } = useAcknowledge();
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  const [rows, setRows] = useState(ROWS_A_STEP);
  const wanted = useDeferredValue(text);
  const shown = useMemo(
    () => (data?.items ?? []).filter((change) => (only === undefined || change.gateway === only) && changeShown(change, wanted)),
    [data, only, wanted],
  );
  const ids = useMemo(() => shown.map(({ id }) => id), [shown]);
  const chosen = useMemo(() => ids.filter((id) => checked.has(id)), [ids, checked]);
  const [onCheck] = useState(() => (id: string) => {
    setChecked((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  });
  if (data === undefined) {
    return (
      <div className="grid gap-2 px-4 pt-2 sm:px-6">
        <Failure error={error} />
        {error === null ? <Waiting rows={6} className="h-10" /> : <Unread />}
      </div>
    );
  }
  return (
    <>
      {(error !== null || failed !== null) && (
        <div className="px-4 pb-2 sm:px-6">
          <Failure error={failed ?? error} />
        </div>
      )}
      {data.items.length > 0 && <Bar shown={shown.length} chosen={chosen} ids={ids} busy={isPending} onSeen={mutate} />}
      {shown.length === 0 && (
        <div className="p-4 sm:px-6">
          {data.items.length > 0 ? (
            <Empty title="None of them passes the filter">{grants(data.items.length)} that nobody clicked.</Empty>
          ) : (
            <Empty title="Nothing waits to be looked at">
              Every reading of a gateway is compared with the one before. What a device got without a decision of anybody appears here.
            </Empty>
          )}
        </div>
      )}
      <ul aria-label="Grants nobody clicked, newest first">
        {shown.slice(0, rows).map((change) => (
          <Row
            key={change.id}
            change={change}
            gateway={gateways.size > 1 ? (gateways.get(change.gateway) ?? change.gateway) : undefined}
            checked={checked.has(change.id)}
            here={here.has(deviceKey(change))}
            busy={isPending}
            onCheck={onCheck}
            onSeen={mutate}
            onOpen={onOpen}
            onTakeBack={onTakeBack}
          />
        ))}
      </ul>
      {shown.length > rows && (
        <div className="px-4 pt-3 sm:px-6">
          <Button onClick={() => setRows(rows + ROWS_A_STEP)}>Show more, {(shown.length - rows).toLocaleString('en')} are left</Button>
        </div>
      )}
      {data.cursor !== undefined && (
        <p className="px-4 pt-3 text-xs text-soft sm:px-6">There are older ones, which come up when these are acknowledged.</p>
      )}
    </>
  );
}

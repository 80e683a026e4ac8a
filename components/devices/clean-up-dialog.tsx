'use client';
// Rows that seem to be of no use, each with its reason. Nothing is chosen beforehand; what is chosen goes through the plan of a take-back.
import { useMemo, useState } from 'react';
import type { CleanUpGroup } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { TakeBackDialog } from '../frame/later.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, Waiting } from '../parts/page.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { useCleanUp } from '../queries/device-detail.ts';
import { useDevices } from '../queries/devices.ts';
import { itemKey } from './bulk-run.ts';
import { devices as devicesWord, MOST_AT_ONCE } from './bulk-words.ts';
import { type CleanUpRow, chosenOf, cleanUpRows } from './clean-up-words.ts';
import { deviceName, topScopes } from './device-words.ts';

const ROWS_A_STEP = 40;

type Choice = { chosen: ReadonlySet<string>; onChoose(keys: readonly string[], on: boolean): void };

function Row({ row, choice }: { row: CleanUpRow; choice: Choice }) {
  const { device } = row;
  const id = row.key.slice(row.key.lastIndexOf('/') + 1, row.key.lastIndexOf('/') + 9);
  const name = device === undefined ? 'unnamed device' : shownText(deviceName(device), 60);
  return (
    <li className="border-t border-hairline py-1.5">
      <label className="flex items-start gap-2">
        <input
          type="checkbox"
          className="mt-0.5 size-4 shrink-0"
          checked={choice.chosen.has(row.key)}
          aria-label={`Choose ${name} ${id}`}
          onChange={(event) => choice.onChoose([row.key], event.target.checked)}
        />
        <span className="grid min-w-0 gap-0.5">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium break-words">{name}</span>
            <span className="font-mono text-xs text-soft">{id}</span>
            {device !== undefined && <ScopeWords scopes={topScopes(device.scopes)} />}
          </span>
          <span className="text-xs break-words text-soft">
            {shownText(row.why, 300)}
            {row.keeps !== undefined && ` ${row.keeps.slice(0, 8)} stays.`}
          </span>
        </span>
      </label>
    </li>
  );
}

function Group({ group, devices, choice }: { group: CleanUpGroup; devices: ReadonlyMap<string, DeviceView>; choice: Choice }) {
  const [most, setMost] = useState(ROWS_A_STEP);
  const rows = cleanUpRows(group, devices);
  const keys = rows.map(({ key }) => key);
  const all = keys.every((key) => choice.chosen.has(key));
  return (
    <section aria-label={group.title} data-clean-up={group.kind} className="grid gap-1">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h3 className="font-medium">
          {group.title} <span className="text-soft tabular-nums">{keys.length}</span>
        </h3>
        <Button
          small
          weight="quiet"
          aria-label={`${all ? 'Choose none' : 'Choose all'} of: ${group.title}`}
          onClick={() => choice.onChoose(keys, !all)}
        >
          {all ? 'Choose none' : 'Choose all'}
        </Button>
      </div>
      <p className="text-soft">{group.why}</p>
      <ul>
        {rows.slice(0, most).map((row) => (
          <Row key={row.key} row={row} choice={choice} />
        ))}
      </ul>
      {rows.length > most && (
        <Button small className="w-fit" onClick={() => setMost(most + ROWS_A_STEP)}>
          Show more, {rows.length - most} are left
        </Button>
      )}
    </section>
  );
}

/** With `gateway`: of that one alone. */
export default function CleanUpDialog({ gateway, onClose }: { gateway?: string | undefined; onClose(): void }) {
  const { data, error } = useCleanUp(gateway);
  const { data: list } = useDevices();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [planned, setPlanned] = useState<readonly { gateway: string; deviceId: string }[]>();
  const byKey = useMemo(() => new Map(list?.items.map((device) => [itemKey(device), device])), [list]);
  const onChoose = (keys: readonly string[], on: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      for (const key of keys)
        if (on) next.add(key);
        else next.delete(key);
      return next;
    });
  if (planned !== undefined) return <TakeBackDialog devices={planned} onClose={onClose} />;
  const groups = data?.groups.filter(({ items }) => items.length > 0) ?? [];
  const wanted = chosenOf({ groups }, chosen);
  return (
    <Dialog title="Clean up" onClose={onClose} wide>
      <div className="grid gap-4 p-4">
        <Failure error={error} />
        {data === undefined && error === null && <Waiting rows={4} className="h-16" />}
        {data?.freshness.state === 'stale' && data.freshness.asOf !== undefined && (
          <p className="text-amber">
            As of <Clock at={data.freshness.asOf} />.
          </p>
        )}
        {data !== undefined && groups.length === 0 && (
          <Empty title="There is nothing to clean up">No row that is known seems to be of no use. What is in doubt is left out.</Empty>
        )}
        {groups.map((group) => (
          <Group key={group.kind} group={group} devices={byKey} choice={{ chosen, onChoose }} />
        ))}
        {groups.length > 0 && (
          <div className="sticky bottom-0 flex flex-wrap items-center gap-2 border-t border-hairline bg-raised pt-3 pb-1">
            <ActButton
              needs="admin"
              weight="main"
              disabled={wanted.length === 0 || wanted.length > MOST_AT_ONCE}
              onClick={() => setPlanned(wanted)}
            >
              {wanted.length === 0 ? 'Nothing is chosen' : `See what taking ${devicesWord(wanted.length)} back does`}
            </ActButton>
            {wanted.length > MOST_AT_ONCE && <p className="text-xs text-amber">At most {MOST_AT_ONCE} at once.</p>}
            <Button weight="quiet" onClick={onClose}>
              Cancel
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

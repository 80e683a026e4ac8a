'use client';
// What was undone without anybody here: a device that was taken back and is paired again, a token that is wide or valid again.
import type { DeviceActView } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { Failure, Notice } from '../parts/notice.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { useDeviceActs } from '../queries/device-acts.ts';
import { useTakeBacks } from '../queries/take-backs.ts';
import { newestUndone } from './device-acts-words.ts';
import { ENFORCEMENT, returnedWords } from './take-back-words.ts';

function Returned({ device }: { device: DeviceView }) {
  const { data, error } = useTakeBacks();
  if (error !== null) return <Failure error={error} />;
  const last = data?.items.find(({ gateway, deviceId }) => gateway === device.gateway && deviceId === device.deviceId);
  if (last?.state !== 'returned') return null;
  return (
    <Notice kind="fail" title="It came back by itself">
      <p>
        {last.by} took it back at <Clock at={last.at} precise="minutes" />; the gateway let it in again{' '}
        {last.returnedAt !== undefined && (
          <>
            at <Clock at={last.returnedAt} precise="minutes" />{' '}
          </>
        )}
        {returnedWords(last)}, without anybody here.
      </p>
      <p className="text-soft">{ENFORCEMENT[last.enforcement].meaning}</p>
    </Notice>
  );
}

function Undone({ act }: { act: DeviceActView }) {
  return (
    <Notice
      kind="fail"
      title={act.act === 'rename' ? 'Its name was changed since' : `Its ${shownText(act.role ?? '', 30)} token came back by itself`}
    >
      <p className="break-words">{shownText(act.outcome, 600)}</p>
      <p className="text-soft">
        {shownText(act.by, 100)} did it at <Clock at={act.at} precise="minutes" />
        {act.undoneAt !== undefined && (
          <>
            ; seen undone at <Clock at={act.undoneAt} precise="minutes" />
          </>
        )}
        .
      </p>
    </Notice>
  );
}

/** Stays until the same is done anew. */
export function CameBack({ device }: { device: DeviceView }) {
  const { data, error } = useDeviceActs(device.gateway, device.deviceId);
  return (
    <>
      <Returned device={device} />
      <Failure error={error} />
      {newestUndone(data?.items ?? []).map((act) => (
        <Undone key={act.id} act={act} />
      ))}
    </>
  );
}

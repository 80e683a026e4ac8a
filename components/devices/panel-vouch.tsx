'use client';
// The operator's word for a device.
import type { DeviceView } from '#lib/api/shapes.ts';
import { Needs } from '../operators/needs.tsx';
import { Failure } from '../parts/notice.tsx';
import { Switch } from '../parts/switch.tsx';
import { useVouch } from '../queries/devices.ts';
import { deviceName } from './device-words.ts';

/** Rules of origin loopback ask for it; never of a node, and not of a device that was approved here. */
export function Vouch({ device }: { device: DeviceView }) {
  const vouch = useVouch();
  const { gateway, deviceId } = device;
  // A word that was given can always be taken back; elsewhere it would change nothing.
  if (!device.vouched && !device.roles.includes('operator')) return null;
  if (!device.vouched && device.inLedger)
    return <p className="text-xs text-soft">It was approved through this console, so rules of origin loopback know it already.</p>;
  return (
    <div className="grid gap-1.5 rounded-md bg-sunken px-3 py-2">
      <div className="flex items-center gap-2.5">
        <Needs right="admin">
          <Switch
            on={device.vouched}
            name={`Vouch for ${deviceName(device)}`}
            disabled={vouch.isPending}
            onChange={(vouched) => vouch.mutate({ gateway, deviceId, vouched })}
          />
        </Needs>
        <span className="font-medium">I know this device</span>
        {device.vouchedBy !== undefined && <span className="text-xs text-soft">{device.vouchedBy}</span>}
      </div>
      <p className="text-xs text-soft">
        {device.inLedger
          ? 'It was approved through this console, so rules of origin loopback know it already.'
          : 'It was not approved through this console. A gateway may pair fresh keys silently, so rules of origin loopback leave it alone until you vouch for it.'}
      </p>
      <Failure error={vouch.error} />
    </div>
  );
}

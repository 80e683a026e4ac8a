'use client';
// All that is known of one device, and the operator's word for it.
import { Timer, Undo2 } from 'lucide-react';
import Link from 'next/link';
import type { DeviceView } from '#lib/api/shapes.ts';
import { Button } from '../parts/button.tsx';
import { Id } from '../parts/copy.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { RoleChip, ScopeChip, ScopeWords } from '../parts/scope.tsx';
import { SidePanel } from '../parts/side-panel.tsx';
import { Switch } from '../parts/switch.tsx';
import { Clock } from '../parts/time.tsx';
import { useVouch } from '../queries/devices.ts';
import { useTakeBacks } from '../queries/take-backs.ts';
import { deviceName, GRANTED } from './device-words.ts';
import { ENFORCEMENT, returnedWords } from './take-back-words.ts';

export type DeviceAct = 'take-back' | 'window';

function Vouch({ device }: { device: DeviceView }) {
  const vouch = useVouch();
  const { gateway, deviceId } = device;
  return (
    <div className="grid gap-1.5 rounded-md bg-sunken px-3 py-2">
      <div className="flex items-center gap-2.5">
        <Switch
          on={device.vouched}
          name={`Vouch for ${deviceName(device)}`}
          disabled={vouch.isPending}
          onChange={(vouched) => vouch.mutate({ gateway, deviceId, vouched })}
        />
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

/** That a device which was taken back is here again, and with what. */
function CameBack({ device }: { device: DeviceView }) {
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

/** What a person can do about this device from here; the page shows the dialogs, which outlive the device. */
function Acts({ device, onAct }: { device: DeviceView; onAct(act: DeviceAct): void }) {
  const name = deviceName(device);
  return (
    <div className="flex flex-wrap gap-2">
      <Button small onClick={() => onAct('take-back')} aria-label={`Take back all that ${name} holds`}>
        <Undo2 size={13} aria-hidden /> Take back
      </Button>
      {device.roles.every((role) => role === 'operator') && (
        <Button small onClick={() => onAct('window')} aria-label={`Open a window for ${name}`}>
          <Timer size={13} aria-hidden /> Open a window
        </Button>
      )}
    </div>
  );
}

const at = (iso: string | undefined) => (iso === undefined ? undefined : <Clock key={iso} at={iso} precise="minutes" />);

/** The panel. */
export function DevicePanel({ device, onAct, onClose }: { device: DeviceView; onAct(act: DeviceAct): void; onClose(): void }) {
  return (
    <SidePanel title={deviceName(device)} onClose={onClose}>
      <div className="grid gap-4">
        <CameBack device={device} />
        <div className="flex flex-wrap gap-1.5">
          {device.roles.map((role) => (
            <RoleChip key={role} role={role} />
          ))}
          {device.scopes.map((scope) => (
            <ScopeChip key={scope} scope={scope} />
          ))}
        </div>
        <FactsList
          facts={[
            ['device', <Id key="id" id={device.deviceId} what="device id" />],
            ['public key', <Id key="key" id={device.publicKey} what="public key" />],
            ['client', device.clientId && `${device.clientId}${device.clientMode === undefined ? '' : `, ${device.clientMode}`}`],
            ['platform', device.platform && `${device.platform}${device.deviceFamily === undefined ? '' : `, ${device.deviceFamily}`}`],
            ['address', device.remoteIp],
            ['granted', GRANTED[device.approvedHow].word],
            ['paired', at(device.createdAt)],
            ['approved', at(device.approvedAt)],
            ['last seen', device.connected === true ? 'connected now' : (at(device.lastSeenAt) ?? 'this gateway does not tell')],
            ['gateway', device.gateway],
          ]}
        />
        {!device.isConsole && <Acts device={device} onAct={onAct} />}
        {!device.isConsole && <Vouch device={device} />}
        <section className="grid gap-1.5">
          <h3 className="text-xs font-semibold text-soft">Tokens</h3>
          {device.tokens.length === 0 ? (
            <p className="text-soft">none</p>
          ) : (
            <ul className="grid gap-1">
              {device.tokens.map((token) => (
                <li key={token.role} className="flex flex-wrap items-baseline gap-x-2">
                  <span className="font-mono text-xs">{token.role}</span>
                  <ScopeWords scopes={token.scopes} />
                  {token.revoked && <span className="text-xs text-red">revoked</span>}
                </li>
              ))}
            </ul>
          )}
        </section>
        <Link
          href={`/handshakes?device=${encodeURIComponent(device.deviceId)}`}
          prefetch={false}
          className="w-fit font-medium text-accent underline underline-offset-2"
        >
          Its handshakes
        </Link>
      </div>
    </SidePanel>
  );
}

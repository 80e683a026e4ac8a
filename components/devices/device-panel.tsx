'use client';
// One device: what it may do, what is odd about it and how to mend that, what can be done, and its whole story.
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { DeviceView } from '#lib/api/shapes.ts';
import { Id } from '../parts/copy.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { Failure } from '../parts/notice.tsx';
import { shownText } from '../parts/shown-text.ts';
import { SidePanel } from '../parts/side-panel.tsx';
import { Clock } from '../parts/time.tsx';
import { useDeviceDetail, useDeviceKept } from '../queries/device-detail.ts';
import { useOverview } from '../queries/overview.ts';
import { Story } from './device-story.tsx';
import { deviceName, GRANTED } from './device-words.ts';
import { Acts, type DeviceAct } from './panel-acts.tsx';
import { CameBack } from './panel-came-back.tsx';
import { Findings } from './panel-findings.tsx';
import { Grant } from './panel-grant.tsx';
import { Vouch } from './panel-vouch.tsx';

export type { DeviceAct } from './panel-acts.tsx';

const at = (iso: string | undefined) => (iso === undefined ? undefined : <Clock key={iso} at={iso} precise="minutes" />);
const shown = (text: string | undefined, longest = 100) => (text === undefined ? undefined : shownText(text, longest));

/** How the grant came and who gave it, as far as it is known. */
function Granted({ device }: { device: DeviceView }) {
  const { data } = useOverview();
  const rule = data?.rules.find(({ id }) => id === device.ruleId);
  return (
    <>
      {GRANTED[device.approvedHow].word}
      {device.grantedBy !== undefined && device.approvedHow !== 'rule' && `, ${shownText(device.grantedBy, 100)}`}
      {device.ruleId !== undefined && (
        <>
          ,{' '}
          <Link href="/rules" prefetch={false} className="text-accent underline underline-offset-2">
            {shownText(rule?.name ?? 'a rule that is no more', 60)}
          </Link>
        </>
      )}
    </>
  );
}

function lastSeen(device: DeviceView): ReactNode {
  if (device.connected === true) return 'connected now';
  const seen = at(device.lastSeenAt);
  if (seen === undefined) return device.connected === false ? 'not connected; when it was is not told' : 'this gateway does not tell';
  return device.connected === false ? <>{seen}, not connected now</> : seen;
}

function Facts({ device }: { device: DeviceView }) {
  const { data } = useOverview();
  const gateway = data?.gateways.find(({ id }) => id === device.gateway);
  const beside = (text: string | undefined, more: string | undefined) =>
    text === undefined ? shown(more) : `${shown(text)}${more === undefined ? '' : `, ${shown(more)}`}`;
  return (
    <FactsList
      facts={[
        ['name', device.label === undefined ? undefined : `${shown(device.label)}, given by an operator`],
        ['device', <Id key="id" id={device.deviceId} what="device id" />],
        ['public key', <Id key="key" id={device.publicKey} what="public key" />],
        ['client', beside(device.clientId, device.clientMode)],
        ['platform', beside(device.platform, device.deviceFamily)],
        ['address', shown(device.remoteIp)],
        ['granted', <Granted key="granted" device={device} />],
        ['paired', at(device.createdAt)],
        ['approved', at(device.approvedAt)],
        ['last seen', lastSeen(device)],
        ['gateway', shown(gateway?.name ?? device.gateway)],
      ]}
    />
  );
}

/** The panel; the dialogs of `onAct` are the page's. */
export function DevicePanel({ device, onAct, onClose }: { device: DeviceView; onAct(act: DeviceAct): void; onClose(): void }) {
  const { gateway, deviceId } = device;
  useDeviceKept({ gateway, deviceId });
  const { data: detail, error } = useDeviceDetail({ gateway, deviceId });
  return (
    <SidePanel title={shownText(deviceName(device), 60)} onClose={onClose}>
      <div className="grid gap-4">
        <CameBack device={device} />
        {device.isConsole && <p className="text-soft">This is the console itself: without this pairing it cannot work on the gateway.</p>}
        <Grant device={device} node={detail?.node} />
        <Failure error={error} />
        {detail !== undefined && <Findings detail={detail} onAct={onAct} />}
        <Facts device={device} />
        <Acts device={device} removal={detail?.removal} cannot={detail?.cannot} onAct={onAct} />
        {!device.isConsole && <Vouch device={device} />}
        <Story gateway={gateway} deviceId={deviceId} />
        <Link
          href={`/handshakes?device=${encodeURIComponent(deviceId)}`}
          prefetch={false}
          className="w-fit font-medium text-accent underline underline-offset-2"
        >
          Its handshakes
        </Link>
      </div>
    </SidePanel>
  );
}

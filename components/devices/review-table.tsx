// The devices of one gateway in a review: a table on paper and on a wide screen, one block each on a phone.
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { AccessHolder } from '#lib/api/device-shapes.ts';
import { ScopeWords } from '../parts/scope.tsx';
import { shownText } from '../parts/shown-text.ts';
import { clockMinutes } from '../parts/time-words.ts';
import { deviceName, GRANTED } from './device-words.ts';
import { NodeCommands } from './node-commands.tsx';
import { decisionAddress, deviceAddress, gainedWords, sinceWords, usedWords } from './review.ts';

/** A whole date: on paper "2 h ago" says nothing a day later. */
export function Moment({ at }: { at: string | undefined }) {
  if (at === undefined) return <span className="text-soft">not told</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })} {clockMinutes(date)}
    </time>
  );
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td className="py-1 pr-4 align-top max-sm:flex max-sm:gap-3 max-sm:py-0.5 max-sm:pr-0">
      <span className="w-20 shrink-0 text-xs text-soft sm:hidden print:hidden">{label}</span>
      <div className="min-w-0">{children}</div>
    </td>
  );
}

function Row({ gateway, device }: { gateway: string; device: AccessHolder }) {
  const otherRoles = device.roles.filter((role) => role !== 'operator');
  return (
    <tr className="border-b border-hairline max-sm:grid max-sm:py-2 print:table-row">
      <Cell label="device">
        <Link href={deviceAddress(gateway, device.deviceId)} prefetch={false} className="font-medium underline-offset-2 hover:underline">
          {shownText(deviceName(device), 80)}
        </Link>
        <div className="font-mono text-xs break-all text-soft">{device.deviceId.slice(0, 16)}</div>
        <div className="text-xs text-soft">
          {[device.clientId, device.platform, device.remoteIp]
            .flatMap((part) => (part === undefined || part === '' ? [] : [shownText(part, 60)]))
            .join(', ')}
        </div>
        {device.isConsole && <div className="text-xs text-accent">this console</div>}
        {device.isHostKey && <div className="text-xs text-good">gateway's own key</div>}
      </Cell>
      <Cell label="holds">
        {otherRoles.map((role) => (
          <div key={role} className="font-mono text-xs font-semibold text-red">
            role {shownText(role, 30)}
          </div>
        ))}
        {device.node !== undefined && <NodeCommands node={device.node} brief />}
        {device.scopes.length > 0 && <ScopeWords scopes={device.scopes} />}
      </Cell>
      <Cell label="since">
        <Moment at={device.since} />
        <div className="text-xs text-soft">
          {device.decisionId === undefined ? (
            sinceWords(device.sinceWhat)
          ) : (
            <Link href={decisionAddress(device.decisionId)} prefetch={false} className="underline underline-offset-2">
              {sinceWords(device.sinceWhat)}
            </Link>
          )}
        </div>
      </Cell>
      <Cell label="granted">
        {GRANTED[device.how].word}
        {device.by !== undefined && <div className="text-xs text-soft">{shownText(device.by, 60)}</div>}
        {device.unclicked > 0 && (
          <div className="text-xs text-red">
            nobody clicked:{' '}
            {device.grants === undefined
              ? `${device.unclicked} ${device.unclicked === 1 ? 'grant' : 'grants'}`
              : device.grants.map((grant) => (
                  <div key={`${grant.at} ${grant.scopes.join()} ${grant.roles.join()}`}>
                    {shownText(gainedWords(grant), 200)}, <Moment at={grant.at} />
                  </div>
                ))}
            {device.grants !== undefined && device.unclicked > device.grants.length && (
              <div>and {device.unclicked - device.grants.length} before</div>
            )}
          </div>
        )}
      </Cell>
      <Cell label="last used">
        {device.connected === true ? 'connected now' : <Moment at={device.lastUsedAt} />}
        {device.connected !== true && <div className="text-xs text-soft">{usedWords(device)}</div>}
      </Cell>
      <td className="hidden w-28 py-1 align-top text-xs text-soft print:table-cell">☐ stays ☐ goes</td>
    </tr>
  );
}

type ReviewTableProps = {
  /** Names the table to screen readers. */
  title: string;
  gateway: string;
  holders: readonly AccessHolder[];
};

/** The holders of one gateway. Each name leads to the device, each decision to its row of the activity. */
export function ReviewTable({ title, gateway, holders }: ReviewTableProps) {
  return (
    <table className="w-full border-collapse text-left max-sm:block print:table">
      <caption className="sr-only">{title}</caption>
      <thead className="max-sm:hidden">
        <tr className="border-b border-edge text-xs text-soft">
          <th className="py-1 pr-4 font-medium">device</th>
          <th className="py-1 pr-4 font-medium">holds</th>
          <th className="py-1 pr-4 font-medium">since</th>
          <th className="py-1 pr-4 font-medium">granted</th>
          <th className="py-1 pr-4 font-medium">last used</th>
          <th className="hidden py-1 font-medium print:table-cell">decision</th>
        </tr>
      </thead>
      <tbody className="max-sm:block print:table-row-group">
        {holders.map((device) => (
          <Row key={device.deviceId} gateway={gateway} device={device} />
        ))}
      </tbody>
    </table>
  );
}

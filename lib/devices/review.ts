// Who holds what is grave, since when, by whom and whether it is used: what an access review asks.
import type { AccessHolder, NodeHolding } from '../api/device-shapes.ts';
import type { DeviceView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import { scopeRisk } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import type { Store } from '../store/open.ts';
import { turn } from '../turn.ts';
import { lastUseShownMs } from './last-use.ts';
import { sinceOf } from './review-since.ts';

/** Holders that are looked up between two turns of the event loop. */
const AT_ONCE = 20;
/** Grants that nobody clicked, of one holder. */
const GRANTS = 10;

export type ReviewOf = 'admin' | 'elevated';

/** The grave scopes of a device: admin alone, or everything above write. */
export function graveScopes(device: Pick<DeviceView, 'scopes'>, of: ReviewOf): string[] {
  const grave = of === 'admin' ? ['admin'] : ['admin', 'elevated'];
  return device.scopes.filter((scope) => grave.includes(scopeRisk(scope)));
}

/** Whether a device belongs into a review: by its scopes, and as a node in every one. */
export const isHolder = (device: DeviceView, of: ReviewOf): boolean => device.roles.includes('node') || graveScopes(device, of).length > 0;

/**
 * When it was last in use: what the gateway tells, or a handshake in its log that names this key and let it in, whichever is later.
 * 2026.4.14 tells nothing of clients with the shared secret, so there the log is all there is.
 */
async function lastUsed(device: DeviceView, store: Pick<Store, 'handshakes'>): Promise<Pick<AccessHolder, 'lastUsedAt' | 'lastUsedBy'>> {
  const told = lastUseShownMs(device);
  const { gateway, deviceId } = device;
  const [row] = (await store.handshakes.list({ gateway, device: deviceId, outcomes: ['admitted'], limit: 1 })).items;
  if (row !== undefined && Date.parse(row.at) > (told ?? Number.NEGATIVE_INFINITY)) return { lastUsedAt: row.at, lastUsedBy: 'handshake' };
  return told === undefined ? {} : { lastUsedAt: isoOf(told), lastUsedBy: 'gateway' };
}

/** What it got that nobody clicked, newest first, and when; absent where there is none. */
async function grantsOf(device: DeviceView, store: Pick<Store, 'inventories'>): Promise<Pick<AccessHolder, 'grants'>> {
  if (device.unclicked === 0) return {};
  const { items } = await store.inventories.changes({ gateway: device.gateway, deviceId: device.deviceId, open: true, limit: GRANTS });
  return items.length === 0 ? {} : { grants: items.map(({ gained, toldAt, at }) => ({ ...gained, at: toldAt ?? at })) };
}

/**
 * The holders among some devices, the gravest first, then by name. Rejects with Problem('store-unwritable').
 * @param holding what may be run on a node
 */
export async function holdersOf(
  devices: readonly DeviceView[],
  of: ReviewOf,
  store: Pick<Store, 'takeBacks' | 'inventories' | 'handshakes'>,
  holding: (nodeId: string) => NodeHolding,
): Promise<AccessHolder[]> {
  const weight = (device: DeviceView) => (device.risk === 'node' ? 0 : device.risk === 'admin' ? 1 : 2);
  const nameOf = (device: DeviceView) => (device.displayName ?? device.clientId ?? '').toLowerCase();
  const holders = devices
    .filter((device) => isHolder(device, of))
    .sort((a, b) => weight(a) - weight(b) || (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a.deviceId < b.deviceId ? -1 : 1));
  const out: AccessHolder[] = [];
  for (const [n, device] of holders.entries()) {
    if (n % AT_ONCE === 0) await turn();
    const { displayName, clientId, platform, remoteIp, connected } = device;
    out.push({
      deviceId: device.deviceId,
      publicKey: device.publicKey,
      ...present({ displayName, clientId, platform, remoteIp, connected }),
      ...(await lastUsed(device, store)),
      ...(device.roles.includes('node') ? { node: holding(device.deviceId) } : {}),
      roles: device.roles,
      scopes: device.scopes,
      risk: device.risk,
      ...(await sinceOf(device, graveScopes(device, of), store)),
      isConsole: device.isConsole,
      isHostKey: device.isHostKey,
      unclicked: device.unclicked,
      ...(await grantsOf(device, store)),
    });
  }
  return out;
}

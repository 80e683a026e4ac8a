// Who holds what is grave, since when, by whom and whether it is used: what an access review asks.
import type { AccessHolder } from '../api/device-shapes.ts';
import type { DeviceView } from '../api/shapes.ts';
import { effectiveScopes, scopeRisk } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import type { Store } from '../store/open.ts';
import { turn } from '../turn.ts';

/** Holders that are looked up between two turns of the event loop. */
const AT_ONCE = 20;
const LOOKED_BACK = 200;

export type ReviewOf = 'admin' | 'elevated';

/** The grave scopes of a device: admin alone, or everything above write. */
export function graveScopes(device: Pick<DeviceView, 'scopes'>, of: ReviewOf): string[] {
  const grave = of === 'admin' ? ['admin'] : ['admin', 'elevated'];
  return device.scopes.filter((scope) => grave.includes(scopeRisk(scope)));
}

/** Whether a device belongs into a review: by its scopes, and as a node in every one. */
export const isHolder = (device: DeviceView, of: ReviewOf): boolean => device.roles.includes('node') || graveScopes(device, of).length > 0;

const lastUsed = ({ lastSeenAt, tokens }: DeviceView): string | undefined =>
  [lastSeenAt, ...tokens.map(({ usedAt }) => usedAt)]
    .filter((at) => at !== undefined)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);

/** Since when it holds what is grave: by the decision here that gave it, else by the reading that first showed it. */
async function sinceOf(device: DeviceView, of: ReviewOf, store: Pick<Store, 'takeBacks' | 'inventories'>) {
  const grave = graveScopes(device, of);
  const gives = (scopes: readonly string[], roles: readonly string[]) => {
    const given = effectiveScopes(scopes);
    return grave.length === 0 ? roles.includes('node') : grave.some((scope) => given.has(scope));
  };
  const madeMs = Date.parse(device.createdAt ?? '') || 0;
  const decisions = await store.takeBacks.grantsOfDevice(device.gateway, device.deviceId);
  const decision = decisions.find(
    (d) =>
      d.publicKey === device.publicKey &&
      d.state !== 'settled-unknown' &&
      (d.rowCreatedAtMs === undefined || d.rowCreatedAtMs === madeMs) &&
      gives(d.addedScopes, d.roles),
  );
  const { items } = await store.inventories.changes({ gateway: device.gateway, deviceId: device.deviceId, limit: LOOKED_BACK });
  const change = items.findLast(
    ({ kind, gained, at }) => kind !== 'first-seen' && Date.parse(at) >= madeMs && gives(gained.scopes, gained.roles),
  );
  if (decision) return { since: decision.at, sinceWhat: 'decision' as const, by: decision.actor.name };
  if (change)
    return {
      since: change.toldAt ?? change.at,
      sinceWhat: 'reading' as const,
      ...(change.by.kind === 'console' ? { by: change.by.name } : {}),
    };
  return device.approvedAt === undefined
    ? { sinceWhat: 'unknown' as const }
    : { since: device.approvedAt, sinceWhat: 'approved' as const, ...(device.grantedBy === undefined ? {} : { by: device.grantedBy }) };
}

/** The holders among some devices, the gravest first, then by name. Rejects with Problem('store-unwritable'). */
export async function holdersOf(
  devices: readonly DeviceView[],
  of: ReviewOf,
  store: Pick<Store, 'takeBacks' | 'inventories'>,
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
      ...present({ displayName, clientId, platform, remoteIp, connected, lastUsedAt: lastUsed(device) }),
      roles: device.roles,
      scopes: device.scopes,
      risk: device.risk,
      ...(await sinceOf(device, of, store)),
      how: device.approvedHow,
      isConsole: device.isConsole,
      isHostKey: device.isHostKey,
      unclicked: device.unclicked,
    });
  }
  return out;
}

// Which rows may go: those that nobody uses any more, as far as that can be proven. Pure. Doubt leaves a row out: what a gateway does not
// tell is never taken for unused.
import type { CleanUpGroup, CleanUpKind } from '../api/device-shapes.ts';
import type { DeviceView } from '../api/shapes.ts';
import { lastUseShownMs, newestMs } from './last-use.ts';

const DAY_MS = 24 * 3_600_000;

const TITLES: Record<CleanUpKind, { title: string; why: string }> = {
  ephemeral: { title: 'Made for a single use', why: 'They call themselves probes or tests, and nothing shows them in use for a day.' },
  duplicate: {
    title: 'Older keys of the same client',
    why: 'Another key of the same client, platform and address was used later, and these were not for a day.',
  },
  'never-used': { title: 'Never used', why: 'The gateway tells when a device is seen, and never saw these since they were paired.' },
  stale: { title: 'Not seen for 30 days', why: 'The gateway tells when a device is seen, and that is long ago.' },
};
/** A row stands in the first of these that it belongs to. */
const ORDER: readonly CleanUpKind[] = ['ephemeral', 'duplicate', 'never-used', 'stale'];

const keyOf = (device: Pick<DeviceView, 'gateway' | 'deviceId'>) => `${device.gateway} ${device.deviceId}`;
/** One whose token is revoked or narrower than its row is no admin that stays. */
const isAdmin = ({ scopes, tokens }: DeviceView) =>
  scopes.includes('operator.admin') &&
  tokens.some((token) => token.role === 'operator' && !token.revoked && token.scopes.includes('operator.admin'));
/** When anything was last heard of it at all. */
const heardMs = (device: DeviceView) =>
  newestMs([lastUseShownMs(device), ...[device.createdAt, device.approvedAt].map((at) => (at === undefined ? undefined : Date.parse(at)))]);

const alike = ({ gateway, displayName, label, clientId, clientMode, platform, remoteIp }: DeviceView) =>
  JSON.stringify([gateway, label === undefined ? displayName?.toLowerCase() : label, clientId, clientMode, platform, remoteIp]);

type Candidate = { device: DeviceView; kind: CleanUpKind; why: string; keeps?: string };

/** Of each client with several keys, those that were overtaken. Only where the gateway tells of every one whether it is connected. */
function duplicates(devices: readonly DeviceView[], quietBefore: number): Candidate[] {
  const named = devices.filter(({ findings, clientId }) => clientId !== undefined && findings.includes('many-keys'));
  return [...Map.groupBy(named, alike).values()].flatMap((same) => {
    if (same.length < 2 || same.some(({ connected }) => connected === undefined)) return [];
    const times = same.map((device) => ({ device, ms: device.connected ? Number.POSITIVE_INFINITY : (lastUseShownMs(device) ?? 0) }));
    const top = Math.max(...times.map(({ ms }) => ms));
    const [keeper, another] = times.filter(({ ms }) => ms === top);
    if (!keeper || top === 0 || (another && top !== Number.POSITIVE_INFINITY)) return [];
    return times
      .filter(({ ms }) => ms !== top && ms < quietBefore)
      .map(({ device }) => ({
        device,
        kind: 'duplicate' as const,
        why: `${keeper.device.displayName ?? 'The key'} (${keeper.device.deviceId.slice(0, 8)}) is the one that is used.`,
        keeps: keeper.device.deviceId,
      }));
  });
}

function singly(device: DeviceView, quietBefore: number): Candidate | undefined {
  const has = (code: DeviceView['findings'][number]) => device.findings.includes(code);
  const heard = heardMs(device);
  if (has('ephemeral') && heard !== undefined && heard < quietBefore)
    return { device, kind: 'ephemeral', why: `It is ${device.clientMode ?? device.clientId ?? 'a probe'} by its own word.` };
  if (has('never-used'))
    return { device, kind: 'never-used', why: `Paired ${device.createdAt?.slice(0, 10) ?? 'long ago'} and not seen since.` };
  if (has('not-seen'))
    return { device, kind: 'stale', why: `Seen last on ${new Date(lastUseShownMs(device) ?? 0).toISOString().slice(0, 10)}.` };
  return undefined;
}

/** Leaves the last admin of each gateway: where no other would stay, the one that was heard of last. This console counts for none. */
function lastAdmins(devices: readonly DeviceView[], going: ReadonlySet<string>): Set<string> {
  const kept = new Set<string>();
  for (const admins of Map.groupBy(
    devices.filter((device) => isAdmin(device) && !device.isConsole),
    (device) => device.gateway,
  ).values()) {
    if (admins.some((device) => !going.has(keyOf(device)))) continue;
    const last = admins.reduce((top, device) => ((heardMs(device) ?? 0) > (heardMs(top) ?? 0) ? device : top));
    kept.add(keyOf(last));
  }
  return kept;
}

/**
 * The rows that may go, in groups. Never among them: the console's own device, a host's key, a connected device, the last one with admin
 * on a gateway, one that a person vouched for, and one with a grant that nobody clicked and nobody has seen to.
 */
export function cleanUpOf(devices: readonly DeviceView[], nowMs: number): CleanUpGroup[] {
  const quietBefore = nowMs - DAY_MS;
  const overtaken = new Map(duplicates(devices, quietBefore).map((one) => [keyOf(one.device), one]));
  const candidates = devices
    .filter((d) => !d.isConsole && !d.isHostKey && d.connected !== true && !d.vouched && d.unclicked === 0)
    .flatMap((device) => {
      const alone = singly(device, quietBefore);
      return alone?.kind === 'ephemeral' ? [alone] : (overtaken.get(keyOf(device)) ?? alone ?? []);
    });
  const stay = lastAdmins(devices, new Set(candidates.map(({ device }) => keyOf(device))));
  const going = candidates.filter(({ device }) => !stay.has(keyOf(device)));
  return ORDER.flatMap((kind) => {
    const of = going.filter((one) => one.kind === kind);
    if (of.length === 0) return [];
    return [
      {
        kind,
        ...TITLES[kind],
        items: of.map(({ device, why, keeps }) => ({
          gateway: device.gateway,
          deviceId: device.deviceId,
          why,
          ...(keeps === undefined ? {} : { keeps }),
        })),
      },
    ];
  });
}

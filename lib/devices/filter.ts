// Which devices a filter lets through and in which order they stand: the one meaning of both, for the page and for exports.
import type { FindingCode } from '../api/device-shapes.ts';
import type { DeviceView } from '../api/shapes.ts';
import { present } from '../present.ts';

/** What is not set is not asked. */
export type DeviceFilter = {
  /** Every word of it must be found somewhere in the device. */
  text?: string;
  client?: string;
  scope?: string;
  role?: string;
  platform?: string;
  gateway?: string;
  ruleId?: string;
  /** Not connected, and not seen for so many days, where the gateway tells when it was. */
  notSeenDays?: number;
  holdsAdmin?: true;
  neverUsed?: true;
  /** Paired silently, or holding what nobody clicked. */
  silently?: true;
  duplicate?: true;
  /** A token that does not hold what the device was approved for. */
  drifted?: true;
  connected?: boolean;
  /** Any of them. */
  findings?: readonly FindingCode[];
};

type Read = { get(name: string): string | null };

const DAY_MS = 24 * 3_600_000;
const LONGEST_TEXT = 200;
const FINDINGS: Record<FindingCode, true> = {
  'token-narrower': true,
  'token-missing': true,
  'revoked-but-connecting': true,
  'token-wide-again': true,
  'looping-after-approval': true,
  'platform-changed': true,
  'many-keys': true,
  'silent-grant': true,
  'came-back': true,
  'never-used': true,
  'not-seen': true,
  ephemeral: true,
  'mixed-roles': true,
};
const isFinding = (value: string): value is FindingCode => Object.hasOwn(FINDINGS, value);

/** Reads the parameters of an address. Total: what cannot be read counts as not set. */
export function readDeviceFilter(params: Read): DeviceFilter {
  const text = (name: string) => params.get(name)?.slice(0, LONGEST_TEXT) || undefined;
  const flag = (name: string): true | undefined => (params.get(name) === '1' ? true : undefined);
  const days = Number(params.get('unseen'));
  const findings = (params.get('finding') ?? '').split(',').filter(isFinding);
  const connected = params.get('connected');
  return present({
    text: text('text'),
    client: text('client'),
    scope: text('scope'),
    role: text('role'),
    platform: text('platform'),
    gateway: text('gateway'),
    ruleId: text('rule'),
    notSeenDays: Number.isInteger(days) && days > 0 && days <= 3650 ? days : undefined,
    holdsAdmin: flag('admin'),
    neverUsed: flag('unused'),
    silently: flag('silent'),
    duplicate: flag('duplicate'),
    drifted: flag('drifted'),
    connected: connected === '1' ? true : connected === '0' ? false : undefined,
    findings: findings.length === 0 ? undefined : [...new Set(findings)],
  });
}

/** The parameters of a filter, the same in the page's address and in the API's. */
export function writeDeviceFilter(filter: DeviceFilter): Record<string, string | undefined> {
  const flag = (on: true | undefined) => (on ? '1' : undefined);
  return {
    text: filter.text || undefined,
    client: filter.client,
    scope: filter.scope,
    role: filter.role,
    platform: filter.platform,
    gateway: filter.gateway,
    rule: filter.ruleId,
    unseen: filter.notSeenDays?.toString(),
    admin: flag(filter.holdsAdmin),
    unused: flag(filter.neverUsed),
    silent: flag(filter.silently),
    duplicate: flag(filter.duplicate),
    drifted: flag(filter.drifted),
    connected: filter.connected === undefined ? undefined : filter.connected ? '1' : '0',
    finding: filter.findings === undefined || filter.findings.length === 0 ? undefined : filter.findings.join(','),
  };
}

/** Search texts of devices by identity, kept by whoever filters again and again. */
export type SearchTexts = WeakMap<DeviceView, string>;

/** What free text looks into, in lower case; a line break between the parts, so that no word is found across two of them. */
function searchText(device: DeviceView): string {
  return [
    device.displayName,
    device.label,
    device.clientId,
    device.clientMode,
    device.deviceId,
    device.publicKey,
    device.platform,
    device.deviceFamily,
    device.remoteIp,
    device.grantedBy,
    device.approvedHow,
    device.connected === true ? 'connected' : undefined,
    device.refused ? 'barred' : undefined,
    device.vouched ? 'vouched' : undefined,
    ...device.roles,
    ...device.scopes,
    ...device.findings,
  ]
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase();
}

/** A function that tells whether a device passes. `texts` may be kept between filters: each device is put into words once. */
export function createDeviceMatch(
  filter: DeviceFilter,
  nowMs: number,
  texts: SearchTexts = new WeakMap(),
): (device: DeviceView) => boolean {
  const words = (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const seenBefore = filter.notSeenDays === undefined ? undefined : nowMs - filter.notSeenDays * DAY_MS;
  const findings = filter.findings === undefined ? undefined : new Set(filter.findings);
  const textOf = (device: DeviceView): string => {
    const known = texts.get(device);
    if (known !== undefined) return known;
    const made = searchText(device);
    texts.set(device, made);
    return made;
  };
  return (device) => {
    if (filter.gateway !== undefined && device.gateway !== filter.gateway) return false;
    if (filter.client !== undefined && device.clientId !== filter.client) return false;
    if (filter.platform !== undefined && device.platform !== filter.platform) return false;
    if (filter.ruleId !== undefined && device.ruleId !== filter.ruleId) return false;
    if (filter.role !== undefined && !device.roles.includes(filter.role)) return false;
    if (filter.scope !== undefined && !device.scopes.includes(filter.scope)) return false;
    if (filter.holdsAdmin && !device.scopes.includes('operator.admin')) return false;
    if (filter.connected !== undefined && device.connected !== filter.connected) return false;
    if (filter.silently && device.approvedHow !== 'silent' && device.unclicked === 0) return false;
    if (filter.neverUsed && !device.findings.includes('never-used')) return false;
    if (filter.duplicate && !device.findings.includes('many-keys')) return false;
    if (filter.drifted && !device.findings.includes('token-narrower') && !device.findings.includes('token-missing')) return false;
    if (findings !== undefined && !device.findings.some((code) => findings.has(code))) return false;
    if (seenBefore !== undefined) {
      if (device.connected === true || device.lastSeenAt === undefined) return false;
      if (Date.parse(device.lastSeenAt) > seenBefore) return false;
    }
    if (words.length === 0) return true;
    const text = textOf(device);
    return words.every((word) => text.includes(word));
  };
}

export const SORTS = ['gravity', 'name', 'seen', 'approved', 'paired', 'client', 'platform', 'address', 'granted', 'gateway'] as const;
export type DeviceSort = (typeof SORTS)[number];

const GRAVITY: Record<DeviceView['risk'], number> = { node: 0, admin: 1, elevated: 2, write: 3, read: 4 };
/** Times as the gateways tell them are ISO in UTC, so that their order is that of their letters. */
const MOMENTS: ReadonlySet<DeviceSort> = new Set<DeviceSort>(['seen', 'approved', 'paired']);

function keyOf(device: DeviceView, sort: DeviceSort): string | number | undefined {
  switch (sort) {
    case 'gravity':
      return GRAVITY[device.risk];
    case 'name':
      return nameOf(device);
    case 'seen':
      return device.connected === true ? '9999' : device.lastSeenAt;
    case 'approved':
      return device.approvedAt;
    case 'paired':
      return device.createdAt;
    case 'client':
      return device.clientId;
    case 'platform':
      return device.platform;
    case 'address':
      return device.remoteIp;
    case 'granted':
      return device.approvedHow;
    case 'gateway':
      return device.gateway;
  }
}

const nameOf = ({ displayName, clientId }: DeviceView): string => (displayName ?? clientId ?? '').toLowerCase();
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Devices in an order; the given list stays as it is. Times stand newest first, the gravest risk first, words from a to z; `down` turns
 * that round. What is not told stands last either way, and what is alike stands by name, then by id, so that an order never wavers.
 */
export function sortDevices(devices: readonly DeviceView[], sort: DeviceSort, down: boolean): DeviceView[] {
  const way = (MOMENTS.has(sort) ? -1 : 1) * (down ? -1 : 1);
  // Ten thousand rows are compared some hundred thousand times: each is put into words once, before.
  const rows = devices.map((device) => ({ device, key: keyOf(device, sort), name: nameOf(device) }));
  rows.sort((a, b) => {
    if (a.key !== b.key) {
      if (a.key === undefined) return 1;
      if (b.key === undefined) return -1;
      return a.key < b.key ? -way : way;
    }
    return byText(a.name, b.name) || byText(a.device.deviceId, b.device.deviceId) || byText(a.device.gateway, b.device.gateway);
  });
  return rows.map(({ device }) => device);
}

// A device in words: how its grant came, what is odd about it, and which filters it passes.
import type { DeviceView } from '#lib/api/shapes.ts';
import type { Tone } from '../parts/scope-words.ts';

export const GRANTED: Record<DeviceView['approvedHow'], { word: string; clicked: boolean }> = {
  operator: { word: 'by a person', clicked: true },
  rule: { word: 'by a rule', clicked: false },
  silent: { word: 'silently', clicked: false },
  ssh: { word: 'over SSH', clicked: false },
  bootstrap: { word: 'by setup code', clicked: false },
  unknown: { word: 'not known', clicked: false },
};

const STALE_MS = 30 * 24 * 3_600_000;

/** How a device is called. */
export function deviceName({ displayName, clientId }: DeviceView): string {
  return displayName ?? clientId ?? 'unnamed device';
}

/** Whether a device was not seen for 30 days, as far as anybody knows. */
export function isStale({ lastSeenAt, connected }: DeviceView, nowMs: number): boolean {
  return connected !== true && lastSeenAt !== undefined && nowMs - Date.parse(lastSeenAt) > STALE_MS;
}

/**
 * Short remarks on a device, each with a tone. `twins` counts devices that go by the same name on the same platform; `returned`: it was
 * taken back and is here again without anybody's decision.
 */
export function deviceMarks(device: DeviceView, twins: number, nowMs: number, returned = false): { word: string; tone: Tone }[] {
  const marks: { word: string; tone: Tone }[] = [];
  if (returned) marks.push({ word: 'came back by itself', tone: 'red' });
  if (device.isConsole) marks.push({ word: 'this console', tone: 'accent' });
  if (device.isHostKey) marks.push({ word: "gateway's own key", tone: 'good' });
  if (device.refused) marks.push({ word: 'barred from rules', tone: 'red' });
  if (device.vouched) marks.push({ word: 'vouched for', tone: 'good' });
  if (isStale(device, nowMs)) marks.push({ word: 'not seen for 30 days', tone: 'amber' });
  if (twins > 1) marks.push({ word: `${twins} of this name`, tone: 'amber' });
  return marks;
}

/** Groups devices that look like the same thing paired again. */
export function twinCounts(devices: readonly DeviceView[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const device of devices) counts.set(twinKey(device), (counts.get(twinKey(device)) ?? 0) + 1);
  return counts;
}

/** The key under which `twinCounts` counts a device. */
export function twinKey(device: DeviceView): string {
  return JSON.stringify([device.gateway, deviceName(device), device.platform, device.clientMode]);
}

export const SHOWS = [
  ['all', 'all devices'],
  ['grave', 'hold admin or node'],
  ['unclicked', 'granted without a click'],
  ['stale', 'not seen for 30 days'],
  ['refused', 'barred from rules'],
] as const;
export type Show = (typeof SHOWS)[number][0];

/** Whether a device passes a filter and a text. */
export function deviceShown(device: DeviceView, show: Show, text: string, nowMs: number): boolean {
  const grave = device.risk === 'admin' || device.risk === 'node';
  const passes: Record<Show, boolean> = {
    all: true,
    grave,
    unclicked: !GRANTED[device.approvedHow].clicked,
    stale: isStale(device, nowMs),
    refused: device.refused,
  };
  if (!passes[show]) return false;
  const wanted = text.trim().toLowerCase();
  const hay = [
    device.displayName,
    device.clientId,
    device.clientMode,
    device.deviceId,
    device.platform,
    device.remoteIp,
    ...device.roles,
    ...device.scopes,
  ];
  return wanted === '' || hay.some((part) => part?.toLowerCase().includes(wanted));
}

const GRAVITY: Record<DeviceView['risk'], number> = { node: 0, admin: 1, elevated: 2, write: 3, read: 4 };

/** The gravest first, then by name. */
export function byGravity(a: DeviceView, b: DeviceView): number {
  return GRAVITY[a.risk] - GRAVITY[b.risk] || (deviceName(a) < deviceName(b) ? -1 : 1);
}

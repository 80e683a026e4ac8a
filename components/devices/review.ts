// Who holds what is worth a review, gateway by gateway. Pure: the same devices give the same page.
import type { DeviceView, Freshness, GatewayView } from '#lib/api/shapes.ts';
import { deviceName } from './device-words.ts';

/** What a review asks for: admin and node commands alone, or everything above write. */
export const REVIEWS = ['admin', 'elevated'] as const;
export type ReviewKind = (typeof REVIEWS)[number];

export type ReviewOfGateway = {
  id: string;
  name: string;
  version?: string;
  freshness: Freshness;
  /** The gravest first, then by name. */
  holders: DeviceView[];
  /** How many are paired there, holders and others. */
  paired: number;
};

type Reviewed = Pick<GatewayView, 'id' | 'name' | 'version' | 'freshness'>;

const ASKED: Record<ReviewKind, ReadonlySet<DeviceView['risk']>> = {
  admin: new Set<DeviceView['risk']>(['node', 'admin']),
  elevated: new Set<DeviceView['risk']>(['node', 'admin', 'elevated']),
};

/** When a device was last seen or one of its tokens used; undefined where the gateway tells neither. */
export function lastUsed({ lastSeenAt, tokens }: Pick<DeviceView, 'lastSeenAt' | 'tokens'>): string | undefined {
  const moments = [lastSeenAt, ...tokens.map(({ usedAt }) => usedAt)].filter((at) => at !== undefined);
  return moments.sort((a, b) => Date.parse(b) - Date.parse(a))[0];
}

/**
 * Every gateway, also one without a holder and one that was never read: that it is missing would look like "nobody". Devices of a
 * gateway that is known no more are left out, since nobody knows whether they are still paired.
 */
export function reviewOf(kind: ReviewKind, devices: readonly DeviceView[], gateways: readonly Reviewed[]): ReviewOfGateway[] {
  const asked = ASKED[kind];
  const order = (device: DeviceView) => (device.risk === 'node' ? 0 : device.risk === 'admin' ? 1 : 2);
  return gateways.map(({ id, name, version, freshness }) => {
    const here = devices.filter((device) => device.gateway === id);
    const holders = here
      .filter(({ risk }) => asked.has(risk))
      .sort((a, b) => order(a) - order(b) || deviceName(a).localeCompare(deviceName(b), 'en') || (a.deviceId < b.deviceId ? -1 : 1));
    return { id, name, ...(version === undefined ? {} : { version }), freshness, holders, paired: here.length };
  });
}

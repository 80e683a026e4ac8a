// When a device was last in use, by the gateway's own word: said once, for a row as the gateway lists it and as it is shown.
import type { DeviceView } from '../api/shapes.ts';
import type { PairedDevice } from '../gateway/records.ts';

/** The latest of some times, ms; undefined where none is told. */
export function newestMs(times: readonly (number | undefined)[]): number | undefined {
  const told = times.filter((ms) => ms !== undefined);
  return told.length === 0 ? undefined : Math.max(...told);
}

const msOf = (iso: string | undefined) => (iso === undefined ? undefined : Date.parse(iso));

/** Ms of the gateway's clock; undefined where it tells nothing, which is not "never": 2026.4.14 tells sign-ins by device token alone. */
export const lastUseMs = (row: Pick<PairedDevice, 'lastSeenAtMs' | 'tokens'>): number | undefined =>
  newestMs([row.lastSeenAtMs, ...row.tokens.map((token) => token.lastUsedAtMs)]);

/** As lastUseMs, of a row as it is shown. */
export const lastUseShownMs = ({ lastSeenAt, tokens }: Pick<DeviceView, 'lastSeenAt' | 'tokens'>): number | undefined =>
  newestMs([msOf(lastSeenAt), ...tokens.map(({ usedAt }) => msOf(usedAt))]);

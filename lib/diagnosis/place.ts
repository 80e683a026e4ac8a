// What kind of gateway a place is, named for the thing that differs between versions.
import type { Place } from './entry.ts';

const parts = (version: string | undefined): [number, number] | undefined => {
  const match = /^(\d{4})\.(\d{1,2})\./.exec(version ?? '');
  return match ? [Number(match[1]), Number(match[2])] : undefined;
};

/** Not older than this year and month; undefined while the version is not known. */
function since(place: Place, year: number, month: number): boolean | undefined {
  const at = parts(place.version);
  return at === undefined ? undefined : at[0] > year || (at[0] === year && at[1] >= month);
}

/** A scope upgrade over loopback is approved by the gateway itself: 2026.9.6 does, 2026.4.14 never (both measured). */
export const approvesLocalUpgrades = (place: Place): boolean | undefined => since(place, 2026, 9);

/** `openclaw config set` of lists and switches asks for a restart: 2026.4.14 says so, 2026.9.6 applies them at once (both run). */
export const needsRestart = (place: Place): boolean => since(place, 2026, 9) !== true;

/** The CLI signs in by the local helper path and can show the token: 2026.9.6. On 2026.4.14 it is a paired device itself. */
export const hasHelperCli = (place: Place): boolean => since(place, 2026, 9) === true;

/** The version in words. */
export const versionWords = (place: Place): string => (parts(place.version) ? `${place.version}`.slice(0, 40) : 'this version');

/** How long a gateway waits for `connect`: 10 s on 2026.4.14, 15 s on 2026.9.6. In words. */
export const handshakeLimit = (place: Place): string => {
  const newer = since(place, 2026, 9);
  return newer === undefined ? '10 or 15 seconds' : newer ? '15 seconds' : '10 seconds';
};

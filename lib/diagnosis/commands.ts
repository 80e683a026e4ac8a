// Commands that a person copies and runs. Only values of a closed grammar get in, each is quoted for the shell, and no
// command holds a secret: where one is needed, it is read from the environment or asked for.
// Checked against the command line of 2026.4.14 and 2026.9.6, run on a state folder of its own.
import type { Place } from './entry.ts';
import { isLoopback } from './words.ts';

const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DEVICE_ID = /^[0-9a-f]{64}$/;
// An address without anything that a shell or a JSON string would read: letters, digits, dots, colons, an optional prefix length.
const ADDRESS = /^[0-9A-Fa-f.:]{2,45}(?:\/\d{1,3})?$/;
const EXTENSION_ORIGIN = /^chrome-extension:\/\/[a-p]{32}$/;
const BARE = /^[A-Za-z0-9_./:=@%+,-]+$/;
// A path with control, bidi or line characters is no path to hand to a shell.
const PLAIN_PATH = /^\/[^\p{C}\p{Zl}\p{Zp}]{0,300}$/u;

/** One word for a POSIX shell. The caller promises that it holds no line break. */
const shellWord = (word: string): string => (BARE.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The environment that makes the CLI read this gateway's own state and configuration; empty for the usual folder. */
function environment({ stateDir, configFile }: Place): string {
  const words: string[] = [];
  const state = stateDir?.replace(/\/+$/, '');
  if (state !== undefined && PLAIN_PATH.test(state) && !/\/\.openclaw$/.test(state)) words.push(`OPENCLAW_STATE_DIR=${shellWord(state)}`);
  if (configFile !== undefined && PLAIN_PATH.test(configFile) && state !== undefined && configFile !== `${state}/openclaw.json`)
    words.push(`OPENCLAW_CONFIG_PATH=${shellWord(configFile)}`);
  return words.length > 0 ? `${words.join(' ')} ` : '';
}

/**
 * An `openclaw` command for the gateway's own host and user. Neither --url nor --token is given: with --url the CLI takes
 * credentials from the command line only, and its way around a refused sign-in of its own is closed (both versions).
 */
export const onHost = (place: Place, ...words: string[]): string => `${environment(place)}openclaw ${words.map(shellWord).join(' ')}`;

/** `openclaw devices approve <id>`, when the id is one. */
export const approveCommand = (place: Place, requestId: string | undefined): string | undefined =>
  requestId !== undefined && REQUEST_ID.test(requestId) ? onHost(place, 'devices', 'approve', requestId) : undefined;

/** `openclaw devices remove <id>`, when the id is one. */
export const removeCommand = (place: Place, deviceId: string | undefined): string | undefined =>
  deviceId !== undefined && DEVICE_ID.test(deviceId) ? onHost(place, 'devices', 'remove', deviceId) : undefined;

/** `openclaw config set <path> <value as JSON>`. */
export const setCommand = (place: Place, path: string, value: boolean | number | string | readonly string[]): string =>
  onHost(place, 'config', 'set', path, JSON.stringify(value), '--strict-json');

/** A browser's `Origin` in the one form that the gateway compares, or nothing when it is none that can be allowed. */
export function exactOrigin(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 200) return undefined;
  if (EXTENSION_ORIGIN.test(text)) return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.origin === text.toLowerCase() && /^[a-z0-9.:[\]/-]+$/.test(url.origin) ? url.origin : undefined;
}

/** Adds one origin to the present list. Nothing when the origin is no origin, or the present list is not known and would be lost. */
export function allowOriginCommand(place: Place, origin: string | undefined): string | undefined {
  const exact = exactOrigin(origin);
  const present = place.allowedOrigins;
  if (exact === undefined || present === undefined || present.length > 50) return undefined;
  const kept = present.filter((entry) => entry === '*' || exactOrigin(entry) !== undefined);
  if (kept.length !== present.length) return undefined;
  return setCommand(place, 'gateway.controlUi.allowedOrigins', [...new Set([...kept, exact])]);
}

/**
 * Adds one proxy address to the present list; the same limits. Never a loopback address: every process of the host can come from
 * there, and any of them can provoke the row that would offer this command.
 */
export function trustProxyCommand(place: Place, address: string | undefined): string | undefined {
  const present = place.trustedProxies;
  if (address === undefined || !ADDRESS.test(address) || isLoopback(address) || present === undefined || present.length > 50)
    return undefined;
  if (!present.every((entry) => ADDRESS.test(entry))) return undefined;
  return setCommand(place, 'gateway.trustedProxies', [...new Set([...present, address])]);
}

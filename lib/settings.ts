// Every setting of the console, read once from the environment and checked before anything is opened.
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { plainAddress } from './auth/proxy.ts';
import { present } from './present.ts';
import { Problem } from './problem.ts';
import { type KeySource, keysIn } from './secrets/keyring.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type TlsFiles = { certFile: string; keyFile: string };

/** `header` in lower case, `trusted` exact addresses; `secret` is always there where one of them is loopback. */
/** `header`: where it names the operator; without it only the addresses that it forwards are believed. */
export type ProxySettings = { header?: string; trusted: string[]; secret?: string };

export type Settings = {
  host: string;
  port: number;
  /** Absolute path. */
  dataDir: string;
  logLevel: LogLevel;
  /** Set when the operator names a gateway; then no other is looked for. */
  gatewayUrl?: string;
  /** Also wins over what the configuration of a gateway on this host holds. */
  gatewayAuth: { token?: string; password?: string };
  /** Further exact origins at which the console is reached. */
  origins: string[];
  apiToken?: string;
  /** Absolute path of a .yaml, .yml or .json file that holds the rules. Whether it can be read is looked at all the time, not here. */
  rulesFile?: string;
  practice: boolean;
  /** Where the key of the secrets at rest comes from; by default a file beside the data folder, never in it. */
  key: KeySource;
  /** The console serves TLS with these PEM files (absolute paths). */
  tls?: TlsFiles;
  /** The operator's word that a proxy with TLS stands in front, so that listening beyond loopback is meant. */
  behindProxy: boolean;
  /** A proxy that signs people in. */
  proxy?: ProxySettings;
  /** SHA-256 of the only certificate that the gateway may show, as 64 lower-case hex digits. */
  gatewayFingerprint?: string;
  /** Lines to print at start: the console runs, but the operator should know. */
  warnings: string[];
};

const NAMES = [
  'GATEHOUSE_HOST',
  'GATEHOUSE_PORT',
  'GATEHOUSE_DATA_DIR',
  'GATEHOUSE_LOG_LEVEL',
  'GATEHOUSE_GATEWAY_URL',
  'GATEHOUSE_GATEWAY_TOKEN',
  'GATEHOUSE_GATEWAY_PASSWORD',
  'GATEHOUSE_ORIGINS',
  'GATEHOUSE_API_TOKEN',
  'GATEHOUSE_API_TOKEN_FILE',
  'GATEHOUSE_RULES_FILE',
  'GATEHOUSE_PRACTICE',
  'GATEHOUSE_KEY',
  'GATEHOUSE_KEY_FILE',
  'GATEHOUSE_TLS_CERT',
  'GATEHOUSE_TLS_KEY',
  'GATEHOUSE_BEHIND_PROXY',
  'GATEHOUSE_GATEWAY_FINGERPRINT',
  'GATEHOUSE_PROXY_HEADER',
  'GATEHOUSE_TRUSTED_PROXIES',
  'GATEHOUSE_PROXY_SECRET',
  'GATEHOUSE_PROXY_SECRET_FILE',
] as const;
type Name = (typeof NAMES)[number];

const SECRET_NAMES = [
  'GATEHOUSE_KEY',
  'GATEHOUSE_API_TOKEN',
  'GATEHOUSE_PROXY_SECRET',
  'GATEHOUSE_GATEWAY_TOKEN',
  'GATEHOUSE_GATEWAY_PASSWORD',
  'OPENCLAW_GATEWAY_TOKEN',
  'OPENCLAW_GATEWAY_PASSWORD',
];

const SECRET_MIN_CHARS = 32;
const SECRET_FILE_MAX_BYTES = 4096;

/** Whether a host name or address stays on this machine. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

const secret = z.string().regex(/^[\x21-\x7e]+$/, 'holds a space, a line break or another character that no secret has');
const longSecret = secret.min(SECRET_MIN_CHARS, `is shorter than ${SECRET_MIN_CHARS} characters`);
const absolutePath = z.string().refine(isAbsolute, 'is not an absolute path');
const flag = z.enum(['0', '1'], 'is neither 1 nor 0').transform((text) => text === '1');
const gatewayUrl = z.string().refine((text) => {
  const url = parseUrl(text);
  return url !== undefined && ['ws:', 'wss:'].includes(url.protocol) && !url.username && !url.password && !url.hash;
}, 'is not a gateway address; it looks like ws://127.0.0.1:18789 and carries no user, password or fragment');
const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
// Headers that mean something else already, here or to every proxy.
const OWN_HEADERS =
  /^(host|cookie|authorization|origin|connection|upgrade|via|forwarded|user-agent|accept.*|content-.*|transfer-.*|sec-.*|x-forwarded-.*|x-gatehouse-.*)$/;
const origin = z.string().refine((text) => {
  const url = parseUrl(text);
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.origin === text;
}, 'is not an exact origin; it looks like https://gatehouse.example or http://host:7788, without a path or a final slash');

const SCHEMAS = {
  GATEHOUSE_HOST: z.string().regex(/^(\[?[0-9A-Fa-f:.]+\]?|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/, 'is not a host name or address'),
  GATEHOUSE_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'is not a port from 1 to 65535')
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65535, 'is not a port from 1 to 65535'),
  GATEHOUSE_DATA_DIR: z.string().refine((path) => isAbsolute(path) || /^~(\/|$)/.test(path), 'is not an absolute path'),
  GATEHOUSE_LOG_LEVEL: z.enum(LOG_LEVELS, `is not one of ${LOG_LEVELS.join(', ')}`),
  GATEHOUSE_GATEWAY_URL: gatewayUrl,
  GATEHOUSE_GATEWAY_TOKEN: secret,
  GATEHOUSE_GATEWAY_PASSWORD: z.string(),
  GATEHOUSE_ORIGINS: z.string().transform(listOf).pipe(z.array(origin)),
  GATEHOUSE_API_TOKEN: longSecret,
  GATEHOUSE_API_TOKEN_FILE: absolutePath,
  GATEHOUSE_RULES_FILE: absolutePath.refine((path) => /\.(ya?ml|json)$/i.test(path), 'does not end in .yaml, .yml or .json'),
  GATEHOUSE_PRACTICE: flag,
  GATEHOUSE_KEY: z.string().refine((text) => keysIn(text) !== undefined, 'is not a key: 32 random bytes as base64 or hex'),
  GATEHOUSE_KEY_FILE: absolutePath,
  GATEHOUSE_TLS_CERT: absolutePath,
  GATEHOUSE_TLS_KEY: absolutePath,
  GATEHOUSE_BEHIND_PROXY: flag,
  GATEHOUSE_GATEWAY_FINGERPRINT: z
    .string()
    .transform((text) => text.replaceAll(':', '').toLowerCase())
    .refine((text) => /^[0-9a-f]{64}$/.test(text), 'is not a SHA-256 fingerprint: 64 hex digits, with or without colons'),
  GATEHOUSE_PROXY_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the name of a header')
    .transform((name) => name.toLowerCase())
    .refine((name) => !OWN_HEADERS.test(name), 'is a header that means something else; take one such as Remote-User'),
  GATEHOUSE_TRUSTED_PROXIES: z
    .string()
    .transform(listOf)
    .pipe(
      z.array(
        z
          .string()
          .refine((text) => isIP(text) !== 0 && !['0.0.0.0', '::'].includes(plainAddress(text)), 'is not an exact IP address')
          .transform(plainAddress),
      ),
    ),
  GATEHOUSE_PROXY_SECRET: longSecret,
  GATEHOUSE_PROXY_SECRET_FILE: absolutePath,
} as const satisfies Record<Name, z.ZodType>;

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function nearestName(name: string): string {
  const [best] = NAMES.map((known) => ({ known, distance: editDistance(name, known) })).sort((a, b) => a.distance - b.distance);
  return best && best.distance <= 4 ? `; did you mean ${best.known}?` : '; the settings are listed in README.md.';
}

function readSecretFile(name: Name, path: string, problems: string[], warnings: string[]): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > SECRET_FILE_MAX_BYTES) {
    problems.push(`${name}: ${path} ${stat ? 'is not a regular file of at most 4 KiB' : 'does not exist'}.`);
    return undefined;
  }
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch {
    problems.push(`${name}: ${path} cannot be read by this user.`);
    return undefined;
  }
  const token = longSecret.safeParse(text);
  if (!token.success) {
    problems.push(`${name}: the text in ${path} ${token.error.issues[0]?.message ?? 'is wrong'}.`);
    return undefined;
  }
  // One that belongs to somebody else, such as root, is read through its group.
  const own = process.getuid === undefined || stat.uid === process.getuid();
  if (process.platform !== 'win32' && (stat.mode & (own ? 0o077 : 0o007)) !== 0)
    warnings.push(`${name}: other users may read ${path}; set its mode to ${own ? '0600' : '0640'}.`);
  return token.data;
}

/**
 * Reads and checks every GATEHOUSE_* variable; an empty one counts as unset.
 * Throws Problem('settings-invalid') with one line for each wrong value, and never with the value of a secret.
 */
export function readSettings(env: Env, home: string = homedir()): Settings {
  const problems: string[] = [];
  const warnings: string[] = [];

  function read<T>(name: Name, schema: z.ZodType<T>): T | undefined {
    const text = env[name]?.trim();
    if (!text) return undefined;
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const index = issue?.path.find((step) => typeof step === 'number');
    const shown =
      typeof index === 'number'
        ? (text
            .split(',')
            .filter((part) => part.trim())
            [index]?.trim() ?? text)
        : text;
    problems.push(
      `${name}: ${SECRET_NAMES.includes(name) ? 'the value' : JSON.stringify(shown.slice(0, 200))} ${issue?.message ?? 'is wrong'}.`,
    );
    return undefined;
  }

  const host = read('GATEHOUSE_HOST', SCHEMAS.GATEHOUSE_HOST)?.replace(/^\[|\]$/g, '') ?? '127.0.0.1';
  const port = read('GATEHOUSE_PORT', SCHEMAS.GATEHOUSE_PORT) ?? 7788;
  const dataDir = read('GATEHOUSE_DATA_DIR', SCHEMAS.GATEHOUSE_DATA_DIR) ?? '~/.gatehouse';
  const logLevel = read('GATEHOUSE_LOG_LEVEL', SCHEMAS.GATEHOUSE_LOG_LEVEL) ?? 'info';
  const url = read('GATEHOUSE_GATEWAY_URL', SCHEMAS.GATEHOUSE_GATEWAY_URL);
  const token = read('GATEHOUSE_GATEWAY_TOKEN', SCHEMAS.GATEHOUSE_GATEWAY_TOKEN);
  const password = read('GATEHOUSE_GATEWAY_PASSWORD', SCHEMAS.GATEHOUSE_GATEWAY_PASSWORD);
  const origins = read('GATEHOUSE_ORIGINS', SCHEMAS.GATEHOUSE_ORIGINS) ?? [];
  const tokenFile = read('GATEHOUSE_API_TOKEN_FILE', SCHEMAS.GATEHOUSE_API_TOKEN_FILE);
  const apiToken =
    read('GATEHOUSE_API_TOKEN', SCHEMAS.GATEHOUSE_API_TOKEN) ??
    (tokenFile ? readSecretFile('GATEHOUSE_API_TOKEN_FILE', tokenFile, problems, warnings) : undefined);
  const rulesFile = read('GATEHOUSE_RULES_FILE', SCHEMAS.GATEHOUSE_RULES_FILE);
  const practice = read('GATEHOUSE_PRACTICE', SCHEMAS.GATEHOUSE_PRACTICE) ?? false;
  const keyText = read('GATEHOUSE_KEY', SCHEMAS.GATEHOUSE_KEY);
  const keyFile = read('GATEHOUSE_KEY_FILE', SCHEMAS.GATEHOUSE_KEY_FILE);
  const certFile = read('GATEHOUSE_TLS_CERT', SCHEMAS.GATEHOUSE_TLS_CERT);
  const tlsKeyFile = read('GATEHOUSE_TLS_KEY', SCHEMAS.GATEHOUSE_TLS_KEY);
  const behindProxy = read('GATEHOUSE_BEHIND_PROXY', SCHEMAS.GATEHOUSE_BEHIND_PROXY) ?? false;
  const fingerprint = read('GATEHOUSE_GATEWAY_FINGERPRINT', SCHEMAS.GATEHOUSE_GATEWAY_FINGERPRINT);

  const proxyHeader = read('GATEHOUSE_PROXY_HEADER', SCHEMAS.GATEHOUSE_PROXY_HEADER);
  const trusted = read('GATEHOUSE_TRUSTED_PROXIES', SCHEMAS.GATEHOUSE_TRUSTED_PROXIES);
  const proxySecretFile = read('GATEHOUSE_PROXY_SECRET_FILE', SCHEMAS.GATEHOUSE_PROXY_SECRET_FILE);
  const proxySecret =
    read('GATEHOUSE_PROXY_SECRET', SCHEMAS.GATEHOUSE_PROXY_SECRET) ??
    (proxySecretFile ? readSecretFile('GATEHOUSE_PROXY_SECRET_FILE', proxySecretFile, problems, warnings) : undefined);
  const isSet = (name: Name) => Boolean(env[name]?.trim());

  if (isSet('GATEHOUSE_PROXY_HEADER') && !isSet('GATEHOUSE_TRUSTED_PROXIES'))
    problems.push('GATEHOUSE_PROXY_HEADER needs GATEHOUSE_TRUSTED_PROXIES, which names the proxy that sends it.');
  if (isSet('GATEHOUSE_PROXY_SECRET') && proxySecretFile)
    problems.push('GATEHOUSE_PROXY_SECRET and GATEHOUSE_PROXY_SECRET_FILE are both set; set one.');
  const secretSet = isSet('GATEHOUSE_PROXY_SECRET') || isSet('GATEHOUSE_PROXY_SECRET_FILE');
  if (secretSet && !isSet('GATEHOUSE_TRUSTED_PROXIES'))
    problems.push('GATEHOUSE_PROXY_SECRET is set, but GATEHOUSE_TRUSTED_PROXIES names no proxy that would send it.');
  if (!secretSet && isSet('GATEHOUSE_PROXY_HEADER') && trusted?.some(isLoopbackHost))
    problems.push(
      'GATEHOUSE_TRUSTED_PROXIES: a proxy on this host needs GATEHOUSE_PROXY_SECRET or GATEHOUSE_PROXY_SECRET_FILE, which it sends as X-Gatehouse-Proxy-Secret; otherwise every process of this host could sign in as anybody.',
    );
  if (token && password) problems.push('GATEHOUSE_GATEWAY_TOKEN and GATEHOUSE_GATEWAY_PASSWORD are both set; a gateway takes one of them.');
  if (env.GATEHOUSE_API_TOKEN?.trim() && tokenFile)
    problems.push('GATEHOUSE_API_TOKEN and GATEHOUSE_API_TOKEN_FILE are both set; set one.');
  if (practice && url)
    problems.push('GATEHOUSE_PRACTICE and GATEHOUSE_GATEWAY_URL are both set; practice means that no real gateway is met.');
  if (keyText && keyFile) problems.push('GATEHOUSE_KEY and GATEHOUSE_KEY_FILE are both set; set one.');
  if (Boolean(env.GATEHOUSE_TLS_CERT?.trim()) !== Boolean(env.GATEHOUSE_TLS_KEY?.trim()))
    problems.push('GATEHOUSE_TLS_CERT and GATEHOUSE_TLS_KEY belong together; only one of them is set.');
  if (fingerprint && url && !url.startsWith('wss:'))
    problems.push('GATEHOUSE_GATEWAY_FINGERPRINT is set, but GATEHOUSE_GATEWAY_URL is not a wss:// address and shows no certificate.');
  for (const name of Object.keys(env).sort()) {
    if (!name.startsWith('GATEHOUSE_') || name.startsWith('GATEHOUSE_TEST_') || NAMES.some((known) => known === name)) continue;
    problems.push(`${name}: there is no such setting, it is probably mistyped${nearestName(name)}`);
  }
  if (problems.length) throw new Problem('settings-invalid', problems.join('\n'));

  const gateway = url ? new URL(url) : undefined;
  if (gateway?.protocol === 'ws:' && !isLoopbackHost(gateway.hostname)) {
    warnings.push(
      `GATEHOUSE_GATEWAY_URL: ${gateway.host} is reached without encryption, so the gateway's secret crosses the network in clear. Use wss.`,
    );
  }
  const folder = resolve(dataDir.startsWith('~') ? join(home, dataDir.slice(1)) : dataDir);
  return {
    host,
    port,
    dataDir: folder,
    logLevel,
    ...(url ? { gatewayUrl: url } : {}),
    gatewayAuth: { ...(token ? { token } : {}), ...(password ? { password } : {}) },
    origins,
    ...(apiToken ? { apiToken } : {}),
    ...(rulesFile ? { rulesFile: resolve(rulesFile) } : {}),
    practice,
    key: keyText ? { kind: 'text', text: keyText } : { kind: 'file', file: keyFile ?? `${folder}.key`, named: keyFile !== undefined },
    ...(certFile && tlsKeyFile ? { tls: { certFile, keyFile: tlsKeyFile } } : {}),
    behindProxy,
    ...(fingerprint ? { gatewayFingerprint: fingerprint } : {}),
    ...(trusted ? { proxy: { trusted, ...present({ header: proxyHeader, secret: proxySecret }) } } : {}),
    warnings,
  };
}

/**
 * Takes the secrets out of an environment, so that no child process inherits them. Answers a copy that still has them,
 * for `readSettings` and `discoverGateway`.
 */
export function takeSecrets(env: Record<string, string | undefined>): Env {
  const copy = { ...env };
  for (const name of SECRET_NAMES) delete env[name];
  return copy;
}

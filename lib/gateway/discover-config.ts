// Reads a gateway's configuration file as the gateway does (JSON5, $include) and keeps only what is needed to dial it.
// Nothing in it is ever run, and a fault names file and place but never quotes a value: it may be a secret.
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import JSON5 from 'json5';
import { z } from 'zod';
import { Problem } from '../problem.ts';

const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_INCLUDE_DEPTH = 10;
const BLOCKED_KEYS = ['__proto__', 'constructor', 'prototype'];

const secretInput = z.union([z.string(), z.looseObject({ source: z.string(), id: z.string(), provider: z.string().optional() })]);
export type SecretInput = z.output<typeof secretInput>;

const fileProvider = z.looseObject({
  source: z.string(),
  path: z.string().optional(),
  mode: z.string().optional(),
  allowlist: z.array(z.string()).optional(),
});

const gatewayConfig = z.looseObject({
  gateway: z
    .looseObject({
      mode: z.string().optional(),
      port: z.number().int().min(1).max(65535).optional(),
      auth: z.looseObject({ mode: z.string().optional(), token: secretInput.nullish(), password: secretInput.nullish() }).optional(),
      tls: z.looseObject({ enabled: z.boolean().optional(), certPath: z.string().optional(), caPath: z.string().optional() }).optional(),
      remote: z.looseObject({ url: z.string().optional() }).optional(),
    })
    .optional(),
  secrets: z
    .looseObject({
      providers: z.record(z.string(), fileProvider).optional(),
      defaults: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  env: z.record(z.string(), z.unknown()).optional(),
});
export type GatewayConfig = z.output<typeof gatewayConfig>;

const broken = (text: string, extra: Record<string, unknown> = {}) => new Problem('gateway-config-broken', text, extra);

/** Why a file could not be read, in words. */
function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read by this user';
  if (code === 'ELOOP') return 'is a link';
  return `cannot be read${typeof code === 'string' ? ` (${code})` : ''}`;
}

/** Reads a regular file of bounded size. With `noLink` a symbolic link is refused. Throws Problem('gateway-config-broken'). */
export function readRegularFile(path: string, maxBytes: number = MAX_FILE_BYTES, noLink = false): string {
  let fd: number | undefined;
  try {
    // Without O_NONBLOCK a named pipe would hold the console up for ever.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (noLink ? constants.O_NOFOLLOW : 0));
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw broken(`${path} is not a regular file.`, { file: path });
    if (stat.size > maxBytes) throw broken(`${path} is larger than ${maxBytes} bytes.`, { file: path });
    return readFileSync(fd, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw broken(`${path} ${whyUnreadable(error)}.`, { file: path });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function parseFile(path: string): unknown {
  const text = readRegularFile(path).replace(/^\uFEFF/, '');
  try {
    return JSON5.parse(text);
  } catch (error) {
    const at =
      error instanceof Error && 'lineNumber' in error && 'columnNumber' in error
        ? `, line ${error.lineNumber}, column ${error.columnNumber}`
        : '';
    throw broken(`${path}${at}: this is not JSON5.`, { file: path });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The gateway's own merge: objects by key, lists one after the other, else the later value. */
function merge(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over];
  if (!isRecord(base) || !isRecord(over)) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (!BLOCKED_KEYS.includes(key)) result[key] = Object.hasOwn(result, key) ? merge(result[key], value) : value;
  }
  return result;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Puts the included files in place. They must lie in the folder of the configuration or in one of `roots`, links resolved. */
function resolveIncludes(value: unknown, file: string, folders: readonly string[], chain: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveIncludes(item, file, folders, chain));
  if (!isRecord(value)) return value;
  const { $include: include, ...rest } = value;
  const own = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, resolveIncludes(item, file, folders, chain)]));
  if (include === undefined) return own;
  const names = Array.isArray(include) ? include : [include];
  const parts = names.map((name) => {
    if (typeof name !== 'string') throw broken(`${file}: $include takes a path or a list of paths.`, { file });
    const path = resolve(dirname(file), name);
    if (chain.includes(path)) throw broken(`${file}: $include of ${name} goes in a circle.`, { file });
    if (chain.length > MAX_INCLUDE_DEPTH) throw broken(`${file}: $include goes more than ${MAX_INCLUDE_DEPTH} files deep.`, { file });
    let real: string;
    try {
      real = realpathSync(path);
    } catch (error) {
      throw broken(`${file}: the included ${path} ${whyUnreadable(error)}.`, { file });
    }
    if (!folders.some((folder) => isInside(folder, real)))
      throw broken(`${file}: the included ${path} lies outside the folder of the configuration.`, { file });
    return resolveIncludes(parseFile(path), path, folders, [...chain, path]);
  });
  const included = names.length === 1 ? parts[0] : parts.reduce<unknown>((sum, part) => merge(sum, part), {});
  return Object.keys(own).length === 0 ? included : merge(included, own);
}

/**
 * Reads a configuration file with its includes. `includeRoots` are further folders that includes may lie in.
 * Throws Problem('gateway-config-broken') that names the file and the place.
 */
export function readGatewayConfig(path: string, includeRoots: readonly string[] = []): GatewayConfig {
  const parsed = parseFile(path);
  const folders = [dirname(path), ...includeRoots].flatMap((folder) => {
    try {
      return [realpathSync(folder)];
    } catch {
      return []; // A root that does not exist holds no files.
    }
  });
  const whole = resolveIncludes(parsed, path, folders, [path]);
  const config = gatewayConfig.safeParse(whole);
  if (config.success) return config.data;
  const issue = config.error.issues[0];
  const place = issue?.path.length ? issue.path.join('.') : 'the whole file';
  throw broken(`${path}: ${place} does not have the form that the gateway expects.`, { file: path, place });
}

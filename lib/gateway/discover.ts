// Finds the gateway that this console is for: the one named by a variable, else the one of this host.
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { Problem } from '../problem.ts';
import { type Env, isLoopbackHost, type Settings } from '../settings.ts';
import { type GatewayConfig, readGatewayConfig, readRegularFile } from './discover-config.ts';
import { expandHome, findGatewayPaths, type GatewayPaths, gatewayEnv, hasGatewayTraces, variable } from './discover-paths.ts';
import { resolveSecret, type SecretKind } from './discover-secret.ts';

const DEFAULT_PORT = 18789;

export type GatewayAuth = { token?: string; password?: string };

export type FoundGateway = {
  kind: 'found';
  /** `this-host`: read from the gateway's own configuration. `environment`: an address was given. */
  source: 'this-host' | 'environment';
  url: string;
  auth: GatewayAuth;
  /** The state folder on this host that may be this gateway's; only its identity proves that it is (gateway-facts, trap 16). */
  stateDir?: string;
  configPath?: string;
  /** Certificate files to trust for this connection alone, when the gateway of this host speaks TLS. */
  trustFiles?: string[];
  /** What is wrong although the gateway can be dialled, such as a secret that the console may not fetch. */
  problems: Problem[];
};

export type Discovery = FoundGateway | { kind: 'broken'; problem: Problem } | { kind: 'none' };

export type DiscoverInput = {
  /** With its secrets, as `takeSecrets` answers it. */
  env: Env;
  /** The user's home folder. */
  home: string;
  settings: Pick<Settings, 'gatewayUrl' | 'gatewayAuth'>;
};

/** The port in `OPENCLAW_GATEWAY_PORT`, which may also be written host:port; undefined when it is none. */
function portVariable(env: Env): number | undefined {
  const text = variable(env, 'OPENCLAW_GATEWAY_PORT');
  const digits = text && /^(?:\[[^\]]+\]:|[^:]+:)?(\d{1,5})$/.exec(text)?.[1];
  const port = Number(digits);
  return digits && port > 0 && port <= 65535 ? port : undefined;
}

function envAuth(env: Env): GatewayAuth {
  const token = variable(env, 'OPENCLAW_GATEWAY_TOKEN');
  const password = variable(env, 'OPENCLAW_GATEWAY_PASSWORD');
  return { ...(token ? { token } : {}), ...(password ? { password } : {}) };
}

const hasAuth = (auth: GatewayAuth) => auth.token !== undefined || auth.password !== undefined;

/** The variables of the configuration's own `env` block, which count where no other source sets them. */
function withConfigEnv(config: GatewayConfig, env: Env): Env {
  const { vars, shellEnv: _shell, ...inline } = config.env ?? {};
  const block = { ...inline, ...(typeof vars === 'object' && vars !== null ? vars : {}) };
  const texts = Object.entries(block).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { ...Object.fromEntries(texts), ...env };
}

/** The secret that the gateway itself goes by: its configuration first, then its environment (4.14 and 9.6 alike). */
function localAuth(config: GatewayConfig, configPath: string, home: string, env: Env): { auth: GatewayAuth; problems: Problem[] } {
  const context = { config, configPath, home, env: withConfigEnv(config, env) };
  const configured = config.gateway?.auth;
  const fallback = envAuth(context.env);
  const mode = configured?.mode;
  if (mode === 'none') return { auth: {}, problems: [] };
  if (mode !== undefined && mode !== 'token' && mode !== 'password') {
    const text = `${configPath}: gateway.auth.mode is ${JSON.stringify(mode.slice(0, 40))}, and the console can sign in with a token or a password only. Set GATEHOUSE_GATEWAY_TOKEN or GATEHOUSE_GATEWAY_PASSWORD if the gateway takes one.`;
    return { auth: {}, problems: [new Problem('gateway-config-broken', text, { file: configPath, place: 'gateway.auth.mode' })] };
  }
  const look = (kind: SecretKind) => {
    const finding = resolveSecret(configured?.[kind], kind, context);
    const value = finding.value ?? fallback[kind];
    return { value, problems: value === undefined && finding.problem ? [finding.problem] : [] };
  };
  // Without a mode the gateway takes the password when there is one.
  const kinds: SecretKind[] = mode ? [mode] : ['password', 'token'];
  const findings = kinds.map((kind) => ({ kind, ...look(kind) }));
  const found = findings.find((finding) => finding.value !== undefined);
  if (found?.value !== undefined) return { auth: { [found.kind]: found.value }, problems: [] };
  const problems = findings.flatMap((finding) => finding.problems);
  if (problems.length) return { auth: {}, problems };
  const kind = mode ?? 'token';
  const text = `${configPath} names no ${kind} in gateway.auth.${kind}. Set GATEHOUSE_GATEWAY_${kind.toUpperCase()} to give the console the ${kind}.`;
  return { auth: {}, problems: [new Problem('gateway-config-broken', text, { file: configPath, place: `gateway.auth.${kind}` })] };
}

function optionalText(path: string): string | undefined {
  try {
    return existsSync(path) ? readRegularFile(path) : undefined;
  } catch {
    return undefined; // A .env that cannot be read only takes away variables; a missing one is then named by what needs it.
  }
}

function trustFiles(config: GatewayConfig, paths: GatewayPaths): string[] {
  const { certPath, caPath } = config.gateway?.tls ?? {};
  const configured = [caPath, certPath].filter((path) => path !== undefined).map((path) => expandHome(path, paths.home));
  const generated = join(paths.stateDir, 'gateway', 'tls', 'gateway-cert.pem');
  return (configured.length ? configured : [generated]).filter((path) => existsSync(path));
}

function includeRoots(env: Env, home: string): string[] {
  return (variable(env, 'OPENCLAW_INCLUDE_ROOTS') ?? '')
    .split(delimiter)
    .filter((path) => isAbsolute(path) || path.startsWith('~'))
    .map((path) => expandHome(path, home));
}

function thisHost(input: DiscoverInput, paths: GatewayPaths): Discovery {
  const { settings } = input;
  const env = gatewayEnv(input.env, paths, optionalText);
  const { configPath } = paths;
  if (configPath !== undefined && paths.namedBy && !existsSync(configPath)) {
    throw new Problem('gateway-config-broken', `${paths.namedBy} names ${configPath}, which does not exist.`, { file: configPath });
  }
  const config = configPath === undefined ? {} : readGatewayConfig(configPath, includeRoots(env, paths.home));
  const { gateway } = config;
  if (gateway?.mode === 'remote') {
    const text = `${configPath}: gateway.mode is remote, so this host has no gateway of its own. Name the other one with GATEHOUSE_GATEWAY_URL and GATEHOUSE_GATEWAY_TOKEN.`;
    throw new Problem('gateway-config-broken', text, { file: configPath, place: 'gateway.mode' });
  }
  const port = portVariable(env) ?? gateway?.port ?? DEFAULT_PORT;
  const tls = gateway?.tls?.enabled === true;
  const own = configPath === undefined ? { auth: envAuth(env), problems: [] } : localAuth(config, configPath, paths.home, env);
  const { auth, problems } = hasAuth(settings.gatewayAuth) ? { auth: settings.gatewayAuth, problems: [] } : own;
  return {
    kind: 'found',
    source: 'this-host',
    url: `${tls ? 'wss' : 'ws'}://127.0.0.1:${port}`,
    auth: { ...auth },
    stateDir: paths.stateDir,
    ...(configPath === undefined ? {} : { configPath }),
    ...(tls ? { trustFiles: trustFiles(config, paths) } : {}),
    problems,
  };
}

/**
 * Finds the gateway. `none` only when there is no sign of one at all: no configuration file, no state of one and no
 * variable. A configuration that cannot be read is `broken` and names file and place. Runs nothing, writes nothing.
 */
export function discoverGateway(input: DiscoverInput): Discovery {
  const { env, home, settings } = input;
  const paths = findGatewayPaths(env, home);
  const openclawUrl = variable(env, 'OPENCLAW_GATEWAY_URL');
  const url = settings.gatewayUrl ?? openclawUrl;
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol)) {
      return {
        kind: 'broken',
        problem: new Problem('gateway-config-broken', 'OPENCLAW_GATEWAY_URL is not a ws:// or wss:// address.', {
          place: 'OPENCLAW_GATEWAY_URL',
        }),
      };
    }
    // The variables of OpenClaw hold the secret of the gateway they name, and are sent to no other.
    const auth = hasAuth(settings.gatewayAuth) || settings.gatewayUrl !== undefined ? settings.gatewayAuth : envAuth(env);
    const local = isLoopbackHost(new URL(url).hostname) && existsSync(paths.stateDir);
    return { kind: 'found', source: 'environment', url, auth: { ...auth }, ...(local ? { stateDir: paths.stateDir } : {}), problems: [] };
  }
  const named =
    hasAuth(settings.gatewayAuth) || Object.keys(env).some((name) => name.startsWith('OPENCLAW_') && variable(env, name) !== undefined);
  if (paths.configPath === undefined && !named && !hasGatewayTraces(paths.stateDir)) return { kind: 'none' };
  try {
    return thisHost(input, paths);
  } catch (error) {
    if (error instanceof Problem) return { kind: 'broken', problem: error };
    // Such as a file nested so deep that reading it exhausts the stack: the console starts all the same and says so.
    return { kind: 'broken', problem: new Problem('gateway-config-broken', `${paths.configPath ?? paths.stateDir} cannot be read.`) };
  }
}

// A real OpenClaw gateway for a test: own home, own state, own temporary folder, own free port; never the user's.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDevice } from './client.ts';
import { cacheFolder, gatewayPaths, installGateway } from './install.mjs';
import { freePort } from './ports.ts';
import { type Running, startProcess } from './process.ts';
import { until } from './until.ts';

export type GatewayVersion = '2026.4.14' | '2026.9.6';
type Json = { [key: string]: unknown };

export type GatewayOptions = {
  version: string;
  /** Merged over the default configuration, object by object. */
  config?: Json;
  logLevel?: 'error' | 'warn' | 'info' | 'debug';
  /** A temporary folder to share, so that two 2026.4.14 gateways write one log file. */
  tmp?: string;
  /** A port that must be used; a free one otherwise. */
  port?: number;
  /** Added to the environment that the gateway and its CLI run with. */
  env?: Readonly<Record<string, string>>;
};

export type CliResult = { code: number | null; stdout: string; stderr: string };

export type TestGateway = {
  version: string;
  url: string;
  port: number;
  token: string;
  home: string;
  stateDir: string;
  configPath: string;
  /** The environment that this gateway and its CLI run with. */
  env: NodeJS.ProcessEnv;
  pid: () => number;
  output: () => string;
  /** The file that the gateway logs to today. */
  logFile: () => string;
  stop: () => Promise<void>;
  /** Stops, changes the configuration when one is given, and starts again on the same state and port. */
  restart: (config?: Json) => Promise<void>;
  start: () => Promise<void>;
  /** Stops, and starts again as another version on the same state, configuration and port, as an update does. Installs it when it is missing. */
  update: (to: string) => Promise<void>;
  /** Changes the configuration of the running gateway, and answers when it says that it took it over. */
  reconfigure: (config: Json) => Promise<void>;
  /** Runs the real `openclaw` command of this version as this gateway's own user would. Never rejects because of its exit code. */
  cli: (args: readonly string[], options?: { timeoutMs?: number }) => Promise<CliResult>;
  /** Stops the gateway and deletes all it wrote. */
  dispose: () => Promise<void>;
};

const READY = /heartbeat.*started/;
const RELOADED = /config hot reload applied/;
const READY_LIMIT_MS = 90_000;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(base: Json, over: Json): Json {
  const out: Json = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = out[key];
    out[key] = isObject(under) && isObject(value) ? merge(under, value) : value;
  }
  return out;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** The environment of a test gateway: nothing of the caller's own OpenClaw, proxies or Node options gets in. */
function cleanEnv(over: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(OPENCLAW_|CLAWDBOT_|GATEHOUSE_|NODE_|npm_|PLAYWRIGHT|PW_|FORCE_COLOR$|.*_proxy$|XDG_)/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...over };
}

/**
 * Starts a gateway of one version and answers when it says that it is ready. Installs the version when it is missing.
 * Throws with the gateway's last words when it does not come up.
 */
export async function startGateway(options: GatewayOptions): Promise<TestGateway> {
  let { version } = options;
  await installGateway(version);
  let paths = gatewayPaths(version);
  const root = mkdtempSync(join(tmpdir(), `gatehouse-gateway-${version}-`));
  const port = options.port ?? (await freePort());
  const token = `test-${randomBytes(24).toString('hex')}`;
  const home = join(root, 'home');
  const stateDir = join(root, 'state');
  const tmp = options.tmp ?? join(root, 'tmp');
  const configPath = join(root, 'openclaw.json');
  const logging = join(root, 'gateway.log');
  for (const folder of [home, stateDir, tmp]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  let config = merge(
    {
      gateway: { mode: 'local', port, bind: 'loopback', auth: { mode: 'token', token } },
      logging: { file: logging, level: options.logLevel ?? 'info', consoleLevel: 'info' },
      // Nothing of a test may be announced on the network.
      discovery: { mdns: { mode: 'off' } },
    },
    options.config ?? {},
  );
  const writeConfig = () => writeFileSync(configPath, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  // The gateway itself adds to the file, so a change goes on top of what stands there.
  const change = (over: Json) => {
    config = merge(JSON.parse(readFileSync(configPath, 'utf8')), over);
    writeConfig();
  };
  writeConfig();

  const env = cleanEnv({
    NODE_ENV: 'production',
    HOME: home,
    TMPDIR: tmp,
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_CONFIG_PATH: configPath,
    OPENCLAW_SKIP_CHANNELS: '1',
    OPENCLAW_NO_RESPAWN: '1',
    // 2026.4.14 as published reads no level from its configuration, and this variable sets file and console alike.
    ...(version === '2026.4.14' ? { OPENCLAW_LOG_LEVEL: options.logLevel ?? 'info' } : {}),
    NO_COLOR: '1',
    NODE_COMPILE_CACHE: join(cacheFolder(), 'compiled'),
    NODE_OPTIONS: `--require=${join(dirname(fileURLToPath(import.meta.url)), 'own-tmp.cjs')}`,
    PATH: [join(paths.root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
    ...options.env,
  });
  const quiet = version === '2026.4.14' && (options.logLevel === 'error' || options.logLevel === 'warn');
  let running: Running | undefined;

  async function start() {
    running = startProcess({
      command: paths.node,
      args: [paths.launcher, 'gateway', 'run', '--port', String(port)],
      env,
      cwd: home,
    });
    if (quiet) await until('the quiet gateway ready', admitsHelper, READY_LIMIT_MS);
    else await running.line(READY, READY_LIMIT_MS);
  }

  /** A gateway whose console shows only errors says nothing when it is ready: then a sign-in has to show it. */
  async function admitsHelper(): Promise<true | undefined> {
    const base = { clientId: 'gateway-client', clientMode: 'backend', scopes: ['operator.read'], auth: { token } };
    const attempt = await createDevice({ url: `ws://127.0.0.1:${port}`, base })
      .attempt()
      .catch(() => undefined);
    return attempt?.ok ? true : undefined;
  }

  async function stop() {
    await running?.stop();
    running = undefined;
  }

  function logFile() {
    if (version !== '2026.4.14') return logging;
    const now = new Date();
    const uid = process.getuid?.();
    const folder = uid === undefined ? 'openclaw' : `openclaw-${uid}`;
    return join(tmp, folder, `openclaw-${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}.log`);
  }

  function cli(args: readonly string[], { timeoutMs = 60_000 } = {}): Promise<CliResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(paths.node, [paths.launcher, ...args], {
        env,
        cwd: home,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeoutMs,
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (d: Buffer) => {
        stdout += d.toString('utf8');
      });
      child.stderr.on('data', (d: Buffer) => {
        stderr += d.toString('utf8');
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  const gateway: TestGateway = {
    get version() {
      return version;
    },
    url: `ws://127.0.0.1:${port}`,
    port,
    token,
    home,
    stateDir,
    configPath,
    env,
    pid: () => running?.pid ?? 0,
    output: () => running?.output() ?? '',
    logFile,
    start,
    stop,
    async restart(over) {
      await stop();
      if (over) change(over);
      await start();
    },
    async update(to) {
      await installGateway(to);
      await stop();
      version = to;
      paths = gatewayPaths(to);
      env.PATH = [join(paths.root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
      if (to !== '2026.4.14') delete env.OPENCLAW_LOG_LEVEL;
      await start();
    },
    async reconfigure(over) {
      if (quiet) return gateway.restart(over);
      const before = running?.count(RELOADED) ?? 0;
      change(over);
      await running?.line(RELOADED, READY_LIMIT_MS, before);
    },
    cli,
    async dispose() {
      await stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
  try {
    await start();
  } catch (error) {
    await gateway.dispose();
    throw error;
  }
  return gateway;
}

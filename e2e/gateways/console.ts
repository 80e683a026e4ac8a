// The real console, started as an operator starts it, pointed at a test gateway by the same variables that OpenClaw itself reads.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ConsoleApi, createApi } from './api.ts';
import { freePort } from './ports.ts';
import { type Running, startProcess } from './process.ts';
import type { TestGateway } from './start.ts';

export type TestConsole = {
  port: number;
  /** The origin that a browser uses. */
  origin: string;
  dataDir: string;
  api: ConsoleApi;
  /** What a script sends with each call. */
  tokenHeaders: Readonly<Record<string, string>>;
  /** The sign-in link of the newest start. */
  link: () => string;
  output: () => string;
  pid: () => number;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Ends it as a power cut would. */
  kill9: () => Promise<void>;
  restart: () => Promise<void>;
  /** Stops it and deletes its data folder. */
  dispose: () => Promise<void>;
};

export type ConsoleOptions = {
  gateway: Pick<TestGateway, 'stateDir' | 'configPath' | 'home'>;
  env?: Readonly<Record<string, string>>;
  /** Puts words in front of the command, such as `unshare --mount`; the words end with the program to run. */
  wrap?: (command: string, args: readonly string[]) => { command: string; args: readonly string[] };
};

const LINK = /(http:\/\/\S+#\S+)/;
const START_LIMIT_MS = 30_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Starts `server.ts` of this checkout on its production build, on a free port with a data folder of its own. Answers when it is ready. */
export async function startConsole(options: ConsoleOptions): Promise<TestConsole> {
  const port = await freePort();
  const token = randomBytes(32).toString('hex');
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-console-'));
  const dataDir = join(root, 'data');
  mkdirSync(join(root, 'home'));
  const origin = `http://localhost:${port}`;
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    PATH: process.env.PATH,
    HOME: join(root, 'home'),
    TMPDIR: root,
    GATEHOUSE_DATA_DIR: dataDir,
    GATEHOUSE_PORT: String(port),
    GATEHOUSE_API_TOKEN: token,
    OPENCLAW_STATE_DIR: options.gateway.stateDir,
    OPENCLAW_CONFIG_PATH: options.gateway.configPath,
    NEXT_TELEMETRY_DISABLED: '1',
    ...options.env,
  };
  const tokenHeaders = { authorization: `Bearer ${token}` };
  let running: Running | undefined;
  let link = '';

  async function start() {
    const plain = { command: process.execPath, args: ['server.ts'] };
    const { command, args } = options.wrap?.(plain.command, plain.args) ?? plain;
    running = startProcess({ command, args, env, cwd: ROOT });
    link = LINK.exec(await running.line(LINK, START_LIMIT_MS))?.[1] ?? '';
  }
  async function stop() {
    await running?.stop();
    running = undefined;
  }
  async function kill9() {
    await running?.kill9();
    running = undefined;
  }

  const started: TestConsole = {
    port,
    origin,
    dataDir,
    api: createApi({ base: `http://127.0.0.1:${port}`, headers: tokenHeaders }),
    tokenHeaders,
    link: () => link,
    output: () => running?.output() ?? '',
    pid: () => running?.pid ?? 0,
    start,
    stop,
    kill9,
    async restart() {
      await stop();
      await start();
    },
    async dispose() {
      await stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
  try {
    await start();
  } catch (error) {
    await started.dispose();
    throw error;
  }
  return started;
}

// The real console, started as an operator starts it, pointed at a test gateway by the same variables that OpenClaw itself reads.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dropLink } from '../../lib/auth/link-drop.ts';
import { systemClock } from '../../lib/clock.ts';
import { practiceFolder } from '../../lib/practice/choice.ts';
import { readRunning } from '../../lib/store/lock.ts';
import { SERVER_FLAGS } from '../../scripts/server-flags.mjs';
import { type ConsoleApi, createApi } from './api.ts';
import { createLeaks, gatewaySecrets, type Leaks } from './leaks.ts';
import { freePort } from './ports.ts';
import { type Running, startProcess } from './process.ts';
import type { TestGateway } from './start.ts';

export type TestConsole = {
  port: number;
  /** The origin that a browser uses. */
  origin: string;
  dataDir: string;
  api: ConsoleApi;
  /** What must be found nowhere; looked for in output, data folder and answers when the console ends. */
  secrets: Leaks;
  /** What a script sends with each call. */
  tokenHeaders: Readonly<Record<string, string>>;
  /** A new sign-in link, as `gatehouse link` makes it; it works once. The only operator is `operator`, who is approver and admin. */
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
  /** Leaves the console without an operator, as a newcomer finds it. */
  bare?: boolean;
  /** Puts words in front of the command, such as `unshare --mount`; the words end with the program to run. */
  wrap?: (command: string, args: readonly string[]) => { command: string; args: readonly string[] };
};

const SIGN_IN = /^(Sign in at|Set it up once)/;
const SET_UP = /\/set-up#(\S+)/;
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
  let printed = '';
  const secrets = createLeaks();
  secrets.know('the API token', token);

  async function start() {
    const plain = { command: process.execPath, args: [...SERVER_FLAGS, 'server.ts'] };
    const { command, args } = options.wrap?.(plain.command, plain.args) ?? plain;
    running = startProcess({ command, args, env, cwd: ROOT });
    const secret = SET_UP.exec(await running.line(SIGN_IN, START_LIMIT_MS))?.[1];
    if (secret !== undefined && !options.bare) await setUp(secret);
  }
  async function setUp(secret: string) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ secret, name: 'operator' }),
    });
    if (answer.status !== 200) throw new Error(`the set-up answered ${answer.status} ${await answer.text()}`);
  }
  function noteEnd() {
    printed += running?.output() ?? '';
    running = undefined;
  }
  async function stop() {
    await running?.stop();
    noteEnd();
  }
  async function kill9() {
    await running?.kill9();
    noteEnd();
  }
  function expectNoLeak() {
    for (const { kind, secret } of gatewaySecrets(options.gateway)) secrets.know(kind, secret);
    const key = statSync(`${dataDir}.key`, { throwIfNoEntry: false }) && readFileSync(`${dataDir}.key`, 'utf8').trim();
    if (key) secrets.know('the key of the secrets', key);
    secrets.expectNone(printed, 'what the console printed');
    if (existsSync(dataDir)) secrets.expectNoneIn(dataDir);
  }

  const started: TestConsole = {
    port,
    origin,
    dataDir,
    secrets,
    api: createApi({ base: `http://127.0.0.1:${port}`, headers: tokenHeaders, secrets }),
    tokenHeaders,
    link() {
      const folder = [dataDir, practiceFolder(dataDir)].find((one) => readRunning(one) !== undefined) ?? dataDir;
      return `${origin}/sign-in#${dropLink(folder, { clock: systemClock(), random: randomBytes }).secret}`;
    },
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
      try {
        expectNoLeak();
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
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

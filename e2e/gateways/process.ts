// Child processes of the tests: started as a group of their own, awaited by what they print, ended by that group only.
import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

const KEPT_CHARACTERS = 200_000;

export type Running = {
  pid: number;
  /** What it printed so far, both streams, the newest 200,000 characters. */
  output: () => string;
  /**
   * Resolves with the first line that fits, or with the first new one where `since` says how many had fitted before. Rejects with
   * the last words when the process ends first or the limit passes.
   */
  line: (pattern: RegExp, limitMs: number, since?: number) => Promise<string>;
  /** How many lines so far fit. */
  count: (pattern: RegExp) => number;
  /** Resolves when the process is gone. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends the group: SIGTERM, and SIGKILL when it has not gone within the limit. */
  stop: (limitMs?: number) => Promise<void>;
  /** Ends the group at once, as a power cut would. */
  kill9: () => Promise<void>;
  /** Writes to the process's standard input. */
  write: (text: string) => void;
};

export type StartOptions = {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
};

/** Starts a process in a group of its own. The group dies with the test process, however that ends by itself. */
export function startProcess(options: StartOptions): Running {
  const { command, args, env, cwd } = options;
  const child: ChildProcess = spawn(command, [...args], {
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const pid = child.pid ?? 0;
  let text = '';
  let gone = false;
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    stream?.on('data', (chunk: Buffer) => {
      text = (text + decoder.write(chunk)).slice(-KEPT_CHARACTERS);
      for (const watch of [...watchers]) watch();
    });
  }
  child.stdin?.on('error', () => {});
  const signalGroup = (signal: NodeJS.Signals) => {
    if (gone || pid === 0) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group went by itself between the check and the signal.
    }
  };
  const atExit = () => signalGroup('SIGKILL');
  process.once('exit', atExit);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      if (gone) return;
      // A helper process of the same group must not outlive its leader.
      signalGroup('SIGKILL');
      gone = true;
      process.removeListener('exit', atExit);
      for (const watch of [...watchers]) watch();
      resolve({ code, signal });
    };
    child.once('error', (error) => {
      text += error.message;
      end(null, null);
    });
    child.once('exit', end);
  });

  const fitting = (pattern: RegExp) => text.split('\n').filter((l) => pattern.test(l));

  function line(pattern: RegExp, limitMs: number, since = 0): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        watchers.delete(look);
        act();
      };
      const look = () => {
        const found = fitting(pattern)[since];
        if (found !== undefined) settle(() => resolve(found));
        else if (gone) settle(() => reject(new Error(`it ended before it printed ${pattern}; last words: ${text.slice(-1500)}`)));
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`it did not print ${pattern} within ${limitMs} ms; last words: ${text.slice(-1500)}`))),
        limitMs,
      );
      watchers.add(look);
      look();
    });
  }

  return {
    pid,
    output: () => text,
    line,
    count: (pattern) => fitting(pattern).length,
    ended,
    write: (words) => void child.stdin?.write(words),
    async stop(limitMs = 10_000) {
      signalGroup('SIGTERM');
      const timer = setTimeout(() => signalGroup('SIGKILL'), limitMs);
      await ended;
      clearTimeout(timer);
    },
    async kill9() {
      signalGroup('SIGKILL');
      await ended;
    },
  };
}

// Child processes that end when we are told to end. npm passes a signal on to this process only, never to its children.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs commands one at a time and hands our signals on to the one that runs. Call `dispose` to stop listening for signals. */
export function createChildren() {
  let current;
  let stopped;
  const handlers = SIGNALS.map((signal) => {
    const handler = () => {
      stopped = signal;
      if (current) current.child.kill(current.hard ? 'SIGKILL' : signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });

  return {
    /** The signal that reached us, if one did; callers start nothing new after it. */
    stopped: () => stopped,

    /**
     * Runs a command to its end. Answers its exit code (128 + n after signal n) and, with `capture`, the end of what it
     * wrote to stderr. `limitMs` ends it after that time. `hard` kills it at our signal instead of asking it.
     * @param {string} command
     * @param {string[]} args
     * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, capture?: boolean, quiet?: boolean, hard?: boolean, limitMs?: number }} [options]
     * @returns {Promise<{ code: number, stderr: string }>}
     */
    run(command, args, { env = process.env, cwd, capture = false, quiet = false, hard = false, limitMs } = {}) {
      return new Promise((resolve) => {
        if (stopped) return resolve({ code: 128 + constants.signals[stopped], stderr: '' });
        let stderr = '';
        const out = quiet ? 'ignore' : 'inherit';
        // A limited command leads a group of its own, so that what it started ends with it.
        const detached = limitMs !== undefined && process.platform !== 'win32';
        const child = spawn(command, args, { env, cwd, detached, stdio: ['inherit', out, capture ? 'pipe' : out] });
        current = { child, hard };
        const end = () => {
          if (!detached || child.pid === undefined) return child.kill('SIGKILL');
          try {
            process.kill(-child.pid, 'SIGKILL');
          } catch {
            child.kill('SIGKILL'); // The group is gone already.
          }
        };
        const timer = limitMs ? setTimeout(end, limitMs) : undefined;
        const done = (code) => {
          clearTimeout(timer);
          current = undefined;
          resolve({ code, stderr });
        };
        child.stderr?.on('data', (data) => {
          stderr = (stderr + data).slice(-8000);
        });
        child.on('error', (error) => {
          stderr += error.message;
          done(127);
        });
        child.on('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
      });
    },

    dispose() {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}

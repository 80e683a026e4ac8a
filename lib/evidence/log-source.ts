// From where the gateway's log is read: its file, on its host, else `logs.tail`. Says at any time which of them is really being read,
// and why the other is not: a log that nobody reads looks like one in which nothing happens.
import { quoted } from '../diagnosis/words.ts';
import type { GatewayMethod } from '../gateway/allowlist.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import { openRawLog, type RawLog } from '../handshakes/raw-log.ts';
import { createTailLog, currentLogFile, type TailLog } from '../handshakes/tail-log.ts';
import { createCallBudget } from './call-budget.ts';

export type LogSourceKind = 'raw' | 'tail' | 'none';

export type LogSource = {
  /** Looks anew where the log is, opens it and reads what is there. Rejects when the gateway does not tell or does not hand it out. */
  open: () => Promise<void>;
  /** Reads the log on. Through `logs.tail` it waits for its turn: no more than 4 calls a second, whoever asks. Rejects when the gateway does. */
  poll: () => Promise<void>;
  /** How the log is read at present, for people: `none` from a failed reading on, until one works again. */
  read: () => LogSourceKind;
  /** The same as far as it is proof: on the gateway's host only the file is. */
  proof: () => LogSourceKind;
  /** Why it is not read, or not from the file, in words. */
  problem: () => string | undefined;
  file: () => string | undefined;
  dispose: () => void;
};

/** Evenly: calls in a bunch would leave whoever asks next waiting for the rest of the second. */
const TAIL_CALLS = { calls: 1, perMs: 250 };

const unusable = (why: string) => `The log file cannot be used as proof: ${why}.`;

function refusalOf(error: unknown): string {
  return error instanceof GatewayRefusal
    ? `The gateway does not hand out its log: it answers ${quoted(error.message, 160)}.`
    : 'The gateway does not hand out its log.';
}

/**
 * A source that is not open yet: until `open` is called, `poll` does nothing.
 * @param where whether the gateway is on this host, and the user of its listener; asked at each opening
 * @param onFile told the file that is read from now on, undefined when none is
 */
export function createLogSource(deps: {
  request: (method: GatewayMethod, params?: Record<string, unknown>) => Promise<unknown>;
  window: LogWindow;
  where: () => { onThisHost: boolean; uid: number | undefined };
  onFile: (file: string | undefined) => void;
  now: () => number;
  monotonicMs: () => number;
  wait: (ms: number) => Promise<void>;
}): LogSource {
  const { request, window, now } = deps;
  const budget = createCallBudget({ ...TAIL_CALLS, monotonicMs: deps.monotonicMs, wait: deps.wait });
  let raw: RawLog | undefined;
  let tail: TailLog | undefined;
  let isTailRead = false;
  let fileProblem: string | undefined;
  let gatewayProblem: string | undefined;
  let isOpened = false;
  let disposed = false;
  let reading: Promise<void> | undefined;
  let reopening: Promise<void> | undefined;

  /** Remembers what the gateway makes of a question about its log. */
  async function told<T>(answer: Promise<T>): Promise<T> {
    try {
      const value = await answer;
      gatewayProblem = undefined;
      return value;
    } catch (error) {
      gatewayProblem = refusalOf(error);
      throw error;
    }
  }

  function dropFile() {
    raw?.dispose();
    raw = undefined;
    deps.onFile(undefined);
  }

  /** Answers whether the file is read now. */
  function openFile(file: string, uid: number): boolean {
    if (raw?.file === file && raw.problem() === undefined) return true;
    if (raw) window.gap('file-changed');
    dropFile();
    const opened = openRawLog({ file, uid, window, now });
    if ('refused' in opened) {
      fileProblem = unusable(opened.refused);
      return false;
    }
    raw = opened;
    fileProblem = undefined;
    deps.onFile(file);
    return true;
  }

  async function open() {
    isOpened = true;
    const { onThisHost, uid } = deps.where();
    if (onThisHost && uid !== undefined) {
      const file = await told(currentLogFile(request));
      if (disposed || openFile(file, uid)) return;
    } else if (!onThisHost) {
      dropFile();
      fileProblem = undefined;
    }
    if (raw) return;
    await readTail();
  }

  function readTail(): Promise<void> {
    tail ??= createTailLog({ request, window, now });
    const source = tail;
    reading ??= budget
      .turn()
      .then(() => told(source.poll()))
      .then(
        () => {
          isTailRead = true;
        },
        (error: unknown) => {
          isTailRead = false;
          throw error;
        },
      )
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  function reopen(): Promise<void> {
    reopening ??= budget
      .turn()
      .then(open)
      .finally(() => {
        reopening = undefined;
      });
    return reopening;
  }

  function read(): LogSourceKind {
    if (raw) return raw.problem() === undefined ? 'raw' : 'none';
    return isTailRead ? 'tail' : 'none';
  }

  return {
    open,
    async poll() {
      if (disposed || !isOpened) return;
      if (raw) {
        raw.poll();
        if (raw.problem() !== undefined) await reopen();
      } else if (tail) await readTail();
      else await reopen();
    },
    read,
    proof() {
      const kind = read();
      return kind === 'tail' && deps.where().onThisHost ? 'none' : kind;
    },
    problem() {
      if (read() === 'raw') return undefined;
      const why = raw?.problem();
      const parts = [why === undefined ? fileProblem : unusable(why), read() === 'none' ? gatewayProblem : undefined];
      return parts.filter((part) => part !== undefined).join(' ') || undefined;
    },
    file: () => raw?.file ?? tail?.file(),
    dispose() {
      disposed = true;
      raw?.dispose();
    },
  };
}

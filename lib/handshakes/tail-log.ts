// Reads the log through `logs.tail`: the way when the console is not on the gateway's host.
// It drops the oldest lines when the limit is exceeded without saying so, hence the gap rules (gateway-facts, Gaps).
import { z } from 'zod';
import type { GatewayMethod } from '../gateway/allowlist.ts';
import type { LogWindow } from './log-window.ts';

const LIMIT = 5000;
const MAX_BYTES = 1_000_000;

const answer = z.object({
  file: z.string().max(1000),
  cursor: z.number().int().min(0),
  size: z.number(),
  // What was not asked for is not read; so many lines are told as a gap.
  lines: z.array(z.string()).transform((lines) => lines.slice(-LIMIT)),
  truncated: z.boolean().catch(false),
  reset: z.boolean().catch(false),
});

type Request = (method: GatewayMethod, params?: Record<string, unknown>) => Promise<unknown>;

/** Asks only for the name of the current log file. */
export async function currentLogFile(request: Request): Promise<string> {
  return answer.parse(await request('logs.tail', { limit: 1, maxBytes: MAX_BYTES })).file;
}

export type TailLog = { poll: () => Promise<void>; file: () => string | undefined };

/** A cursor on `logs.tail`. `poll` appends what is new to the window; concurrent calls share one request. It rejects when the gateway does. */
export function createTailLog({ request, window, now }: { request: Request; window: LogWindow; now: () => number }): TailLog {
  let cursor: number | undefined;
  let file: string | undefined;
  let running: Promise<void> | undefined;

  async function once() {
    const read = answer.parse(
      await request('logs.tail', { limit: LIMIT, maxBytes: MAX_BYTES, ...(cursor === undefined ? {} : { cursor }) }),
    );
    const first = cursor === undefined;
    if (!first) {
      if (read.file !== file || read.reset) window.gap('file-changed');
      else if (read.truncated || read.lines.length >= LIMIT) window.gap('limit');
    }
    cursor = read.cursor;
    file = read.file;
    const before = window.records().length;
    window.push(read.lines);
    if (first) {
      const record = window
        .records()
        .slice(before)
        .find((r) => r.kind !== 'unread');
      window.setCoverage(record ? record.at : now());
    }
  }

  return {
    file: () => file,
    poll() {
      running ??= once().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

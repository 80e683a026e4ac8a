// The canary: a socket of the console's own that must leave its close record in the log, whole, before any grant.
// Log level, a new day's file or a size cap can stop the log without a word; only a record of our own shows that it still runs.
import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import { tlsOptions } from '../gateway/tls.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import type { CloseRecord, LogRecord } from '../handshakes/records.ts';
import { cleanRecord } from './clean.ts';

/** `port`: where the gateway itself says that the canary came in; set as soon as its record came back, whole or not. */
export type CanaryResult = { read: true; openedAt: number; ms: number; port?: number } | { read: false; why: string; port?: number };

const PREFIX = 'gatehouse-canary-';

/** Whether a close record is one of the console's canaries; the Handshakes page folds those away. */
export function isCanary(record: LogRecord): boolean {
  return (
    record.kind === 'close' &&
    record.cause === 'invalid-handshake' &&
    record.deviceId === undefined &&
    record.frameId?.startsWith(PREFIX) === true
  );
}

/**
 * Opens the canary's socket and waits for its record in the window.
 * @param poll reads the log on; called until the record is there or `timeoutMs` have passed
 * @param onPort told the local port, so that the peer eye leaves it out
 */
export async function flyCanary(deps: {
  url: string;
  trust?: readonly string[];
  port: number;
  window: LogWindow;
  poll: () => void | Promise<void>;
  onPort: (port: number) => void;
  now: () => number;
  timeoutMs: number;
}): Promise<CanaryResult> {
  const frameId = PREFIX + randomBytes(16).toString('hex');
  const openedAt = deps.now();
  const started = performance.now();
  let localPort: number | undefined;
  const sent = await new Promise<string | undefined>((resolve) => {
    const socket = new WebSocket(deps.url, {
      perMessageDeflate: false,
      handshakeTimeout: deps.timeoutMs,
      followRedirects: false,
      ...tlsOptions(deps.trust),
    });
    const timer = setTimeout(() => {
      socket.terminate();
      resolve('the gateway did not close the canary in time');
    }, deps.timeoutMs);
    socket.on('upgrade', (response) => {
      localPort = response.socket.localPort;
      if (localPort !== undefined) deps.onPort(localPort);
    });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'req', id: frameId, method: 'gatehouse.canary', params: {} })));
    socket.on('message', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
  if (sent) return { read: false, why: sent };
  const isOurs = (r: LogRecord): r is CloseRecord => r.kind === 'close' && r.frameId === frameId;
  const found = deps.window.waitFor(isOurs, deps.timeoutMs);
  let done = false;
  void found.then(() => {
    done = true;
  });
  const pump = async () => {
    while (!done) {
      await deps.poll();
      if (!done) await new Promise((r) => setTimeout(r, 2));
    }
  };
  await Promise.race([found, pump().catch(() => undefined)]);
  const record = await found;
  done = true;
  if (!record) return { read: false, why: 'its close record never stood in the log' };
  const unclean = cleanRecord(record, deps.port);
  const port = record.localPort === undefined ? {} : { port: record.localPort };
  if (unclean || record.remotePort !== localPort)
    return { read: false, why: `its close record is not whole (${unclean ?? 'another port'})`, ...port };
  return { read: true, openedAt, ms: performance.now() - started, ...port };
}

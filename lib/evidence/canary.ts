// The canary: a socket of the console's own that must leave its close record in the log, whole, before any grant.
// Log level, a new day's file or a size cap can stop the log without a word; only a record of our own shows that it still runs.
import { createHmac, type KeyObject, randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import { certificateOn, type ShownCertificate } from '../gateway/certificate.ts';
import { judgedTlsOptions, tlsOptions } from '../gateway/tls.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import type { CloseRecord, LogRecord } from '../handshakes/records.ts';
import { cleanRecord } from './clean.ts';

/** `openedAt`: when it was sent, by the console's clock. `conn`: its record in the log. `port`: where the gateway itself says that the canary came in; set as soon as its record came back, whole or not. */
export type CanaryResult =
  | { read: true; openedAt: number; ms: number; conn?: string; port?: number }
  | { read: false; why: string; port?: number };

const PREFIX = 'gatehouse-canary-';

const BYTES = 16;
const HEX = 2 * BYTES;
/** Between two looks into the log, which tells by itself where the file system does. */
const STEP_MS = 2;
/** Ids whose connection is remembered; each decision sends one canary. */
const KEPT = 10_000;

export type CanaryMarks = {
  /** The frame id of the next canary: not to be guessed, and known again as this installation's own, also by a later run. */
  next: () => string;
  /** Whether this close record is of a canary of this installation, so that the handshake log may leave it out. */
  isOurs: (record: CloseRecord) => boolean;
};

/**
 * Marks by which the console knows its own canaries in the log. Everybody can write a frame id that looks like one, but not its seal;
 * and one that was read in the log and sent again belongs to another connection, and so stands in the log like any other frame.
 * @param key a secret of this installation
 * @param random 16 bytes that nobody can guess
 */
export function createCanaryMarks(key: KeyObject, random: () => Buffer = () => randomBytes(BYTES)): CanaryMarks {
  const connections = new Map<string, string>();
  const sealOf = (nonce: string) => createHmac('sha256', key).update(nonce).digest('hex').slice(0, HEX);

  function isSealed(frameId: string): boolean {
    if (!frameId.startsWith(PREFIX) || frameId.length !== PREFIX.length + 2 * HEX) return false;
    const nonce = frameId.slice(PREFIX.length, PREFIX.length + HEX);
    return frameId.slice(PREFIX.length + HEX) === sealOf(nonce);
  }

  return {
    next() {
      const nonce = random().toString('hex');
      return PREFIX + nonce + sealOf(nonce);
    },
    isOurs({ cause, deviceId, frameId, conn }) {
      if (cause !== 'invalid-handshake' || deviceId !== undefined || frameId === undefined || !isSealed(frameId)) return false;
      const first = connections.get(frameId);
      if (first !== undefined) return first === conn;
      connections.set(frameId, conn);
      for (const oldest of connections.keys()) {
        if (connections.size <= KEPT) break;
        connections.delete(oldest);
      }
      return true;
    },
  };
}

/**
 * Opens the canary's socket, sends its frame, and waits for its record in the window. Never rejects.
 * @param frameId an id that nobody can guess: the record that carries it is the canary's
 * @param ready the frame is sent when this resolves, and proves the log from then on: the record is written after it
 * @param poll reads the log on; called until the record is there or `timeoutMs` have passed since the frame was sent
 * @param onPort told the local port, so that the peer eye leaves it out
 */
export async function flyCanary(deps: {
  url: string;
  trust?: readonly string[];
  /** Judges the certificate of a gateway that speaks TLS, as for the session; throws to stay away. Without it an authority must vouch. */
  certificate?: (shown: ShownCertificate) => void | Promise<void>;
  port: number;
  frameId: string;
  ready?: Promise<void>;
  window: LogWindow;
  poll: () => void | Promise<void>;
  onPort: (port: number) => void;
  now: () => number;
  timeoutMs: number;
}): Promise<CanaryResult> {
  const { frameId, ready = Promise.resolve() } = deps;
  const socket = new WebSocket(deps.url, {
    perMessageDeflate: false,
    handshakeTimeout: deps.timeoutMs,
    followRedirects: false,
    ...(deps.certificate ? judgedTlsOptions(deps.trust) : tlsOptions(deps.trust)),
  });
  let localPort: number | undefined;
  let shown: ShownCertificate | undefined;
  socket.on('upgrade', (response) => {
    localPort = response.socket.localPort;
    shown = certificateOn(response.socket);
    if (localPort !== undefined) deps.onPort(localPort);
  });
  socket.on('message', () => undefined);
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.on('open', () => resolve());
    socket.on('close', () => resolve());
  });
  await ready;
  if (socket.readyState !== WebSocket.OPEN) return { read: false, why: 'the gateway kept no connection open for it' };
  try {
    if (shown) await deps.certificate?.(shown);
  } catch {
    socket.terminate();
    return { read: false, why: 'it met another certificate than the one that is known' };
  }
  const openedAt = deps.now();
  const started = performance.now();
  socket.send(JSON.stringify({ type: 'req', id: frameId, method: 'gatehouse.canary', params: {} }));
  const isOurs = (r: LogRecord): r is CloseRecord => r.kind === 'close' && r.frameId === frameId;
  const found = deps.window.waitFor(isOurs, deps.timeoutMs);
  let done = false;
  void found.then(() => {
    done = true;
  });
  const pump = async () => {
    while (!done) {
      await deps.poll();
      if (!done) await new Promise((r) => setTimeout(r, STEP_MS));
    }
  };
  await Promise.race([found, pump().catch(() => undefined)]);
  const record = await found;
  done = true;
  socket.terminate();
  if (!record) return { read: false, why: 'its close record never stood in the log' };
  const unclean = cleanRecord(record, deps.port);
  const port = record.localPort === undefined ? {} : { port: record.localPort };
  if (unclean || record.remotePort !== localPort)
    return { read: false, why: `its close record is not whole (${unclean ?? 'another port'})`, ...port };
  return { read: true, openedAt, ms: performance.now() - started, conn: record.conn, ...port };
}

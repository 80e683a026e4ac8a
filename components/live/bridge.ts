// The browser's end of the bridge: one-way apart from the subscription; follows a cursor so that a reconnect misses nothing.
import type { BridgeChange, BridgeFrame, BridgeSubscribe } from '#lib/api/shapes.ts';
import { BRIDGE_TOPICS } from '#lib/bridge/topics.ts';
import { createReconnecting, type LinkState, type ReconnectDeps } from './reconnect.ts';

/** A server that has not said hello by then is not there, ms. */
const HELLO_WITHIN_MS = 5_000;

/** The part of a WebSocket that the bridge uses; `onMessage` and `onClose` are given when it is opened. */
export type Socket = { send(text: string): void; close(): void };

export type BridgeDeps = Omit<ReconnectDeps, 'connect' | 'onState'> & {
  openSocket(on: { message(data: unknown): void; close(): void }): Socket;
  onChange(change: BridgeChange): void;
  /** Something was missed that cannot be replayed: read every list again. */
  onReread(): void;
  onState(state: LinkState): void;
  /** A connection ended before the server said hello: perhaps the session is over. */
  onRefused(): void;
};

/** Reads one frame of the server; undefined for anything else. */
export function parseFrame(data: unknown): BridgeFrame | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const frame: unknown = JSON.parse(data);
    if (typeof frame !== 'object' || frame === null || !('type' in frame)) return undefined;
    // The server is our own and of the same version; the type tag decides which frame it is.
    return frame.type === 'hello' || frame.type === 'row' || frame.type === 'reread' ? (frame as BridgeFrame) : undefined;
  } catch {
    return undefined;
  }
}

/** Follows the bridge until disposed. Changes are handed on in the order of their cursor, each one once. */
export function createBridge({ openSocket, onChange, onReread, onState, onRefused, ...timing }: BridgeDeps) {
  let epoch: string | undefined;
  let cursor = 0;
  let attempts = 0;

  return createReconnecting({
    ...timing,
    onState,
    connect: (events) => {
      let greeted = false;
      attempts += 1;
      const first = attempts === 1;
      const receive = (frame: BridgeFrame) => {
        switch (frame.type) {
          case 'hello': {
            greeted = true;
            cancelDeadline();
            const known = epoch === frame.epoch;
            epoch = frame.epoch;
            if (!known) cursor = frame.cursor;
            const subscribe: BridgeSubscribe = { type: 'subscribe', topics: [...BRIDGE_TOPICS], epoch, after: cursor };
            socket.send(JSON.stringify(subscribe));
            events.opened();
            // Nothing was read before the first hello; whatever was read before any other may lack rows.
            if (!known && !first) onReread();
            return;
          }
          case 'row':
            if (frame.cursor <= cursor) return;
            cursor = frame.cursor;
            onChange(frame.change);
            return;
          case 'reread':
            cursor = frame.cursor;
            onReread();
        }
      };
      const socket = openSocket({
        message: (data) => {
          const frame = parseFrame(data);
          if (frame !== undefined) receive(frame);
        },
        close: () => {
          cancelDeadline();
          if (!greeted) onRefused();
          events.closed();
        },
      });
      const cancelDeadline = timing.setTimer(() => socket.close(), HELLO_WITHIN_MS);
      return socket;
    },
  });
}

// Keeps the handshake log: new records become stored rows and go to the pages, in batches, never in the way of a decision.
import type { BridgeChange, HandshakeView } from '../api/shapes.ts';
import { gapRow, type HandshakeRow, handshakeRows } from '../handshakes/history.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import type { LogRecord } from '../handshakes/records.ts';
import type { Store } from '../store/open.ts';

const FLUSH_MS = 50;

/** Listens to a window until disposed. Rows that cannot be stored are kept and tried again, up to 20,000. */
export function createLogKeeper(deps: {
  gateway: string;
  window: LogWindow;
  store: Store;
  publish: (change: BridgeChange) => void;
  names: (deviceId: string) => string | undefined;
  onError: (error: unknown) => void;
  now: () => number;
}) {
  const silent = new Set<string>();
  let fresh: LogRecord[] = [];
  let rows: HandshakeRow[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  const named = (row: HandshakeRow): HandshakeRow => {
    const deviceName = row.deviceId ? deps.names(row.deviceId) : undefined;
    return deviceName ? { ...row, deviceName } : row;
  };

  async function write() {
    rows.push(...handshakeRows(deps.gateway, fresh, deps.window.records(), deps.now()).map(named));
    fresh = [];
    const batch = rows.slice(-20_000);
    rows = [];
    if (batch.length === 0) return;
    try {
      const items: HandshakeView[] = await deps.store.handshakes.append(batch);
      if (items.length > 0) deps.publish({ topic: 'handshakes', op: 'add', items });
    } catch (error) {
      rows = [...batch, ...rows];
      deps.onError(error);
    }
  }

  function soon() {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing = (writing ?? Promise.resolve()).then(write);
    }, FLUSH_MS);
  }

  const stop = deps.window.onRecords((records) => {
    for (const r of records) {
      if (r.kind !== 'grant') continue;
      if (r.how === 'silent') silent.add(r.deviceId);
      else silent.delete(r.deviceId);
    }
    fresh.push(...records);
    soon();
  });
  const stopGaps = deps.window.onGap((gap) => {
    const row = gapRow(deps.gateway, gap);
    if (!row) return;
    rows.push(row);
    soon();
  });

  return {
    /** The log says that the gateway paired this device by itself. */
    pairedSilently: (deviceId: string): boolean => silent.has(deviceId),
    async dispose() {
      stop();
      stopGaps();
      clearTimeout(timer);
      await writing;
    },
  };
}

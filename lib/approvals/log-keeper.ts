// Keeps the handshake log: what the gateway's log says becomes stored rows and goes to the pages, in order and in batches. The first
// row of a quiet time goes at once, then at most one batch each 100 ms. Never in the way of a decision: work is done in short stretches.
import type { BridgeChange } from '../api/shapes.ts';
import { type AssemblerContext, createAssembler } from '../handshakes/assemble.ts';
import { idOf, noteRow } from '../handshakes/assemble-note.ts';
import type { NewHandshake } from '../handshakes/attempt.ts';
import { hasProvenKey } from '../handshakes/detail-key.ts';
import type { LogGap, LogWindow } from '../handshakes/log-window.ts';
import type { LogRecord } from '../handshakes/records.ts';
import type { Unstored } from '../handshakes/trouble.ts';
import type { RateLimits } from '../handshakes/trouble-locks.ts';
import { Problem } from '../problem.ts';
import type { Store } from '../store/open.ts';
import { turn } from '../turn.ts';
import { createRecentFailures, type RecentFailures } from './recent-failures.ts';

const POURING_MS = 100;
const QUIET_MS = 1000;
const RETRY_MS = 1000;
/** Records assembled in one stretch. */
const STRETCH = 250;
/** Rows stored and told at once. */
const BATCH = 2000;
/** Rows kept while the store cannot be written. */
const KEPT = 20_000;

type Arrival = { records: readonly LogRecord[] } | { gap: LogGap };

export type LogKeeper = {
  /** The log says that the gateway paired this device by itself. */
  pairedSilently: (deviceId: string) => boolean;
  /** Rows from elsewhere than the log. */
  add: (rows: readonly NewHandshake[]) => void;
  /** From now on records become rows: it is known which port is the gateway's. */
  release: () => void;
  /** Everything that arrived is stored, or cannot be right now. */
  settled: () => Promise<void>;
  otherPorts: () => number[];
  /** While rows cannot be stored: since when, how many wait, how many were let go, and why. */
  unstored: () => Unstored | undefined;
  recent: RecentFailures;
  dispose: () => Promise<void>;
};

/** Listens to a window until disposed. Rows that cannot be stored are kept and tried again; beyond 20,000 the oldest go, and a gap row says how many. */
export function createLogKeeper(deps: {
  gateway: string;
  window: LogWindow;
  store: { handshakes: Pick<Store['handshakes'], 'append'> };
  context: Omit<AssemblerContext, 'gateway'>;
  publish: (change: BridgeChange) => void;
  /** What `unstored` answers changed. */
  changed: () => void;
  names: (deviceId: string) => string | undefined;
  onError: (error: unknown) => void;
  now: () => number;
  /** The gateway's limits of sign-ins. */
  rateLimit: () => RateLimits;
  /** Records wait until `release`. */
  held?: boolean;
}): LogKeeper {
  const { gateway, store } = deps;
  const assembler = createAssembler({ ...deps.context, gateway });
  const recent = createRecentFailures({ startedAt: assembler.startedAt, limits: deps.rateLimit });
  const silent = new Set<string>();
  let held = deps.held === true;
  const arrived: Arrival[] = [];
  let rows: NewHandshake[] = [];
  let dropped = 0;
  let droppedAt = '';
  let flushing: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let lastArrival = performance.now();
  let failed = false;
  /** What is being written at this moment: stored, or waiting again. */
  let inHand = { waiting: 0, dropped: 0 };
  let failure: Pick<Unstored, 'since' | 'why'> | undefined;
  let disposed = false;

  function take(fresh: readonly NewHandshake[]) {
    for (const row of fresh) {
      recent.note(row);
      const deviceName = row.deviceId && hasProvenKey(row) ? deps.names(row.deviceId) : undefined;
      rows.push(deviceName ? { ...row, deviceName } : row);
    }
    if (rows.length <= KEPT) return;
    const gone = rows.splice(0, rows.length - KEPT);
    dropped += gone.length;
    droppedAt = gone.at(-1)?.at ?? droppedAt;
  }

  async function assemble() {
    while (arrived.length > 0) {
      const next = arrived.shift();
      if (next && 'gap' in next) {
        take(assembler.gap(next.gap));
        continue;
      }
      for (let start = 0; next && start < next.records.length; start += STRETCH) {
        if (start > 0) await turn();
        take(assembler.push(next.records.slice(start, start + STRETCH)));
      }
    }
  }

  /** Rows that were let go are a gap of this console's own. */
  function droppedRow(): NewHandshake[] {
    if (dropped === 0) return [];
    return [
      noteRow({
        gateway,
        id: idOf(`dropped ${droppedAt} ${dropped}`),
        place: { at: droppedAt },
        note: { outcome: 'gap', step: 'note', facts: { cause: 'rows-dropped', suppressed: dropped } },
        title: `${dropped} row${dropped === 1 ? '' : 's'} dropped: the record could not be written for too long`,
        raw: [],
      }),
    ];
  }

  function noteFailure(error: unknown) {
    // The problem of the store names the cause behind a colon: the disk is full, the file is read-only.
    const why = error instanceof Problem ? error.message.replace(/^.*: /, '') : undefined;
    failure = { since: failure?.since ?? deps.now(), why };
    failed = true;
    deps.onError(error);
    deps.changed();
  }

  function noteStored() {
    failed = false;
    if (failure === undefined) return;
    failure = undefined;
    deps.changed();
  }

  async function write() {
    while (rows.length > 0 || dropped > 0) {
      const counted = dropped;
      const batch = [...droppedRow(), ...rows.slice(0, BATCH)];
      const taken = batch.length - (counted > 0 ? 1 : 0);
      rows = rows.slice(taken);
      dropped = 0;
      inHand = { waiting: taken, dropped: counted };
      try {
        const items = await store.handshakes.append(batch);
        inHand = { waiting: 0, dropped: 0 };
        noteStored();
        if (items.length > 0) deps.publish({ topic: 'handshakes', op: 'add', items });
      } catch (error) {
        rows = [...(counted > 0 ? batch.slice(1) : batch), ...rows];
        dropped += counted;
        inHand = { waiting: 0, dropped: 0 };
        noteFailure(error);
        return;
      }
    }
  }

  async function flush() {
    flushedAt = performance.now();
    await assemble();
    await write();
  }

  function begin() {
    cancel = undefined;
    flushing ??= flush().finally(() => {
      flushing = undefined;
      if (failed) plan(RETRY_MS);
      else if (arrived.length > 0 || rows.length > 0) soon();
    });
  }

  function plan(ms: number) {
    if (disposed || cancel) return;
    if (ms <= 0) {
      const immediate = setImmediate(begin);
      cancel = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(begin, ms);
      cancel = () => clearTimeout(timer);
    }
  }

  function soon() {
    if (!held && !flushing) plan(flushedAt + POURING_MS - performance.now());
  }

  function arrive(item: Arrival) {
    lastArrival = performance.now();
    arrived.push(item);
    soon();
  }

  const stop = deps.window.onRecords((records) => {
    for (const r of records) {
      if (r.kind !== 'grant') continue;
      if (r.how === 'silent') silent.add(r.deviceId);
      else silent.delete(r.deviceId);
    }
    arrive({ records });
  });
  const stopGaps = deps.window.onGap((gap) => arrive({ gap }));

  /** What waits for a record that does not come is told when the log is quiet. */
  function afterQuiet() {
    if (held || arrived.length > 0 || performance.now() - lastArrival < QUIET_MS) return;
    const fresh = assembler.settle();
    if (fresh.length === 0) return;
    take(fresh);
    soon();
  }
  const quiet = setInterval(afterQuiet, QUIET_MS);

  async function settled() {
    for (let round = 0; round < 3; round += 1) {
      if (!flushing && arrived.length === 0 && rows.length === 0) return;
      if (held || failed) return;
      clear();
      begin();
      await flushing;
    }
  }

  function clear() {
    cancel?.();
    cancel = undefined;
  }

  return {
    pairedSilently: (deviceId) => silent.has(deviceId),
    add(fresh) {
      take(fresh);
      soon();
    },
    release() {
      if (!held) return;
      held = false;
      soon();
    },
    settled,
    otherPorts: assembler.otherPorts,
    unstored: () => failure && { ...failure, waiting: rows.length + inHand.waiting, dropped: dropped + inHand.dropped },
    recent,
    async dispose() {
      stop();
      stopGaps();
      clearInterval(quiet);
      // Whose these are is not known; the next run reads them again.
      if (held) arrived.length = 0;
      held = false;
      failed = false;
      await settled();
      disposed = true;
      clear();
      await flushing;
    },
  };
}

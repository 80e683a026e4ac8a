// Whose socket is it: the uid and, where readable, the process at the other end of a loopback connection to the gateway.
// Linux on the gateway's host only. A snapshot must be taken while the socket still stands, so everything here is synchronous.
import { closeSync, openSync, readSync } from 'node:fs';
import { createGatewaySockets, type GatewaySockets, type Held } from './gateway-sockets.ts';
import { createPeerHolders, holderOf, isStartedBy, type PeerHolders } from './peer-holders.ts';
import { answeredEnds, callersOf, listenerOf, parseTcpTable, servingUid, type TcpRow } from './proc-net.ts';

export type PeerProcess = 'gateway' | 'other' | 'unseen';
/** One held socket, from the first look that saw it to the last. Times are ms of the console's clock. */
export type PeerSighting = {
  /** The caller's end, and the end it dialed. */
  remoteAddr: string;
  remotePort: number;
  localAddr: string;
  uid: number;
  process: PeerProcess;
  firstAt: number;
  lastAt: number;
};

export type PeerEye = {
  /** 'proc' where /proc can be read and shows the gateway's listener. */
  reach: () => 'proc' | 'none';
  gatewayUid: () => number | undefined;
  /** Looks now. New sightings are kept for a few minutes. */
  look: () => void;
  /**
   * Looks if the gateway holds a socket that no look dealt with, or where that cannot be known, and answers whether it did. Finding
   * that nobody came takes a fraction of a millisecond.
   */
  lookIfNew: () => boolean;
  sightings: () => readonly PeerSighting[];
  /** Finds the listener anew (after a reconnect). Answers its uid. */
  findListener: () => number | undefined;
};

const KEEP_MS = 12 * 60_000;
const KEEP_SIGHTINGS = 5000;
const CHUNK = 8192;

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'] as const;

/** The kernel hands out a page at a time. Read by hand, as the usual way takes a quarter longer (measured). */
function textOf(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK);
    let text = '';
    for (let size = readSync(fd, chunk, 0, CHUNK, null); size > 0; size = readSync(fd, chunk, 0, CHUNK, null))
      text += chunk.toString('latin1', 0, size);
    return text;
  } finally {
    closeSync(fd);
  }
}

function readTable(file: (typeof TABLES)[number], port?: number): TcpRow[] {
  try {
    return parseTcpTable(textOf(file), port);
  } catch {
    // No such table on this system; reach() says 'none' when both are missing.
    return [];
  }
}

const readRows = (port: number): TcpRow[] => TABLES.flatMap((table) => readTable(table, port));

/**
 * The uid at the other end of one of the console's own connections to a loopback port, or undefined where it cannot be known.
 * Asked of the connection itself, not of who listens: the listener may have changed since.
 */
export function servingUidOf(port: number, callerPort: number): number | undefined {
  return servingUid(readRows(port), port, callerPort);
}

/** Whether this system shows its sockets at all. */
export function socketsReadable(): boolean {
  return process.platform === 'linux' && readTable('/proc/net/tcp').length > 0;
}

/** One name for a caller's end; a port alone may be another address's. */
const endOf = (row: TcpRow) => `${row.localAddr}:${row.localPort}>${row.remoteAddr}`;

/**
 * An eye on one gateway's port.
 * @param ownPorts local ports of the console's own sockets to this gateway, which are nobody's request
 */
export function createPeerEye({
  port,
  now,
  ownPorts,
  ownPid,
  inThisProcess = false,
  monotonicMs = () => performance.now(),
}: {
  port: number;
  now: () => number;
  ownPorts: () => ReadonlySet<number>;
  /** The console's process: what it holds is nobody's request either, also before its port is known. */
  ownPid?: number;
  /** The gateway lives in this very process (practice): what this process started is not the gateway's. */
  inThisProcess?: boolean;
  monotonicMs?: () => number;
}): PeerEye {
  let gatewayUid: number | undefined;
  let gateway: { pid: number; sockets: GatewaySockets; holders: PeerHolders } | undefined;
  let kept: PeerSighting[] = [];
  const known = new Map<string, { sighting: PeerSighting; inode: number; table: string }>();

  function findListener(): number | undefined {
    const listener = process.platform === 'linux' ? listenerOf(readRows(port), port) : undefined;
    gatewayUid = listener?.uid;
    known.clear();
    const pid = listener && holderOf(listener.inode);
    gateway =
      pid === undefined
        ? undefined
        : { pid, sockets: createGatewaySockets(pid, monotonicMs), holders: createPeerHolders(pid, ownPid, monotonicMs) };
    return gatewayUid;
  }

  function roleOf(pid: number, gatewayPid: number): PeerProcess | 'own' {
    if (pid === ownPid && pid !== gatewayPid) return 'own';
    return (inThisProcess ? pid === gatewayPid : isStartedBy(pid, gatewayPid)) ? 'gateway' : 'other';
  }

  /** Whose these callers are; `likely` was listed before they were read, so it may lack the latest. */
  function ownersOf(rows: readonly TcpRow[], likely: ReadonlyMap<number, number>): Map<number, PeerProcess | 'own'> {
    const owners = new Map<number, PeerProcess | 'own'>();
    if (gateway === undefined) return owners;
    const left = new Set(rows.flatMap((r) => (likely.has(r.inode) ? [] : [r.inode])));
    const found = left.size === 0 ? new Map<number, number>() : gateway.holders.search(left);
    for (const { inode } of rows) {
      const pid = likely.get(inode) ?? found.get(inode);
      if (pid === undefined) continue;
      gateway.holders.called(pid);
      owners.set(inode, roleOf(pid, gateway.pid));
    }
    return owners;
  }

  function note(
    table: string,
    rows: readonly TcpRow[],
    at: number,
    standing: Set<string>,
    likely: ReadonlyMap<number, number> | undefined,
  ) {
    const own = ownPorts();
    const callers = callersOf(rows, port).filter((r) => !own.has(r.localPort));
    for (const row of callers) standing.add(endOf(row));
    // A socket whose process was not found stays worth a search for as long as it stands.
    const fresh = callers.filter((r) => {
      const entry = known.get(endOf(r));
      return entry?.inode !== r.inode || entry.sighting.process === 'unseen';
    });
    if (fresh.length === 0) return;
    const owners = likely ? ownersOf(fresh, likely) : undefined;
    for (const row of fresh) {
      const before = known.get(endOf(row));
      const owner = owners?.get(row.inode) ?? 'unseen';
      const process = owner === 'own' ? 'other' : owner;
      if (before?.inode === row.inode) {
        before.sighting.process = process;
        continue;
      }
      const sighting: PeerSighting = {
        remoteAddr: row.localAddr,
        remotePort: row.localPort,
        localAddr: row.remoteAddr,
        uid: row.uid,
        process,
        firstAt: at,
        lastAt: at,
      };
      known.set(endOf(row), { sighting, inode: row.inode, table });
      // The console's own is remembered only so that it is not traced at every look.
      if (owner !== 'own') kept.push(sighting);
    }
  }

  /** The ends of the gateway that this look has to answer for, each taken off once its caller is known or known to be elsewhere. */
  function unanswered(held: Held | undefined): Set<number> | undefined {
    return held === undefined || typeof held === 'string' ? undefined : new Set(gateway?.sockets.newOf(held));
  }

  function look(held: Held | undefined) {
    if (gatewayUid === undefined) return;
    const at = now();
    const standing = new Set<string>();
    const open = unanswered(held);
    // A process that holds nothing any more is not the one that listens now, and what it started cannot be told from others.
    const likely =
      gateway && held !== 'gone' ? gateway.holders.likely(held === 'many' || held === undefined ? new Set() : held) : undefined;
    for (const table of TABLES) {
      // Reading one table takes 4 ms on a host with much memory (measured), and the next caller may need them.
      if (table === TABLES[1] && open?.size === 0) break;
      const rows = readTable(table, port);
      note(table, rows, at, standing, likely);
      for (const inode of answeredEnds(rows, port)) open?.delete(inode);
      for (const [end, entry] of known) {
        if (entry.table !== table) continue;
        if (standing.has(end)) entry.sighting.lastAt = at;
        else known.delete(end);
      }
    }
    if (held !== undefined && typeof held !== 'string') gateway?.sockets.dealtWith(held);
    if (kept.length > KEEP_SIGHTINGS || (kept[0] && kept[0].lastAt < at - KEEP_MS))
      kept = kept.filter((s) => s.lastAt >= at - KEEP_MS).slice(-KEEP_SIGHTINGS);
  }

  return {
    reach: () => (gatewayUid === undefined ? 'none' : 'proc'),
    gatewayUid: () => gatewayUid,
    findListener,
    look: () => look(gateway?.sockets.held()),
    lookIfNew() {
      const held = gateway?.sockets.held();
      const isWorth = gatewayUid !== undefined && unanswered(held)?.size !== 0;
      if (isWorth) look(held);
      return isWorth;
    },
    sightings: () => kept,
  };
}

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
  sightings: () => readonly PeerSighting[];
  /** Finds the listener anew (after a reconnect). Answers its uid. */
  findListener: () => number | undefined;
};

const KEEP_MS = 12 * 60_000;
const KEEP_SIGHTINGS = 5000;

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'] as const;

function readTable(file: (typeof TABLES)[number], port?: number): TcpRow[] {
  try {
    return parseTcpTable(readFileSync(file, 'latin1'), port);
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
  inThisProcess = false,
}: {
  port: number;
  now: () => number;
  ownPorts: () => ReadonlySet<number>;
  /** The gateway lives in this very process (practice): what this process started is not the gateway's. */
  inThisProcess?: boolean;
}): PeerEye {
  let gatewayUid: number | undefined;
  let gatewayPid: number | undefined;
  let kept: PeerSighting[] = [];
  const known = new Map<string, { sighting: PeerSighting; inode: number }>();

  function findListener(): number | undefined {
    const listener = process.platform === 'linux' ? listenerOf(readRows(port), port) : undefined;
    gatewayUid = listener?.uid;
    gatewayPid = undefined;
    known.clear();
    if (listener) {
      const wanted = new Set([`socket:[${listener.inode}]`]);
      gatewayPid = pidsNewestFirst().find((pid) => holds(pid, wanted).length > 0);
    }
    return gatewayUid;
  }

  function owners(rows: readonly TcpRow[]): Map<number, PeerProcess> {
    const wanted = new Map(rows.map((r) => [`socket:[${r.inode}]`, r.inode]));
    const left = new Set(wanted.keys());
    const out = new Map<number, PeerProcess>();
    if (gatewayPid === undefined) return out;
    const start = performance.now();
    const order = [gatewayPid, ...pidsNewestFirst().filter((p) => p !== gatewayPid)];
    for (const pid of order) {
      if (left.size === 0 || performance.now() - start > SCAN_BUDGET_MS) break;
      for (const target of holds(pid, left)) {
        left.delete(target);
        const inode = wanted.get(target);
        if (inode !== undefined) out.set(inode, (inThisProcess ? pid === gatewayPid : isOfGateway(pid, gatewayPid)) ? 'gateway' : 'other');
      }
    }
    return out;
  }

  function note(rows: readonly TcpRow[], at: number, standing: Set<string>) {
    const own = ownPorts();
    const callers = callersOf(rows, port).filter((r) => !own.has(r.localPort));
    for (const row of callers) standing.add(endOf(row));
    // A socket whose process was not found stays worth a search for as long as it stands.
    const fresh = callers.filter((r) => {
      const entry = known.get(endOf(r));
      return entry?.inode !== r.inode || entry.sighting.process === 'unseen';
    });
    if (fresh.length === 0) return;
    const processes = owners(fresh);
    for (const row of fresh) {
      const before = known.get(endOf(row));
      const process = processes.get(row.inode) ?? 'unseen';
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
      known.set(endOf(row), { sighting, inode: row.inode });
      kept.push(sighting);
    }
  }

  return {
    reach: () => (gatewayUid === undefined ? 'none' : 'proc'),
    gatewayUid: () => gatewayUid,
    findListener,
    look() {
      if (gatewayUid === undefined) return;
      const at = now();
      const standing = new Set<string>();
      // Reading one table takes 5 ms on a host with much memory (measured), so each one's callers are traced before the next is read.
      for (const table of TABLES) note(readTable(table, port), at, standing);
      for (const [end, entry] of known) {
        if (standing.has(end)) entry.sighting.lastAt = at;
        else known.delete(end);
      }
      if (kept.length > KEEP_SIGHTINGS || (kept[0] && kept[0].lastAt < at - KEEP_MS))
        kept = kept.filter((s) => s.lastAt >= at - KEEP_MS).slice(-KEEP_SIGHTINGS);
    },
    sightings: () => kept,
  };
}

// Parses /proc/net/tcp and tcp6 (Linux). Pure; the files are read in peer.ts.

export type TcpRow = {
  localAddr: string;
  localPort: number;
  remoteAddr: string;
  remotePort: number;
  /** Kernel state number: 1 established, 4 and 5 fin-wait, 6 time-wait, 8 close-wait, 10 listen. */
  state: number;
  uid: number;
  /** 0 for a socket that no process holds any more; its uid then says nothing. */
  inode: number;
};

const LISTEN = 10;
const DIALED: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);
const HELD: ReadonlySet<number> = new Set([1, 4, 5, 8]);

function address(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  // Each 32-bit word stands in host order, little-endian on every Linux that OpenClaw runs on.
  for (let i = 0; i + 4 <= bytes.length; i += 4) bytes.subarray(i, i + 4).reverse();
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.subarray(0, 10).every((b) => b === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return bytes.subarray(12).join('.');
  if (bytes.subarray(0, 15).every((b) => b === 0) && bytes[15] === 1) return '::1';
  return bytes.toString('hex');
}

/**
 * Reads the rows of one file's text that name `port` at either end, or all rows; a line of another shape is left out.
 * IPv4-mapped addresses come as IPv4. Thousands of strangers' connections must cost next to nothing.
 */
export function parseTcpTable(text: string, port?: number): TcpRow[] {
  const rows: TcpRow[] = [];
  for (const line of port === undefined ? text.split('\n') : linesNaming(text, port)) {
    const match = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+\s+(\d+)\s+\d+\s+(\d+)/.exec(line);
    if (!match) continue;
    const [, la = '', lp = '', ra = '', rp = '', st = '', uid = '', inode = ''] = match;
    rows.push({
      localAddr: address(la),
      localPort: Number.parseInt(lp, 16),
      remoteAddr: address(ra),
      remotePort: Number.parseInt(rp, 16),
      state: Number.parseInt(st, 16),
      uid: Number(uid),
      inode: Number(inode),
    });
  }
  return rows;
}

/** An address without the prefix of an IPv4-mapped one. */
export const plainAddress = (addr: string): string => (addr.startsWith('::ffff:') ? addr.slice(7) : addr);

/** Whether an address, as parsed or as a log record names it, is loopback. */
export function isLoopback(addr: string): boolean {
  const plain = plainAddress(addr);
  return plain === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(plain);
}

/** The lines in which `:PORT ` stands. */
function linesNaming(text: string, port: number): string[] {
  const needle = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const lines: string[] = [];
  for (let at = text.indexOf(needle); at !== -1; ) {
    const start = text.lastIndexOf('\n', at) + 1;
    const end = text.indexOf('\n', at);
    lines.push(text.slice(start, end === -1 ? undefined : end));
    at = end === -1 ? -1 : text.indexOf(needle, end);
  }
  return lines;
}

const ANY = new Set(['0.0.0.0', '0'.repeat(32)]);

/**
 * Who answers when `address` is dialed on a port: uid and socket inode; undefined when nobody does, or when two users do.
 * A listener on another loopback address of the same port is a stranger's and says nothing.
 */
export function listenerOf(rows: readonly TcpRow[], port: number, address = '127.0.0.1'): { uid: number; inode: number } | undefined {
  const all = rows.filter((r) => r.state === LISTEN && r.localPort === port && r.inode !== 0);
  const exact = all.filter((r) => r.localAddr === address);
  const found = exact.length > 0 ? exact : all.filter((r) => ANY.has(r.localAddr));
  const first = found[0];
  return first && found.every((r) => r.uid === first.uid) ? { uid: first.uid, inode: first.inode } : undefined;
}

/**
 * The uid that holds the serving end of one connection from this machine to 127.0.0.1 or ::1, found by both ends' addresses and
 * ports; undefined when nobody holds it, or when rows of two users fit.
 */
export function servingUid(rows: readonly TcpRow[], port: number, callerPort: number): number | undefined {
  const fit = rows.filter(
    (r) =>
      r.localPort === port &&
      r.remotePort === callerPort &&
      DIALED.has(r.localAddr) &&
      r.remoteAddr === r.localAddr &&
      r.inode !== 0 &&
      HELD.has(r.state),
  );
  const first = fit[0];
  return first && fit.every((r) => r.uid === first.uid) ? first.uid : undefined;
}

/**
 * The inodes of a port's own ends whose callers need not be looked for in another table: the caller's end stands in this one, or on
 * another machine. A caller may stand in the table of IPv6 though the port's end stands in that of IPv4.
 */
export function answeredEnds(rows: readonly TcpRow[], port: number): Set<number> {
  const callers = new Set(rows.flatMap((r) => (r.remotePort === port ? [`${r.localAddr} ${r.localPort} ${r.remoteAddr}`] : [])));
  return new Set(
    rows.flatMap((r) => {
      if (r.localPort !== port || r.inode === 0) return [];
      return !isLoopback(r.remoteAddr) || callers.has(`${r.remoteAddr} ${r.remotePort} ${r.localAddr}`) ? [r.inode] : [];
    }),
  );
}

/** The callers' ends of loopback connections to a port, held by a process right now. Other loopback addresses than 127.0.0.1 and ::1 may be other servers. */
export function callersOf(rows: readonly TcpRow[], port: number): TcpRow[] {
  return rows.filter(
    (r) => r.remotePort === port && DIALED.has(r.remoteAddr) && isLoopback(r.localAddr) && r.inode !== 0 && HELD.has(r.state),
  );
}

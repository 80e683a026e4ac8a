// What the gateway says of single connections beside their close record. A caller's words stand in most of these lines, so only
// what stands before the first of them or behind the last is read as the gateway's.
import type { ConnectionRecord, LogRecord, UnauthorizedRecord } from './records.ts';
import { withRaw } from './records-raw.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
// Ends with a digit, so that the colon behind an address is not taken for a part of it.
const ADDRESS = '\\[?[0-9A-Fa-f.:]{1,44}[0-9A-Fa-f]\\]?';
// The gateway's port is the last number of the peer; 2026.4.14 names no peer in a protocol mismatch.
const HEAD = new RegExp(
  `^(unauthorized|handshake timeout|protocol mismatch|invalid handshake|error) conn=(${UUID})(?: peer=(?:${ADDRESS}:\\d{1,5}->${ADDRESS}:(\\d{1,5})|\\S{1,64}))? remote=(${ADDRESS}|\\?)(?= |:|$)`,
);
const TIMEOUT_END = /^(?: phase=[a-z_]{1,40})?$/;
// 2026.9.6 goes on with its advice to the caller and the count of what it left out; 2026.4.14 ends here.
const REASON = /^ reason=([a-z0-9_-]{1,64})(?: guidance=.*?)?(?: suppressed=(\d{1,9}))?$/s;
const SENT = / role=(?:operator|node) scopes=\d{1,9} auth=([a-z-]{1,40}) device=(?:yes|no) platform=/g;
const PARSE_ERROR = / conn=([0-9a-f]{8})…([0-9a-f]{4})$/;
const SESSION_OPENED = new RegExp(`^(?:webchat|authenticated user) connected conn=(${UUID}) `);
const SESSION_CLOSED = new RegExp(`^webchat disconnected code=(\\d{4}) reason=.* conn=(${UUID})$`, 's');
const PROXY_WARNING = 'Proxy headers detected from untrusted address';
const HOST_WARNING = 'Loopback connection with non-local Host header';

/** Who signs in and with what, from between the gateway's own head and end; nothing of it when it is there twice. */
function signIn(middle: string): Pick<UnauthorizedRecord, 'client' | 'mode' | 'auth'> {
  const found = [...middle.matchAll(SENT)];
  const [sent] = found;
  if (!sent || found.length > 1 || !middle.startsWith(' client=')) return { client: undefined, mode: undefined, auth: undefined };
  const who = middle.slice(8, sent.index);
  const version = who.lastIndexOf(' v');
  const mode = version === -1 ? -1 : who.lastIndexOf(' ', version - 1);
  return mode === -1
    ? { client: undefined, mode: undefined, auth: sent[1] }
    : { client: who.slice(0, mode), mode: who.slice(mode + 1, version), auth: sent[1] };
}

function readUnauthorized(at: number, base: { conn: string; localPort: number | undefined }, remote: string, rest: string, line: string) {
  // The caller's user agent comes before it, so the last one is the gateway's.
  const end = rest.lastIndexOf(' reason=');
  const said = end === -1 ? null : REASON.exec(rest.slice(end));
  if (!said) return undefined;
  return withRaw(
    {
      kind: 'unauthorized' as const,
      at,
      ...base,
      remoteAddr: remote === '?' ? undefined : remote,
      ...signIn(rest.slice(0, end)),
      reason: said[1] ?? '',
      suppressed: said[2] === undefined ? undefined : Number(said[2]),
    },
    line,
  );
}

function whatOf(word: string, rest: string): { what: ConnectionRecord['what']; text: string | undefined } | undefined {
  if (word === 'handshake timeout') return TIMEOUT_END.test(rest) ? { what: 'timeout', text: undefined } : undefined;
  if (word === 'error') return rest.startsWith(': ') ? { what: 'socket-error', text: rest.slice(2) } : undefined;
  return { what: word === 'protocol mismatch' ? 'protocol-mismatch' : 'invalid-handshake', text: undefined };
}

/** Reads a text of the subsystem `gateway/ws`; undefined for one that is none of ours. */
export function connectionRecord(at: number, message: string, line: string, masked: boolean): LogRecord | undefined {
  if (message.startsWith(PROXY_WARNING)) return withRaw({ kind: 'warning' as const, at, warning: 'proxy-headers' as const }, line);
  if (message.startsWith(HOST_WARNING)) return withRaw({ kind: 'warning' as const, at, warning: 'non-local-host' as const }, line);
  // A masked line keeps breaking the proof, which it does as an unknown one.
  if (masked) return undefined;
  const head = HEAD.exec(message);
  if (head) {
    const [all, word = '', conn = '', port, remote = ''] = head;
    const base = { conn, localPort: port === undefined ? undefined : Number(port) };
    const rest = message.slice(all.length);
    if (word === 'unauthorized') return readUnauthorized(at, base, remote, rest, line);
    const what = whatOf(word, rest);
    return what && withRaw({ kind: 'connection' as const, at, ...base, ...what }, line);
  }
  if (message.startsWith('✗ parse-error ')) {
    const ends = PARSE_ERROR.exec(message);
    return ends ? withRaw({ kind: 'parse-error' as const, at, connHead: ends[1] ?? '', connTail: ends[2] ?? '' }, line) : undefined;
  }
  const opened = SESSION_OPENED.exec(message)?.[1];
  if (opened !== undefined) return withRaw({ kind: 'session' as const, at, what: 'opened' as const, conn: opened, code: undefined }, line);
  const closed = SESSION_CLOSED.exec(message);
  if (!closed) return undefined;
  return withRaw({ kind: 'session' as const, at, what: 'closed' as const, conn: closed[2] ?? '', code: Number(closed[1]) }, line);
}

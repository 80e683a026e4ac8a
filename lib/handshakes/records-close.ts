// The record of a connection that ended before it was let in. Its object is what is shown; as evidence it counts only where the
// text beside it, rendered again from the object, is the text that was written.
import type { CloseRecord } from './records.ts';
import { withRaw } from './records-raw.ts';

const HEAD = 'closed before connect conn=';
const CONN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const CONN_CHARS = 36;
const CODE = /^(\d{4}|n\/a) reason=/;
const SUPPRESSED = /^ suppressed=(\d{1,9})$/;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const isCut = (value: string | undefined): boolean => value?.includes('…') === true;

/**
 * What the gateway wrote behind the reason. 2026.9.6 ends the text with the phase that the object names, and then with the count;
 * a caller who closes can write both into its reason, but not behind the gateway's own.
 */
function endOf(said: string, phase: string | undefined): { closeReason: string | undefined; suppressed: number | undefined } {
  const mark = phase === undefined ? -1 : said.lastIndexOf(` phase=${phase}`);
  const tail = mark === -1 ? '' : said.slice(mark + 7 + (phase ?? '').length);
  const count = SUPPRESSED.exec(tail)?.[1];
  const isGatewaysEnd = mark !== -1 && (tail === '' || count !== undefined);
  const reason = isGatewaysEnd ? said.slice(0, mark) : said;
  return {
    closeReason: reason === 'n/a' || reason === '' ? undefined : reason,
    suppressed: count === undefined ? undefined : Number(count),
  };
}

/** Reads a close record from object and text; undefined when the text is that of another record. */
export function readClose(
  at: number,
  object: Readonly<Record<string, unknown>>,
  message: string,
  line: string,
  masked: boolean,
): CloseRecord | undefined {
  if (!message.startsWith(HEAD) || message[HEAD.length + CONN_CHARS] !== ' ') return undefined;
  const conn = message.slice(HEAD.length, HEAD.length + CONN_CHARS);
  if (!CONN.test(conn)) return undefined;
  const cause = text(object.cause);
  const reason = text(object.reason);
  const handshake = text(object.handshake);
  const host = text(object.host);
  const origin = text(object.origin);
  const userAgent = text(object.userAgent);
  const forwardedFor = text(object.forwardedFor);
  const remoteAddr = text(object.remoteAddr);
  const remotePort = number(object.remotePort);
  const localAddr = text(object.localAddr);
  const localPort = number(object.localPort);
  const endpoint = text(object.endpoint);
  const deviceId = text(object.deviceId);
  const requestId = text(object.requestId);
  const lastFrameId = text(object.lastFrameId);
  const frameId = text(object.frameId);
  const authReason = text(object.authReason);
  const authProvided = text(object.authProvided);
  const client = text(object.client);
  const mode = text(object.mode);
  const version = text(object.version);
  const platform = text(object.platform);
  const rendered = `${HEAD}${conn} peer=${endpoint ?? 'n/a'} remote=${remoteAddr ?? '?'} fwd=${forwardedFor ?? 'n/a'} origin=${origin ?? 'n/a'} host=${host ?? 'n/a'} ua=${userAgent ?? 'n/a'} code=`;
  const rest = message.startsWith(rendered) ? message.slice(rendered.length) : undefined;
  const code = rest === undefined ? null : CODE.exec(rest);
  const end = rest !== undefined && code !== null ? endOf(rest.slice(code[0].length), text(object.phase)) : undefined;
  const isEndpoint =
    endpoint !== undefined &&
    (endpoint === `${remoteAddr}:${remotePort}->${localAddr}:${localPort}` ||
      endpoint === `[${remoteAddr}]:${remotePort}->[${localAddr}]:${localPort}`);
  // An ellipsis anywhere in the line first: the single values are looked at only when there is one.
  const cut =
    line.includes('…') || line.includes('\\u2026')
      ? [
          cause,
          reason,
          handshake,
          host,
          origin,
          userAgent,
          forwardedFor,
          remoteAddr,
          localAddr,
          endpoint,
          deviceId,
          requestId,
          lastFrameId,
          frameId,
          authReason,
          authProvided,
          client,
          mode,
          version,
          platform,
        ].some(isCut)
      : false;
  return withRaw(
    {
      kind: 'close' as const,
      at,
      conn,
      cause,
      reason,
      handshake,
      durationMs: number(object.durationMs),
      host,
      origin,
      userAgent,
      forwardedFor,
      remoteAddr,
      remotePort,
      localAddr,
      localPort,
      deviceId,
      requestId,
      frameId: frameId ?? lastFrameId,
      authReason,
      authProvided,
      client,
      mode,
      version,
      platform,
      role: text(object.role),
      minProtocol: number(object.minProtocol),
      maxProtocol: number(object.maxProtocol),
      expectedProtocol: number(object.expectedProtocol),
      code: code?.[1] && code[1] !== 'n/a' ? Number(code[1]) : undefined,
      closeReason: end?.closeReason,
      suppressed: cause === 'unauthorized' ? end?.suppressed : undefined,
      agrees: code !== null && isEndpoint,
      masked: masked || cut,
    },
    line,
  );
}

// A trusted proxy that signs people in: its header counts only from its own address and, on this host, only with its secret, because
// any process here can connect from loopback.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hashOf, matchesHash } from './secrets.ts';

export type ProxyOptions = {
  /** Under which it names the operator, lower case; without one it signs nobody in and is only believed where callers come from. */
  header?: string;
  /** Exact addresses. */
  trusted: readonly string[];
  /** Hex SHA-256 of what the proxy sends as X-Gatehouse-Proxy-Secret. */
  secretHash?: string;
};

/** What the settings say of the proxy, without its secret. */
export const proxyOptions = ({
  header,
  trusted,
  secret,
}: {
  header?: string;
  trusted: readonly string[];
  secret?: string;
}): ProxyOptions => ({
  ...(header === undefined ? {} : { header }),
  trusted,
  ...(secret === undefined ? {} : { secretHash: hashOf(secret) }),
});

export const PROXY_SECRET_HEADER = 'x-gatehouse-proxy-secret';

/** An IPv4 address inside IPv6 is the IPv4 address; other spellings of one IPv6 address are one. */
export function plainAddress(address: string): string {
  const four = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (four !== undefined) return four;
  return isIP(address) === 6 ? new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1) : address;
}

const single = (request: IncomingMessage, name: string): string | undefined => {
  const values = request.headersDistinct[name];
  return values?.length === 1 ? values[0] : undefined;
};

/** Reads what a trusted proxy says. `report` hears once of somebody else who sends its headers. */
export function createProxy(options: ProxyOptions | undefined, report: (fields: { address: string }) => void) {
  const trusted = new Set((options?.trusted ?? []).map(plainAddress));
  let reported = false;

  const peerOf = (request: IncomingMessage) => plainAddress(request.socket.remoteAddress ?? '');

  function isProxy(request: IncomingMessage): boolean {
    if (!options || !trusted.has(peerOf(request))) return false;
    if (options.secretHash === undefined) return true;
    const offered = single(request, PROXY_SECRET_HEADER);
    return offered !== undefined && matchesHash(offered, options.secretHash);
  }

  return {
    /** The name that the trusted proxy gives for this request, if it is the one who sends it. */
    nameOf(request: IncomingMessage): string | undefined {
      const header = options?.header;
      if (header === undefined || request.headers[header] === undefined) return undefined;
      if (!isProxy(request)) {
        if (!reported) report({ address: peerOf(request) });
        reported = true;
        return undefined;
      }
      const name = single(request, header)?.trim();
      return name === undefined || name === '' || name.length > 200 ? undefined : Buffer.from(name, 'latin1').toString('utf8');
    },

    /** Where a request comes from: the peer, or what the trusted proxy says last of it. */
    addressOf(request: IncomingMessage): string {
      const said = isProxy(request) ? request.headers['x-forwarded-for'] : undefined;
      const last = typeof said === 'string' ? said.split(',').at(-1)?.trim() : undefined;
      return last !== undefined && isIP(last) !== 0 ? plainAddress(last) : peerOf(request);
    },
  };
}

export type Proxy = ReturnType<typeof createProxy>;

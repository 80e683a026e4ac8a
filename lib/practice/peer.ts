// What the practice gateway knows of the other end of a socket before a word is said, and what it makes of it.
import type { IncomingMessage } from 'node:http';
import { headerForLog } from './gateway-log.ts';

export type Peer = {
  connId: string;
  openedAt: number;
  remoteAddr: string | undefined;
  remotePort: number | undefined;
  localAddr: string | undefined;
  localPort: number | undefined;
  /** `remote->local`, as in the log. */
  endpoint: string | undefined;
  host: string | undefined;
  origin: string | undefined;
  userAgent: string | undefined;
  forwardedFor: string | undefined;
  /** X-Forwarded-For or X-Real-IP was sent; no proxy is ever trusted here. */
  proxyHeaders: boolean;
  /** Loopback socket and none of the five forwarding headers that 2026.4.14 looks at. */
  direct: boolean;
};

const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'x-forwarded-host'] as const;

/** Whether an address is the loopback interface. */
export function isLoopback(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::1' || (address?.startsWith('::ffff:127.') ?? false);
}

function hostName(host: string | undefined): string | undefined {
  if (!host) return undefined;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.toLowerCase().replace(/^\[|\]$/g, '') : undefined;
}

function isLoopbackName(name: string | undefined): boolean {
  return name === 'localhost' || name === '::1' || (name !== undefined && /^127(?:\.\d+){3}$/.test(name));
}

/** Whether a Host header names this machine or a tailnet, as 2026.4.14 decides it. */
export function isLocalHost(host: string | undefined): boolean {
  const name = hostName(host);
  return isLoopbackName(name) || (name?.endsWith('.ts.net') ?? false);
}

/** Whether an Origin is a page of this machine. */
export function isLocalOrigin(origin: string | undefined): boolean {
  return origin !== undefined && URL.canParse(origin) && isLoopbackName(hostName(new URL(origin).host));
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** Reads a peer from the upgrade request of its socket. `openedAt` in ms. */
export function readPeer(request: IncomingMessage, connId: string, openedAt: number): Peer {
  const { remoteAddress: remoteAddr, remotePort, localAddress: localAddr, localPort } = request.socket;
  const { headers } = request;
  const forwardedFor = first(headers['x-forwarded-for']);
  return {
    connId,
    openedAt,
    remoteAddr,
    remotePort,
    localAddr,
    localPort,
    endpoint: remoteAddr && localAddr ? `${remoteAddr}:${remotePort}->${localAddr}:${localPort}` : undefined,
    host: headers.host,
    origin: headers.origin,
    userAgent: headers['user-agent'],
    forwardedFor,
    proxyHeaders: Boolean(forwardedFor || headers['x-real-ip']),
    direct: FORWARDING.every((name) => !headers[name]) && isLoopback(remoteAddr),
  };
}

/** The warnings that are written when a socket opens; they carry no conn id (gateway-facts, trap 2). */
export function openingWarnings(peer: Peer): string[] {
  if (peer.proxyHeaders) {
    return [
      'Proxy headers detected from untrusted address. Connection will not be treated as local. Configure gateway.trustedProxies to restore local client detection behind your proxy.',
    ];
  }
  if (!isLocalHost(peer.host) && isLoopback(peer.remoteAddr)) {
    return [
      "Loopback connection with non-local Host header. Treating it as remote. If you're behind a reverse proxy, set gateway.trustedProxies and forward X-Forwarded-For/X-Real-IP.",
    ];
  }
  return [];
}

/** How a peer stands in a log line; `code` and `reason` are those of the close frame. */
export function closeText(peer: Peer, code: number, reason: string): string {
  const shown = (value: string | undefined) => headerForLog(value) ?? 'n/a';
  return [
    `closed before connect conn=${peer.connId}`,
    `peer=${peer.endpoint ?? 'n/a'}`,
    `remote=${peer.remoteAddr ?? '?'}`,
    `fwd=${shown(peer.forwardedFor)}`,
    `origin=${shown(peer.origin)}`,
    `host=${shown(peer.host)}`,
    `ua=${shown(peer.userAgent)}`,
    `code=${code}`,
    `reason=${shown(reason)}`,
  ].join(' ');
}

/** The facts of a peer as the close record holds them, in the recorded order. */
export function closeFacts(peer: Peer): Record<string, unknown> {
  return {
    host: headerForLog(peer.host),
    origin: headerForLog(peer.origin),
    userAgent: headerForLog(peer.userAgent),
    forwardedFor: headerForLog(peer.forwardedFor),
    remoteAddr: peer.remoteAddr,
    remotePort: peer.remotePort,
    localAddr: peer.localAddr,
    localPort: peer.localPort,
    endpoint: peer.endpoint,
  };
}

// What every answer says about itself, so that a page of ours can be neither framed, nor fed foreign scripts, nor kept.
import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { isLoopbackHost } from '../settings.ts';

/**
 * The Content-Security-Policy of one answer. Scripts come from here, inline ones only with this answer's nonce; styles may
 * be inline because React writes style attributes. `host` is the Host header, already checked to be ours.
 * `dev` allows what the development build of React needs.
 */
export function contentSecurityPolicy({ nonce, host, dev }: { nonce: string; host: string; dev: boolean }): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'${dev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

const FIXED: readonly [string, string][] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), clipboard-write=(self)'],
];

/** The headers of an answer that no page and no route gives: it holds nothing and may do nothing. */
export const BARE_HEADERS: readonly [string, string][] = [
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
  ...FIXED,
];

const HALF_A_YEAR_S = 180 * 86_400;

/**
 * Whether browsers should forget plain HTTP for the host of this request. Not for a name of this machine: the promise holds for every
 * port of a host, and would lock out whatever else speaks plain HTTP on localhost.
 */
function promisesTls({ req }: ServerResponse): boolean {
  const { host } = req.headers;
  if (!(req.socket instanceof TLSSocket) || host === undefined || !URL.canParse(`https://${host}`)) return false;
  return !isLoopbackHost(new URL(`https://${host}`).hostname);
}

/** Puts the security headers on an answer. */
export function setSecurityHeaders(response: ServerResponse, policy: string): void {
  response.setHeader('Content-Security-Policy', policy);
  if (promisesTls(response)) response.setHeader('Strict-Transport-Security', `max-age=${HALF_A_YEAR_S}`);
  for (const [name, value] of FIXED) response.setHeader(name, value);
}

// When a close record is clean: complete, unmasked, both ends loopback, the gateway's own port, nothing of a proxy or browser in it.
import type { CloseRecord } from '../handshakes/records.ts';
import { isLoopback } from './proc-net.ts';

/** Whether a Host header names this machine, on the gateway's port (any, where none is given). The caller's word: good for refusing only. */
export function isLocalHost(host: string, port?: number): boolean {
  const match = /^(localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?$/i.exec(host);
  return match !== null && (match[2] === undefined || port === undefined || Number(match[2]) === port);
}

/** Why a record is not clean, in words; undefined when it is (evidence, Clean record). */
export function cleanRecord(record: CloseRecord, port: number): string | undefined {
  if (record.masked) return 'a value in its close record is masked';
  if (record.host === undefined || record.remoteAddr === undefined || record.localAddr === undefined || record.localPort === undefined)
    return 'its close record lacks a field';
  if (record.durationMs === undefined || record.remotePort === undefined) return 'its close record lacks a field';
  if (!record.agrees) return 'text and object of its close record differ';
  if (!isLoopback(record.remoteAddr) || !isLoopback(record.localAddr)) return `it came from ${record.remoteAddr}`;
  if (record.localPort !== port) return `it came in on port ${record.localPort}`;
  if (record.forwardedFor !== undefined) return 'it was forwarded (X-Forwarded-For)';
  if (record.origin !== undefined) return 'it came from a browser (Origin)';
  if (!isLocalHost(record.host, port)) return `it asked for host ${record.host.slice(0, 80)}`;
  return undefined;
}

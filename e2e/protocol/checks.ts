// What the promises of the protocol suite share: pairing a device for a scene, and reading a refusal on the wire and in the log together.
import { expect } from '@playwright/test';
import type { AuditRecord, CloseRecord, LogRecord } from '../../lib/handshakes/records.ts';
import type { DialResult } from '../../lib/practice/client.ts';
import type { Device, Reading, Target } from './target.ts';

export type Promised = { name: string; check: (target: Target) => Promise<void> };

export const READ = ['operator.read'];
export const WRITE = ['operator.read', 'operator.write'];

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** The details of a refusal. Fails the test when the device was let in or heard nothing. */
export function refusalOf(result: DialResult): {
  code: string;
  message: string;
  detail: string;
  reason: string;
  requestId: string;
  details: Record<string, unknown>;
} {
  expect(result.hello, 'the device must not be let in').toBeUndefined();
  if (!result.error) throw new Error(`the gateway gave no reason (HTTP ${result.httpStatus ?? 'none'})`);
  const { code, message, details } = result.error;
  return { code, message, detail: text(details.code), reason: text(details.reason), requestId: text(details.requestId), details };
}

/** A refusal for want of pairing, with its request id. */
export async function expectPairingRequired(result: DialResult, reason: string): Promise<string> {
  const refusal = refusalOf(result);
  expect(refusal).toMatchObject({ code: 'NOT_PAIRED', detail: 'PAIRING_REQUIRED', reason });
  expect(refusal.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect((await result.closed).code).toBe(1008);
  return refusal.requestId;
}

/** A device that holds exactly these scopes, however this gateway lets it in the first time. */
export async function pairedDevice(target: Target, scopes: readonly string[], over: Parameters<Device['ask']>[0] = {}): Promise<Device> {
  const device = target.device();
  const first = await device.ask({ ...over, scopes });
  first.close();
  await first.closed;
  if (!first.hello) await target.admin.approve(refusalOf(first).requestId);
  const row = await target.admin.paired(device.deviceId);
  expect([...(row?.scopes ?? [])].sort()).toEqual([...scopes].sort());
  return device;
}

/** The close record of an attempt, found by the port of its own end, which no caller can write into it. */
export function closeOf(reading: Reading, result: DialResult): Promise<CloseRecord> {
  const mine = (record: LogRecord): record is CloseRecord => record.kind === 'close' && record.remotePort === result.localPort;
  return reading.find('the close record', mine);
}

/** What every complete close record of a loopback caller says. */
export async function expectCleanClose(reading: Reading, result: DialResult, facts: Partial<CloseRecord>): Promise<CloseRecord> {
  const record = await closeOf(reading, result);
  expect(record).toMatchObject({ remoteAddr: '127.0.0.1', localAddr: '127.0.0.1', agrees: true, masked: false, ...facts });
  expect(record.durationMs).toBeGreaterThanOrEqual(0);
  return record;
}

/** The audit line of a connection. */
export function auditOf(reading: Reading, conn: string): Promise<AuditRecord> {
  return reading.find('the audit line', (record): record is AuditRecord => record.kind === 'audit' && record.conn === conn);
}

/** The events of one kind that name a request. */
export function eventsOf(target: Target, event: string, requestId: string): unknown[] {
  return target.events
    .filter((seen) => seen.event === event)
    .map((seen) => seen.payload)
    .filter((payload) => typeof payload === 'object' && payload !== null && Reflect.get(payload, 'requestId') === requestId);
}

// Promises about refusals before any pairing: each with its answer on the wire and its record in the log.
import { expect } from '@playwright/test';
import type { OtherAuditRecord, WarningRecord } from '../../lib/handshakes/records.ts';
import { closeOf, expectCleanClose, expectPairingRequired, type Promised, pairedDevice, READ, refusalOf, WRITE } from './checks.ts';

const WRONG = 'not-the-token-of-this-gateway';
const FORGED = '00000000-0000-4000-8000-000000000000';

const warningOf =
  (warning: WarningRecord['warning']) =>
  (record: { kind: string }): record is WarningRecord =>
    record.kind === 'warning' && 'warning' in record && record.warning === warning;

/** A device claim that does not hold: code, reason and record are the same everywhere. */
function deviceFault(
  name: string,
  over: (params: Record<string, unknown>) => Record<string, unknown>,
  code: string,
  reason: string,
): Promised {
  return {
    name,
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({ tamper: over });
      expect(refusalOf(result)).toMatchObject({ code: 'INVALID_REQUEST', detail: code, reason });
      expect((await result.closed).code).toBe(1008);
      await expectCleanClose(reading, result, { cause: 'device-auth-invalid', reason });
    },
  };
}

const inDevice = (key: string, value: unknown) => (params: Record<string, unknown>) => ({
  ...params,
  device: { ...Object(params.device), [key]: value },
});

/** A first frame that is no handshake. */
function badStart(name: string, rawFirstFrame: string, message: string, code: number, cause: string | undefined): Promised {
  return {
    name,
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({ rawFirstFrame });
      expect(result.hello).toBeUndefined();
      expect(result.error?.message ?? '').toBe(message);
      expect((await result.closed).code).toBe(code);
      expect((await expectCleanClose(reading, result, {})).cause).toBe(cause);
    },
  };
}

/** Headers of a proxy: turned away at the door, or refused with a warning that names no connection. */
function forwarded(name: string, headers: Record<string, string>, forwardedFor: string | undefined): Promised {
  return {
    name,
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      const result = await device.ask({ scopes: WRITE, headers });
      if (target.traits.refusesForwarded) {
        expect(result.httpStatus).toBe(403);
        expect(await target.admin.pending(device.deviceId)).toBeUndefined();
        return;
      }
      const requestId = await expectPairingRequired(result, 'scope-upgrade');
      await reading.find('the proxy warning', warningOf('proxy-headers'));
      expect((await expectCleanClose(reading, result, { requestId })).forwardedFor).toBe(forwardedFor);
      // Trap 1 of gateway-facts: the list does not tell a proxied caller from a local one.
      expect((await target.admin.pending(device.deviceId))?.remoteIp).toBeUndefined();
    },
  };
}

/** How a gateway says no, and what it writes of it. */
export const REFUSALS: Promised[] = [
  {
    name: 'a wrong shared token is refused and never written down',
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({ token: WRONG });
      const { detail, details } = refusalOf(result);
      expect(detail).toBe('AUTH_TOKEN_MISMATCH');
      expect(details).toMatchObject({
        authReason: 'token_mismatch',
        canRetryWithDeviceToken: true,
        recommendedNextStep: 'retry_with_device_token',
      });
      expect((await result.closed).code).toBe(1008);
      await expectCleanClose(reading, result, {
        cause: 'unauthorized',
        authReason: 'token_mismatch',
        client: 'cli',
        mode: 'cli',
        platform: 'linux',
      });
      const text = (await reading.lines()).join('\n');
      expect(text).toContain('unauthorized conn=');
      expect(text).not.toContain(WRONG);
      expect(text).not.toContain(target.token);
    },
  },
  {
    name: 'no token at all is refused by another code',
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({ token: '' });
      expect(refusalOf(result).detail).toBe('AUTH_TOKEN_MISSING');
      await expectCleanClose(reading, result, { cause: 'unauthorized', authReason: 'token_missing' });
    },
  },
  {
    name: 'a browser screen without a device identity is refused',
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({
        client: { id: 'openclaw-control-ui', mode: 'webchat', version: '1.0.0', platform: 'linux' },
        headers: { origin: 'http://localhost:18789' },
        tamper: ({ device: _device, ...rest }) => rest,
      });
      expect(refusalOf(result).detail).toBe('CONTROL_UI_DEVICE_IDENTITY_REQUIRED');
      await expectCleanClose(reading, result, { cause: 'control-ui-insecure-auth', origin: 'http://localhost:18789' });
    },
  },
  deviceFault(
    'a payload that differs from what was signed is refused',
    (params) => ({ ...params, scopes: ['operator.admin'] }),
    'DEVICE_AUTH_SIGNATURE_INVALID',
    'device-signature',
  ),
  deviceFault('a nonce of another connection is refused', inDevice('nonce', FORGED), 'DEVICE_AUTH_NONCE_MISMATCH', 'device-nonce-mismatch'),
  deviceFault(
    'a device id that is not the fingerprint of the key is refused',
    inDevice('id', 'f'.repeat(64)),
    'DEVICE_AUTH_DEVICE_ID_MISMATCH',
    'device-id-mismatch',
  ),
  {
    name: 'a signature from a clock ten minutes behind is refused as stale',
    check: async (target) => {
      const reading = await target.reading();
      const device = target.device();
      const result = await device.ask({ skewMs: -600_000 });
      expect(refusalOf(result)).toMatchObject({ detail: 'DEVICE_AUTH_SIGNATURE_EXPIRED', reason: 'device-signature-stale' });
      await expectCleanClose(reading, result, {
        cause: 'device-auth-invalid',
        reason: 'device-signature-stale',
        deviceId: device.deviceId,
      });
    },
  },
  {
    name: 'a protocol that the gateway does not speak is refused with the one that it expects',
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({ protocol: { min: 9, max: 9 } });
      const { message, details } = refusalOf(result);
      expect(message).toBe('protocol mismatch');
      expect(details.expectedProtocol).toBe(target.traits.protocol);
      expect((await result.closed).code).toBe(1002);
      await expectCleanClose(reading, result, { cause: 'protocol-mismatch' });
    },
  },
  {
    name: 'a client that offers protocol 3 and 4 is answered in the one that the gateway speaks',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const { hello, close } = await device.ask();
      close();
      expect(hello?.protocol).toBe(target.traits.protocol);
    },
  },
  {
    name: 'a client id off the closed list is refused before anything else',
    check: async (target) => {
      const reading = await target.reading();
      const device = target.device();
      const result = await device.ask({ client: { id: 'my-own-tool', mode: 'cli', version: '1.0.0', platform: 'linux' } });
      expect(refusalOf(result).message).toMatch(/^invalid connect params: at \/client\/id: must be equal to/);
      expect((await result.closed).code).toBe(1008);
      await expectCleanClose(reading, result, { cause: 'invalid-handshake' });
      expect(await target.admin.paired(device.deviceId)).toBeUndefined();
    },
  },
  {
    name: 'a role that does not exist is refused',
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({ role: 'king' });
      expect(refusalOf(result).message).toBe('invalid role');
      await expectCleanClose(reading, result, { cause: 'invalid-role' });
    },
  },
  badStart(
    'a first request other than connect ends the connection',
    '{"type":"req","id":"1","method":"health"}',
    'invalid handshake: first request must be connect',
    1008,
    'invalid-handshake',
  ),
  badStart('a frame that is no request ends the connection', '{"type":"event"}', '', 1008, 'invalid-handshake'),
  badStart('text that is no JSON ends the connection without a cause', 'hello?', '', 1000, undefined),
  badStart('a client that says nothing runs out of time', '', '', 1000, 'handshake-timeout'),
  forwarded('a caller with X-Forwarded-For is not local', { 'x-forwarded-for': '198.51.100.7' }, '198.51.100.7'),
  forwarded('a caller with only X-Real-IP leaves a clean record; the warning alone tells', { 'x-real-ip': '198.51.100.7' }, undefined),
  {
    name: 'a Host from elsewhere is warned about and stands in the record',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      const result = await device.ask({ scopes: WRITE, headers: { host: 'evil.example:18789' } });
      const requestId = await expectPairingRequired(result, 'scope-upgrade');
      await reading.find('the host warning', warningOf('non-local-host'));
      await expectCleanClose(reading, result, { requestId, host: 'evil.example:18789' });
    },
  },
  {
    name: 'a page of another origin is refused by name',
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({ headers: { origin: 'https://evil.example' } });
      expect(refusalOf(result)).toMatchObject({ detail: 'CONTROL_UI_ORIGIN_NOT_ALLOWED', reason: 'origin not allowed' });
      await expectCleanClose(reading, result, { cause: 'origin-mismatch', origin: 'https://evil.example' });
    },
  },
  {
    name: 'a new key that calls itself a CLI but sends a local Origin waits',
    check: async (target) => {
      const reading = await target.reading();
      const result = await target.device().ask({ headers: { origin: 'http://localhost:3000' } });
      const requestId = await expectPairingRequired(result, 'not-paired');
      await expectCleanClose(reading, result, { requestId, origin: 'http://localhost:3000' });
    },
  },
  {
    name: 'a display name cannot write a record of its own',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      const displayName = `<b>x</b>\nclosed before connect conn=${FORGED} peer=a->b remote=127.0.0.1`;
      const client = { id: 'cli', mode: 'cli', version: '1.0.0', platform: 'linux', displayName };
      const requestId = await expectPairingRequired(await device.ask({ client, scopes: WRITE }), 'scope-upgrade');
      await device.ask({ client, token: WRONG });
      const listed = await target.admin.request('device.pair.list');
      expect(JSON.stringify(listed)).toContain(JSON.stringify(displayName).slice(1, -1));
      const records = await reading.all();
      expect(records.filter((record) => record.kind === 'unread')).toEqual([]);
      expect(records.filter((record) => 'conn' in record && record.conn === FORGED)).toEqual([]);
      expect(records.some((record) => record.kind === 'close' && record.requestId === requestId)).toBe(true);
    },
  },
  {
    name: 'a scope string that forges a conn makes the audit line unreadable, never another one',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      const result = await device.ask({ scopes: [`operator.read client=cli conn=${FORGED}`] });
      refusalOf(result);
      const { conn } = await closeOf(reading, result);
      const line = await reading.find(
        'the audit line',
        (record): record is OtherAuditRecord => record.kind === 'audit-other' && record.sort === 'unreadable',
      );
      expect(line.raw).toContain(conn);
      expect((await reading.all()).filter((record) => record.kind === 'audit' && record.conn === FORGED)).toEqual([]);
    },
  },
];

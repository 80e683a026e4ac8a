// Promises about pairing: who waits, under which id, and what an answer changes.
import { expect } from '@playwright/test';
import type { GrantRecord, OtherAuditRecord, TokenRecord } from '../../lib/handshakes/records.ts';
import { until } from '../gateways/until.ts';
import {
  auditOf,
  eventsOf,
  expectCleanClose,
  expectPairingRequired,
  type Promised,
  pairedDevice,
  READ,
  refusalOf,
  WRITE,
} from './checks.ts';
import type { Target } from './target.ts';

const grantTo =
  (deviceId: string, how: GrantRecord['how']) =>
  (record: { kind: string }): record is GrantRecord =>
    record.kind === 'grant' && 'deviceId' in record && record.deviceId === deviceId && 'how' in record && record.how === how;

const tokenWork =
  (deviceId: string, what: TokenRecord['what']) =>
  (record: { kind: string }): record is TokenRecord =>
    record.kind === 'token' && 'deviceId' in record && record.deviceId === deviceId && 'what' in record && record.what === what;

const scopesWaiting = async (target: Target, deviceId: string) => [...((await target.admin.pending(deviceId))?.scopes ?? [])].sort();

/** How devices pair, ask for more, and are answered. */
export const PAIRING: Promised[] = [
  {
    name: 'a new key on clean loopback pairs as this gateway lets it, and the log says how',
    check: async (target) => {
      const reading = await target.reading();
      const device = target.device();
      const result = await device.ask({ scopes: READ });
      if (target.traits.silentPairing) {
        expect(result.hello).toMatchObject({
          type: 'hello-ok',
          protocol: target.traits.protocol,
          auth: { role: 'operator', scopes: READ },
        });
        await reading.find('the silent grant', grantTo(device.deviceId, 'silent'));
      } else {
        const requestId = await expectPairingRequired(result, 'not-paired');
        await expectCleanClose(reading, result, { cause: 'pairing-required', deviceId: device.deviceId, requestId, reason: 'not-paired' });
        await target.admin.approve(requestId);
        await reading.find('the grant', grantTo(device.deviceId, 'operator'));
      }
      result.close();
      expect(await target.admin.paired(device.deviceId)).toMatchObject({
        publicKey: device.identity.publicKey,
        roles: ['operator'],
        scopes: READ,
      });
    },
  },
  {
    name: 'a scope upgrade is refused, waits, is announced, and leaves an audit line and a close record of one connection',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      const result = await device.ask({ scopes: ['operator.admin'] });
      const requestId = await expectPairingRequired(result, 'scope-upgrade');
      const facts = { cause: 'pairing-required', deviceId: device.deviceId, requestId, reason: 'scope-upgrade', handshake: 'failed' };
      const { conn, host, origin, forwardedFor } = await expectCleanClose(reading, result, facts);
      expect({ host, origin, forwardedFor }).toEqual({ host: new URL(target.url).host, origin: undefined, forwardedFor: undefined });
      expect(await auditOf(reading, conn)).toMatchObject({
        deviceId: device.deviceId,
        reason: 'scope-upgrade',
        auth: 'token',
        roleFrom: ['operator'],
        roleTo: 'operator',
        scopesFrom: READ,
        scopesTo: ['operator.admin'],
        client: 'cli',
      });
      const waiting = await target.admin.pending(device.deviceId);
      expect(waiting?.remoteIp).toBeUndefined();
      expect(waiting).toMatchObject({
        requestId,
        publicKey: device.identity.publicKey,
        clientId: 'cli',
        platform: 'linux',
        roles: ['operator'],
        scopes: ['operator.admin'],
        silent: false,
        isRepair: true,
      });
      expect((await target.admin.paired(device.deviceId))?.scopes).toEqual(READ);
      await until('the event', () => (eventsOf(target, 'device.pair.requested', requestId).length > 0 ? true : undefined));
      const told = 'requestedScopes' in refusalOf(result).details;
      expect(told).toBe(target.traits.explainsRefusal);
    },
  },
  {
    name: 'asking the same again keeps the id and the first time',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const first = await expectPairingRequired(await device.ask({ scopes: WRITE }), 'scope-upgrade');
      const before = await target.admin.pending(device.deviceId);
      const again = [await device.ask({ scopes: WRITE }), await device.ask({ scopes: WRITE })];
      for (const result of again) expect(refusalOf(result).requestId).toBe(first);
      const after = await target.admin.pending(device.deviceId);
      expect(after?.scopes).toEqual(before?.scopes);
      if (target.traits.narrowerAskChurns) expect(after?.ts).toBe(before?.ts);
    },
  },
  {
    name: 'asking for other scopes replaces the id and joins what was asked before',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const first = refusalOf(await device.ask({ scopes: WRITE })).requestId;
      const second = refusalOf(await device.ask({ scopes: ['operator.approvals'] })).requestId;
      expect(second).not.toBe(first);
      expect(await scopesWaiting(target, device.deviceId)).toEqual(['operator.approvals', 'operator.read', 'operator.write']);
      expect((await target.admin.list()).pending.filter((row) => row.deviceId === device.deviceId)).toHaveLength(1);
      await expect(target.admin.approve(first)).rejects.toThrow('unknown requestId');
    },
  },
  {
    name: 'asking for less than what waits churns the id, or keeps it, as this gateway does; the wider wish rides along',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const ids = new Set([refusalOf(await device.ask({ scopes: ['operator.admin', 'operator.approvals'] })).requestId]);
      for (let n = 0; n < 3; n += 1) ids.add(refusalOf(await device.ask({ scopes: ['operator.approvals'] })).requestId);
      expect(ids.size).toBe(target.traits.narrowerAskChurns ? 4 : 1);
      expect(await scopesWaiting(target, device.deviceId)).toEqual(['operator.admin', 'operator.approvals']);
    },
  },
  {
    name: 'an approval grants the union, rotates the device token and lets the same wish in',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const { hello, close } = await device.ask({ scopes: READ });
      close();
      const auth = hello?.auth;
      const deviceToken = typeof auth === 'object' && auth !== null ? String(Reflect.get(auth, 'deviceToken')) : '';
      const requestId = refusalOf(await device.ask({ scopes: ['operator.approvals'] })).requestId;
      const reading = await target.reading();
      await target.admin.approve(requestId);
      await reading.find('the grant', grantTo(device.deviceId, 'operator'));
      expect([...((await target.admin.paired(device.deviceId))?.scopes ?? [])].sort()).toEqual(['operator.approvals', 'operator.read']);
      expect(await target.admin.pending(device.deviceId)).toBeUndefined();
      await until('the event', () => eventsOf(target, 'device.pair.resolved', requestId)[0]);
      expect(eventsOf(target, 'device.pair.resolved', requestId)[0]).toMatchObject({ decision: 'approved', deviceId: device.deviceId });

      const drifted = await device.ask({
        scopes: READ,
        deviceToken,
        tamper: ({ auth: _shared, ...rest }) => ({ ...rest, auth: { deviceToken } }),
        token: deviceToken,
      });
      expect(refusalOf(drifted).detail).toBe('AUTH_DEVICE_TOKEN_MISMATCH');
      const again = await device.ask({ scopes: ['operator.approvals'] });
      again.close();
      expect(again.hello).toBeDefined();
      expect((await reading.lines()).join('\n')).not.toContain(deviceToken);
    },
  },
  {
    name: 'a rejection drops the request, is announced, and the next try makes another',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const first = refusalOf(await device.ask({ scopes: WRITE })).requestId;
      await target.admin.reject(first);
      expect(await target.admin.pending(device.deviceId)).toBeUndefined();
      await until('the event', () => eventsOf(target, 'device.pair.resolved', first)[0]);
      expect(eventsOf(target, 'device.pair.resolved', first)[0]).toMatchObject({ decision: 'rejected' });
      expect(refusalOf(await device.ask({ scopes: WRITE })).requestId).not.toBe(first);
    },
  },
  {
    name: 'removing a device ends its connection and its row, with a line in the log',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const live = await device.ask({ scopes: READ });
      expect(live.hello).toBeDefined();
      const reading = await target.reading();
      await target.admin.remove(device.deviceId);
      expect((await live.closed).code).toBe(4001);
      expect(await target.admin.paired(device.deviceId)).toBeUndefined();
      await reading.find('the removal', tokenWork(device.deviceId, 'removed'));
      await expect(target.admin.remove(device.deviceId)).rejects.toThrow('unknown deviceId');
    },
  },
  {
    name: 'a revoked token is refused, and the log says that it was revoked',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      await target.admin.request('device.token.revoke', { deviceId: device.deviceId, role: 'operator' });
      await reading.find('the revocation', tokenWork(device.deviceId, 'revoked'));
      expect((await target.admin.paired(device.deviceId))?.tokens[0]?.revokedAtMs).toBeGreaterThan(0);
    },
  },
  {
    name: 'a rotated token is answered once and listed nowhere',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      await target.admin.request('device.token.rotate', { deviceId: device.deviceId, role: 'operator' });
      await reading.find('the rotation', tokenWork(device.deviceId, 'rotated'));
      expect(JSON.stringify(await target.admin.request('device.pair.list'))).not.toContain('"token":');
    },
  },
  {
    name: 'an unknown request id is an error for approve and reject',
    check: async (target) => {
      for (const method of ['device.pair.approve', 'device.pair.reject']) {
        await expect(target.admin.request(method, { requestId: 'no-such-request' })).rejects.toThrow('unknown requestId');
        await expect(target.admin.request(method, {})).rejects.toThrow(`invalid ${method} params`);
      }
    },
  },
  {
    name: 'an approver cannot grant what its own session lacks',
    check: async (target) => {
      const approver = await pairedDevice(target, ['operator.pairing']);
      const device = await pairedDevice(target, READ);
      const requestId = refusalOf(await device.ask({ scopes: ['operator.admin'] })).requestId;
      const session = await approver.ask({ scopes: ['operator.pairing'] });
      expect(session.hello).toBeDefined();
      const answer = await session.call('device.pair.approve', { requestId });
      session.close();
      expect(answer.ok).toBe(false);
      expect((await target.admin.pending(device.deviceId))?.requestId).toBe(requestId);
      expect((await target.admin.paired(device.deviceId))?.scopes).toEqual(READ);
    },
  },
  {
    name: 'another platform under a known key waits, and the audit line names both',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      const result = await device.ask({ client: { id: 'cli', mode: 'cli', version: '1.0.0', platform: 'darwin', deviceFamily: 'Mac' } });
      const requestId = await expectPairingRequired(result, 'metadata-upgrade');
      const { conn } = await expectCleanClose(reading, result, { cause: 'pairing-required', reason: 'metadata-upgrade', requestId });
      const line = await reading.find(
        'the audit line',
        (record): record is OtherAuditRecord => record.kind === 'audit-other' && record.conn === conn,
      );
      expect(line).toMatchObject({ sort: 'metadata', deviceId: device.deviceId });
      expect(line.raw).toContain('claimedPlatform=darwin');
    },
  },
  {
    name: 'a known key that asks for the role node waits, or is let in unasked, as this gateway does on clean loopback',
    check: async (target) => {
      const device = await pairedDevice(target, READ);
      const reading = await target.reading();
      const client = { id: 'node-host', mode: 'node', version: '1.0.0', platform: 'linux' };
      const result = await device.ask({ client, role: 'node', scopes: [], commands: ['system.run'] });
      if (target.traits.silentPairing) {
        expect(result.hello).toMatchObject({ auth: { role: 'node', scopes: [] } });
        await reading.find('the silent grant', grantTo(device.deviceId, 'silent'));
        expect((await target.admin.paired(device.deviceId))?.roles).toEqual(['node', 'operator']);
      } else {
        await expectPairingRequired(result, 'role-upgrade');
        expect((await target.admin.paired(device.deviceId))?.roles).toEqual(['operator']);
      }
      result.close();
    },
  },
  {
    name: 'the local helper comes in without a row and without a line',
    check: async (target) => {
      const reading = await target.reading();
      const device = target.device();
      const result = await device.ask({
        client: { id: 'gateway-client', mode: 'backend', version: '1.0.0', platform: 'linux' },
        scopes: ['operator.admin'],
      });
      expect(result.hello).toBeDefined();
      result.close();
      await result.closed;
      expect(await target.admin.paired(device.deviceId)).toBeUndefined();
      expect((await reading.lines()).join('\n')).not.toContain(device.deviceId);
    },
  },
];

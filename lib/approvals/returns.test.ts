// A device that was refused and is seen again gives one row: the sign that a fix worked. Everything else gives none.
import { describe, expect, test } from 'vitest';
import type { HandshakeView } from '../api/shapes.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import type { NewHandshake } from '../handshakes/attempt.ts';
import { createReturns } from './returns.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const DEVICE = 'd'.repeat(64);
const CONSOLE = 'c'.repeat(64);
const device = (over: Partial<PairedDevice> = {}): PairedDevice => ({
  deviceId: DEVICE,
  publicKey: 'pk',
  roles: ['operator'],
  scopes: [],
  tokens: [],
  clientId: 'cli',
  ...over,
});
const list = (...paired: PairedDevice[]): PairingList => ({ pending: [], paired, unread: 0 });
const view = (atMs: number, over: Partial<HandshakeView> = {}): HandshakeView => ({
  id: `r${atMs}`,
  seq: atMs,
  gateway: 'g',
  at: new Date(atMs).toISOString(),
  outcome: 'waiting',
  cause: 'pairing-required/scope-upgrade',
  title: 't',
  deviceId: DEVICE,
  run: { id: 1, count: 1, firstAt: '' },
  ...over,
});

function watching(latest: { failed?: HandshakeView; admitted?: HandshakeView } = { failed: view(NOW - 10_000) }) {
  const rows: NewHandshake[] = [];
  const errors: unknown[] = [];
  const known = { latest };
  const returns = createReturns({
    gateway: 'g',
    consoleDeviceId: CONSOLE,
    latestOf: async (deviceId) => (deviceId === DEVICE ? known.latest : {}),
    settled: () => Promise.resolve(),
    add: (fresh) => void rows.push(...fresh),
    onError: (error) => void errors.push(error),
    gatewayNow: () => NOW,
  });
  const read = async (row: Partial<PairedDevice>) => {
    returns.list(list(device(row)));
    await returns.done();
    return rows.length;
  };
  return { returns, rows, errors, known, read };
}

describe('2026.9.6, by its device list', () => {
  test('a device seen after its refusal is told once, as derived, with what shows it', async () => {
    const { rows, read } = watching();
    expect(await read({ lastSeenAtMs: NOW - 60_000, connected: false })).toBe(0);
    expect(await read({ lastSeenAtMs: NOW - 5000, lastSeenReason: 'connect', connected: true })).toBe(1);
    expect(await read({ lastSeenAtMs: NOW - 4000, lastSeenReason: 'connect', connected: true })).toBe(1);
    expect(rows[0]).toMatchObject({
      outcome: 'admitted',
      cause: 'seen-again',
      at: new Date(NOW - 5000).toISOString(),
      derived: true,
      deviceId: DEVICE,
      clientId: 'cli',
      evidence: { raw: [expect.stringContaining('lastSeenAtMs')] },
    });
  });

  test('each return after a new refusal is told again', async () => {
    const { known, read } = watching();
    await read({ lastSeenAtMs: NOW - 5000 });
    known.latest = { failed: view(NOW - 3000), admitted: view(NOW - 5000, { cause: 'seen-again', outcome: 'admitted' }) };
    expect(await read({ lastSeenAtMs: NOW - 1000 })).toBe(2);
  });

  test('what a restart of the console finds already told is not told again', async () => {
    const { read } = watching({ failed: view(NOW - 10_000), admitted: view(NOW - 8000, { cause: 'seen-again', outcome: 'admitted' }) });
    expect(await read({ lastSeenAtMs: NOW - 5000 })).toBe(0);
  });

  test('no sign: never refused, refused a day ago, seen before the refusal, or set by the gateway’s own start', async () => {
    expect(await watching({}).read({ lastSeenAtMs: NOW - 5000 })).toBe(0);
    expect(await watching({ failed: view(NOW - 25 * 3_600_000) }).read({ lastSeenAtMs: NOW - 5000 })).toBe(0);
    expect(await watching().read({ lastSeenAtMs: NOW - 10_001 })).toBe(0);
    expect(await watching().read({ lastSeenAtMs: NOW - 5000, lastSeenReason: 'runtime-token-startup' })).toBe(0);
  });

  test('a list whose rows did not change asks the store nothing', async () => {
    const { returns, known, errors } = watching();
    const row = device({ lastSeenAtMs: NOW - 60_000 });
    returns.list(list(row));
    await returns.done();
    Object.defineProperty(known, 'latest', {
      get: () => {
        throw new Error('asked');
      },
    });
    returns.list(list(row));
    await returns.done();
    expect(errors).toEqual([]);
    returns.list(list(device({ lastSeenAtMs: NOW - 50_000 })));
    await returns.done();
    expect(errors).toHaveLength(1);
  });
});

describe('2026.4.14, by presence', () => {
  const presence = (over: Record<string, unknown> = {}) => ({
    presence: [{ host: 'h', mode: 'gateway', ts: NOW }, { deviceId: DEVICE, reason: 'connect', ts: NOW - 5000, ...over }, 'x'],
  });

  test('a sign-in after the refusal is told', async () => {
    const { returns, rows, read } = watching();
    await read({});
    returns.presence(presence());
    await returns.done();
    expect(rows).toMatchObject([
      { cause: 'seen-again', at: new Date(NOW - 5000).toISOString(), evidence: { raw: [expect.stringContaining('presence')] } },
    ]);
  });

  test('one that left says nothing of when it came, and one before the refusal is no sign', async () => {
    const { returns, rows, read } = watching();
    await read({});
    returns.presence(presence({ reason: 'disconnect' }));
    returns.presence(presence({ ts: NOW - 11_000 }));
    returns.presence({ nothing: true });
    await returns.done();
    expect(rows).toEqual([]);
  });

  test('a device whose list row tells when it was seen is not told twice', async () => {
    const { returns, rows, read } = watching();
    await read({ lastSeenAtMs: NOW - 60_000 });
    returns.presence(presence());
    await returns.done();
    expect(rows).toEqual([]);
  });
});

import { expect, test } from 'vitest';
import { readPaired } from '../gateway/records.ts';
import { actsAsAdmin, alone, grave } from './take-back-plan.ts';

const ADMIN = ['operator.admin'];
function row(name: string, token: Record<string, unknown> = {}) {
  const tokens = [{ role: 'operator', scopes: ADMIN, createdAtMs: 1, ...token }];
  const read = readPaired({
    deviceId: name.repeat(64).slice(0, 64),
    publicKey: name,
    role: 'operator',
    roles: ['operator'],
    scopes: ADMIN,
    createdAtMs: 1,
    tokens,
  });
  if (!read) throw new Error('the row of the test cannot be read');
  return read;
}
const port = { hostKeyId: () => undefined, consoleDeviceId: 'c'.repeat(64) };
const asks = (rows: ReturnType<typeof row>[]) => {
  const [first] = rows;
  return first && grave(first, rows, port, { leaving: new Set(), losesAdmin: true });
};

test('the last one that can act as admin asks for a word: a row whose token is revoked or narrowed is none that stays', () => {
  expect(asks([row('a'), row('b')])).toBeUndefined();
  expect(asks([row('a')])).toContain('No other device');
  expect(asks([row('a'), row('b', { revokedAtMs: 2 })])).toContain('No other device');
  expect(asks([row('a'), row('b', { scopes: ['operator.read'] })])).toContain('No other device');
  expect([row('a'), row('b', { revokedAtMs: 2 })].map(actsAsAdmin)).toEqual([true, false]);
});

test('of two acts that may take admin one is told to wait; others on two devices go side by side', async () => {
  const busy = new Set<string>();
  async function exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (busy.has(key)) throw new Error('busy');
    busy.add(key);
    return work().finally(() => busy.delete(key));
  }
  const both = (holds: string[]) =>
    Promise.allSettled(['a', 'b'].map((deviceId) => alone({ exclusively }, { deviceId, holds }, () => Promise.resolve(deviceId))));
  expect((await both(ADMIN)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect((await both(['operator.read'])).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});

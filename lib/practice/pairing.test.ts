import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, withImplied } from './grants.ts';
import {
  activeRoles,
  approve,
  ask,
  emptyPairing,
  type Fresh,
  mayUse,
  type PairingState,
  PENDING_LIFE_MS,
  prune,
  reject,
  remove,
  type Wish,
} from './pairing.ts';
import { ensureToken, revokeToken, rotateToken, verifyToken } from './tokens.ts';

const ADMIN = ['operator.admin'];
const KNOWN = ['operator.read', 'operator.write', 'operator.admin', 'operator.approvals', 'operator.pairing', 'operator.talk.secrets'];

function counter() {
  let n = 0;
  return (now: number): Fresh => ({ now, id: () => `id-${++n}`, token: () => `token-${++n}` });
}

const wish = (over: Partial<Wish> = {}): Wish => ({
  deviceId: 'd1',
  publicKey: 'k1',
  role: 'operator',
  scopes: ['operator.read'],
  silent: false,
  clientId: 'cli',
  ...over,
});

function paired(scopes: readonly string[], at = counter()): { state: PairingState; at: (now: number) => Fresh } {
  const asked = ask(emptyPairing(), wish({ scopes }), at(0));
  return { state: approve(asked.state, asked.request.requestId, ADMIN, at(1)).state, at };
}

const scopeSet = fc.uniqueArray(fc.constantFrom(...KNOWN), { minLength: 1 });
const step = fc.record({
  deviceId: fc.constantFrom('d1', 'd2'),
  role: fc.constantFrom('operator', 'operator', 'node'),
  scopes: fc.uniqueArray(fc.constantFrom(...KNOWN)),
  silent: fc.boolean(),
  afterMs: fc.integer({ min: 0, max: 120_000 }),
});

describe('asking', () => {
  it('keeps id and first time while the same set is asked again', () => {
    const at = counter();
    const first = ask(emptyPairing(), wish(), at(1000));
    const again = ask(first.state, wish({ displayName: 'Later name' }), at(2000));
    expect(again.created).toBe(false);
    expect(again.request).toMatchObject({ requestId: first.request.requestId, ts: 1000, displayName: 'Later name' });
  });

  it('takes a set and its implied scopes for the same wish', () => {
    const at = counter();
    const first = ask(emptyPairing(), wish({ scopes: ['operator.write'] }), at(0));
    const again = ask(first.state, wish({ scopes: ['operator.read', 'operator.write'] }), at(1));
    expect(again.request.requestId).toBe(first.request.requestId);
  });

  it('churns the id at every narrower retry and keeps the union', () => {
    const at = counter();
    const wide = ask(emptyPairing(), wish({ scopes: ['operator.read', 'operator.approvals'] }), at(0));
    const one = ask(wide.state, wish(), at(1));
    const two = ask(one.state, wish(), at(2));
    expect(new Set([wide.request.requestId, one.request.requestId, two.request.requestId]).size).toBe(3);
    expect([...two.request.scopes].sort()).toEqual(['operator.approvals', 'operator.read']);
    expect(two.request.ts).toBe(2);
  });

  it('makes a request visible as soon as one of its wishes was not silent', () => {
    const at = counter();
    const loud = ask(emptyPairing(), wish(), at(0));
    expect(ask(loud.state, wish({ role: 'node', scopes: [], silent: true }), at(1)).request.silent).toBe(false);
  });

  it('lets a request go five minutes after its first try, whatever was retried since', () => {
    const at = counter();
    const first = ask(emptyPairing(), wish(), at(0));
    const again = ask(first.state, wish(), at(PENDING_LIFE_MS - 1));
    expect(Object.keys(prune(again.state, PENDING_LIFE_MS).pending)).toHaveLength(1);
    expect(Object.keys(prune(again.state, PENDING_LIFE_MS + 1).pending)).toHaveLength(0);
  });

  it('holds at most one request for each device, with the union of all that it asked within its life', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const at = counter();
        let state = emptyPairing();
        let now = 0;
        for (const { afterMs, ...said } of steps) {
          now += afterMs;
          const before = Object.values(prune(state, now).pending).find((row) => row.deviceId === said.deviceId);
          const asked = ask(state, wish({ ...said, publicKey: `key of ${said.deviceId}` }), at(now));
          state = asked.state;
          const rows = Object.values(state.pending).filter((row) => row.deviceId === said.deviceId);
          expect(rows).toEqual([asked.request]);
          expect(new Set(withImplied(asked.request.scopes))).toEqual(new Set(withImplied([...(before?.scopes ?? []), ...said.scopes])));
          expect(asked.request.roles).toContain(said.role);
        }
      }),
    );
  });
});

describe('approving', () => {
  it('grants the union and gives a new token', () => {
    const { state, at } = paired(['operator.read']);
    const asked = ask(state, wish({ scopes: ['operator.approvals'] }), at(10));
    const before = asked.state.paired.d1;
    const after = approve(asked.state, asked.request.requestId, ADMIN, at(11));
    expect(after.approval).toMatchObject({
      kind: 'approved',
      device: { scopes: ['operator.read', 'operator.approvals'], createdAtMs: before?.createdAtMs, approvedAtMs: 11 },
    });
    expect(after.state.paired.d1?.tokens.operator?.token).not.toBe(before?.tokens.operator?.token);
    expect(after.state.paired.d1?.tokens.operator?.rotatedAtMs).toBe(11);
    expect(after.state.pending).toEqual({});
  });

  it('never takes a scope away and never gives one that nobody asked', () => {
    fc.assert(
      fc.property(scopeSet, scopeSet, (held, wanted) => {
        const { state, at } = paired(held);
        const asked = ask(state, wish({ scopes: wanted }), at(10));
        const device = approve(asked.state, asked.request.requestId, ADMIN, at(11)).state.paired.d1;
        expect(new Set(device?.approvedScopes)).toEqual(new Set([...held, ...wanted]));
      }),
    );
  });

  it('is refused, and changes nothing, unless the approver holds all that is asked', () => {
    fc.assert(
      fc.property(scopeSet, scopeSet, (own, wanted) => {
        const at = counter();
        const asked = ask(emptyPairing(), wish({ scopes: wanted }), at(0));
        const { state, approval } = approve(asked.state, asked.request.requestId, own, at(1));
        expect(approval.kind).toBe(covers('operator', withImplied(wanted), own) ? 'approved' : 'forbidden');
        if (approval.kind === 'forbidden') expect(state).toEqual(asked.state);
      }),
    );
  });

  it('refuses a scope of no known role for everyone', () => {
    const at = counter();
    const asked = ask(emptyPairing(), wish({ scopes: ['foo.bar'] }), at(0));
    expect(approve(asked.state, asked.request.requestId, ADMIN, at(1)).approval).toEqual({
      kind: 'forbidden',
      message: 'invalid scope for requested roles: foo.bar',
    });
  });

  it('gives a request without scopes what the old token held', () => {
    const { state, at } = paired(['operator.admin']);
    const asked = ask(state, wish({ scopes: [] }), at(10));
    const device = approve(asked.state, asked.request.requestId, ['operator.read'], at(11)).state.paired.d1;
    expect(device?.tokens.operator?.scopes).toContain('operator.admin');
  });

  it('knows no request twice', () => {
    const at = counter();
    const asked = ask(emptyPairing(), wish(), at(0));
    const once = approve(asked.state, asked.request.requestId, ADMIN, at(1));
    expect(approve(once.state, asked.request.requestId, ADMIN, at(2)).approval).toEqual({ kind: 'unknown' });
  });
});

describe('taking back', () => {
  it('rejects by dropping the request and remembers nothing', () => {
    const at = counter();
    const asked = ask(emptyPairing(), wish(), at(0));
    const rejected = reject(asked.state, asked.request.requestId, 1);
    expect(rejected).toEqual({ state: emptyPairing(), deviceId: 'd1' });
    expect(ask(rejected.state, wish(), at(2)).created).toBe(true);
  });

  it('removes the row but leaves the waiting request', () => {
    const { state, at } = paired(['operator.read']);
    const asked = ask(state, wish({ scopes: ADMIN }), at(5));
    const removed = remove(asked.state, 'd1');
    expect(removed.removed).toBe(true);
    expect(removed.state.paired).toEqual({});
    expect(Object.keys(removed.state.pending)).toEqual([asked.request.requestId]);
    expect(remove(removed.state, 'd1').removed).toBe(false);
  });

  it('revokes a role until the next connect with the shared token, which issues a new one', () => {
    const { state, at } = paired(['operator.read']);
    const revoked = revokeToken(state, 'd1', 'operator', 20).state;
    expect(activeRoles(revoked.paired.d1 ?? raise())).toEqual([]);
    expect(mayUse(revoked.paired.d1, 'k1', 'operator', ['operator.read'])).toBe(false);
    expect(
      ensureToken(revoked, { deviceId: 'd1', role: 'operator', scopes: ['operator.read'] }, at(21)).token?.revokedAtMs,
    ).toBeUndefined();
  });

  it('ends the old token at a rotation and honours the new one', () => {
    const { state, at } = paired(['operator.write']);
    const old = state.paired.d1?.tokens.operator?.token ?? raise();
    const rotation = rotateToken(state, { deviceId: 'd1', role: 'operator', scopes: ['operator.read'] }, at(30));
    if ('denied' in rotation) throw new Error(rotation.denied);
    const claim = { deviceId: 'd1', role: 'operator', scopes: ['operator.read'] };
    expect(verifyToken(rotation.state, { ...claim, token: old }, 31).ok).toBe(false);
    expect(verifyToken(rotation.state, { ...claim, token: rotation.token.token }, 31).ok).toBe(true);
    expect(verifyToken(rotation.state, { ...claim, scopes: ['operator.write'], token: rotation.token.token }, 31).ok).toBe(false);
  });

  it('rotates to no more than was approved', () => {
    const { state, at } = paired(['operator.read']);
    expect(rotateToken(state, { deviceId: 'd1', role: 'operator', scopes: ADMIN }, at(30))).toMatchObject({
      denied: 'scope-outside-approved-baseline',
    });
  });
});

function raise(): never {
  throw new Error('the row is missing');
}

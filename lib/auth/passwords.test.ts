import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../clock.ts';
import { Problem } from '../problem.ts';
import { START_MS } from '../store/test-samples.ts';
import { createLockOut, LONGEST_WAIT_MS, waitAfter } from './lock-out.ts';
import { requireGoodPassword } from './password-words.ts';
import { createPasswords } from './passwords.ts';
import { proxyOptions } from './proxy.ts';
import { accountsRig, codeOf, GOOD } from './test-accounts.ts';

const weakness = (password: string, name = 'Ada') => {
  try {
    requireGoodPassword(password, name);
    return 'taken';
  } catch (error) {
    return error instanceof Problem ? error.code : 'failed otherwise';
  }
};

describe('a password', () => {
  test('is kept as argon2id with a salt of its own, and only the right one fits', async () => {
    const passwords = createPasswords(randomBytes);
    const [one, two] = [await passwords.hash(GOOD), await passwords.hash(GOOD)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect([await passwords.verify(GOOD, one), await passwords.verify(GOOD, two)]).toEqual([true, true]);
    expect([await passwords.verify(`${GOOD} `, one), await passwords.verify('', one), await passwords.verify(GOOD, undefined)]).toEqual([
      false,
      false,
      false,
    ]);
    for (const broken of ['', 'x', one.slice(0, -30), one.replace('argon2id', 'argon2i'), one.replace('m=19456', 'm=1945600')])
      expect(await passwords.verify(GOOD, broken)).toBe(false);
  });

  test('fits however its signs were typed', async () => {
    const passwords = createPasswords(randomBytes);
    expect(await passwords.verify('cafe\u0301 au lait a Paris', await passwords.hash('caf\u00e9 au lait a Paris'))).toBe(true);
  });

  test('waits behind two others, and beyond thirty that wait it is refused', async () => {
    const passwords = createPasswords(randomBytes);
    const all = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.hash(GOOD)));
    const busy = all.flatMap((one) => (one.status === 'rejected' && one.reason instanceof Problem ? [one.reason.code] : []));
    expect(busy).toEqual(Array(8).fill('sign-in-busy'));
    expect(await passwords.verify(GOOD, await passwords.hash(GOOD))).toBe(true);
  });

  test('is not taken when it is short, long, the name, or one that is tried first', () => {
    const weak = [
      'a short one',
      'x'.repeat(257),
      'aaaaaaaaaaaa',
      'abababababab',
      '123456789012',
      'ponmlkjihgfe',
      'Password12345',
      'abcabcabcabcab',
    ];
    expect(weak.map((text) => [text, weakness(text)])).toEqual(weak.map((text) => [text, 'password-weak']));
    expect([weakness('Ada Lovelace', 'ada lovelace'), weakness('adalovelace1815', 'AdaLovelace')]).toEqual(Array(2).fill('password-weak'));
    expect([weakness(GOOD), weakness('Tr0ub4dor&3xyz'), weakness('дождь идёт весь день'), weakness('x7'.repeat(5) + GOOD)]).toEqual(
      Array(4).fill('taken'),
    );
  });
});

describe('after wrong passwords', () => {
  test('the wait doubles from a second to a quarter of an hour', () => {
    expect([0, 4, 5, 6, 7, 14, 15, 1000].map(waitAfter)).toEqual([0, 0, 1000, 2000, 4000, 512_000, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
  });

  test('a name waits whatever the address, an address whatever the name, and a right one ends it', () => {
    const clock = manualClock(START_MS);
    const lockOut = createLockOut(clock);
    const code = (name: string, address: string) => {
      try {
        return { attempt: lockOut.begin(name, address), code: 'free' };
      } catch (error) {
        return { attempt: undefined, code: error instanceof Problem ? error.code : 'failed otherwise' };
      }
    };
    for (let n = 0; n < 5; n += 1) expect(code('Ada', `10.0.0.${n}`).code).toBe('free');
    expect([code(' ADA', '10.0.9.9').code, code('Paul', '10.0.0.1').code]).toEqual(['sign-in-locked', 'free']);
    clock.advance(999);
    expect(code('Ada', '10.0.9.9').code).toBe('sign-in-locked');
    clock.advance(1);
    code('Ada', '10.0.9.9').attempt?.passed();
    expect(code('Ada', '10.0.9.9').code).toBe('free');
    for (let n = 0; n < 5; n += 1) code(`name ${n}`, '2001:db8:1:2::7');
    expect([code('Eve', '2001:db8:1:2:9::1').code, code('Eve', '2001:db8:1:3::1').code]).toEqual(['sign-in-locked', 'free']);
    // A network is its first 64 bits, however an address in it is shortened.
    for (let n = 0; n < 5; n += 1) code(`short ${n}`, `2001:db8::${n}`);
    expect([code('Tim', '2001:0db8:0:0:7:7:7:7').code, code('Tim', '2001:db8:0:1::1').code]).toEqual(['sign-in-locked', 'free']);
  });

  test('a try at which nobody looked counts for nothing', () => {
    const lockOut = createLockOut(manualClock(START_MS));
    for (let n = 0; n < 20; n += 1) lockOut.begin('Ada', '192.0.2.9').untried();
    expect(() => lockOut.begin('Ada', '192.0.2.9')).not.toThrow();
  });

  test('whoever has one account has no more tries at others for it, and callers of this host have no room in common', () => {
    const lockOut = createLockOut(manualClock(START_MS));
    const codes = Array.from({ length: 6 }, (_, n) => {
      try {
        lockOut.begin('Own', '192.0.2.9').passed();
        lockOut.begin(`other ${n}`, '192.0.2.9');
        return 'free';
      } catch {
        return 'locked';
      }
    });
    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'free'), 'locked']);
    for (let n = 0; n < 50; n += 1) lockOut.begin(`stranger ${n}`, '127.0.0.1');
    expect(() => lockOut.begin('Vera', '127.0.0.1')).not.toThrow();
  });

  test('behind a proxy of another host that is not named nobody waits for another, and a name still waits for its own', async () => {
    // The header gives this test's calls the address of another host; nothing else of it counts here.
    const rig = await accountsRig({ unnamedProxy: true, proxy: proxyOptions({ trusted: ['127.0.0.1'] }) });
    await rig.operator('Vera', ['viewer']);
    const at = (name: string, password: string) =>
      rig.call('POST', '/session/password', { headers: { 'X-Forwarded-For': '192.0.2.7' }, body: { name, password } });
    for (let n = 0; n < 8; n += 1) expect(codeOf(await at(`stranger ${n}`, 'a wrong guess here'))).toBe('sign-in-refused');
    rig.browser(await at('Vera', GOOD));
    for (let n = 0; n < 5; n += 1) await at('Vera', 'a wrong guess here');
    expect(codeOf(await at('Vera', GOOD))).toBe('sign-in-locked');
  });

  test('whoever confirms rightly in a session starts anew after wrong ones', () => {
    const inside = createLockOut(manualClock(START_MS), { byAddress: false });
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 3; n += 1) inside.begin('session', 'session');
      inside.begin('session', 'session').passed();
    }
    expect(() => inside.begin('session', 'session')).not.toThrow();
  });

  test('a flood of names forgets no address and no more than it must', () => {
    const lockOut = createLockOut(manualClock(START_MS));
    for (let n = 0; n < 20_000; n += 1) lockOut.begin(`name ${n}`, `10.${n % 200}.${Math.floor(n / 200) % 250}.1`);
    for (let n = 0; n < 5; n += 1) lockOut.begin(`other ${n}`, '192.0.2.1');
    expect(() => lockOut.begin('Eve', '192.0.2.1')).toThrow(Problem);
  });

  test('many that come at once are not so many free tries', async () => {
    const rig = await accountsRig();
    await rig.operator('Ada', ['viewer']);
    const tries = Array.from({ length: 20 }, (_, n) =>
      rig.call('POST', '/session/password', { body: { name: 'Ada', password: `a wrong guess ${n}` } }),
    );
    const codes = (await Promise.all(tries)).map(codeOf);
    expect(codes.filter((code) => code === 'sign-in-refused')).toHaveLength(5);
    expect(codes.filter((code) => code === 'sign-in-locked')).toHaveLength(15);
  });

  test('the answer is the same for a name that does not exist, and a link still signs in', async () => {
    const rig = await accountsRig();
    await rig.operator('Ada', ['viewer']);
    const tried = async (name: string) => rig.call('POST', '/session/password', { body: { name, password: 'a wrong guess' } });
    const [known, unknown] = [await tried('Ada'), await tried('Nobody')];
    expect(known.json).toEqual(unknown.json);
    expect([known.status, codeOf(known)]).toEqual([401, 'sign-in-refused']);
    for (let n = 0; n < 4; n += 1) await tried('Ada');
    const locked = await tried('Ada');
    expect(locked).toMatchObject({ status: 429, headers: { 'retry-after': '1' }, json: { code: 'sign-in-locked' } });
    await rig.signIn(undefined, 'Ada');
  });

  test('stand in Activity as one row for each operator, address and hour, never with a name that is none', async () => {
    const rig = await accountsRig();
    await rig.operator('Ada', ['viewer']);
    const typed = 'a password in the wrong field';
    for (const name of ['Ada', 'ada', typed, 'Nobody'])
      await rig.call('POST', '/session/password', { body: { name, password: 'a wrong guess' } });
    const rows = async () => (await rig.activity()).filter(({ what }) => what === 'sign-in.refused');
    expect(await rows()).toEqual([]);
    rig.clock.advance(3_600_000);
    await rig.auth.sweep();
    await rig.auth.sweep();
    expect((await rows()).map(({ details }) => [details?.operator ?? 'nobody', details?.count]).toSorted()).toEqual([
      ['Ada', 2],
      ['nobody', 2],
    ]);
    expect(JSON.stringify([await rig.activity(), rig.logged])).not.toContain(typed);
  });
});

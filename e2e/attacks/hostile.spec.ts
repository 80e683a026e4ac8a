// A gateway that lies. Whatever it says, and however much of it: the console stays up and small, says what is wrong by one code, dials at a
// pace of its own, and approves nothing.
import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { until } from '../gateways/until.ts';
import { type Behaviour, type Call, helloWith, madeUpKey, nodeRow, pairedRow, pendingRow } from './hostile-gateway.ts';
import { calmly, codeOf, facing, live, readAgain, readings, shown, stillServes } from './hostile-rig.ts';

const MIB = 1024 * 1024;
const text = (mib: number) => 'x'.repeat(mib * MIB);

const challenge = (payload: unknown) => JSON.stringify({ type: 'event', event: 'connect.challenge', payload });
const greeting = (data: string | Buffer): Behaviour => ({ greet: (socket) => socket.send(data) });
const bytes = (...list: number[]): Behaviour => ({ greet: (_socket, raw) => void raw.write(Buffer.from(list)) });
const http = (words: string): Behaviour => ({ upgrade: (raw) => void raw.write(words) });
const hello = (over: Readonly<Record<string, unknown>>): Behaviour => ({ answers: { connect: ({ reply }) => reply(helloWith(over)) } });
const refusing = (error: unknown): Behaviour => ({ answers: { connect: ({ refuse }) => refuse(error) } });
const listing = (payload: unknown): Behaviour => ({ answers: { 'device.pair.list': ({ reply }) => reply(payload) } });
/** Raw bytes of one frame: its first two bytes as they are, its length as a 64-bit number. */
const frameHead = (first: number, length: number) => {
  const head = Buffer.from([first, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
};

const BAD_BEGINNINGS: Readonly<Record<string, readonly [Behaviour, code: string]>> = {
  'says nothing': [{ greet: () => {} }, 'gateway-down'],
  'half a frame': [bytes(0x01, 0x7e, 0xff, 0xff, 0x7b), 'gateway-down'],
  'a frame that is none': [bytes(0xff, 0xff, 0xff, 0xff), 'gateway-garbage'],
  'a frame of 2^55 bytes': [bytes(0x81, 0x7f, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 'gateway-garbage'],
  'a challenge of another type': [greeting(challenge({ nonce: 7 })), 'gateway-garbage'],
  'a challenge of 10 MiB': [greeting(challenge({ nonce: text(10) })), 'gateway-garbage'],
  'a binary challenge': [greeting(Buffer.from(challenge({ nonce: 'n' }))), 'gateway-garbage'],
  'five million brackets': [greeting('['.repeat(5_000_000)), 'gateway-garbage'],
  'no upgrade': [http('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), 'gateway-garbage'],
  'a way elsewhere': [http('HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'), 'gateway-garbage'],
  'endless headers': [http(`HTTP/1.1 101 S\r\nX: ${text(1)}`), 'gateway-down'],
  'a hello that is nothing': [{ answers: { connect: ({ reply }) => reply(null) } }, 'gateway-garbage'],
  'a protocol of another type': [hello({ protocol: '4' }), 'gateway-garbage'],
  'a server of another type': [hello({ server: [] }), 'gateway-garbage'],
  'a version of 10 MiB': [hello({ server: { version: text(10) } }), 'gateway-garbage'],
  'another protocol': [hello({ protocol: 99 }), 'gateway-too-new'],
  'a refusal of 1 MiB in each field': [
    refusing({ code: text(0.25), message: text(0.25), details: { code: text(0.25), reason: '\u202e<b>'.repeat(10_000) } }),
    'gateway-refused',
  ],
  'come back at once': [refusing({ code: 'UNAVAILABLE', retryable: true, retryAfterMs: 0 }), 'gateway-starting'],
  'come back in the past': [refusing({ code: 'UNAVAILABLE', retryAfterMs: -1e9 }), 'gateway-starting'],
  'come back in 30,000 years': [refusing({ code: 'UNAVAILABLE', retryAfterMs: 1e15 }), 'gateway-starting'],
  'a list that is null': [listing(null), 'gateway-garbage'],
  'a list of other types': [listing({ pending: ['x', 7, null], paired: 'x' }), 'gateway-garbage'],
};

for (const [what, [behaviour, code]] of Object.entries(BAD_BEGINNINGS)) {
  test(`it begins with ${what}: told as ${code}`, async () => {
    await facing(behaviour, async (both) => {
      const since = performance.now();
      expect(await codeOf(both)).toBe(code);
      await until('two seconds more', () => (performance.now() - since > 2000 ? true : undefined));
      calmly(both, since);
    });
  });
}

test('a hello whose every other field is of another type lets in all the same, and sets nothing', async () => {
  const odd = [null, 7, 'x', [], [7, null], { x: {} }, -1e308];
  const over = (at: number) => ({
    type: odd[at],
    features: { methods: odd[at], events: odd[at] },
    snapshot: odd[at],
    auth: { deviceToken: odd[at], role: odd[at], scopes: odd[at] },
    policy: { maxPayload: odd[at], maxBufferedBytes: odd[at], tickIntervalMs: at % 2 ? odd[at] : 1e-300 },
    [text(0.1)]: odd[at],
  });
  let at = 0;
  await facing({ answers: { connect: ({ reply }) => reply(helloWith(over(at))) } }, async (both) => {
    const since = performance.now();
    for (at = 0; at < odd.length; at += 1) {
      const before = readings(both);
      await live(both);
      await until('a reading', () => (readings(both) > before ? true : undefined), 30_000);
      both.gateway.drop();
      await until('away', async () => ((await shown(both)).state !== 'live' ? true : undefined), 30_000);
    }
    calmly(both, since);
  });
});

test('it lets in and throws out again and again: dialed less and less, and told in few lines', async () => {
  const throwing: Behaviour = { greet: (socket) => void socket.close(1008, '<b>\u202e\n\u001b[31mbye') };
  await facing(throwing, async (both) => {
    const since = performance.now();
    await until('five dials', () => (both.gateway.connections() >= 5 ? true : undefined), 30_000);
    calmly(both, since);
    expect(await codeOf(both)).toBe('gateway-down');
    expect(both.target.output().split('\n').length).toBeLessThan(60);
  });
});

const LARGE: Readonly<Record<string, (call: Call) => void>> = {
  'an answer of 64 MiB': ({ reply }) => reply({ pending: [], paired: [], more: text(64) }),
  '64 MiB that never end': ({ raw }) => {
    raw.write(frameHead(0x81, 64 * MIB));
    const timer = setInterval(() => raw.write(Buffer.alloc(MIB, 0x20)), 5);
    raw.on('close', () => clearInterval(timer));
  },
  'an event of 64 MiB': ({ say }) => say(JSON.stringify({ type: 'event', event: 'tick', payload: text(64) })),
  'five million empty objects': ({ reply }) => reply({ pending: [], paired: Array(5_000_000).fill({}) }),
  'five million numbers in an answer that nobody asked for': ({ say }) =>
    say(JSON.stringify({ type: 'res', id: 'x', ok: true, payload: Array(5_000_000).fill(0) })),
  'a thousand thousand pieces of one frame': ({ raw }) => {
    raw.write(Buffer.from([0x01, 0x01, 0x20]));
    raw.write(Buffer.concat(Array.from({ length: 1_000_000 }, () => Buffer.from([0x00, 0x01, 0x20]))));
  },
};

for (const [what, answer] of Object.entries(LARGE)) {
  test(`${what}: the connection is given up and told as gateway-garbage`, async () => {
    await facing({ answers: { 'device.pair.list': answer } }, async (both) => {
      const since = performance.now();
      expect(await codeOf(both)).toBe('gateway-garbage');
      await until('three dials', () => (both.gateway.connections() >= 3 ? true : undefined), 30_000);
      await stillServes(both);
      calmly(both, since);
    });
  });
}

test('just under the limit, in one text or in many values, is read and forgotten again', async () => {
  const turns = [
    { pending: [], paired: [], more: text(9) },
    { pending: [], paired: Array(450_000).fill(0) },
    { pending: [], paired: [], more: Array(160_000).fill([[]]) },
    { pending: Array.from({ length: 9 }, () => pendingRow({ displayName: `\u202e${text(1)}` })), paired: [] },
  ].map((payload) => JSON.stringify(payload));
  let turn = 0;
  const nearly: Behaviour = {
    answers: {
      'device.pair.list'({ id, say }) {
        turn += 1;
        say(`{"type":"res","id":${JSON.stringify(id)},"ok":true,"payload":${turns[turn % turns.length]}}`);
      },
    },
  };
  await facing(nearly, async (both) => {
    await live(both);
    for (let n = 0; n < 12; n += 1) {
      both.gateway.event('device.pair.changed', {});
      await readAgain(both, 1);
    }
    expect((await shown(both)).state).toBe('live');
  });
});

const EVENTS = ['device.pair.requested', 'device.pair.resolved', 'node.pair.requested', 'presence', 'tick', 'config.changed', 'nobody'];

test('20,000 events a second, of every kind and of none: the connection is given up, the console answers meanwhile', async () => {
  // Made before: what is slow to make is no flood.
  const flood = Array.from({ length: 20_000 }, (_, n) =>
    JSON.stringify({ type: 'event', event: EVENTS[n % EVENTS.length], payload: n % 3 === 0 ? pendingRow() : { requestId: `${n}` } }),
  );
  const flooding: Behaviour = {
    greet(socket) {
      socket.send(challenge({ nonce: randomUUID(), ts: Date.now() }));
      let at = 0;
      const timer = setInterval(() => {
        for (let n = 0; n < 1000; n += 1, at += 1) socket.send(flood[at % flood.length] ?? '');
      }, 50);
      socket.on('close', () => clearInterval(timer));
    },
  };
  await facing(flooding, async (both) => {
    const since = performance.now();
    await until(
      'three floods',
      async () => {
        await stillServes(both);
        return both.gateway.connections() > 3 && performance.now() - since > 5000 ? true : undefined;
      },
      60_000,
    );
    expect(await codeOf(both)).toBe('gateway-garbage');
    calmly(both, since);
    // One reading of the list at a time, and not one for each event.
    const calls = both.gateway.calls();
    for (const method of new Set(calls)) expect(calls.filter((one) => one === method).length, method).toBeLessThan(600);
  });
});

test('pings, binary frames and pieces without end move nothing, and do not keep a silent gateway alive', async () => {
  const pinging: Behaviour = {
    answers: { connect: ({ reply }) => reply(helloWith({ policy: { tickIntervalMs: 1000 } })) },
    greet(socket, raw) {
      socket.send(challenge({ nonce: randomUUID() }));
      const timer = setInterval(() => {
        // Nothing is read of what comes back for them.
        raw.pause();
        for (let n = 0; n < 500; n += 1) socket.ping(Buffer.alloc(125));
        raw.resume();
      }, 25);
      socket.on('close', () => clearInterval(timer));
    },
  };
  await facing(pinging, async (both) => {
    await live(both);
    for (let n = 0; n < 100; n += 1) both.gateway.say(Buffer.alloc(10_000));
    await stillServes(both);
    const before = both.gateway.connections();
    both.gateway.behave({ ...pinging, answers: { ...pinging.answers, 'device.pair.list': () => {}, 'logs.tail': () => {} } });
    await until('given up', () => (both.gateway.connections() > before ? true : undefined), 30_000);
  });
});

test('answers to questions nobody asked, wrong ids, the same answer twice: only the first answer to a question counts', async () => {
  const twice: Behaviour = {
    answers: {
      'device.pair.list': ({ id, reply, say }) => {
        const lie = { pending: [pendingRow()], paired: [pairedRow({ scopes: ['operator.admin'] })] };
        for (const other of [randomUUID(), '', '__proto__', 'constructor', id.toUpperCase(), `${id} `])
          say(JSON.stringify({ type: 'res', id: other, ok: true, payload: lie }));
        for (const other of [7, null, {}, [id]]) say(JSON.stringify({ type: 'res', id: other, ok: true, payload: lie }));
        reply({ pending: [], paired: [] });
        reply(lie);
        say(JSON.stringify({ type: 'res', id, ok: false, error: { code: 'X', message: 'and no' } }));
        say(JSON.stringify({ type: 'req', id: '1', method: 'device.pair.approve', params: {} }));
        say(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'again' } }));
        say(Buffer.from(JSON.stringify({ type: 'event', event: 'device.pair.requested', payload: pendingRow() })));
        say('{');
      },
    },
  };
  await facing(twice, async (both) => {
    const { target, gateway } = both;
    await live(both);
    gateway.event('device.pair.changed', {});
    await readAgain(both);
    expect(await target.api.pending()).toEqual([]);
    expect((await target.api.devices()).length).toBe(0);
    expect((await shown(both)).state).toBe('live');
    expect(gateway.calls().filter((method) => method === 'connect')).toHaveLength(1);
  });
});

test('100,000 rows are cut and told as unread; as many as it is made for it shows, and answers meanwhile', async () => {
  test.setTimeout(240_000);
  const few = (n: number) => ({ requestId: `r${n}`, deviceId: `d${n}`, publicKey: `k${n}`, ts: 1 });
  const small = { pending: Array.from({ length: 50_000 }, (_, n) => few(n)), paired: Array.from({ length: 50_000 }, (_, n) => few(n)) };
  await facing(listing(small), async (both) => {
    await live(both);
    await until('the rows', async () => ((await both.target.api.devices()).length === 20_000 ? true : undefined), 60_000);
    expect((await both.target.api.pending()).length).toBe(3000);
    await stillServes(both);
  });
});

test('rows with 2,000 scopes and names of a megabyte are cut, shown and held for a person', async () => {
  test.setTimeout(240_000);
  const scopes = Array.from({ length: 2000 }, (_, n) => `operator.s${n}`);
  const wide = {
    pending: [
      pendingRow({ displayName: text(1), platform: text(1), clientId: text(1) }),
      // More than can be read makes a row unread: read as less, it would hide what is asked.
      pendingRow({ scopes: [...scopes, 'operator.admin'] }),
      ...Array.from({ length: 60 }, () => pendingRow({ scopes })),
    ],
    paired: [pairedRow({ displayName: text(1), tokens: [{ role: text(1) }] }), ...Array.from({ length: 60 }, () => pairedRow({ scopes }))],
  };
  await facing(listing(wide), async (both) => {
    await live(both);
    await until('the rows', async () => ((await both.target.api.pending()).length === 15 ? true : undefined), 60_000);
    expect((await both.target.api.devices()).length).toBe(61);
    const waiting = await both.target.api.pending();
    for (const { verdict } of waiting) expect(verdict.kind).toBe('hold');
    expect(JSON.stringify(waiting).length).toBeLessThan(16 * MIB);
  });
});

test('half its rows are none, and the other half change all the time: those are left out, these do not tire it', async () => {
  test.setTimeout(180_000);
  const keys = Array.from({ length: 200 }, madeUpKey);
  const odd = [1e300, -1e300, -1, 8.64e15, '2026', null, {}];
  const flapping: Behaviour = {
    answers: {
      'device.pair.list': ({ reply }) =>
        reply({
          pending: [
            ...[null, 7, 'x', {}, pendingRow({ scopes: 'operator.admin' }), pendingRow({ deviceId: 'x'.repeat(500) })],
            ...odd.map((ts) => pendingRow({ ts })),
            ...keys.map((key) => pendingRow({ ...key, scopes: [`operator.${randomUUID()}`] })),
          ],
          paired: [
            ...[null, [], { deviceId: 1 }],
            ...keys.map((key, at) => {
              const ms = odd[at % odd.length];
              const tokens = [{ role: 'operator', scopes: [], createdAtMs: ms, rotatedAtMs: ms, lastUsedAtMs: ms, revokedAtMs: ms }];
              const times = { createdAtMs: ms, approvedAtMs: ms, lastSeenAtMs: ms, tokens };
              return pairedRow({ ...key, displayName: randomUUID(), scopes: [`operator.${randomUUID()}`], ...times });
            }),
          ],
        }),
      'node.pair.list': ({ reply }) => reply({ pending: [null, ...odd.map((ts) => nodeRow({ ts })), nodeRow()], paired: [7, []] }),
    },
  };
  await facing(flapping, async (both) => {
    const { target, gateway } = both;
    await live(both);
    for (let n = 0; n < 40; n += 1) {
      gateway.event('device.pair.changed', {});
      await readAgain(both, 1);
    }
    expect((await target.api.devices()).length).toBe(200);
    expect((await target.api.pending()).length).toBe(200);
    expect((await shown(both)).state).toBe('live');
  });
});

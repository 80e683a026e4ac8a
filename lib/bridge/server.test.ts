import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import type { ActivityView, AutomationView, BridgeChange } from '../api/shapes.ts';
import { SESSION_IDLE_MS } from '../auth/sessions.ts';
import { API_TOKEN, type Rig, startRig } from '../http/test-rig.ts';
import { sampleActivity } from '../store/test-samples.ts';

const automation = (text: string): BridgeChange => {
  const item: AutomationView = { state: 'off', text, since: '2026-11-22T12:00:00.000Z' };
  return { topic: 'automation', op: 'set', item };
};
const activity = (id: string, text = 'x'): BridgeChange => {
  const item: ActivityView = { ...sampleActivity(id, { text }), seq: 1, prev: '', hash: '' };
  return { topic: 'activity', op: 'add', item };
};

type Offer = { protocols?: string[]; headers?: Record<string, string>; autoPong?: boolean };

/** A browser's end of the bridge: what came is kept, so that nothing is missed between two awaits. */
function open(rig: Rig, { protocols = [], headers = {}, autoPong = true }: Offer) {
  const socket = new WebSocket(`ws://127.0.0.1:${rig.port}/bridge`, protocols, {
    headers: { Host: `localhost:${rig.port}`, ...headers },
    autoPong,
  });
  onTestFinished(() => socket.terminate());
  const frames: unknown[] = [];
  let refused: Promise<{ status: number; text: string }> | undefined;
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => frames.push(isBinary ? 'binary' : JSON.parse(String(data))));
  socket.on('unexpected-response', (_request, response: IncomingMessage) => {
    refused = (async () => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return { status: response.statusCode ?? 0, text };
    })();
    socket.emit('refused');
  });
  return {
    socket,
    frames,
    closed: new Promise<number>((resolve) => socket.on('close', resolve)),
    until: async (count: number) => {
      while (frames.length < count) await once(socket, 'message');
      return frames;
    },
    refusal: async () => {
      if (!refused) await once(socket, 'refused');
      return refused;
    },
    subscribe: (ask: object) => socket.send(JSON.stringify({ type: 'subscribe', ...ask })),
    /** Resolves when everything sent so far was handled: the answer to a ping comes after it. */
    settled: async () => {
      socket.ping();
      await once(socket, 'pong');
    },
  };
}

async function signedIn(rig: Rig, over: Offer = {}) {
  const { cookie, key, writeHeaders } = await rig.signIn();
  const client = open(rig, { protocols: ['gatehouse.v1', `key.${key}`], headers: { Cookie: cookie, Origin: rig.origin }, ...over });
  return { ...client, cookie, key, writeHeaders };
}

const row = (cursor: number, change: BridgeChange) => ({ type: 'row', cursor, change });

describe('who may open a bridge', () => {
  test('a browser with cookie, second secret and our origin: the key is never echoed', async () => {
    const rig = await startRig();
    const client = await signedIn(rig);
    expect(await client.until(1)).toEqual([{ type: 'hello', version: '0.1.0', bridge: 1, epoch: rig.bridge.position().epoch, cursor: 0 }]);
    expect(client.socket.protocol).toBe('gatehouse.v1');
  });

  test('not by the cookie alone, nor with the key of another session', async () => {
    const rig = await startRig();
    const { cookie } = await rig.signIn();
    const other = await rig.signIn();
    const offers = [['gatehouse.v1'], ['gatehouse.v1', 'key.'], ['gatehouse.v1', 'key.guess'], ['gatehouse.v1', `key.${other.key}`]];
    for (const protocols of offers) {
      const refusal = await open(rig, { protocols, headers: { Cookie: cookie, Origin: rig.origin } }).refusal();
      expect(refusal).toMatchObject({ status: 401, text: expect.stringContaining('sign-in-required') });
    }
    expect(rig.bridge.clients()).toBe(0);
  });

  test('not by the key alone, and not with the key in a header instead', async () => {
    const rig = await startRig();
    const { cookie, key } = await rig.signIn();
    expect(await open(rig, { protocols: ['gatehouse.v1', `key.${key}`], headers: { Origin: rig.origin } }).refusal()).toMatchObject({
      status: 401,
    });
    expect(
      await open(rig, { protocols: ['gatehouse.v1'], headers: { Cookie: cookie, Origin: rig.origin, 'X-Gatehouse-Key': key } }).refusal(),
    ).toMatchObject({ status: 401 });
  });

  test('not from a foreign origin, another port, another scheme, or without one', async () => {
    const rig = await startRig();
    const { cookie, key } = await rig.signIn();
    const protocols = ['gatehouse.v1', `key.${key}`];
    for (const Origin of ['http://evil.example', `http://localhost:${rig.port + 1}`, `https://localhost:${rig.port}`, 'null']) {
      expect(await open(rig, { protocols, headers: { Cookie: cookie, Origin } }).refusal()).toMatchObject({
        status: 403,
        text: expect.stringContaining('origin-refused'),
      });
    }
    expect(await open(rig, { protocols, headers: { Cookie: cookie } }).refusal()).toMatchObject({
      status: 403,
      text: expect.stringContaining('origin-refused'),
    });
  });

  test('not under a host name of somebody else', async () => {
    const rig = await startRig();
    const { cookie, key } = await rig.signIn();
    const refusal = await open(rig, {
      protocols: ['gatehouse.v1', `key.${key}`],
      headers: { Cookie: cookie, Origin: rig.origin, Host: 'evil.example' },
    }).refusal();
    expect(refusal).toMatchObject({ status: 421 });
  });

  test('not without the subprotocol', async () => {
    const rig = await startRig();
    const { cookie, key } = await rig.signIn();
    expect(await open(rig, { protocols: [`key.${key}`], headers: { Cookie: cookie, Origin: rig.origin } }).refusal()).toMatchObject({
      status: 400,
    });
  });

  test('a script with the API token, without an origin; not with a wrong one', async () => {
    const rig = await startRig();
    const script = open(rig, { protocols: ['gatehouse.v1'], headers: { Authorization: `Bearer ${API_TOKEN}` } });
    expect(await script.until(1)).toMatchObject([{ type: 'hello' }]);
    expect(await open(rig, { protocols: ['gatehouse.v1'], headers: { Authorization: 'Bearer wrong' } }).refusal()).toMatchObject({
      status: 401,
    });
  });
});

describe('what comes over it', () => {
  test('nothing before a subscription, then the topics asked for, in growing order', async () => {
    const rig = await startRig();
    const client = await signedIn(rig);
    await client.until(1);
    rig.bridge.publish(automation('unheard'));
    client.subscribe({ topics: ['automation'] });
    await client.settled();
    rig.bridge.publish(automation('two'));
    rig.bridge.publish(activity('a'));
    expect(rig.bridge.publish(automation('four'))).toBe(4);
    expect((await client.until(3)).slice(1)).toEqual([row(2, automation('two')), row(4, automation('four'))]);
  });

  test('another subscription replaces the topics', async () => {
    const rig = await startRig();
    const client = await signedIn(rig);
    await client.until(1);
    client.subscribe({ topics: ['automation'] });
    client.subscribe({ topics: ['activity'] });
    await client.settled();
    rig.bridge.publish(automation('one'));
    rig.bridge.publish(activity('a'));
    expect((await client.until(2)).slice(1)).toEqual([row(2, activity('a'))]);
  });

  test('what was missed is replayed after a reconnect, only of the topics asked for', async () => {
    const rig = await startRig();
    for (const text of ['one', 'two', 'three']) rig.bridge.publish(automation(text));
    rig.bridge.publish(activity('a'));
    const { epoch } = rig.bridge.position();
    const client = await signedIn(rig);
    expect(await client.until(1)).toMatchObject([{ cursor: 4 }]);
    client.subscribe({ topics: ['automation'], epoch, after: 1 });
    await client.until(3);
    rig.bridge.publish(automation('five'));
    expect((await client.until(4)).slice(1)).toEqual([row(2, automation('two')), row(3, automation('three')), row(5, automation('five'))]);
  });

  test('nothing is replayed to who has it all', async () => {
    const rig = await startRig();
    rig.bridge.publish(automation('one'));
    const client = await signedIn(rig);
    await client.until(1);
    client.subscribe({ topics: ['automation'], epoch: rig.bridge.position().epoch, after: 1 });
    await client.settled();
    expect(client.frames).toHaveLength(1);
  });

  test('the page is told to read again when the epoch is another, the cursor too old or never given', async () => {
    const rig = await startRig({ bridge: { bufferSize: 3 } });
    for (let n = 1; n <= 5; n += 1) rig.bridge.publish(automation(`${n}`));
    const { epoch } = rig.bridge.position();
    const client = await signedIn(rig);
    await client.until(1);
    for (const ask of [{ epoch: 'earlier', after: 4 }, { after: 4 }, { epoch, after: 1 }, { epoch, after: 6 }])
      client.subscribe({ topics: ['automation'], ...ask });
    expect((await client.until(5)).slice(1)).toEqual(Array(4).fill({ type: 'reread', cursor: 5 }));
    client.subscribe({ topics: ['automation'], epoch, after: 2 });
    expect((await client.until(8)).slice(5)).toEqual([3, 4, 5].map((n) => row(n, automation(`${n}`))));
  });

  test('a replay that would itself be too much becomes a reread', async () => {
    const rig = await startRig({ bridge: { maxBufferedBytes: 10_000 } });
    for (let n = 0; n < 10; n += 1) rig.bridge.publish(activity(`${n}`, 'x'.repeat(1000)));
    const client = await signedIn(rig);
    await client.until(1);
    client.subscribe({ topics: ['activity'], epoch: rig.bridge.position().epoch, after: 0 });
    expect((await client.until(2)).at(1)).toEqual({ type: 'reread', cursor: 10 });
  });
});

describe('a bridge is closed', () => {
  test('when the browser sends anything but a subscription', async () => {
    const rig = await startRig();
    const wrong = [
      'hello',
      '{}',
      '{"type":"approve"}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","topics":["secrets"]}',
      '{"type":"subscribe","topics":[],"more":1}',
      '{"type":"subscribe","topics":[],"after":-1}',
      Buffer.from('{"type":"subscribe","topics":[]}'),
    ];
    for (const frame of wrong) {
      const client = await signedIn(rig);
      await client.until(1);
      client.socket.send(frame);
      expect(await client.closed).toBe(1008);
    }
    const large = await signedIn(rig);
    await large.until(1);
    large.socket.send('x'.repeat(5000));
    expect(await large.closed).toBe(1009);
  });

  test('when it is flooded with subscriptions', async () => {
    const rig = await startRig();
    const client = await signedIn(rig);
    await client.until(1);
    for (let n = 0; n < 61; n += 1) client.subscribe({ topics: [] });
    expect(await client.closed).toBe(1008);
  });

  test('when its caller holds the most and somebody else needs the room', async () => {
    const rig = await startRig({ bridge: { maxClients: 3 } });
    const script = () => open(rig, { protocols: ['gatehouse.v1'], headers: { Authorization: `Bearer ${API_TOKEN}` } });
    const scripts = [script(), script(), script()];
    await Promise.all(scripts.map((client) => client.until(1)));
    const person = await signedIn(rig);
    await person.until(1);
    expect(await scripts[0]?.closed).toBe(1013);
    expect((await script().refusal())?.text).toContain('Too many bridges');
    expect(rig.bridge.clients()).toBe(3);
  });

  test('when its session ends, and only that one', async () => {
    const rig = await startRig();
    const leaving = await signedIn(rig);
    const second = open(rig, {
      protocols: ['gatehouse.v1', `key.${leaving.key}`],
      headers: { Cookie: leaving.cookie, Origin: rig.origin },
    });
    const staying = await signedIn(rig);
    await Promise.all([leaving.until(1), second.until(1), staying.until(1)]);
    await rig.ask('/api/v1/session', { method: 'DELETE', headers: leaving.writeHeaders });
    expect(await Promise.all([leaving.closed, second.closed])).toEqual([4001, 4001]);
    expect(rig.bridge.clients()).toBe(1);
    staying.subscribe({ topics: ['automation'] });
    await staying.settled();
    rig.bridge.publish(automation('one'));
    expect(await staying.until(2)).toHaveLength(2);
  });

  test('when its API token is revoked or runs out, and when the rights of its operator change', async () => {
    const rig = await startRig();
    const admin = await rig.signIn();
    await rig.addOperator('Vera', ['viewer']);
    const made = async (name: string) => {
      const body = { name, right: 'viewer', expiresInDays: 1 };
      const { json } = await rig.ask('/api/v1/tokens', { method: 'POST', headers: admin.writeHeaders, body });
      return z.object({ token: z.object({ id: z.string() }), secret: z.string() }).parse(json);
    };
    const [revoked, old] = [await made('revoked'), await made('old')];
    const scripts = [revoked, old].map(({ secret }) =>
      open(rig, { protocols: ['gatehouse.v1'], headers: { Authorization: `Bearer ${secret}` } }),
    );
    const { cookie, key } = await rig.signIn(undefined, 'Vera');
    const vera = open(rig, { protocols: ['gatehouse.v1', `key.${key}`], headers: { Cookie: cookie, Origin: rig.origin } });
    await Promise.all([...scripts, vera].map((client) => client.until(1)));
    const { id } = (await rig.store.operators.byName('Vera')) ?? { id: '' };
    await rig.ask(`/api/v1/operators/${id}`, { method: 'PATCH', headers: admin.writeHeaders, body: { rights: ['approver'] } });
    expect(await vera.closed).toBe(4001);
    await rig.ask(`/api/v1/tokens/${revoked.token.id}`, { method: 'DELETE', headers: admin.writeHeaders });
    expect([await scripts[0]?.closed, rig.bridge.clients()]).toEqual([4001, 1]);
    rig.clock.advance(86_400_000);
    await rig.auth.sweep();
    expect([await scripts[1]?.closed, rig.bridge.clients()]).toEqual([4001, 0]);
  });

  test('when its session runs out', async () => {
    const rig = await startRig();
    const client = await signedIn(rig);
    await client.until(1);
    rig.clock.advance(SESSION_IDLE_MS);
    await rig.auth.sweep();
    expect(await client.closed).toBe(4001);
  });

  test('when the browser does not read, without anything piling up for it', async () => {
    const rig = await startRig({ bridge: { maxBufferedBytes: 256 * 1024 } });
    const slow = await signedIn(rig);
    const quick = await signedIn(rig);
    await Promise.all([slow.until(1), quick.until(1)]);
    for (const client of [slow, quick]) {
      client.subscribe({ topics: ['activity'] });
      await client.settled();
    }
    slow.socket.pause();
    let sent = 0;
    while (rig.bridge.clients() === 2 && sent < 2000) {
      sent += 1;
      rig.bridge.publish(activity(`${sent}`, 'x'.repeat(16 * 1024)));
      await quick.until(1 + sent);
    }
    expect(rig.bridge.clients()).toBe(1);
    slow.socket.resume();
    expect([1013, 1006]).toContain(await slow.closed);
    rig.bridge.publish(activity('after'));
    expect(await quick.until(2 + sent)).toHaveLength(2 + sent);
  });

  test('when the browser is gone without a word', async () => {
    const rig = await startRig({ bridge: { pingEveryMs: 20 } });
    const answering = await signedIn(rig);
    const silent = await signedIn(rig, { autoPong: false });
    await Promise.all([answering.until(1), silent.until(1)]);
    expect(await silent.closed).toBe(1006);
    await answering.settled();
    expect(rig.bridge.clients()).toBe(1);
  });

  test('when the console stops', async () => {
    const rig = await startRig();
    const client = await signedIn(rig);
    await client.until(1);
    rig.bridge.dispose();
    expect(await client.closed).toBe(1001);
  });
});

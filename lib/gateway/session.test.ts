// The supervised connection: it signs in, comes back, falls back, waits and gives up nothing. Practice gateway and scripted servers.
import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { createPracticeGateway } from '#lib/practice/gateway.ts';
import { approve } from '#lib/practice/pairing.ts';
import { Problem } from '#lib/problem.ts';
import { testFolder } from '#lib/testing/folders.ts';
import { helloOk, scriptedGateway } from '#lib/testing/scripted-gateway.ts';
import { createIdentity } from './identity.ts';
import { CONSOLE_SCOPES } from './scopes.ts';
import { createSession, type SessionOptions, type SessionState } from './session.ts';

async function practice() {
  const gateway = createPracticeGateway({ folder: testFolder(), clock: systemClock() });
  await gateway.start();
  onTestFinished(gateway.dispose);
  return gateway;
}

/** A session whose states the test can wait for. */
function sessionTo(url: string, over: Partial<SessionOptions> = {}) {
  const states: SessionState[] = [];
  const events: string[] = [];
  const kept: { token: string | undefined } = { token: undefined };
  let look: () => void = () => undefined;
  const identity = over.identity ?? createIdentity();
  const session = createSession({
    url,
    identity,
    auth: { token: 'no token was given' },
    tokens: {
      load: () => kept.token,
      save: (token) => {
        kept.token = token;
      },
    },
    version: '0',
    platform: 'linux',
    onState: (state) => {
      states.push(state);
      look();
    },
    onEvent: (event) => void events.push(event),
    now: Date.now,
    random: () => 0,
    ...over,
  });
  onTestFinished(session.dispose);
  /** Resolves with the first state of this kind after `from` states. */
  const until = <K extends SessionState['kind']>(kind: K, from = 0): Promise<Extract<SessionState, { kind: K }>> =>
    new Promise((resolve) => {
      const before = look;
      look = () => {
        before();
        const found = states.slice(from).find((s): s is Extract<SessionState, { kind: K }> => s.kind === kind);
        if (found) resolve(found);
      };
      look();
    });
  return { session, states, events, kept, until, identity };
}

test('it signs in with the shared secret, keeps its device token and holds the console’s scopes', async () => {
  const gateway = await practice();
  const { session, until, kept } = sessionTo(gateway.url, { auth: { token: gateway.token } });
  const live = await until('live');
  expect([...live.grantedScopes].sort()).toEqual([...CONSOLE_SCOPES].sort());
  expect(kept.token).toBeTruthy();
  expect(kept.token).not.toBe(gateway.token);
  expect(await session.request('device.pair.list')).toMatchObject({ pending: [] });
  expect(session.localPort()).toBeGreaterThan(0);
});

test('the next time it uses the device token alone', async () => {
  const gateway = await practice();
  const first = sessionTo(gateway.url, { auth: { token: gateway.token } });
  await first.until('live');
  await first.session.dispose();
  const second = sessionTo(gateway.url, {
    auth: {},
    identity: first.identity,
    tokens: { load: () => first.kept.token, save: () => undefined },
  });
  expect((await second.until('live')).grantedScopes).toContain('operator.admin');
});

test('with a device token it does not send the shared secret', async () => {
  const server = await scriptedGateway();
  const { until } = sessionTo(server.url, { auth: { token: 'shared' }, tokens: { load: () => 'device', save: () => undefined } });
  await until('live');
  expect(server.frames[0]).toMatchObject({ params: { auth: { deviceToken: 'device' } } });
  expect(JSON.stringify(server.frames)).not.toContain('shared');
});

test('a stale device token is dropped, the shared secret decides, and a new one is kept', async () => {
  const gateway = await practice();
  const run = sessionTo(gateway.url, { auth: { token: gateway.token } });
  await run.until('live');
  await run.session.dispose();
  const kept = { token: 'stale-device-token' };
  const saved: (string | undefined)[] = [];
  const second = sessionTo(gateway.url, {
    auth: { token: gateway.token },
    identity: run.identity,
    tokens: {
      load: () => kept.token,
      save: (token) => {
        saved.push(token);
        kept.token = token ?? '';
      },
    },
  });
  await second.until('live');
  expect(saved[0]).toBeUndefined();
  expect(saved[1]).toBeTruthy();
  expect(second.states.map((s) => s.kind)).toEqual(['live']);
});

test('a stale device token without a shared secret is a refusal that says so', async () => {
  const gateway = await practice();
  const { until } = sessionTo(gateway.url, { auth: {}, tokens: { load: () => 'stale', save: () => undefined } });
  const { problem } = await until('refused');
  expect(problem).toMatchObject({ code: 'gateway-refused' });
  expect(problem.message).toMatch(/DEVICE_TOKEN/);
});

test('a wrong secret is a refusal, without the secret in its text', async () => {
  const gateway = await practice();
  const { until } = sessionTo(gateway.url, { auth: { token: 'wrong-secret-0123' } });
  const { problem, retryAtMs } = await until('refused');
  expect(problem.message).toMatch(/AUTH_TOKEN_MISMATCH/);
  expect(problem.message).not.toContain('wrong-secret-0123');
  expect(retryAtMs).toBeGreaterThan(Date.now());
});

test('while its own request waits it says so, and it is back by itself once it is approved', async () => {
  const gateway = await practice();
  const identity = createIdentity();
  // Paired with less than the console asks: its upgrade is never silent on 2026.4.14.
  const row = {
    role: 'operator',
    roles: ['operator'],
    scopes: ['operator.read'],
    approvedScopes: ['operator.read'],
    clientId: 'gateway-client',
    clientMode: 'ui',
    platform: 'linux',
  };
  const token = { token: createHash('sha256').update('t').digest('hex'), role: 'operator', scopes: ['operator.read'], createdAtMs: 1 };
  gateway.edit((s) => ({
    ...s,
    paired: {
      ...s.paired,
      [identity.deviceId]: {
        ...row,
        deviceId: identity.deviceId,
        publicKey: identity.publicKey,
        tokens: { operator: token },
        createdAtMs: 1,
        approvedAtMs: 1,
      },
    },
  }));
  const { until } = sessionTo(gateway.url, { auth: { token: gateway.token }, identity });
  const waiting = await until('waiting');
  expect(waiting).toMatchObject({ reason: 'scope-upgrade', requestId: expect.any(String) });
  gateway.edit(
    (s) => approve(s, waiting.requestId ?? '', ['operator.admin'], { now: Date.now(), id: () => 'i1', token: () => 't1' }).state,
  );
  expect((await until('live')).grantedScopes).toContain('operator.admin');
});

test('a nudge dials at once instead of at the next turn', async () => {
  const server = await scriptedGateway({ onFrame: (frame, caller) => caller.refuse(frame, { code: 'AUTH_TOKEN_MISMATCH' }) });
  const { session, until } = sessionTo(server.url);
  await until('refused');
  server.become({});
  session.nudge();
  await until('live');
});

test('a connection that goes is down, then live again, and calls in between are gateway-down', async () => {
  const server = await scriptedGateway();
  const { session, until, states } = sessionTo(server.url);
  await until('live');
  for (const socket of server.sockets) socket.close(1012, 'service restart');
  const down = await until('down');
  expect(down.problem).toMatchObject({ code: 'gateway-down', message: expect.stringContaining('service restart') });
  await expect(session.request('device.pair.list')).rejects.toMatchObject({ code: 'gateway-down' });
  await until(
    'live',
    states.findIndex((s) => s.kind === 'down'),
  );
  expect(server.opened()).toBe(2);
});

test('a server that falls silent is dropped, even if it does not answer a goodbye', async () => {
  const server = await scriptedGateway({
    onFrame: (frame, caller) => {
      caller.answer(frame, helloOk({ policy: { tickIntervalMs: 40 } }));
      // Its end of the socket is dead from here on: nothing is read any more, so no close is ever answered.
      caller.socket.pause();
    },
  });
  const { until } = sessionTo(server.url);
  await until('live');
  expect((await until('down')).problem.code).toBe('gateway-down');
});

test('a server that ticks is not dropped', async () => {
  const server = await scriptedGateway({
    onFrame: (frame, caller) => {
      caller.answer(frame, helloOk({ policy: { tickIntervalMs: 60 } }));
      const timer = setInterval(() => caller.send({ type: 'event', event: 'tick' }), 20);
      caller.socket.on('close', () => clearInterval(timer));
    },
  });
  const { until, events, states } = sessionTo(server.url);
  await until('live');
  await expect.poll(() => events.filter((e) => e === 'tick').length, { timeout: 5000 }).toBeGreaterThan(130);
  expect(states.map((s) => s.kind)).toEqual(['live']);
});

test('garbage and a protocol that is too new have problems of their own', async () => {
  const garbage = await scriptedGateway({ onOpen: ({ socket }) => socket.send('garbage') });
  expect((await sessionTo(garbage.url).until('down')).problem.code).toBe('gateway-garbage');
  const newer = await scriptedGateway({
    onFrame: (frame, caller) => caller.refuse(frame, { code: 'PROTOCOL_MISMATCH' }, 'protocol mismatch'),
  });
  expect((await sessionTo(newer.url).until('refused')).problem.code).toBe('gateway-too-new');
});

test('a gateway that starts says when to come back', async () => {
  const server = await scriptedGateway({
    onFrame: (frame, caller) =>
      caller.send({
        type: 'res',
        id: frame.id,
        ok: false,
        error: { code: 'UNAVAILABLE', message: 'starting', retryable: true, retryAfterMs: 50 },
      }),
  });
  const { until } = sessionTo(server.url);
  expect((await until('down')).problem.code).toBe('gateway-starting');
  server.become({});
  await until('live');
});

test('a listener of another user gets no secret and is said as such', async () => {
  const server = await scriptedGateway();
  const beforeSecret = () => {
    throw new Problem('gateway-owner-mismatch', 'Port 1 is held by user 33.');
  };
  const { until } = sessionTo(server.url, { beforeSecret });
  expect((await until('refused')).problem.code).toBe('gateway-owner-mismatch');
  expect(server.frames).toEqual([]);
});

test('a disposed session says nothing more and dials no more', async () => {
  const server = await scriptedGateway();
  const { session, until, states } = sessionTo(server.url);
  await until('live');
  await session.dispose();
  const said = states.length;
  session.nudge();
  expect(session.state().kind).toBe('stopped');
  await expect(session.request('device.pair.list')).rejects.toMatchObject({ code: 'gateway-down' });
  await expect.poll(() => server.sockets.size).toBe(0);
  expect([states.length, server.opened()]).toEqual([said, 1]);
});

test('the gateway’s clock is measured at the challenge and kept while the gateway is away', async () => {
  const gateway = await scriptedGateway();
  const { session, until } = sessionTo(gateway.url);
  await until('live');
  const told = session.clock();
  // The scripted gateway lives one second after 1970.
  expect(Math.abs((told?.deltaMs ?? 0) + (told?.at ?? 0) - 1000)).toBeLessThanOrEqual(told?.uncertaintyMs ?? -1);
});

test('a connection that the gateway closes for a restart says so', async () => {
  const gateway = await scriptedGateway({
    onFrame: (frame, caller) => {
      caller.answer(frame, helloOk());
      caller.socket.close(1012, 'service restart');
    },
  });
  const { until } = sessionTo(gateway.url);
  const down = await until('down');
  expect(down.problem.extra.closeCode).toBe(1012);
});

test('a gateway may ask for another wait, but neither for none nor for ever', async () => {
  for (const [asked, given] of [
    [0, 400],
    [-5, 400],
    [5000, 5000],
    [1e15, 60_000],
  ]) {
    const server = await scriptedGateway({
      onFrame: (frame, { send }) => send({ type: 'res', id: frame.id, ok: false, error: { code: 'UNAVAILABLE', retryAfterMs: asked } }),
    });
    const { until } = sessionTo(server.url, { now: () => 0 });
    expect((await until('down')).retryAtMs, String(asked)).toBe(given);
  }
});

test('a gateway that lets in and throws out again and again is left alone for longer each time', async () => {
  const server = await scriptedGateway({
    onFrame: (frame, { answer, socket }) => {
      answer(frame, helloOk());
      socket.close(1000);
    },
  });
  const { states } = sessionTo(server.url, { now: () => 0 });
  const waits = () => states.flatMap((state) => (state.kind === 'down' ? [state.retryAtMs] : []));
  await expect.poll(() => waits().length, { timeout: 5000 }).toBeGreaterThanOrEqual(4);
  expect(waits().slice(0, 4)).toEqual([200, 400, 800, 1600]);
});

test('a connection that is distrusted goes down for the reason given', async () => {
  const server = await scriptedGateway();
  const { session, until } = sessionTo(server.url);
  await until('live');
  session.distrust(new Problem('gateway-garbage', 'Not a list.'));
  expect((await until('down')).problem).toMatchObject({ code: 'gateway-garbage', message: 'Not a list.' });
});

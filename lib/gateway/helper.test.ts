// The helper admits the console's own exact request and can do nothing else.
import { expect, test } from 'vitest';
import { type Frame, helloOk, scriptedGateway } from '#lib/testing/scripted-gateway.ts';
import { admitConsole } from './helper.ts';
import { createIdentity } from './identity.ts';
import { CONSOLE_SCOPES } from './scopes.ts';

const identity = createIdentity();
const own = (over: Record<string, unknown> = {}) => ({
  requestId: 'r1',
  deviceId: identity.deviceId,
  publicKey: identity.publicKey,
  role: 'operator',
  roles: ['operator'],
  scopes: [...CONSOLE_SCOPES],
  silent: false,
  isRepair: true,
  ts: 1,
  ...over,
});

async function admitting(pending: unknown[], auth: { token?: string; password?: string } = { token: 'shared' }) {
  const server = await scriptedGateway({
    onFrame: (frame, caller) => {
      if (frame.method === 'connect') caller.answer(frame, helloOk());
      else if (frame.method === 'device.pair.list') caller.answer(frame, { pending, paired: [] });
      else caller.answer(frame, {});
    },
  });
  const result = await admitConsole({ url: server.url, auth, identity, version: '0', platform: 'linux' }).catch((e: unknown) => e);
  return { result, server, calls: server.frames.map((f: Frame) => [f.method, f.method === 'connect' ? undefined : f.params]) };
}

test('the console’s own request is approved, with a key of one use, and the connection ends', async () => {
  const { result, server, calls } = await admitting([own({ requestId: 'r0', deviceId: 'x'.repeat(64) }), own()]);
  expect(result).toMatchObject({ requestId: 'r1' });
  expect(calls).toEqual([
    ['connect', undefined],
    ['device.pair.list', {}],
    ['device.pair.approve', { requestId: 'r1' }],
  ]);
  expect(server.frames[0]).toMatchObject({ params: { client: { mode: 'backend' }, auth: { token: 'shared' } } });
  expect(JSON.stringify(server.frames[0])).not.toContain(identity.deviceId);
  await expect.poll(() => server.sockets.size).toBe(0);
});

test.each([
  ['another public key', { publicKey: createIdentity().publicKey }],
  ['more scopes', { scopes: [...CONSOLE_SCOPES, 'operator.talk.secrets'] }],
  ['fewer scopes', { scopes: ['operator.admin'] }],
  ['no scopes', { scopes: [] }],
  ['an unknown scope', { scopes: [...CONSOLE_SCOPES, 'x'] }],
  ['role node', { role: 'node', roles: ['node'] }],
  ['both roles', { roles: ['node', 'operator'] }],
])('a request in the console’s name with %s is not approved', async (_name, over) => {
  const { result, server, calls } = await admitting([own(over)]);
  expect(result).toMatchObject({ code: 'request-changed' });
  expect(calls.map(([method]) => method)).toEqual(['connect', 'device.pair.list']);
  await expect.poll(() => server.sockets.size).toBe(0);
});

test('when nothing of the console waits, nothing is approved', async () => {
  for (const pending of [[], [own({ deviceId: 'x'.repeat(64) })], [own({ scopes: 'unreadable' })]]) {
    const { result, calls } = await admitting(pending);
    expect(result).toMatchObject({ code: 'request-gone' });
    expect(calls).toHaveLength(2);
  }
});

test('without a shared secret there is no helper, and nobody is dialed', async () => {
  const { result, server } = await admitting([own()], {});
  expect(result).toMatchObject({ code: 'helper-unavailable' });
  expect(server.opened()).toBe(0);
});

test('a gateway that lets no helper in says why', async () => {
  const server = await scriptedGateway({
    onFrame: (frame, caller) => caller.refuse(frame, { code: 'AUTH_TOKEN_MISMATCH' }, 'token mismatch'),
  });
  await expect(admitConsole({ url: server.url, auth: { token: 'x' }, identity, version: '0', platform: 'linux' })).rejects.toMatchObject({
    code: 'helper-unavailable',
    message: expect.stringContaining('token mismatch'),
  });
});

test('a check before the secret that throws keeps the helper from sending it', async () => {
  const server = await scriptedGateway();
  const beforeSecret = () => {
    throw new Error('another user listens');
  };
  await expect(
    admitConsole({ url: server.url, auth: { token: 'x' }, identity, version: '0', platform: 'linux', beforeSecret }),
  ).rejects.toThrow('another user');
  expect(server.frames).toEqual([]);
});

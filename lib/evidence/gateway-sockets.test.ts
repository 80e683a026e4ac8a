// A new connection to a process is noticed by its open files, told until a look dealt with it. Linux only, on this process itself.
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createGatewaySockets, socketsHeldBy } from './gateway-sockets.ts';

const isLinux = process.platform === 'linux';
const NO_PROCESS = 2 ** 30;
const clock = () => performance.now();

async function listening() {
  const server = createServer((socket) => void socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return {
    server,
    dial: async () => {
      const accepted = once(server, 'connection');
      const caller = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
      onTestFinished(() => void caller.destroy());
      await Promise.all([once(caller, 'connect'), accepted]);
    },
  };
}

test('a socket is new until a look dealt with it', async (context) => {
  if (!isLinux) context.skip('open files are listed under /proc, which is Linux');
  const { dial } = await listening();
  const sockets = createGatewaySockets(process.pid, clock);
  const held = () => {
    const now = sockets.held();
    if (typeof now === 'string') throw new Error(`not listed: ${now}`);
    return now;
  };
  sockets.dealtWith(held());
  expect(sockets.newOf(held())).toEqual([]);
  await dial();
  // The caller's end is held by this process as well.
  expect(sockets.newOf(held())).toHaveLength(2);
  sockets.dealtWith(held());
  expect(sockets.newOf(held())).toEqual([]);
});

test('a process that is gone, and one that holds more than can be listed in time, are told apart', (context) => {
  if (!isLinux) context.skip('open files are listed under /proc, which is Linux');
  expect(socketsHeldBy(NO_PROCESS, clock)).toBe('gone');
  const open = Array.from({ length: 64 }, () => openSync(import.meta.filename, 'r'));
  onTestFinished(() => void open.forEach(closeSync));
  let at = 0;
  const slow = () => {
    at += 10;
    return at;
  };
  expect(socketsHeldBy(process.pid, slow, 5)).toBe('many');
  expect(socketsHeldBy(process.pid, slow, 1e6)).toBeInstanceOf(Set);
});

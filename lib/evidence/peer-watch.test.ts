// The eye on the sockets in a thread of its own: it sees at once, by itself when the log speaks, and is blind rather than wrong.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testFolder } from '#lib/testing/folders.ts';
import { auditLine, uuid } from '#lib/testing/log-lines.ts';
import { createPeerWatch, type PeerWatch } from './peer-watch.ts';

const onLinux = process.platform === 'linux';
const uid = process.getuid?.() ?? 0;
const NOBODY = 65_534;
const WAIT = { timeout: 5000, interval: 10 };

/** Resolves when the thread has found the listener: on a busy machine it may start later than an answer is waited for. */
const ready = (watch: PeerWatch) => vi.waitUntil(async () => (await watch.findListener()) !== undefined, WAIT);

/** This process listens, as a gateway does, and has an eye on its own port. */
async function watched(own: () => number[] = () => [], inThisProcess = false) {
  const server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  let foreign = 0;
  const watch = createPeerWatch({
    port,
    inThisProcess,
    ownPorts: () => new Set(own()),
    onForeignPeer: () => {
      foreign += 1;
    },
    now: Date.now,
  });
  onTestFinished(async () => {
    await watch.dispose();
    server.close();
  });
  const dial = async () => {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket.localPort ?? 0;
  };
  return { watch, port, dial, foreign: () => foreign };
}

test.runIf(onLinux)('a caller is seen with user and process as soon as it is looked for', async () => {
  const { watch, dial, foreign } = await watched();
  await ready(watch);
  expect(watch.gatewayUid()).toBe(uid);
  expect(watch.reach()).toBe('proc');
  const port = await dial();
  watch.look();
  await watch.looked();
  expect(watch.sightings()).toMatchObject([{ remotePort: port, uid, process: 'gateway' }]);
  expect(foreign()).toBe(0);
});

test.runIf(onLinux)('an audit line in the log makes it look by itself', async () => {
  const { watch, dial } = await watched();
  await ready(watch);
  const file = join(testFolder(), 'openclaw.log');
  writeFileSync(file, '');
  watch.watchLog(file);
  // Asked and answered after the watch was set up, as messages keep their order.
  await ready(watch);
  const port = await dial();
  expect(watch.sightings()).toEqual([]);
  appendFileSync(file, `${auditLine({ at: Date.now(), conn: uuid(1), device: 'a1'.repeat(32) })}\n`);
  await vi.waitUntil(() => watch.sightings().some((s) => s.remotePort === port), WAIT);
});

test.runIf(onLinux)('a look that nobody came for is left out, and asking for it is answered all the same', async () => {
  const { watch, dial } = await watched();
  await ready(watch);
  const port = await dial();
  watch.look();
  await watch.looked();
  const [seen] = watch.sightings();
  await vi.waitUntil(() => Date.now() > (seen?.lastAt ?? 0) + 1, WAIT);
  watch.look();
  await watch.looked();
  expect(watch.sightings()).toEqual([seen]);
  const next = await dial();
  watch.look();
  await watch.looked();
  expect(watch.sightings().map((s) => s.remotePort)).toEqual([port, next]);
});

test.runIf(onLinux)('a caller of another user is told once', async (context) => {
  if (uid !== 0) context.skip('only root can start a process of another user');
  const { watch, port, foreign } = await watched();
  await watch.findListener();
  const child = spawn('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port} && echo up && read -r end`], {
    uid: NOBODY,
    gid: NOBODY,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.stdin.end());
  await once(child.stdout, 'data');
  for (let n = 0; n < 3; n += 1) {
    watch.look();
    await watch.looked();
  }
  expect(watch.sightings()).toMatchObject([{ uid: NOBODY }]);
  expect(foreign()).toBe(1);
});

test.runIf(onLinux)('the console’s own connections are nobody’s', async () => {
  const own: number[] = [];
  const { watch, dial } = await watched(() => own);
  await watch.findListener();
  // On a busy machine its answer is not waited for so long.
  await vi.waitUntil(() => watch.gatewayUid() === uid, WAIT);
  own.push(await dial());
  watch.look();
  await watch.looked();
  expect(watch.sightings()).toEqual([]);
});

test.runIf(onLinux)(
  'a thread that is gone sees nothing, waits for nothing, and does not turn blindness into the log’s lesser proof',
  async () => {
    const { watch, dial } = await watched();
    await watch.findListener();
    await watch.dispose();
    await dial();
    watch.look();
    await watch.looked();
    expect(watch.sightings()).toEqual([]);
    expect(watch.gatewayUid()).toBeUndefined();
    expect(watch.reach()).toBe('proc');
  },
);

test.runIf(onLinux)('a gateway that lives in the console’s own process is told apart from what that process starts', async () => {
  for (const inThisProcess of [true, false]) {
    const { watch, port } = await watched(() => [], inThisProcess);
    await watch.findListener();
    const child = spawn('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port} && echo up && read -r end`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.stdin.end());
    await once(child.stdout, 'data');
    watch.look();
    await watch.looked();
    expect(watch.sightings()).toMatchObject([{ process: inThisProcess ? 'other' : 'gateway' }]);
  }
});

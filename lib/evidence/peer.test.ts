// Real sockets and real processes: whose is the other end of a connection, seen while it stands. Linux only.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createPeerEye, servingUidOf, socketsReadable } from './peer.ts';

const onLinux = process.platform === 'linux';
const uid = process.getuid?.() ?? 0;
const NOBODY = 65_534;

/** Plays a gateway: listens, and on a word dials itself or lets a child of its own dial. */
const GATEWAY = `
  const net = require('node:net');
  const { spawn } = require('node:child_process');
  const server = net.createServer((s) => s.on('error', () => {})).listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
  const port = () => server.address().port;
  const dial = "const s = require('node:net').connect(Number(process.argv[1]), '127.0.0.1', () => console.log('up ' + s.localPort)); setInterval(() => {}, 1000)";
  require('node:readline').createInterface({ input: process.stdin }).on('line', (word) => {
    if (word === 'self') { const s = net.connect(port(), '127.0.0.1', () => console.log('up ' + s.localPort)); }
    if (word === 'child') {
      const child = spawn(process.execPath, ['-e', dial, String(port())], { stdio: ['ignore', 'inherit', 'inherit'] });
      process.on('exit', () => child.kill());
    }
  }).on('close', () => process.exit(0));
`;

async function startGateway() {
  const child: ChildProcess = spawn(process.execPath, ['-e', GATEWAY], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const end = async () => {
    child.stdin?.end();
    await exited;
  };
  onTestFinished(end);
  if (!child.stdout) throw new Error('the gateway has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value } = await lines.next();
    return Number(String(value).split(' ')[1]);
  };
  const port = await next();
  return {
    port,
    end,
    say(word: 'self' | 'child') {
      child.stdin?.write(`${word}\n`);
      return next();
    },
  };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

function eyeOn(port: number, own: number[] = [], ownPid?: number) {
  let at = 1000;
  const eye = createPeerEye({ port, now: () => at, ownPorts: () => new Set(own), ...(ownPid === undefined ? {} : { ownPid }) });
  eye.findListener();
  return {
    eye,
    tick: (ms: number) => {
      at += ms;
    },
    of: (remotePort: number) => eye.sightings().filter((s) => s.remotePort === remotePort),
  };
}

test.runIf(onLinux)('the gateway’s own socket, one of its child’s, and one of another process are told apart', async () => {
  const gateway = await startGateway();
  const own = await gateway.say('self');
  const child = await gateway.say('child');
  const other = (await dial(gateway.port)).localPort ?? 0;
  const { eye, of } = eyeOn(gateway.port);
  expect(eye.reach()).toBe('proc');
  expect(eye.gatewayUid()).toBe(uid);
  eye.look();
  expect(of(own)).toMatchObject([{ process: 'gateway', uid }]);
  expect(of(child)).toMatchObject([{ process: 'gateway', uid }]);
  expect(of(other)).toMatchObject([{ process: 'other', uid }]);
});

test.runIf(onLinux)('a sighting lasts from the first look to the last, and ends with its socket', async () => {
  const gateway = await startGateway();
  const socket = await dial(gateway.port);
  const port = socket.localPort ?? 0;
  const { eye, tick, of } = eyeOn(gateway.port);
  eye.look();
  tick(50);
  eye.look();
  expect(of(port)).toMatchObject([{ firstAt: 1000, lastAt: 1050 }]);
  socket.resetAndDestroy();
  await once(socket, 'close');
  tick(50);
  eye.look();
  expect(of(port)).toMatchObject([{ firstAt: 1000, lastAt: 1050 }]);
});

test.runIf(onLinux)('a socket of the console’s own is nobody’s request', async () => {
  const gateway = await startGateway();
  const port = (await dial(gateway.port)).localPort ?? 0;
  const { eye, of } = eyeOn(gateway.port, [port]);
  eye.look();
  expect(of(port)).toEqual([]);
});

test.runIf(onLinux)('what the console’s process holds is nobody’s request, also before its port is known', async () => {
  const gateway = await startGateway();
  const child = await gateway.say('child');
  const port = (await dial(gateway.port)).localPort ?? 0;
  const { eye, of } = eyeOn(gateway.port, [], process.pid);
  eye.look();
  expect(of(port)).toEqual([]);
  expect(of(child)).toHaveLength(1);
});

test.runIf(onLinux)('a caller is new until a look saw it', async () => {
  const gateway = await startGateway();
  const { eye, of } = eyeOn(gateway.port);
  eye.look();
  expect(eye.lookIfNew()).toBe(false);
  const port = (await dial(gateway.port)).localPort ?? 0;
  // The gateway takes it in a turn of its own.
  await vi.waitUntil(() => eye.lookIfNew());
  expect(of(port)).toHaveLength(1);
  expect(eye.lookIfNew()).toBe(false);
});

test.runIf(onLinux)('after the listener has changed hands nobody is told from the gateway until it is found anew', async () => {
  const gateway = await startGateway();
  const { eye, of } = eyeOn(gateway.port);
  await gateway.end();
  const next = createServer((socket) => void socket.on('error', () => undefined)).listen(gateway.port, '127.0.0.1');
  await once(next, 'listening');
  onTestFinished(() => void next.close());
  const port = (await dial(gateway.port)).localPort ?? 0;
  expect(eye.lookIfNew()).toBe(true);
  expect(of(port)).toMatchObject([{ uid, process: 'unseen' }]);
  eye.findListener();
  eye.look();
  expect(of(port).at(-1)).toMatchObject({ uid, process: 'gateway' });
});

test.runIf(onLinux)('a caller of another user is seen with that user', async (context) => {
  if (uid !== 0) context.skip('only root can start a process of another user');
  const gateway = await startGateway();
  // Dialed by bash: this Node may lie in a folder that another user cannot enter.
  const dialing = `exec 3<>/dev/tcp/127.0.0.1/${gateway.port} && echo up && read -r end`;
  const child = spawn('bash', ['-c', dialing], { uid: NOBODY, gid: NOBODY, cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.stdin.end());
  await once(child.stdout, 'data');
  const { eye } = eyeOn(gateway.port);
  eye.look();
  expect(eye.sightings()).toMatchObject([{ uid: NOBODY }]);
});

test('where nobody listens nothing is in reach and nothing is seen', () => {
  const { eye } = eyeOn(1);
  eye.look();
  expect(eye.reach()).toBe('none');
  expect(eye.gatewayUid()).toBeUndefined();
  expect(eye.sightings()).toEqual([]);
  expect(servingUidOf(1, 2)).toBeUndefined();
});

test.runIf(onLinux)('the user who serves one of our connections is found by that connection', async () => {
  const gateway = await startGateway();
  const socket = await dial(gateway.port);
  expect(socketsReadable()).toBe(true);
  expect(servingUidOf(gateway.port, socket.localPort ?? 0)).toBe(uid);
  expect(servingUidOf(gateway.port, 1)).toBeUndefined();
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startRig } from './test-rig.ts';

// As in production: no page server takes upgrades.
const PATHS = ['/_next/x', '/_next/webpack-hmr?id=1', '/_next/static/chunks/a.js', '/', '/api/v1/session', '/other'];

/** Asks for an upgrade and answers all that came until the console ended the connection. Nothing ends it from here, before or after. */
async function askUpgrade(port: number, path: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await once(socket, 'end');
  return Buffer.concat(chunks).toString('utf8');
}

test('an upgrade that nobody would answer is refused and ended by the console', async () => {
  const rig = await startRig();
  for (const path of PATHS) {
    const answer = await askUpgrade(rig.port, path);
    expect(answer).toMatch(/^HTTP\/1.1 404 [\s\S]*\r\nConnection: close\r\n[\s\S]*"code":"not-found"/);
  }
});

test('upgrades that nobody answers do not use up the connections', async () => {
  const rig = await startRig();
  rig.server.maxConnections = 4;
  for (let n = 0; n < 12; n += 1) expect(await askUpgrade(rig.port, '/_next/x')).toMatch(/^HTTP\/1.1 404 /);
  expect(await rig.ask('/healthz')).toMatchObject({ status: 200, text: 'ok' });
});

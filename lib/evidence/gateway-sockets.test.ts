// A new connection to a process is noticed by its open files. Linux only, on this process itself.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchSockets } from './gateway-sockets.ts';

const isLinux = process.platform === 'linux';

test('a caller is noticed, and a process that is gone is never heard of', async (context) => {
  if (!isLinux) context.skip('open files are listed under /proc, which is Linux');
  const server = createServer((socket) => void socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  onTestFinished(() => void server.close());
  const noticed = vi.fn();
  onTestFinished(watchSockets(process.pid, noticed));
  const gone = vi.fn();
  onTestFinished(watchSockets(2 ** 30, gone));
  expect(noticed).not.toHaveBeenCalled();
  const caller = connect(port, '127.0.0.1');
  onTestFinished(() => void caller.destroy());
  await vi.waitFor(() => expect(noticed).toHaveBeenCalled(), { timeout: 10_000 });
  expect(gone).not.toHaveBeenCalled();
});

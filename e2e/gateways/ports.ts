// A free loopback port for a process of a test.
import { createServer } from 'node:net';

/** Answers a port on 127.0.0.1 that was free a moment ago. Two callers at once get two ports. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

// The HTTP server itself, with limits that a slow or hostile client cannot stretch.
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { Pair } from './certificate.ts';
import { BARE_HEADERS } from './headers.ts';
import type { Kernel } from './kernel.ts';

const SECOND_MS = 1000;
const BARE_LINES = BARE_HEADERS.map(([name, value]) => `${name}: ${value}\r\n`).join('');

// The port is taken before the rest is up: whoever comes in between gets an answer instead of silence.
function answerStarting(request: IncomingMessage, response: ServerResponse): void {
  const alive = request.url === '/healthz';
  response.writeHead(alive ? 200 : 503, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...Object.fromEntries(BARE_HEADERS),
    ...(alive ? {} : { 'Retry-After': '1' }),
  });
  response.end(alive ? 'ok' : 'starting');
}

const LIMITS = {
  headersTimeout: 15 * SECOND_MS,
  requestTimeout: 30 * SECOND_MS,
  keepAliveTimeout: 60 * SECOND_MS,
  connectionsCheckingInterval: 5 * SECOND_MS,
  maxHeaderSize: 16 * 1024,
  // The door refuses those without: Node's own answer would carry none of the headers of all others.
  requireHostHeader: false,
};
/** Every connection of a server, those too that have not finished their TLS handshake: HTTP does not know of them yet. */
const connectionsOf = new WeakMap<Server, Set<Socket>>();

const TLS_LIMITS = { minVersion: 'TLSv1.2' } as const;
/** How long a client may take for its handshake, and how long a connection may stand with nothing moving on it. */
const PATIENCE = { handshakeMs: 10 * SECOND_MS, stillMs: 120 * SECOND_MS };

/**
 * A server that is not listening yet; with a certificate it speaks TLS 1.2 and later and nothing else. Headers must be complete
 * within 15 s, a request within 30 s; whoever does not read an answer is let go after two minutes. Until a kernel is attached it says
 * `starting` to everybody.
 */
export function createHttpServer(pair?: Pair, patience: Partial<typeof PATIENCE> = {}): Server {
  const { handshakeMs, stillMs } = { ...PATIENCE, ...patience };
  const server = pair ? createTlsServer({ ...LIMITS, ...TLS_LIMITS, handshakeTimeout: handshakeMs, ...pair }) : createServer(LIMITS);
  server.maxHeadersCount = 100;
  server.maxConnections = 1000;
  server.timeout = stillMs;
  const connections = new Set<Socket>();
  connectionsOf.set(server, connections);
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', answerStarting);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    // Ended alone it would stay half open for as long as the other side likes.
    const text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${BARE_LINES}Connection: close\r\nContent-Length: 0\r\n\r\n`;
    socket.end(text, () => socket.destroy());
  });
  server.on('checkExpectation', (_, response) => {
    response.writeHead(417, { ...Object.fromEntries(BARE_HEADERS), Connection: 'close' }).end();
  });
  // Nothing can be said to it: an end would wait for a handshake that never comes, and keep its place for ever.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** Serves another certificate from the next connection on. Connections that stand keep theirs. */
export function setCertificate(server: Server, pair: Pair): void {
  if (server instanceof TlsServer) server.setSecureContext({ minVersion: TLS_LIMITS.minVersion, ...pair });
}

/** Lets the kernel answer for the server. */
export function attachKernel(server: Server, kernel: Kernel): void {
  server.off('request', answerStarting);
  server.on('request', (request, response) => void kernel.request(request, response));
  server.on('upgrade', (request, socket, head) => kernel.upgrade(request, socket, head));
}

/**
 * Stops listening and resolves when every connection is gone. Idle ones are closed at once, all others after `graceMs`.
 */
export function closeServer(server: Server, graceMs = 2 * SECOND_MS): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
      for (const socket of connectionsOf.get(server) ?? []) socket.destroy();
    }, graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** The port that a listening server got. Throws when it does not listen on TCP. */
export function portOf(server: { address: () => ReturnType<Socket['address']> | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string' || !('port' in address)) throw new Error('the server does not listen on a port');
  return address.port;
}

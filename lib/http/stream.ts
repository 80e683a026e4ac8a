// Sends an answer that is too large to be held in memory: piece by piece, as fast as the client reads, and never cut unseen.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { acceptsGzip } from './respond.ts';
import type { Streamed } from './route.ts';

/** How long a client may leave what was sent to it unread, ms. It holds a place meanwhile. */
export const STALL_MS = 60_000;

// A disk is slower than this level; a higher one would take a core from everybody else.
const GZIP = { level: 1 };

/**
 * Sends the pieces as they come. What `open` throws before its first piece is thrown on, and nothing was sent. After that the
 * connection is reset, since an orderly end would let a cut file look whole to whoever speaks HTTP/1.0. A client that leaves,
 * or reads nothing for `stallMs`, aborts the signal that `open` was given. Resolves when nothing of the source runs any more.
 */
export async function sendStream(request: IncomingMessage, response: ServerResponse, stream: Streamed, stallMs = STALL_MS): Promise<void> {
  const gzip = acceptsGzip(request);
  const setHead = () => {
    response.statusCode = 200;
    for (const [name, value] of Object.entries(stream.headers)) response.setHeader(name, value);
    response.setHeader('Content-Type', stream.type);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Vary', 'Accept-Encoding');
    if (gzip) response.setHeader('Content-Encoding', 'gzip');
  };
  if (request.method === 'HEAD') {
    setHead();
    response.end();
    return;
  }
  const left = new AbortController();
  response.once('close', () => left.abort());
  const pieces = stream.open(left.signal)[Symbol.asyncIterator]();
  try {
    const first = await pieces.next();
    if (left.signal.aborted) return;
    setHead();
    response.flushHeaders();
    // Time without reading counts only while something waits to be read: a long search sends nothing either.
    response.setTimeout(stallMs, () => {
      if (response.writableLength > 0) request.socket.resetAndDestroy();
    });
    const source = Readable.from(following(first, pieces));
    let failure: unknown;
    source.once('error', (error) => {
      if (left.signal.aborted) return;
      failure = error;
      request.socket.resetAndDestroy();
    });
    await pipeline([source, ...(gzip ? [createGzip(GZIP)] : []), response]).catch((error) => {
      if (failure !== undefined || !left.signal.aborted) throw failure ?? error;
    });
  } finally {
    left.abort();
    await pieces.return?.();
  }
}

async function* following(first: IteratorResult<string>, pieces: AsyncIterator<string>): AsyncGenerator<string> {
  for (let piece = first; !piece.done; piece = await pieces.next()) if (piece.value !== '') yield piece.value;
}

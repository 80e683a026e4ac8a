// Reads a JSON body within a limit. The limit holds for what arrives, whatever the headers claim.
import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem.ts';

/** The largest body that is read unless a route says otherwise, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

// A body that is too large is read and thrown away up to here, so that the client gets to read the answer.
const MAX_DISCARD_BYTES = 4 * 1024 * 1024;

const tooLarge = (limit: number) => new Problem('too-large', `The body is larger than ${limit / 1024} KiB.`);

/** Whether what is left of a request is worth reading to its end, so that the connection can go on. */
export const worthDraining = (request: IncomingMessage): boolean => {
  const announced = request.headers['content-length'];
  if (announced === undefined) return request.headers['transfer-encoding'] === undefined;
  return Number(announced) <= MAX_BODY_BYTES;
};

function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (size > MAX_DISCARD_BYTES) {
        request.off('data', onData);
        request.pause();
        reject(tooLarge(limit));
      }
    };
    request.on('data', onData);
    request.once('end', () => (size > limit ? reject(tooLarge(limit)) : resolve(Buffer.concat(chunks))));
    request.once('error', reject);
    request.once('close', () => reject(new Problem('input-invalid', 'The body ended early.')));
  });
}

/**
 * The JSON value of the body, undefined for an empty one.
 * Rejects with Problem('too-large') beyond `limit` bytes, Problem('input-invalid') for anything but JSON in UTF-8.
 */
export async function readJsonBody(request: IncomingMessage, limit = MAX_BODY_BYTES): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_DISCARD_BYTES) throw tooLarge(limit);
  const bytes = await readBytes(request, limit);
  if (bytes.length === 0) return undefined;
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Problem('input-invalid', 'The body must be JSON, with Content-Type application/json.', { field: '' });
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return value;
  } catch {
    throw new Problem('input-invalid', 'The body is not valid JSON.', { field: '' });
  }
}

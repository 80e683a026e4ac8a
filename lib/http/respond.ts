// Writes JSON and problem documents (RFC 9457). Nothing of the API may be kept by a cache.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PROBLEMS, type Problem } from '../problem.ts';
import { BARE_HEADERS } from './headers.ts';

const GZIP_FROM_BYTES = 1024;
const compress = promisify(gzip);

/** Whether the client takes gzip. */
export const acceptsGzip = (request: IncomingMessage): boolean => {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && accepted.split(',').some((entry) => /^\s*gzip\s*(;\s*q=(1|0\.0*[1-9])\S*)?\s*$/i.test(entry));
};

/** Sends a JSON body, gzipped from 1 KiB on. Resolves when it is handed to the socket. */
export async function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json',
): Promise<void> {
  response.statusCode = status;
  response.setHeader('Cache-Control', 'no-store');
  if (body === undefined) {
    response.end();
    return;
  }
  const plain = Buffer.from(JSON.stringify(body), 'utf8');
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.setHeader('Vary', 'Accept-Encoding');
  const small = plain.length < GZIP_FROM_BYTES || !acceptsGzip(request);
  if (!small) response.setHeader('Content-Encoding', 'gzip');
  const bytes = small ? plain : await compress(plain, { level: 4 });
  response.setHeader('Content-Length', bytes.length);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** The status of a problem: its own, or 429 when it says when to come back. */
export const problemStatus = (problem: Problem): number =>
  typeof problem.extra.retryAfterS === 'number' ? 429 : PROBLEMS[problem.code].status;

/** The document for a problem: type, title, status, detail, code, fix, and what else it carries. */
export function problemDocument(problem: Problem): Record<string, unknown> {
  const { title, fix } = PROBLEMS[problem.code];
  const { retryAfterS: _, ...extra } = problem.extra;
  return {
    ...extra,
    type: `urn:gatehouse:problem:${problem.code}`,
    title,
    status: problemStatus(problem),
    detail: problem.message,
    code: problem.code,
    fix,
  };
}

function problemHeaders(problem: Problem): [string, string][] {
  const headers: [string, string][] = [];
  if (typeof problem.extra.retryAfterS === 'number') headers.push(['Retry-After', String(problem.extra.retryAfterS)]);
  if (problemStatus(problem) === 401) headers.push(['WWW-Authenticate', 'Bearer realm="gatehouse"']);
  return headers;
}

/** Answers a request with a problem document. */
export async function sendProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): Promise<void> {
  for (const [name, value] of problemHeaders(problem)) response.setHeader(name, value);
  await sendJson(request, response, problemStatus(problem), problemDocument(problem), 'application/problem+json');
}

/** Refuses an upgrade with a problem document and closes the socket. */
export function refuseUpgrade(socket: Duplex, problem: Problem): void {
  const status = problemStatus(problem);
  const body = JSON.stringify(problemDocument(problem));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/problem+json; charset=utf-8',
    'Cache-Control: no-store',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...BARE_HEADERS.map(([name, value]) => `${name}: ${value}`),
    ...problemHeaders(problem).map(([name, value]) => `${name}: ${value}`),
  ];
  // The HTTP server keeps sockets half open: a client that never ends its side would hold its place for ever.
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

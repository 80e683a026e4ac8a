// The one place that talks to /api/v1: sends the second secret with every call and turns problem documents into errors.
import type { ProblemView } from '#lib/api/shapes.ts';

/** Where the browser keeps the second secret, per origin. */
export const KEY_NAME = 'gatehouse.key';

/** A failure with the code, the words and the way out that the server gave; `extra` is the rest of the problem document. */
export class ApiProblem extends Error {
  readonly view: Omit<ProblemView, 'code'> & { code: string };
  readonly status: number;
  readonly extra: Record<string, unknown>;
  constructor(view: ApiProblem['view'], status: number, extra: Record<string, unknown> = {}) {
    super(view.detail);
    this.name = 'ApiProblem';
    this.view = view;
    this.status = status;
    this.extra = extra;
  }
}

/** The problem behind any thrown value, in words that can stand on the page. */
export function problemOf(error: unknown): ApiProblem['view'] {
  if (error instanceof ApiProblem) return error.view;
  return {
    code: 'page-failed',
    title: 'This page failed',
    detail: error instanceof Error ? error.message : '',
    fix: 'Load the page again.',
  };
}

const text = (value: unknown, otherwise: string) => (typeof value === 'string' && value !== '' ? value : otherwise);

function readProblem(status: number, body: unknown): ApiProblem {
  const document: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const { code, title, detail, fix, type: _type, status: _status, ...extra } = document;
  const heading = text(title, `The console answered ${status}`);
  return new ApiProblem(
    {
      code: text(code, `http-${status}`),
      title: heading,
      detail: text(detail, heading),
      fix: text(fix, 'Try again; look at the log of the console if it stays.'),
    },
    status,
    extra,
  );
}

export type ApiDeps = {
  fetch: typeof fetch;
  readKey(): string | undefined;
  /** The session is over or was never there. */
  onSignedOut(): void;
};

/** Calls under /api/v1. Every method rejects with ApiProblem; what it resolves to is typed by the caller from the wire contract. */
export function createApi({ fetch, readKey, onSignedOut }: ApiDeps) {
  async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const key = readKey();
    try {
      return await fetch(`/api/v1${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(key === undefined ? {} : { 'x-gatehouse-key': key }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiProblem(
        {
          code: 'console-unreachable',
          title: 'The console does not answer',
          detail: 'Gatehouse cannot be reached from this browser.',
          fix: 'Start it again with: npm start',
        },
        0,
      );
    }
  }
  function problemIn(answer: Response, parsed: unknown): ApiProblem {
    const problem = readProblem(answer.status, parsed);
    if (problem.view.code === 'sign-in-required') onSignedOut();
    return problem;
  }
  async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const answer = await send(method, path, body, signal);
    const parsed: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) return parsed as T; // The contract in lib/api/shapes.ts is shared with the server of the same version.
    throw problemIn(answer, parsed);
  }
  return {
    /** An answer that is read while it comes, such as an export or a preview; with a body it is a POST. */
    async stream(path: string, signal: AbortSignal, body?: unknown): Promise<Response> {
      const answer = await send(body === undefined ? 'GET' : 'POST', path, body, signal);
      if (answer.ok) return answer;
      throw problemIn(answer, await answer.json().catch(() => undefined));
    },
    get: <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal),
    post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, body),
    put: <T>(path: string, body: unknown) => call<T>('PUT', path, body),
    patch: <T>(path: string, body: unknown) => call<T>('PATCH', path, body),
    delete: <T>(path: string) => call<T>('DELETE', path),
  };
}
export type Api = ReturnType<typeof createApi>;

/** A path from parts that may hold any character. */
export function pathOf(...parts: string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}

/** A query string without the parameters that are not set. */
export function queryOf(parameters: Record<string, string | number | undefined>): string {
  const set = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}

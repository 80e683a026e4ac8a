// What a route of /api/v1 is: an address, who may call it, what it takes and what it answers.
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { Caller, SignedIn } from '../auth/callers.ts';
import { holds, type Right } from '../auth/rights.ts';
import { present } from '../present.ts';
import { Problem } from '../problem.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** `public`: without sign-in. Otherwise the right that a signed-in person or an API token needs. */
export type Access = 'public' | Right;

/** Who may call a route. */
export type Needs = {
  access: Access;
  /** This right will do as well at the door; the handler then asks for what the body needs. */
  or?: Right;
  /** A person in a browser only. */
  by?: 'person';
  /** Only within 15 minutes after the person signed in or confirmed it again. */
  fresh?: true;
};

const REPLY = Symbol('reply');

export type Reply = { [REPLY]: true; status: number; body: unknown; headers: Record<string, string> };

/** An answer with a status of its own; a plain value is answered with 200, undefined with 204. */
export const reply = (status: number, body?: unknown, headers: Record<string, string> = {}): Reply => ({
  [REPLY]: true,
  status,
  body,
  headers,
});

/** Whether a handler's answer was made by `reply`. */
export const isReply = (value: unknown): value is Reply => typeof value === 'object' && value !== null && REPLY in value;

const STREAMED = Symbol('streamed');

export type Streamed = {
  [STREAMED]: true;
  type: string;
  headers: Record<string, string>;
  open: (left: AbortSignal) => AsyncIterable<string>;
};

/**
 * An answer in pieces. `open` is called once, not for HEAD, and its iterator is always ended; `left` says that nobody reads any
 * more. A Problem thrown before the first piece is answered as such, so that a source which cannot be read at all says so.
 */
export const streamed = (answer: Omit<Streamed, typeof STREAMED>): Streamed => ({ ...answer, [STREAMED]: true });

/** Whether a handler's answer was made by `streamed`. */
export const isStreamed = (value: unknown): value is Streamed => typeof value === 'object' && value !== null && STREAMED in value;

export type Call<Input, Query> = {
  /** A part of the path by its name in the pattern, decoded. */
  param: (name: string) => string;
  query: Query;
  input: Input;
  caller: Caller;
  /** The person or the API token; on a public route it throws Problem('sign-in-required') for others. */
  actor: () => SignedIn;
  /** Whether the caller has this right. */
  may: (right: Right) => boolean;
  /** Throws Problem('right-missing') unless the caller has this right. */
  need: (right: Right) => void;
  request: IncomingMessage;
};

export type RawCall = {
  params: ReadonlyMap<string, string>;
  search: URLSearchParams;
  body: unknown;
  caller: Caller;
  request: IncomingMessage;
};

export type Route = Needs & {
  method: Method;
  /** Below /api/v1, with `:name` for a part: `/requests/:gateway/:requestId/approve`. */
  path: string;
  takesBody: boolean;
  /** The largest body that it takes, in bytes; 64 KiB unless it says otherwise. */
  maxBodyBytes?: number;
  run: (raw: RawCall) => unknown;
};

// A field that is not known stands in no path: the path ends where it was found.
const fieldOf = (issue: z.core.$ZodIssue): string =>
  [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.').slice(0, 100);

function checked<T>(schema: z.ZodType<T>, value: unknown, where: 'body' | 'query'): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 10).map((issue) => ({ field: fieldOf(issue), message: issue.message }));
  const first = issues[0];
  const name = first?.field ? `${where} field ${first.field}` : `the ${where}`;
  throw new Problem('input-invalid', `${name}: ${first?.message ?? 'not valid'}`, { field: first?.field ?? '', issues });
}

/** The search parameters by name. A name that comes twice is refused: two readers could each believe another one. */
function once(search: URLSearchParams): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [field, value] of search) {
    if (fields.has(field)) throw new Problem('input-invalid', `query field ${field}: given twice`, { field });
    fields.set(field, value);
  }
  return Object.fromEntries(fields);
}

/** A signed-in caller, or Problem('sign-in-required'). */
export function requireSignedIn(caller: Caller): SignedIn {
  if (caller.kind === 'person' || caller.kind === 'api-token') return caller;
  if (caller.kind === 'none' && caller.overLimit)
    throw new Problem('sign-in-required', 'Too many wrong tokens. Wait a minute.', { retryAfterS: 60 });
  throw new Problem(
    'sign-in-required',
    caller.kind === 'cookie-only'
      ? 'The session cookie came without its second secret.'
      : 'This needs a signed-in browser or an API token.',
  );
}

const mayDo = (caller: Caller, right: Right): boolean =>
  (caller.kind === 'person' || caller.kind === 'api-token') && holds(caller.rights, right);

/** A signed-in caller with one of these rights, or Problem('sign-in-required' | 'right-missing'), which names the first. */
export function requireRight(caller: Caller, right: Right, or?: Right): SignedIn {
  const signedIn = requireSignedIn(caller);
  if (mayDo(caller, right) || (or !== undefined && mayDo(caller, or))) return signedIn;
  const words = [right, ...(or === undefined ? [] : [or])].join(' or ');
  throw new Problem('right-missing', `This needs the right ${words}, which ${signedIn.name} does not have.`, { right });
}

/**
 * Declares a route. `input` checks the JSON body and `query` the search parameters (as an object of texts) before the handler
 * runs; what does not fit is answered with input-invalid naming the field. The handler may throw any Problem.
 */
export function route<Input = undefined, Query = undefined>(spec: {
  method: Method;
  path: string;
  access: Access;
  or?: Right;
  by?: 'person';
  fresh?: true;
  input?: z.ZodType<Input>;
  maxBodyBytes?: number;
  query?: z.ZodType<Query>;
  handler: (call: Call<Input, Query>) => unknown;
}): Route;
export function route(spec: {
  method: Method;
  path: string;
  access: Access;
  or?: Right;
  by?: 'person';
  fresh?: true;
  input?: z.ZodType;
  maxBodyBytes?: number;
  query?: z.ZodType;
  handler: (call: Call<unknown, unknown>) => unknown;
}): Route {
  return {
    method: spec.method,
    path: spec.path,
    access: spec.access,
    ...present({ or: spec.or, by: spec.by, fresh: spec.fresh }),
    takesBody: spec.input !== undefined,
    ...(spec.maxBodyBytes === undefined ? {} : { maxBodyBytes: spec.maxBodyBytes }),
    run: ({ params, search, body, caller, request }) =>
      spec.handler({
        param: (name) => {
          const value = params.get(name);
          if (value === undefined) throw new Error(`the path ${spec.path} has no part ${name}`);
          return value;
        },
        query: spec.query && checked(spec.query, once(search), 'query'),
        input: spec.input && checked(spec.input, body, 'body'),
        caller,
        actor: () => requireSignedIn(caller),
        may: (right) => mayDo(caller, right),
        need: (right) => requireRight(caller, right),
        request,
      }),
  };
}

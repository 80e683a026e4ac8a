// Calls an operation and holds the answer to the document: a status it names, a body that fits the schema, a code that it lists.
import { expect } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../openapi.ts';
import { problem } from './common.ts';
import { OPERATIONS } from './operations.ts';
import { ANSWERS } from './schemas.ts';
import { type TestConsole, TOKEN, VERSION } from './test-console.ts';

export type Person = { cookie: string; key: string };
export type Ask = { parts?: Record<string, string>; query?: string; body?: unknown; as?: Person | 'script' | 'nobody' };

const responses = z.object({ responses: z.record(z.string(), z.object({ description: z.string() })) });
const documented = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(openApiDocument(VERSION));

function headersOf(as: Ask['as'], origin: string): Record<string, string> {
  if (as === 'nobody') return { origin };
  if (as === undefined || as === 'script') return { authorization: `Bearer ${TOKEN}` };
  return { cookie: as.cookie, 'x-gatehouse-key': as.key, origin };
}

/** The caller, and the operations that answered without a problem so far. */
export function createCaller(target: Pick<TestConsole, 'port' | 'origin'>) {
  const answered = new Set<string>();

  /** Answers the body as the document describes it, and a problem for any status of 400 or more. */
  async function call(name: string, { parts = {}, query = '', body, as }: Ask = {}) {
    const operation = OPERATIONS.find(({ method, path }) => `${method} ${path}` === name);
    if (!operation) throw new Error(`the document has no ${name}`);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(parts[part] ?? ''));
    const response = await fetch(`http://127.0.0.1:${target.port}/api/v1${path}${query}`, {
      method: operation.method,
      headers: { ...headersOf(as, target.origin), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
    const value: unknown = text === '' ? undefined : isJson ? JSON.parse(text) : text;
    const known = responses.parse(documented.paths[operation.path]?.[operation.method.toLowerCase()]).responses;
    expect(Object.keys(known), `${name} answered ${response.status} ${text.slice(0, 300)}`).toContain(String(response.status));
    if (response.status >= 400) {
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      const found = problem.parse(value);
      expect(found.status).toBe(response.status);
      if (response.status !== 429) expect(known[response.status]?.description).toContain(`\`${found.code}\``);
      return { status: response.status, headers: response.headers, value, problem: found };
    }
    expect(response.status).toBe(operation.answers.status);
    const types = operation.answers.files && Object.keys(operation.answers.files);
    if (types) expect(types).toContain(response.headers.get('content-type')?.split(';')[0]);
    const fitting = operation.answers.schema.map((schema) => ANSWERS[schema].safeParse(value));
    const wrong = fitting.flatMap(({ error }) => error?.issues ?? []);
    if (fitting.length > 0 && !fitting.some(({ success }) => success)) expect(wrong, `${name} answers another shape`).toEqual([]);
    answered.add(name);
    return { status: response.status, headers: response.headers, value, problem: undefined };
  }

  return { call, answered };
}

export type Caller = ReturnType<typeof createCaller>;

// The OpenAPI document of /api/v1. Inputs come from the schemas that check them; tests hold paths to routes and answers to schemas.
import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../problem.ts';
import { problemCodes } from './openapi/common.ts';
import { INFO_TEXT } from './openapi/info.ts';
import { OPERATIONS, type Operation } from './openapi/operations.ts';
import { componentSchemas } from './openapi/schemas.ts';

type Json = Record<string, unknown>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const jsonBody = (schema: Json, type = 'application/json'): Json => ({ content: { [type]: { schema } } });

/** The cookie's name carries the port; this is the one of the default port. */
const COOKIE = 'gatehouse_7788';
const BROWSER = { cookie: [], key: [] };
const security = ({ access, by }: Operation) => (access === 'public' ? [] : by === 'person' ? [BROWSER] : [{ bearer: [] }, BROWSER]);

/** What a caller needs, for a reader and for a program. */
const rightsOf = ({ access, or }: Operation) => (access === 'public' ? [] : [access, ...(or === undefined ? [] : [or])]);

const PARTS: Record<string, string> = {
  gateway: 'A gateway’s id, as GET /gateways names it.',
  requestId: 'The pairing request. Gateways give a new one at many retries; the body says what is decided on.',
  deviceId: 'Hex SHA-256 of the public key.',
};

const IDS: readonly (readonly [string, string])[] = [
  ['/rules', 'rule'],
  ['/handshakes', 'row'],
  ['/operators', 'operator'],
  ['/sessions', 'session'],
  ['/tokens', 'token'],
  ['', 'gateway'],
];

function parameters({ path, query }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: PARTS[name] ?? `The id of the ${IDS.find(([start]) => path.startsWith(start))?.[1]}.`,
    schema: { type: 'string' },
  }));
  const { properties = {} } = query ? z.toJSONSchema(query, { io: 'output' }) : {};
  return [...inPath, ...Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))];
}

/** Every code that an operation may answer: its own, and those that follow from what it takes and who may call it. */
function codesOf({ access, or, by, fresh, query, body, method, problems = [] }: Operation): ProblemCode[] {
  const codes = new Set<ProblemCode>(['host-refused', 'origin-refused', 'internal', ...problems]);
  if (access !== 'public') codes.add('sign-in-required');
  if (access !== 'public' && access !== 'viewer') codes.add('right-missing');
  if (or) codes.add('right-missing');
  if (by === 'person') codes.add('person-required');
  if (fresh) codes.add('sign-in-not-fresh');
  if (query || body) codes.add('input-invalid');
  if (body) codes.add('too-large');
  if (method !== 'GET') codes.add('store-unwritable');
  return problemCodes.filter((code) => codes.has(code));
}

function problemResponses(operation: Operation): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codesOf(operation)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const document = jsonBody(ref('Problem'), 'application/problem+json');
  const responses = [...byStatus].map(([status, codes]): [string, { description: string }] => [
    String(status),
    { description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '), ...document },
  ]);
  const own = responses.find(([status]) => status === '429')?.[1];
  const limited = {
    description: ['Too many wrong secrets; the code says which.', ...(own ? [own.description] : [])].join(' '),
    headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
    ...document,
  };
  return { ...Object.fromEntries(responses), 429: limited };
}

function operationOf(operation: Operation): Json {
  const { method, path, tag, summary, text, body, answers } = operation;
  const [first, ...others] = answers.schema.map(ref);
  const shape = first === undefined ? undefined : others.length > 0 ? { oneOf: [first, ...others] } : first;
  const files =
    answers.files && Object.entries(answers.files).map(([type, description]) => [type, { schema: { type: 'string', description } }]);
  const open = answers.status !== 204 && !shape && !files ? { type: 'object' } : undefined;
  const json = shape ?? open;
  const content = files ? { content: Object.fromEntries(files) } : json ? jsonBody(json) : {};
  return {
    operationId: [method.toLowerCase(), ...path.split(/[^A-Za-z]+/).filter(Boolean)].join('-'),
    tags: [tag],
    summary,
    ...(text ? { description: text } : {}),
    security: security(operation),
    ...(rightsOf(operation).length > 0 ? { 'x-right': rightsOf(operation) } : {}),
    parameters: parameters(operation),
    ...(body ? { requestBody: { required: true, ...jsonBody(ref(body)) } } : {}),
    responses: { [answers.status]: { description: answers.text, ...content }, ...problemResponses(operation) },
  };
}

function paths(): Json {
  const table: Record<string, Json> = {};
  for (const operation of OPERATIONS)
    table[operation.path] = { ...table[operation.path], [operation.method.toLowerCase()]: operationOf(operation) };
  return {
    ...table,
    ...word('/healthz', 'Whether the process answers', { 200: 'ok' }),
    ...word('/readyz', 'Whether it is ready', { 200: 'ready', 503: 'starting' }),
  };
}

/** The two public words for whoever watches the process. They stand at the root, not below /api/v1. */
function word(path: string, summary: string, words: Record<number, string>): Json {
  const responses = Object.entries(words).map(([status, text]) => [
    status,
    { description: text, ...jsonBody({ type: 'string', const: text }, 'text/plain') },
  ]);
  const get = { operationId: `get-${path.slice(1)}`, tags: ['console'], summary, security: [], responses: Object.fromEntries(responses) };
  return { [path]: { servers: [{ url: '/' }], get } };
}

/** The document, as served: OpenAPI 3.1 with every path, shape and problem code. `version` is the console's. */
export function openApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Gatehouse', version, license: { name: 'MIT', identifier: 'MIT' }, description: INFO_TEXT },
    servers: [{ url: '/api/v1' }],
    tags: ['requests', 'gateways', 'devices', 'rules', 'log', 'session', 'operators', 'console'].map((name) => ({ name })),
    paths: paths(),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of POST /tokens, or GATEHOUSE_API_TOKEN, for scripts.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: COOKIE,
          description: 'The session cookie; its name ends in the port the console listens on. Worth nothing without the key.',
        },
        key: { type: 'apiKey', in: 'header', name: 'X-Gatehouse-Key', description: 'The second secret, from POST /session.' },
      },
    },
  };
}

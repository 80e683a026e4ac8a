// What a connect frame may hold: closed lists and a closed shape, with refusals worded as 2026.4.14 words them.
import { z } from 'zod';

export const CLIENT_IDS = [
  'webchat-ui',
  'openclaw-control-ui',
  'openclaw-tui',
  'webchat',
  'cli',
  'gateway-client',
  'openclaw-macos',
  'openclaw-ios',
  'openclaw-android',
  'node-host',
  'test',
  'fingerprint',
  'openclaw-probe',
] as const;
export const CLIENT_MODES = ['webchat', 'cli', 'ui', 'backend', 'node', 'probe', 'test'] as const;

const said = z.string().min(1);
const whole = z.number().int();

const connectParams = z.strictObject({
  minProtocol: whole.min(1),
  maxProtocol: whole.min(1),
  client: z.strictObject({
    id: z.enum(CLIENT_IDS),
    displayName: said.optional(),
    version: said,
    platform: said,
    deviceFamily: said.optional(),
    modelIdentifier: said.optional(),
    mode: z.enum(CLIENT_MODES),
    instanceId: said.optional(),
  }),
  caps: z.array(said).optional(),
  commands: z.array(said).optional(),
  permissions: z.record(said, z.boolean()).optional(),
  pathEnv: z.string().optional(),
  role: said.optional(),
  scopes: z.array(said).optional(),
  device: z.strictObject({ id: said, publicKey: said, signature: said, signedAt: whole.min(0), nonce: said }).optional(),
  auth: z
    .strictObject({
      token: z.string().optional(),
      bootstrapToken: z.string().optional(),
      deviceToken: z.string().optional(),
      password: z.string().optional(),
    })
    .optional(),
  locale: z.string().optional(),
  userAgent: z.string().optional(),
});
export type ConnectParams = z.infer<typeof connectParams>;

const requestFrame = z.strictObject({ type: z.literal('req'), id: said, method: said, params: z.unknown().optional() });
export type RequestFrame = z.infer<typeof requestFrame>;

const at = (path: readonly PropertyKey[]) => (path.length === 0 ? '' : `/${path.map(String).join('/')}`);

function sentences(issue: z.core.$ZodIssue): string[] {
  const place = at(issue.path);
  const where = place === '' ? '' : `at ${place}: `;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `at ${place || 'root'}: unexpected property '${key}'`);
    case 'invalid_value':
      return [`${where}must be equal to constant`, `${where}must match a schema in anyOf`];
    case 'invalid_type': {
      if (issue.input !== undefined) return [`${where}must be ${issue.expected}`];
      const parent = at(issue.path.slice(0, -1));
      return [`${parent === '' ? '' : `at ${parent}: `}must have required property '${String(issue.path.at(-1))}'`];
    }
    default:
      return [`${where}${issue.message}`];
  }
}

/** Reads a value by a schema, or says in the gateway's words what is wrong with it. */
export function readOrExplain<T>(schema: z.ZodType<T>, value: unknown): { ok: true; value: T } | { ok: false; text: string } {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, text: [...new Set(parsed.error.issues.flatMap(sentences))].join('; ') };
}

/** Reads the parameters of a connect request. */
export function readConnectParams(value: unknown): ReturnType<typeof readOrExplain<ConnectParams>> {
  return readOrExplain(connectParams, value);
}

/** Reads any request frame; undefined when it is none. */
export function readRequestFrame(value: unknown): RequestFrame | undefined {
  const parsed = requestFrame.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

// The console's HTTP API as a script uses it, with the answers read at the edge into what the tests look at.
import { z } from 'zod';
import type { Leaks } from './leaks.ts';

const fact = z.looseObject({ name: z.string(), held: z.boolean().optional(), text: z.string() });
const reason = z.looseObject({ code: z.string(), text: z.string() });
const origin = z.looseObject({
  origin: z.string(),
  assurance: z.string().optional(),
  summary: z.string(),
  facts: z.array(fact),
  alarm: z.string().optional(),
  askedBy: z.string().optional(),
  settled: z.boolean(),
});
const condition = z.looseObject({ name: z.string(), wanted: z.string(), value: z.string(), held: z.boolean().optional() });
const trace = z.looseObject({ rule: z.string(), version: z.number(), outcome: z.string(), conditions: z.array(condition) });
const verdict = z.looseObject({
  kind: z.enum(['approve', 'reject', 'hold']),
  rule: z.string().optional(),
  ruleName: z.string().optional(),
  ruleVersion: z.number().optional(),
  window: z.string().optional(),
  note: z.string().optional(),
  reasons: z.array(reason),
  trace: trace.optional(),
  shadows: z.array(z.looseObject({ rule: z.string(), version: z.number(), would: z.string() })).optional(),
});
const actor = z.looseObject({ kind: z.string(), name: z.string(), ruleId: z.string().optional(), windowId: z.string().optional() });

const request = z.looseObject({
  gateway: z.string(),
  requestId: z.string(),
  deviceId: z.string(),
  publicKey: z.string(),
  platform: z.string().optional(),
  deviceFamily: z.string().optional(),
  reason: z.string(),
  roles: z.array(z.string()),
  scopes: z.array(z.string()),
  heldScopes: z.array(z.string()),
  addedScopes: z.array(z.string()),
  needsConfirm: z.array(z.string()),
  origin,
  verdict,
});
const decision = z.looseObject({
  id: z.string(),
  requestId: z.string(),
  deviceId: z.string(),
  action: z.string(),
  state: z.string(),
  actor,
  scopes: z.array(z.string()),
  outcome: z.string(),
  origin,
  verdict: verdict.optional(),
});
const gateway = z.looseObject({
  id: z.string(),
  state: z.string(),
  version: z.string().optional(),
  consoleDeviceId: z.string(),
  onThisHost: z.boolean(),
  proof: z.array(fact),
  statement: z.looseObject({ noProxyInFront: z.boolean() }),
  rulesMatter: z.looseObject({ matter: z.boolean(), text: z.string() }),
  alarms: z.array(z.looseObject({ code: z.string(), text: z.string() })),
  trouble: z.array(z.looseObject({ code: z.string(), text: z.string(), until: z.string().optional() })),
  waiting: z.looseObject({ requestId: z.string().optional(), command: z.string(), scopes: z.array(z.string()) }).optional(),
});
const device = z.looseObject({ deviceId: z.string(), scopes: z.array(z.string()), vouched: z.boolean() });
const rule = z.looseObject({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  version: z.number(),
  hits: z.number(),
  unacknowledged: z.boolean(),
  agreement: z.looseObject({
    decided: z.number(),
    agreed: z.number(),
    lastDisagreement: z.looseObject({ deviceId: z.string() }).optional(),
  }),
  blockedBy: z.array(reason),
});
const permitWindow = z.looseObject({
  id: z.string(),
  state: z.string(),
  uses: z.number(),
  used: z.number(),
  sentence: z.string(),
  outcome: z.string().optional(),
});
const activity = z.looseObject({ what: z.string(), text: z.string(), actor, decision: decision.optional() });
const handshake = z.looseObject({
  id: z.string(),
  seq: z.number(),
  gateway: z.string(),
  at: z.string(),
  outcome: z.string(),
  cause: z.string(),
  title: z.string(),
  deviceId: z.string().optional(),
  requestId: z.string().optional(),
  scopesFrom: z.array(z.string()).optional(),
  scopesTo: z.array(z.string()).optional(),
  run: z.object({ id: z.number(), count: z.number(), firstAt: z.string() }),
});
const handshakeDetail = z.looseObject({
  row: handshake,
  diagnosis: z
    .looseObject({
      key: z.string(),
      known: z.boolean(),
      happened: z.string(),
      why: z.string(),
      remedies: z.array(z.looseObject({ text: z.string(), where: z.string(), command: z.string().optional() })),
      seen: z.array(z.object({ version: z.string(), how: z.string() })),
    })
    .optional(),
  timeline: z.array(z.looseObject({ step: z.string(), at: z.string(), text: z.string() })),
  raw: z.array(z.string()),
  aftermath: z.looseObject({ kind: z.string(), text: z.string() }).optional(),
  waits: z.object({ requestId: z.string() }).optional(),
});
const handshakePage = z.looseObject({ items: z.array(handshake), cursor: z.string().optional() });
const facets = z.looseObject({ causes: z.array(z.object({ value: z.string(), count: z.number() })) });
const problem = z.looseObject({ code: z.string() });

export type RequestSeen = z.infer<typeof request>;
export type DecisionSeen = z.infer<typeof decision>;
export type GatewaySeen = z.infer<typeof gateway>;
export type RuleSeen = z.infer<typeof rule>;
export type WindowSeen = z.infer<typeof permitWindow>;
export type HandshakeSeen = z.infer<typeof handshake>;
export type HandshakeDetailSeen = z.infer<typeof handshakeDetail>;
/** Filters of the handshake log, as they stand in an address. */
export type HandshakeQuery = Readonly<Record<string, string>>;
export type Answer = { status: number; body: unknown };

/** Who calls: a script with the API token, or a person by what a browser sends of its session. */
export type CallerHeaders = Readonly<Record<string, string>>;

/** Calls the API with these headers. Readers throw with the status and the problem's code when the console said no. */
export function createApi(options: { base: string; headers: CallerHeaders; secrets?: Leaks }) {
  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${options.base}/api/v1${path}`, {
      method,
      headers: { ...options.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    options.secrets?.expectNone(text, `the answer to ${method} ${path}`);
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
  async function ask<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return schema.parse(answer.body);
  }
  const items = <T>(schema: z.ZodType<T>) => z.looseObject({ items: z.array(schema) });
  const decide = (what: 'approve' | 'reject', seen: RequestSeen) =>
    call('POST', `/requests/${seen.gateway}/${seen.requestId}/${what}`, {
      publicKey: seen.publicKey,
      roles: seen.roles,
      scopes: seen.scopes,
      ...(seen.platform === undefined ? {} : { platform: seen.platform }),
      ...(seen.deviceFamily === undefined ? {} : { deviceFamily: seen.deviceFamily }),
      confirm: seen.needsConfirm,
    });

  /** Every row that passes the filter, page by page to the end, newest first. */
  async function allHandshakes(query: HandshakeQuery = {}): Promise<HandshakeSeen[]> {
    const found: HandshakeSeen[] = [];
    let before: string | undefined;
    do {
      const filter = new URLSearchParams({ limit: '500', ...query, ...(before === undefined ? {} : { before }) });
      const page = await ask(handshakePage, 'GET', `/handshakes?${filter}`);
      found.push(...page.items);
      before = page.cursor;
    } while (before !== undefined);
    return found;
  }

  return {
    call,
    allHandshakes,
    gateways: async () => (await ask(items(gateway), 'GET', '/gateways')).items,
    devices: async () => (await ask(items(device), 'GET', '/devices')).items,
    pending: async () => (await ask(items(request), 'GET', '/requests?state=pending')).items,
    /** The newest first, a page of `limit`. */
    decided: async (limit = 100) => (await ask(items(decision), 'GET', `/requests?state=decided&limit=${limit}`)).items,
    rules: async () => (await ask(items(rule), 'GET', '/rules')).items,
    activity: async () => (await ask(items(activity), 'GET', '/activity')).items,
    /** One page of the handshake log, newest first. */
    handshakes: (query: HandshakeQuery = {}) => ask(handshakePage, 'GET', `/handshakes?${new URLSearchParams(query)}`),
    handshake: (id: string, at: string) => ask(handshakeDetail, 'GET', `/handshakes/${id}/${encodeURIComponent(at)}`),
    handshakeFacets: (query: HandshakeQuery = {}) => ask(facets, 'GET', `/handshakes/facets?${new URLSearchParams(query)}`),
    addRule: (body: Record<string, unknown>) => ask(rule, 'POST', '/rules', body),
    changeRule: (id: string, body: Record<string, unknown>) => ask(rule, 'PUT', `/rules/${id}`, body),
    removeRule: (id: string) => ask(z.unknown(), 'DELETE', `/rules/${id}`),
    windows: async () => (await ask(items(permitWindow), 'GET', '/windows')).items,
    /** A person's act. */
    openWindow: (body: Record<string, unknown>) => ask(permitWindow, 'POST', '/windows', body),
    closeWindow: (id: string) => ask(permitWindow, 'POST', `/windows/${id}/close`),
    setStatement: (id: string, noProxyInFront: boolean) => ask(z.unknown(), 'PUT', `/gateways/${id}/statement`, { noProxyInFront }),
    vouch: (id: string, deviceId: string) => ask(z.unknown(), 'PUT', `/devices/${id}/${deviceId}/vouched`, { vouched: true }),
    setAutomation: (on: boolean) => ask(z.unknown(), 'PUT', '/automation', { on }),
    /** Approves exactly what was seen, with the second press. */
    approve: (seen: RequestSeen) => decide('approve', seen),
    reject: (seen: RequestSeen) => decide('reject', seen),
    problemCode: (answer: Answer) => problem.parse(answer.body).code,
  };
}

export type ConsoleApi = ReturnType<typeof createApi>;

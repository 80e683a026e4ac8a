// The frames of the gateway protocol, parsed once at the edge (gateway-facts, Connecting).
import { z } from 'zod';
import { callerString, gatewayTime } from './records.ts';

const event = z.object({ type: z.literal('event'), event: z.string(), payload: z.unknown().optional(), seq: z.number().optional() });
const response = z.object({
  type: z.literal('res'),
  id: z.string(),
  ok: z.boolean(),
  payload: z.unknown().optional(),
  error: z
    .object({
      code: z.string().optional(),
      message: z.string().optional(),
      retryable: z.boolean().optional(),
      retryAfterMs: z.number().optional(),
      details: z.record(z.string(), z.unknown()).optional().catch(undefined),
    })
    .optional(),
});
const frame = z.discriminatedUnion('type', [event, response]);

export type Frame = z.infer<typeof frame>;
export type ErrorBody = NonNullable<z.infer<typeof response>['error']>;

/** Parses one text frame; undefined when it is none that a gateway sends. */
export function parseFrame(text: string): Frame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = frame.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The challenge that opens every connection. */
export const challengePayload = z.object({ nonce: z.string().min(1).max(200), ts: gatewayTime.optional().catch(undefined) });

/** The parts of hello-ok that the product reads and shows; everything else is dropped. Both gateways' hellos fit it. */
export const helloPayload = z.object({
  protocol: z.number(),
  server: z.object({ version: z.string().max(100).transform(callerString) }),
  features: z.object({ methods: z.array(z.string()).catch([]) }).catch({ methods: [] }),
  auth: z
    .object({
      deviceToken: z.string().max(4096).optional().catch(undefined),
      role: z.string().optional(),
      scopes: z.array(z.string().transform(callerString)).optional(),
    })
    .optional()
    .catch(undefined),
  policy: z.object({ tickIntervalMs: z.number().positive().catch(30_000) }).catch({ tickIntervalMs: 30_000 }),
});
export type Hello = z.infer<typeof helloPayload>;

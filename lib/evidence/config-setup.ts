// How a gateway is set up, for explanations and commands only: no proof stands on it. Secrets in `config.get` are dropped here.
import { z } from 'zod';

export type ConfigSetup = {
  /** The file that the gateway read, as it names it. To be shown, never opened because of this. */
  file: string | undefined;
  /** What follows is undefined where it is not set: then the version's default holds. */
  bind: string | undefined;
  authMode: string | undefined;
  trustedProxies: readonly string[] | undefined;
  allowedOrigins: readonly string[] | undefined;
  autoApproveLocal: boolean | undefined;
  /** The file log's level. 2026.4.14 as published reads none of it: its level is the variable OPENCLAW_LOG_LEVEL, else info. */
  logLevel: string | undefined;
  /** Limits of the sign-in lock, times in ms; `set` is false where the version's defaults hold. */
  rateLimit: RateLimit & { set: boolean };
};

export type RateLimit = { maxAttempts: number; windowMs: number; lockoutMs: number; exemptLoopback: boolean };

/** The lock's limits where nothing is set, on both proven versions. */
export const DEFAULT_RATE_LIMIT: RateLimit = { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback: true };

// An odd value counts as not set, each by itself: it must not cost the others.
const word = z.string().max(400).optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const count = z.number().positive().optional().catch(undefined);
const words = z
  .array(z.unknown())
  .transform((list) => list.filter((entry): entry is string => typeof entry === 'string'))
  .optional()
  .catch(undefined);
/** Longer is as good as for ever, and its end must still be a date. */
const LONGEST_MS = 365 * 24 * 60 * 60_000;
const duration = count.transform((ms) => (ms === undefined ? undefined : Math.min(ms, LONGEST_MS)));
const rateLimit = z.object({ maxAttempts: count, windowMs: duration, lockoutMs: duration, exemptLoopback: flag });
const gateway = z.object({
  bind: word,
  trustedProxies: words,
  auth: z
    .object({ mode: word, rateLimit: rateLimit.optional().catch(undefined) })
    .optional()
    .catch(undefined),
  controlUi: z.object({ allowedOrigins: words }).optional().catch(undefined),
  nodes: z
    .object({ pairing: z.object({ autoApproveLocal: flag }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
const answer = z.object({
  path: word,
  config: z.object({
    gateway: gateway.optional().catch(undefined),
    logging: z.object({ level: word }).optional().catch(undefined),
  }),
});

/** Reads the answer of `config.get`; undefined when it is none. */
export function readConfigSetup(value: unknown): ConfigSetup | undefined {
  const parsed = answer.safeParse(value);
  if (!parsed.success) return undefined;
  const { path, config } = parsed.data;
  const g = config.gateway;
  const limit = g?.auth?.rateLimit;
  return {
    file: path,
    bind: g?.bind,
    authMode: g?.auth?.mode,
    trustedProxies: g?.trustedProxies,
    allowedOrigins: g?.controlUi?.allowedOrigins,
    autoApproveLocal: g?.nodes?.pairing?.autoApproveLocal,
    logLevel: config.logging?.level,
    rateLimit: {
      maxAttempts: limit?.maxAttempts ?? DEFAULT_RATE_LIMIT.maxAttempts,
      windowMs: limit?.windowMs ?? DEFAULT_RATE_LIMIT.windowMs,
      lockoutMs: limit?.lockoutMs ?? DEFAULT_RATE_LIMIT.lockoutMs,
      exemptLoopback: limit?.exemptLoopback ?? DEFAULT_RATE_LIMIT.exemptLoopback,
      set: limit !== undefined,
    },
  };
}

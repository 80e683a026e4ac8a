// What the gateway's own configuration says that bears on proof. Everything else in `config.get`, secrets included, is dropped here.
import { createHash } from 'node:crypto';
import { z } from 'zod';

export type ConfigFacts = {
  /** Reasons why the configuration does not keep remote callers and proxies out; empty is what a proof needs. */
  open: string[];
  /** Changes when the gateway part of the configuration changes. */
  fingerprint: string;
  /** 2026.9.x: loopback upgrades are granted by the gateway itself. Undefined where the setting is unknown. */
  autoApproveLocal: boolean | undefined;
  logLevel: string | undefined;
  handshakeTimeoutMs: number | undefined;
};

const gateway = z.object({
  bind: z.string().optional(),
  mode: z.string().optional(),
  trustedProxies: z.array(z.unknown()).optional(),
  allowRealIpFallback: z.boolean().optional(),
  handshakeTimeoutMs: z.number().optional().catch(undefined),
  tailscale: z.object({ mode: z.string().optional() }).optional(),
  auth: z.object({ mode: z.string().optional(), allowTailscale: z.boolean().optional() }).optional(),
  nodes: z
    .object({ pairing: z.object({ autoApproveLocal: z.boolean().optional() }).optional() })
    .optional()
    .catch(undefined),
});
const whole = z.object({ config: z.object({ gateway: z.unknown() }) });
const answer = z.object({
  config: z.object({ gateway: gateway.optional(), logging: z.object({ level: z.string().optional() }).optional().catch(undefined) }),
});

/** Reads the answer of `config.get`; undefined when it is not as expected, which a proof treats as missing. */
export function readConfigFacts(value: unknown): ConfigFacts | undefined {
  const parsed = answer.safeParse(value);
  if (!parsed.success) return undefined;
  const g = parsed.data.config.gateway ?? {};
  const open: string[] = [];
  if (g.bind !== undefined && g.bind !== 'loopback') open.push(`gateway.bind is ${g.bind}`);
  if (g.trustedProxies && g.trustedProxies.length > 0) open.push('gateway.trustedProxies is not empty');
  if (g.allowRealIpFallback) open.push('gateway.allowRealIpFallback is on');
  if (g.tailscale?.mode !== undefined && g.tailscale.mode !== 'off') open.push(`gateway.tailscale.mode is ${g.tailscale.mode}`);
  const mode = g.auth?.mode;
  if (mode !== undefined && mode !== 'token' && mode !== 'password') open.push(`gateway.auth.mode is ${mode}`);
  if (g.auth?.allowTailscale) open.push('gateway.auth.allowTailscale is on');
  return {
    open,
    fingerprint: createHash('sha256')
      .update(JSON.stringify(whole.safeParse(value).data?.config.gateway ?? null))
      .digest('hex')
      .slice(0, 32),
    autoApproveLocal: g.nodes?.pairing?.autoApproveLocal,
    logLevel: parsed.data.config.logging?.level,
    handshakeTimeoutMs: g.handshakeTimeoutMs,
  };
}

const source = z.object({ path: z.string(), parsed: z.unknown().optional() });

/**
 * The file that a `config.get` answer was read from, when it is the whole of the configuration: with `$include` in it, others count
 * as well, and then there is no such file.
 */
export function configFileOf(value: unknown): string | undefined {
  const found = source.safeParse(value).data;
  return found && !JSON.stringify(found.parsed ?? null).includes('"$include"') ? found.path : undefined;
}

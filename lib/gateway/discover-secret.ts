// Finds the value of one secret in a gateway's configuration: plain text, ${VAR}, or a reference to a variable or a file.
// References that would need a program or the gateway's own secret store are never followed.
import { isAbsolute } from 'node:path';
import { Problem } from '../problem.ts';
import type { Env } from '../settings.ts';
import { type GatewayConfig, readRegularFile, type SecretInput } from './discover-config.ts';
import { expandHome } from './discover-paths.ts';

const SECRET_FILE_MAX_BYTES = 1024 * 1024;
const WAY_OUT = { token: 'GATEHOUSE_GATEWAY_TOKEN', password: 'GATEHOUSE_GATEWAY_PASSWORD' } as const;

export type SecretKind = keyof typeof WAY_OUT;
export type SecretContext = { config: GatewayConfig; configPath: string; home: string; env: Env };

/** `value` when it was found, `problem` when the configuration names one that cannot be had; neither when it names none. */
export type SecretFinding = { value?: string; problem?: Problem };

function unavailable(context: SecretContext, kind: SecretKind, why: string): SecretFinding {
  const place = `gateway.auth.${kind}`;
  const text = `${context.configPath}: ${place} ${why}. Set ${WAY_OUT[kind]} to give the console the ${kind}.`;
  return { problem: new Problem('gateway-config-broken', text, { file: context.configPath, place }) };
}

const filled = (text: string | undefined) => (text?.trim() ? text.trim() : undefined);

/** Puts variables into a text as the gateway does; `$${VAR}` stands for itself. Answers the name of a missing one instead. */
export function substitute(text: string, env: Env): { text: string } | { missing: string } {
  let missing: string | undefined;
  const result = text.replace(/\$(\$?)\{([A-Z_][A-Z0-9_]*)\}/g, (whole, escaped: string, name: string) => {
    if (escaped) return whole.slice(1);
    const value = env[name];
    if (!value) missing ??= name;
    return value ?? '';
  });
  return missing === undefined ? { text: result } : { missing };
}

function atPointer(value: unknown, pointer: string): unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined),
    value,
  );
}

function fromFile(context: SecretContext, kind: SecretKind, providerName: string, id: string): SecretFinding {
  const provider = context.config.secrets?.providers?.[providerName];
  const named = provider?.path === undefined ? undefined : substitute(provider.path, context.env);
  if (provider?.source !== 'file' || !named || 'missing' in named) {
    return unavailable(context, kind, `refers to secrets.providers.${providerName}, which names no file`);
  }
  const path = expandHome(named.text, context.home);
  if (!isAbsolute(named.text) && !named.text.startsWith('~'))
    return unavailable(context, kind, `refers to a file by a path that is not absolute`);
  let text: string;
  try {
    text = readRegularFile(path, SECRET_FILE_MAX_BYTES, true);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return unavailable(context, kind, `refers to a file: ${error.message.replace(/\.$/, '')}`);
  }
  if (provider.mode === 'singleValue') {
    const value = filled(text);
    return value ? { value } : unavailable(context, kind, `refers to ${path}, which is empty`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return unavailable(context, kind, `refers to ${path}, which is not JSON`);
  }
  const found = id.startsWith('/') ? atPointer(parsed, id) : undefined;
  const value = typeof found === 'string' ? filled(found) : undefined;
  return value ? { value } : unavailable(context, kind, `refers to ${path}, which has no text at ${id}`);
}

function fromVariable(context: SecretContext, kind: SecretKind, providerName: string, name: string): SecretFinding {
  const allowed = context.config.secrets?.providers?.[providerName]?.allowlist;
  if (allowed && !allowed.includes(name))
    return unavailable(context, kind, `refers to the variable ${name}, which its provider does not allow`);
  const value = filled(context.env[name]);
  return value ? { value } : unavailable(context, kind, `refers to the variable ${name}, which the console does not see`);
}

/** Resolves one configured secret. Never runs anything, never throws for what the configuration holds. */
export function resolveSecret(input: SecretInput | null | undefined, kind: SecretKind, context: SecretContext): SecretFinding {
  if (input === null || input === undefined) return {};
  if (typeof input === 'string') {
    // 2026.9.6 also takes `$VAR` for a whole value.
    const short = /^\$([A-Z][A-Z0-9_]{0,127})$/.exec(input.trim());
    if (short?.[1] && context.env[short[1]]) return fromVariable(context, kind, 'default', short[1]);
    const result = substitute(input, context.env);
    if ('missing' in result) return unavailable(context, kind, `refers to the variable ${result.missing}, which the console does not see`);
    const value = filled(result.text);
    return value ? { value } : {};
  }
  const provider = input.provider ?? context.config.secrets?.defaults?.[input.source] ?? 'default';
  switch (input.source) {
    case 'env':
      return fromVariable(context, kind, provider, input.id);
    case 'file':
      return fromFile(context, kind, provider, input.id);
    case 'exec':
      return unavailable(context, kind, 'comes from a program, and the console runs none');
    default:
      return unavailable(
        context,
        kind,
        `comes from the source ${JSON.stringify(input.source.slice(0, 40))}, which the console cannot read`,
      );
  }
}

// From what is known to a rule's input: the tightest rule that covers a request, and a stored rule as it would be sent again.
import type { RuleInput, RuleView } from '#lib/api/rule-shapes.ts';
import type { GatewayView, RequestView } from '#lib/api/shapes.ts';
import { NAMED_SCOPES, scopeRisk } from '#lib/gateway/scopes.ts';

const MONTH_MS = 30 * 24 * 3_600_000;

/** Whether any rule could ever approve a request like this; the guards that nobody can switch off decide. */
export function canBeRuled(request: RequestView): boolean {
  const { reason, roles, heldRoles, scopes, unknownScopes, stuck, origin } = request;
  return (
    reason === 'scope-upgrade' &&
    !stuck &&
    scopes.length > 0 &&
    unknownScopes.length === 0 &&
    [...roles, ...heldRoles].every((role) => role === 'operator') &&
    origin.origin !== 'proxied' &&
    origin.origin !== 'remote'
  );
}

/** The scopes of a ceiling that its author must name a second time. */
export function namedIn(scopes: readonly string[]): string[] {
  return NAMED_SCOPES.filter((scope) => scopes.includes(scope));
}

/** Whether a ceiling goes beyond write, where agents of the same user become a matter. */
export function aboveWrite(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scopeRisk(scope) === 'elevated' || scopeRisk(scope) === 'admin');
}

/** The tightest rule that would have covered this request: its gateway, its origin, exactly what it ends up with, for 30 days. */
export function tightestRule(request: RequestView, nowMs: number): RuleInput {
  const byHostKey = request.isHostKey;
  return {
    name: byHostKey ? 'The CLI on this host' : `${request.displayName ?? request.clientId ?? 'Device'} over loopback`,
    enabled: true,
    origin: byHostKey ? 'host-key' : 'loopback',
    scopes: request.resultScopes,
    confirm: [],
    gateway: request.gateway,
    ...(byHostKey ? {} : { deviceId: request.deviceId }),
    agentsMayUse: false,
    assurance: 'peer',
    maxPerHour: 5,
    expiresAt: new Date(nowMs + MONTH_MS).toISOString(),
  };
}

/** A rule that nobody has filled in yet: strict in everything. */
export function emptyRule(nowMs: number): RuleInput {
  return {
    name: '',
    enabled: true,
    origin: 'host-key',
    scopes: ['operator.read'],
    confirm: [],
    agentsMayUse: false,
    assurance: 'peer',
    maxPerHour: 5,
    expiresAt: new Date(nowMs + MONTH_MS).toISOString(),
  };
}

/** A stored rule as input, with its switch where `enabled` says. */
export function inputOf(rule: RuleView, enabled: boolean): RuleInput {
  const { name, scopes, origin, assurance, confirm, agentsMayUse, gateway, deviceId, maxPerHour, expiresAt } = rule;
  return {
    name,
    enabled,
    scopes,
    origin,
    assurance,
    confirm,
    agentsMayUse,
    maxPerHour,
    expiresAt,
    ...(gateway === undefined ? {} : { gateway }),
    ...(deviceId === undefined ? {} : { deviceId }),
  };
}

/** What the author must confirm by typing before the server takes the rule. */
export function acknowledgements(input: RuleInput, gateways: readonly GatewayView[]): NonNullable<RuleInput['acknowledge']> {
  const concerned = gateways.filter((gateway) => input.gateway === undefined || gateway.id === input.gateway);
  const sameUser = concerned.some((gateway) => gateway.sameUser.same) && aboveWrite(input.scopes);
  return [...(sameUser ? (['same-user'] as const) : []), ...(input.assurance === 'log' ? (['log-assurance'] as const) : [])];
}

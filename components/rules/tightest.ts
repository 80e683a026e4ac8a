// From what is known to a rule's input: the tightest rule that covers a request, and a stored rule as it would be sent again.
import type { RuleInput, RuleView } from '#lib/api/rule-shapes.ts';
import type { GatewayView, RequestView } from '#lib/api/shapes.ts';
import { NAMED_SCOPES, scopeRisk } from '#lib/gateway/scopes.ts';
import { requestName } from '../requests/request-words.ts';

const MONTH_MS = 30 * 24 * 3_600_000;
const LONGEST_NAME = 80;

/** Whether any rule could ever approve a request like this; the guards that nobody can switch off decide. */
export function canBeRuled(request: RequestView): boolean {
  const { reason, roles, heldRoles, scopes, unknownScopes, stuck, origin } = request;
  return (
    reason === 'scope-upgrade' &&
    !stuck &&
    scopes.length > 0 &&
    unknownScopes.length === 0 &&
    [...roles, ...heldRoles].every((role) => role === 'operator') &&
    origin.alarm === undefined &&
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

/**
 * The tightest rule that would have covered this request: its gateway, its origin, the client and platform that it says it is, exactly
 * what it ends up with, for 30 days. What it says of itself narrows the rule and proves nothing; the origin beside it does.
 */
export function tightestRule(request: RequestView, nowMs: number): RuleInput {
  const byHostKey = request.isHostKey;
  return {
    ...emptyRule(nowMs),
    name: byHostKey ? 'The CLI on this host' : `${requestName(request)} over loopback`.slice(0, LONGEST_NAME),
    origin: byHostKey ? 'host-key' : 'loopback',
    scopes: request.resultScopes,
    gateway: request.gateway,
    ...(byHostKey ? {} : { deviceId: request.deviceId }),
    ...(request.clientId === undefined ? {} : { clientIds: [request.clientId] }),
    ...(request.platform === undefined ? {} : { platforms: [request.platform] }),
  };
}

/** A rule that nobody has filled in yet: strict in everything. */
export function emptyRule(nowMs: number): RuleInput {
  return {
    name: '',
    enabled: true,
    effect: 'approve',
    origin: 'host-key',
    scopes: ['operator.read'],
    confirm: [],
    agentsMayUse: false,
    assurance: 'peer',
    maxPerHour: 5,
    expiresAt: new Date(nowMs + MONTH_MS).toISOString(),
  };
}

/** Every field that an author writes, but the switch and what is typed anew each time. One that is missing here does not compile. */
const WRITTEN: Record<Exclude<keyof RuleInput, 'enabled' | 'acknowledge'>, true> = {
  name: true,
  shadow: true,
  effect: true,
  note: true,
  origin: true,
  assurance: true,
  agentsMayUse: true,
  gateway: true,
  reasons: true,
  deviceId: true,
  clientIds: true,
  clientModes: true,
  platforms: true,
  displayName: true,
  pairedForHours: true,
  heldScopes: true,
  authMethods: true,
  hours: true,
  scopes: true,
  confirm: true,
  maxPerHour: true,
  maxPerDevicePerHour: true,
  maxUses: true,
  expiresAt: true,
  coolOffMinutes: true,
};

/** A stored rule as input, with its switch where `enabled` says. Nothing that the author wrote is lost. */
export function inputOf(rule: RuleView, enabled: boolean): RuleInput {
  const written = Object.entries(rule).filter(([field, value]) => Object.hasOwn(WRITTEN, field) && value !== undefined);
  return { ...Object.fromEntries(written), name: rule.name, scopes: rule.scopes, enabled };
}

/** What the author must confirm by typing before the server takes the rule. */
export function acknowledgements(input: RuleInput, gateways: readonly GatewayView[]): NonNullable<RuleInput['acknowledge']> {
  if ((input.effect ?? 'approve') !== 'approve') return [];
  const concerned = gateways.filter((gateway) => input.gateway === undefined || gateway.id === input.gateway);
  const sameUser = concerned.some((gateway) => gateway.sameUser.same) && aboveWrite(input.scopes);
  return [...(sameUser ? (['same-user'] as const) : []), ...(input.assurance === 'log' ? (['log-assurance'] as const) : [])];
}

// The closed grammar of scopes and roles, and what each implies. A string outside it holds a request (gateway-facts, trap 6).

/** Every operator scope that both proven gateway versions know. */
export const SCOPES = [
  'operator.read',
  'operator.write',
  'operator.talk',
  'operator.questions',
  'operator.approvals',
  'operator.pairing',
  'operator.talk.secrets',
  'operator.admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Scopes that a rule may give only when its author named each of them a second time. */
export const NAMED_SCOPES: readonly Scope[] = ['operator.admin', 'operator.pairing', 'operator.approvals', 'operator.talk.secrets'];

/** What the console asks of a gateway at its first connect; asking less first would make its own upgrade wait. */
export const CONSOLE_SCOPES: readonly Scope[] = [
  'operator.admin',
  'operator.read',
  'operator.write',
  'operator.approvals',
  'operator.pairing',
];

const known: ReadonlySet<string> = new Set(SCOPES);

/** Whether a string is a scope of the closed list. */
export function isScope(value: string): value is Scope {
  return known.has(value);
}

const IMPLIED: Partial<Record<Scope, readonly Scope[]>> = {
  'operator.admin': SCOPES,
  'operator.write': ['operator.read', 'operator.talk'],
};

/** Sorts (least risk first), removes doubles and blanks; strings that are no scope keep their place at the end. */
export function normaliseScopes(scopes: readonly string[]): string[] {
  const unique = new Set(scopes.map((s) => s.trim()).filter((s) => s !== ''));
  const order = (s: string) => (isScope(s) ? SCOPES.indexOf(s) : SCOPES.length);
  return [...unique].sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
}

/** All that a set of scopes allows, the implied ones included. Unknown strings imply nothing. */
export function effectiveScopes(scopes: readonly string[]): Set<string> {
  const out = new Set<string>();
  for (const scope of scopes) {
    out.add(scope);
    if (isScope(scope)) for (const implied of IMPLIED[scope] ?? []) out.add(implied);
  }
  return out;
}

/** Whether everything in `asked` is allowed by `ceiling`. An empty or unknown set is covered by nothing. */
export function coversScopes(ceiling: readonly string[], asked: readonly string[]): boolean {
  if (asked.length === 0) return false;
  const allowed = effectiveScopes(ceiling);
  return asked.every((s) => isScope(s) && allowed.has(s));
}

/** The scopes in `asked` that `held` does not already allow. */
export function addedScopes(held: readonly string[], asked: readonly string[]): string[] {
  const have = effectiveScopes(held);
  return normaliseScopes(asked).filter((s) => !have.has(s));
}

/** Whether two sets name the same scopes. */
export function sameScopes(a: readonly string[], b: readonly string[]): boolean {
  const left = normaliseScopes(a);
  const right = normaliseScopes(b);
  return left.length === right.length && left.every((s, i) => s === right[i]);
}

/** Scopes as people read them, without their prefix; `none` where there are none. */
export const shortScopes = (scopes: readonly string[], none = 'no scopes'): string =>
  scopes.map((s) => s.replace('operator.', '')).join(', ') || none;

export type Risk = 'read' | 'write' | 'elevated' | 'admin' | 'node';
const RISK_ORDER: readonly Risk[] = ['read', 'write', 'elevated', 'admin', 'node'];

/** The one risk scale of the product. An unknown scope counts as admin: nobody knows what it gives. */
export function scopeRisk(scope: string): Risk {
  switch (scope) {
    case 'operator.read':
      return 'read';
    case 'operator.write':
    case 'operator.talk':
    case 'operator.questions':
      return 'write';
    case 'operator.approvals':
    case 'operator.pairing':
    case 'operator.talk.secrets':
      return 'elevated';
    default:
      return 'admin';
  }
}

/** The highest risk in a request: role node outranks every scope, because its commands run on that machine. */
export function highestRisk(roles: readonly string[], scopes: readonly string[]): Risk {
  const risks: Risk[] = scopes.map(scopeRisk);
  if (roles.includes('node')) risks.push('node');
  return risks.reduce<Risk>((top, r) => (RISK_ORDER.indexOf(r) > RISK_ORDER.indexOf(top) ? r : top), 'read');
}

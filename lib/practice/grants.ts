// How a 2026.4.14 gateway compares scopes. Kept apart from lib/gateway/scopes.ts on purpose: the practice gateway imitates
// the other side, so it must not inherit what the console believes.

const ADMIN = 'operator.admin';

/** Trims, drops blanks and doubles; the order of first sight stays. */
export function distinct(values: Iterable<string>): string[] {
  const out = new Set<string>();
  for (const value of values) {
    const trimmed = value.trim();
    if (trimmed !== '') out.add(trimmed);
  }
  return [...out];
}

/** The set as tokens hold it: sorted, write brings read, admin brings both (seen in paired rows of 2026.4.14). */
export function withImplied(scopes: readonly string[] | undefined): string[] {
  const out = new Set(distinct(scopes ?? []));
  if (out.has(ADMIN)) out.add('operator.write');
  if (out.has('operator.write')) out.add('operator.read');
  return [...out].sort();
}

function allows(role: string, scope: string, granted: ReadonlySet<string>): boolean {
  if (role !== 'operator') return scope.startsWith(`${role}.`) && granted.has(scope);
  if (!scope.startsWith('operator.')) return false;
  if (granted.has(ADMIN) || granted.has(scope)) return true;
  return scope === 'operator.read' && granted.has('operator.write');
}

/** The first asked scope that `granted` does not allow to this role; undefined when all are allowed. */
export function firstMissing(role: string, asked: readonly string[], granted: readonly string[]): string | undefined {
  const have = new Set(distinct(granted));
  return distinct(asked).find((scope) => !allows(role, scope, have));
}

/** Whether a grant allows all that is asked. Asking nothing is always allowed. */
export function covers(role: string, asked: readonly string[], granted: readonly string[]): boolean {
  return firstMissing(role, asked, granted) === undefined;
}

/** The first scope that belongs to none of the roles; such a request can be approved by nobody. */
export function firstForeign(roles: readonly string[], scopes: readonly string[]): string | undefined {
  return distinct(scopes).find((scope) => !roles.some((role) => allows(role, scope, new Set([scope]))));
}

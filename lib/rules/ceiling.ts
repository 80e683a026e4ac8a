// What the scopes of a rule or of a permit window really give. Browser-safe: the form shows it while it is written.
import { isScope, NAMED_SCOPES, normaliseScopes } from '../gateway/scopes.ts';

/** The scopes that can really be given: the named ones count only when they were named twice. */
export function ceilingOf(written: { scopes: readonly string[]; confirm?: readonly string[] }): string[] {
  return normaliseScopes(
    written.scopes.filter((s) => isScope(s) && (!NAMED_SCOPES.includes(s) || (written.confirm?.includes(s) ?? false))),
  );
}

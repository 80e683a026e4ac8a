// What the filters can be chosen from: every client, scope, role, platform and rule that some device has, with how many. Pure.
import type { DeviceView } from '#lib/api/shapes.ts';

export type Facet = { value: string; count: number };
export type Facets = Record<'client' | 'scope' | 'role' | 'platform' | 'ruleId', Facet[]>;

/** More than this nobody reads; the text finds the others. */
const MOST_VALUES = 200;

/** The most frequent first, then by name. */
export function facetsOf(devices: readonly DeviceView[]): Facets {
  const counts = {
    client: new Map<string, number>(),
    scope: new Map<string, number>(),
    role: new Map<string, number>(),
    platform: new Map<string, number>(),
    ruleId: new Map<string, number>(),
  };
  const count = (of: Map<string, number>, value: string | undefined) => {
    if (value !== undefined && value !== '') of.set(value, (of.get(value) ?? 0) + 1);
  };
  for (const { clientId, scopes, roles, platform, ruleId } of devices) {
    count(counts.client, clientId);
    for (const scope of scopes) count(counts.scope, scope);
    for (const role of roles) count(counts.role, role);
    count(counts.platform, platform);
    count(counts.ruleId, ruleId);
  }
  const list = (of: Map<string, number>) =>
    [...of]
      .map(([value, many]): Facet => ({ value, count: many }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, MOST_VALUES);
  return {
    client: list(counts.client),
    scope: list(counts.scope),
    role: list(counts.role),
    platform: list(counts.platform),
    ruleId: list(counts.ruleId),
  };
}

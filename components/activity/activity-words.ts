// Activity rows: who acted, which filters they pass, and the file that an export writes.
import type { ActivityView, DecisionActor } from '#lib/api/shapes.ts';

export const ACTORS: Record<DecisionActor['kind'], string> = {
  person: 'person',
  rule: 'rule',
  'api-token': 'API token',
  gateway: 'gateway',
};

/** Whether a row passes the filter for its actor and a text. */
export function activityShown({ actor, what, text, decision }: ActivityView, kind: string, wanted: string): boolean {
  if (kind !== '' && actor.kind !== kind) return false;
  const hay = [what, text, actor.name, decision?.deviceId, decision?.displayName, decision?.clientId, ...(decision?.scopes ?? [])];
  return wanted === '' || hay.some((part) => part?.toLowerCase().includes(wanted.toLowerCase()));
}

/** Rows as a JSON file for download; the caller revokes the address. */
export function exportAddress(rows: readonly ActivityView[]): string {
  return URL.createObjectURL(new Blob([`${JSON.stringify(rows, null, 2)}\n`], { type: 'application/json' }));
}

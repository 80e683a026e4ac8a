// Why a request waits: derived by comparing it with the paired row, since the record itself does not say (gateway-facts, Records).
import type { Reason } from '../api/shapes.ts';
import type { PairedDevice, PendingRequest } from '../gateway/records.ts';
import { addedScopes } from '../gateway/scopes.ts';

/** The paired row of exactly this key: same device id and same public key. */
export function pairedRowOf(
  paired: readonly PairedDevice[],
  request: Pick<PendingRequest, 'deviceId' | 'publicKey'>,
): PairedDevice | undefined {
  return paired.find((d) => d.deviceId === request.deviceId && d.publicKey === request.publicKey);
}

const differs = (claimed: string | undefined, pinned: string | undefined) =>
  claimed !== undefined && pinned !== undefined && claimed.trim().toLowerCase() !== pinned.trim().toLowerCase();

/** Names the reason. A platform or family that appears where none was pinned counts as changed: nobody has seen it. */
export function reasonOf(request: PendingRequest, row: PairedDevice | undefined): Reason {
  if (!row) return 'new-device';
  if (request.roles.some((r) => !row.roles.includes(r))) return 'role-upgrade';
  const appears = (claimed: string | undefined, pinned: string | undefined) => claimed !== undefined && pinned === undefined;
  const unseen = appears(request.platform, row.platform) || appears(request.deviceFamily, row.deviceFamily);
  if (differs(request.platform, row.platform) || differs(request.deviceFamily, row.deviceFamily) || unseen) return 'metadata-change';
  if (addedScopes(row.scopes, request.scopes).length > 0 || request.scopes.length === 0) return 'scope-upgrade';
  return 'unchanged';
}

/** What must be equal for a decision on one record to hold for another: everything but id and time (evidence, Binding). */
export type BoundContent = {
  deviceId: string;
  publicKey: string;
  roles: readonly string[];
  scopes: readonly string[];
  platform?: string | undefined;
  deviceFamily?: string | undefined;
};

/** One text for a content, equal exactly when the contents are. */
export function contentKey(content: BoundContent): string {
  const sorted = (list: readonly string[]) => [...new Set(list.map((s) => s.trim()))].sort();
  return JSON.stringify([
    content.deviceId,
    content.publicKey,
    sorted(content.roles),
    sorted(content.scopes),
    content.platform ?? null,
    content.deviceFamily ?? null,
  ]);
}

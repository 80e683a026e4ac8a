// Since when, how and by whom a device holds what is grave: whoever gave it last counts, be that a decision here or something that a
// reading showed. An old decision says nothing of what was lost and given again since.
import type { AccessHolder, DeviceChangeView } from '../api/device-shapes.ts';
import type { DecisionView, DeviceView } from '../api/shapes.ts';
import { effectiveScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import type { Store } from '../store/open.ts';

const A_PAGE = 200;
/** Of a device with more pages of differences than this, the newest say it all. */
const PAGES = 10;

type SinceFacts = Pick<AccessHolder, 'since' | 'sinceWhat' | 'by' | 'how' | 'decisionId'>;
type Held = { scopes: readonly string[]; roles: readonly string[] };

/** Token work leaves what was approved as it is. */
const LOSSES: ReadonlySet<DeviceChangeView['kind']> = new Set(['scopes-shrank', 'roles-changed', 'removed']);

const ofDecision = ({ at, actor, id }: DecisionView): SinceFacts => ({
  since: at,
  sinceWhat: 'decision',
  by: actor.name,
  how: actor.kind === 'rule' ? 'rule' : 'operator',
  decisionId: id,
});

function ofChange({ by, at, toldAt }: DeviceChangeView): SinceFacts {
  const seen = { since: toldAt ?? at, sinceWhat: 'reading' as const };
  if (by.kind === 'console')
    return { ...seen, by: by.name, how: by.ruleId === undefined ? 'operator' : 'rule', ...present({ decisionId: by.decisionId }) };
  if (by.kind === 'gateway-tools') return { ...seen, by: 'the gateway’s own tools', how: 'operator' };
  return { ...seen, how: by.kind === 'silent' ? 'silent' : 'unknown' };
}

/**
 * Who gave one of `grave` last, admin before all others, or role node where there is none. `approved` or `unknown` where nothing that
 * is known gave it since it was lost. Rejects with Problem('store-unwritable').
 * @param grave grave scopes that the device holds now
 */
export async function sinceOf(
  device: DeviceView,
  grave: readonly string[],
  store: Pick<Store, 'takeBacks' | 'inventories'>,
): Promise<SinceFacts> {
  const { gateway, deviceId, approvedAt, approvedHow, grantedBy } = device;
  const wanted = grave.includes('operator.admin') ? ['operator.admin'] : grave;
  const touches = ({ scopes, roles }: Held) => {
    const named = effectiveScopes(scopes);
    return wanted.length === 0 ? roles.includes('node') : wanted.some((scope) => named.has(scope));
  };
  const madeMs = Date.parse(device.createdAt ?? '') || 0;
  const decisions = (await store.takeBacks.grantsOfDevice(gateway, deviceId)).filter(
    ({ publicKey, state, rowCreatedAtMs }) =>
      publicKey === device.publicKey && state !== 'settled-unknown' && (rowCreatedAtMs === undefined || rowCreatedAtMs === madeMs),
  );
  const decision = decisions.findLast(({ addedScopes, roles }) => touches({ scopes: addedScopes, roles }));
  const decidedMs = decision === undefined ? Number.NEGATIVE_INFINITY : Date.parse(decision.at);
  /** A reading that shows what the decision gave is no news beside it. */
  const isOfDecision = ({ by, notBefore }: DeviceChangeView) =>
    by.kind === 'console' && (by.decisionId === decision?.id || Date.parse(notBefore ?? '') <= decidedMs);
  const notTold: SinceFacts =
    approvedAt === undefined
      ? { sinceWhat: 'unknown', how: approvedHow }
      : { since: approvedAt, sinceWhat: 'approved', how: approvedHow, ...present({ by: decisions.length === 0 ? grantedBy : undefined }) };

  let before: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const { items, cursor } = await store.inventories.changes({ gateway, deviceId, limit: A_PAGE, ...present({ before }) });
    // The newest comes first, and what tells nothing of it is passed by.
    for (const change of items) {
      if (Date.parse(change.at) < decidedMs) return decision === undefined ? notTold : ofDecision(decision);
      if (change.kind === 'first-seen' || Date.parse(change.toldAt ?? change.at) < madeMs) continue;
      if (touches(change.gained)) return decision !== undefined && isOfDecision(change) ? ofDecision(decision) : ofChange(change);
      if (LOSSES.has(change.kind) && touches(change.lost))
        return approvedAt === undefined
          ? { sinceWhat: 'unknown', how: 'unknown' }
          : { since: approvedAt, sinceWhat: 'approved', how: 'unknown' };
    }
    if (cursor === undefined) break;
    before = cursor;
  }
  return decision === undefined ? notTold : ofDecision(decision);
}

// What this console saw of the devices of one gateway beside its list, kept for findings: returns, revocations undone, refused attempts,
// changes of platform that were turned down, and the rule that gave something. Loaded once, then told.
import type { DeviceActView } from '../api/device-shapes.ts';
import type { TakeBackView } from '../api/grant-shapes.ts';
import type { BridgeChange, DecisionView, HandshakeView } from '../api/shapes.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { hasProvenKey } from '../handshakes/detail-key.ts';
import { present } from '../present.ts';
import type { Store } from '../store/open.ts';
import type { SeenFacts } from './findings.ts';

const MISMATCHES: readonly string[] = ['unauthorized/device_token_mismatch', 'unauthorized/scope_mismatch'];
const UNDONE = ['revocationUndone', 'narrowingUndone'] as const;
/** Runs of refused callers that are looked at when a gateway is opened. */
const LOOKED_BACK = 200;
/** Clients that are remembered as refused; the oldest is forgotten first. */
const CLIENTS = 1000;
/** Devices whose failed attempts are remembered, likewise. */
const DEVICES = 10_000;

export type SeenBook = {
  /** What was seen of a device; the same object until something new is. */
  of: (deviceId: string) => SeenFacts | undefined;
  /** When a caller that says to be the same client was last refused for its device token, ms. Others may say so too. */
  mismatchMs: (row: PairedDevice) => number | undefined;
  /** The rule that gave something to this pairing of the key. */
  ruleOf: (row: PairedDevice) => string | undefined;
  /** Everything that is published: what is about this gateway is kept. */
  note: (change: BridgeChange) => void;
};

type Caller = Pick<HandshakeView, 'clientId' | 'clientMode' | 'remoteAddr' | 'origin'>;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
/** A gateway lists no address for a device that came over loopback last, and a proxied caller's record names the proxy in place of it. */
function callerKey({ clientId, clientMode, remoteAddr, origin }: Caller): string {
  const place = origin === 'proxied' ? origin : remoteAddr === undefined || LOOPBACK.has(remoteAddr) ? '' : remoteAddr;
  return `${clientId ?? ''}\n${clientMode ?? ''}\n${place}`;
}
/** As whom a device's refusals are recorded: with its address, and where it has one from elsewhere also behind a proxy. */
function rowKeys({ clientId, clientMode, remoteIp }: PairedDevice): string[] {
  const client = present({ clientId, clientMode });
  const direct = callerKey({ ...client, ...present({ remoteAddr: remoteIp }) });
  return remoteIp === undefined || LOOPBACK.has(remoteIp) ? [direct] : [direct, callerKey({ ...client, origin: 'proxied' })];
}

/** Loads what is known of a gateway's devices. Rejects with Problem('store-unwritable') when the store cannot be read. */
export async function createSeenBook(deps: {
  gateway: string;
  store: Pick<Store, 'takeBacks' | 'deviceActs' | 'decisions' | 'handshakes'>;
}): Promise<SeenBook> {
  const { gateway, store } = deps;
  const facts = new Map<string, SeenFacts>();
  const rules = new Map<string, { ruleId: string; rowMs: number | undefined }>();
  const mismatches = new Map<string, number>();
  /** Devices with an attempt that failed, the one that failed last at the end. */
  const failed = new Set<string>();

  const set = (deviceId: string, more: SeenFacts) => void facts.set(deviceId, { ...facts.get(deviceId), ...more });
  function without(deviceId: string, key: keyof SeenFacts) {
    const { [key]: _gone, ...rest } = facts.get(deviceId) ?? {};
    if (Object.keys(rest).length === 0) facts.delete(deviceId);
    else facts.set(deviceId, rest);
  }

  function noteTakeBack(view: TakeBackView) {
    if (view.state === 'returned') set(view.deviceId, { cameBack: { atMs: Date.parse(view.returnedAt ?? view.at) } });
    else if (facts.get(view.deviceId)?.cameBack !== undefined) without(view.deviceId, 'cameBack');
  }
  function noteAct(view: DeviceActView) {
    // A rotation takes nothing, and what was not done or is under way ends nothing.
    if ((view.act !== 'revoke' && view.act !== 'narrow') || view.state === 'failed' || view.state === 'asking') return;
    // Of one token the last of both counts.
    for (const key of UNDONE) if (facts.get(view.deviceId)?.[key]?.role === view.role) without(view.deviceId, key);
    if (view.state !== 'undone') return;
    const seen = { atMs: Date.parse(view.undoneAt ?? view.at), ...present({ role: view.role }) };
    set(view.deviceId, view.act === 'revoke' ? { revocationUndone: seen } : { narrowingUndone: seen });
  }
  function noteDecision(d: DecisionView) {
    const gave = d.action === 'approve' && (d.state === 'approved' || d.state === 'settled-approved');
    const refused = d.action === 'reject' && d.state === 'rejected';
    if (gave && d.actor.ruleId !== undefined) rules.set(d.deviceId, { ruleId: d.actor.ruleId, rowMs: d.rowCreatedAtMs });
    if (refused && d.reason === 'metadata-change') set(d.deviceId, { platformRefused: { atMs: Date.parse(d.at) } });
    // What a person lets in since is neither refused nor back by itself.
    if (gave)
      for (const key of ['platformRefused', 'cameBack', ...UNDONE] as const) if (facts.get(d.deviceId)?.[key]) without(d.deviceId, key);
  }
  function noteFailed(deviceId: string, failedMs: number) {
    set(deviceId, { failedMs });
    failed.delete(deviceId);
    failed.add(deviceId);
    const [oldest] = failed.size > DEVICES ? failed : [];
    if (oldest === undefined) return;
    failed.delete(oldest);
    without(oldest, 'failedMs');
  }
  function noteHandshake(row: HandshakeView) {
    const atMs = Date.parse(row.at);
    if (MISMATCHES.includes(row.cause)) {
      const key = callerKey(row);
      const known = mismatches.get(key) ?? 0;
      mismatches.delete(key);
      mismatches.set(key, Math.max(known, atMs));
      const oldest = mismatches.size > CLIENTS ? mismatches.keys().next().value : undefined;
      if (oldest !== undefined) mismatches.delete(oldest);
    }
    // Anybody can name somebody else's id and fail: only what the gateway vouches for is of the device.
    if (
      row.deviceId !== undefined &&
      hasProvenKey(row) &&
      (row.outcome === 'refused' || row.outcome === 'waiting') &&
      atMs > (facts.get(row.deviceId)?.failedMs ?? 0)
    )
      noteFailed(row.deviceId, atMs);
  }

  for (const grant of await store.takeBacks.ruleGrants())
    if (grant.gateway === gateway) rules.set(grant.deviceId, { ruleId: grant.ruleId, rowMs: grant.rowMs });
  for (const { view } of await store.takeBacks.newest()) if (view.gateway === gateway) noteTakeBack(view);
  for (const { view } of (await store.deviceActs.newest({ gateway })).items) noteAct(view);
  for (const decision of await store.decisions.platformsRefused(gateway)) noteDecision(decision);
  for (const cause of MISMATCHES)
    for (const row of (await store.handshakes.list({ gateway, cause, fold: true, limit: LOOKED_BACK })).items) noteHandshake(row);

  return {
    of: (deviceId) => facts.get(deviceId),
    mismatchMs(row) {
      if (mismatches.size === 0) return undefined;
      const times = rowKeys(row).flatMap((key) => mismatches.get(key) ?? []);
      return times.length === 0 ? undefined : Math.max(...times);
    },
    ruleOf(row) {
      const grant = rules.get(row.deviceId);
      return grant && (grant.rowMs === undefined || grant.rowMs === row.createdAtMs) ? grant.ruleId : undefined;
    },
    note(change) {
      if (change.topic === 'take-backs' && change.item.gateway === gateway) noteTakeBack(change.item);
      else if (change.topic === 'device-acts' && change.item.gateway === gateway) noteAct(change.item);
      else if (change.topic === 'decisions' && change.item.gateway === gateway) noteDecision(change.item);
      else if (change.topic === 'handshakes') for (const row of change.items) if (row.gateway === gateway) noteHandshake(row);
    },
  };
}

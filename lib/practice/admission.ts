// Second half of a handshake: does the pairing store know this key for what it asks. The decisions are those of 2026.4.14:
// a first pairing or a new role on loopback is silent, a scope upgrade never is.
import type { ConnectParams } from './connect-params.ts';
import { type Credentials, type Handshake, isOperatorUi, isWebchat } from './credentials.ts';
import type { LogLine } from './gateway-log.ts';
import { covers, distinct } from './grants.ts';
import { activeRoles, approve, ask, type Fresh, type PairedRow, type PairingState, type TokenRow, touch } from './pairing.ts';
import { isLocalHost, isLocalOrigin, isLoopback } from './peer.ts';
import { type Refusal, refuse } from './refusals.ts';
import { ensureToken } from './tokens.ts';

export type PairReason = 'not-paired' | 'scope-upgrade' | 'role-upgrade' | 'metadata-upgrade';
export type GatewayEvent = { event: string; payload: unknown };
export type Admission = { state: PairingState; lines: LogLine[]; events: GatewayEvent[] } & (
  | { ok: true; token: TokenRow | undefined }
  | { ok: false; refusal: Refusal }
);

type Locality = 'direct' | 'container' | 'remote';

function localityOf({ peer, params }: Handshake, { sharedOk }: Credentials): Locality {
  if (peer.direct) return 'direct';
  if (!sharedOk || peer.proxyHeaders || !isLoopback(peer.remoteAddr) || !isLocalHost(peer.host)) return 'remote';
  const { id, mode } = params.client;
  const browser = id === 'openclaw-control-ui' && mode === 'webchat' && isLocalOrigin(peer.origin);
  return browser || (id === 'cli' && mode === 'cli' && !peer.origin) ? 'container' : 'remote';
}

function auditSet(values: readonly string[]): string {
  const named = distinct(values).sort();
  return named.length > 0 ? named.join(',') : '<none>';
}

const fold = (value: string | undefined) => (value ?? '').trim().toLowerCase();

function pinBroken(pinned: string | undefined, claimed: string | undefined): boolean {
  return fold(pinned) !== '' && fold(pinned) !== fold(claimed);
}

function auditUpgrade(handshake: Handshake, { role, scopes, method }: Credentials, reason: PairReason, held: PairedRow): LogLine {
  const { params, peer } = handshake;
  const text = [
    `security audit: device access upgrade requested reason=${reason} device=${held.deviceId} ip=unknown-ip auth=${method}`,
    `roleFrom=${auditSet(activeRoles(held))} roleTo=${role} scopesFrom=${auditSet(held.approvedScopes)} scopesTo=${auditSet(scopes)}`,
    `client=${params.client.id} conn=${peer.connId}`,
  ].join(' ');
  return { level: 'WARN', subsystem: 'gateway', text };
}

function auditMetadata({ params, peer }: Handshake, { method }: Credentials, held: PairedRow): LogLine {
  const { platform, deviceFamily, id } = params.client;
  const text = [
    `security audit: device metadata upgrade requested reason=metadata-upgrade device=${held.deviceId} ip=unknown-ip auth=${method} payload=v3`,
    `claimedPlatform=${platform} pinnedPlatform=${held.platform ?? '<none>'}`,
    `claimedDeviceFamily=${deviceFamily ?? '<none>'} pinnedDeviceFamily=${held.deviceFamily ?? '<none>'} client=${id} conn=${peer.connId}`,
  ].join(' ');
  return { level: 'WARN', subsystem: 'gateway', text };
}

function upgradesOf(held: PairedRow, { role, scopes }: Credentials, params: ConnectParams): PairReason[] {
  const out: PairReason[] = [];
  const { platform, deviceFamily } = params.client;
  if (pinBroken(held.platform, platform) || pinBroken(held.deviceFamily, deviceFamily)) out.push('metadata-upgrade');
  if (!activeRoles(held).includes(role)) out.push('role-upgrade');
  if (scopes.length > 0 && !covers(role, scopes, held.approvedScopes)) out.push('scope-upgrade');
  return out;
}

/** Decides a handshake whose credentials hold. Pure: the new state, log lines and events are answered, not done. */
export function admit(handshake: Handshake, credentials: Credentials, fresh: Fresh): Admission {
  const { params, peer } = handshake;
  const { role, scopes } = credentials;
  const { device, client } = params;
  const lines: LogLine[] = [];
  const events: GatewayEvent[] = [];
  let state = credentials.state;
  if (!device) return { ok: true, state, lines, events, token: undefined };

  const locality = localityOf(handshake, credentials);
  const silentPlace = locality !== 'remote' && (!peer.origin || isOperatorUi(params) || isWebchat(params));
  const said = { displayName: client.displayName, clientId: client.id, clientMode: client.mode, remoteIp: undefined };

  function pair(key: { deviceId: string; publicKey: string }, reason: PairReason): Refusal | undefined {
    const silent = silentPlace && (reason === 'not-paired' || reason === 'role-upgrade');
    const asked = ask(
      state,
      { ...key, ...said, platform: client.platform, deviceFamily: client.deviceFamily, role, scopes, silent },
      fresh,
    );
    state = asked.state;
    const { requestId } = asked.request;
    if (asked.request.silent) {
      const granted = approve(state, requestId, scopes, fresh);
      if (granted.approval.kind === 'approved') {
        state = granted.state;
        const row = granted.approval.device;
        lines.push({ level: 'INFO', subsystem: 'gateway', text: `device pairing auto-approved device=${row.deviceId} role=${row.role}` });
        events.push({ event: 'device.pair.resolved', payload: { requestId, deviceId: row.deviceId, decision: 'approved', ts: fresh.now } });
        return undefined;
      }
    }
    if (asked.request.silent || asked.created) events.push({ event: 'device.pair.requested', payload: asked.request });
    const details = { code: 'PAIRING_REQUIRED', requestId, reason };
    return refuse(
      'pairing-required',
      { deviceId: key.deviceId, requestId, reason },
      { code: 'NOT_PAIRED', message: 'pairing required', details },
    );
  }

  const key = { deviceId: device.id, publicKey: device.publicKey };
  const held = state.paired[key.deviceId];
  if (held?.publicKey === key.publicKey) {
    for (const reason of upgradesOf(held, credentials, params)) {
      lines.push(
        reason === 'metadata-upgrade' ? auditMetadata(handshake, credentials, held) : auditUpgrade(handshake, credentials, reason, held),
      );
      const refusal = pair(key, reason);
      if (refusal) return { ok: false, state, lines, events, refusal };
    }
    state = touch(state, key.deviceId, said);
  } else {
    // The gateway's own helpers of this host leave no row: shared token or device token on direct loopback, no browser.
    const helper = client.id === 'gateway-client' && client.mode === 'backend' && locality === 'direct' && !peer.origin;
    const refusal = helper ? undefined : pair(key, 'not-paired');
    if (refusal) return { ok: false, state, lines, events, refusal };
  }
  const issued = ensureToken(state, { deviceId: key.deviceId, role, scopes }, fresh);
  return { ok: true, state: issued.state, lines, events, token: issued.token };
}

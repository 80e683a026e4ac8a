// First half of a handshake: may this caller speak at all. Protocol, role, origin, shared or device token, signature.
import { createPublicKey, verify } from 'node:crypto';
import { deviceIdOf } from '../gateway/identity.ts';
import type { ConnectParams } from './connect-params.ts';
import type { PairingState } from './pairing.ts';
import { isLocalOrigin, type Peer } from './peer.ts';
import { type AuthFault, clientMeta, type DeviceFault, type Refusal, refuse, refuseDevice, refuseLogin } from './refusals.ts';
import { sameSecret, verifyToken } from './tokens.ts';

export const PROTOCOL = 3;
const SKEW_MS = 120_000;
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export type Handshake = { peer: Peer; params: ConnectParams; nonce: string; sharedToken: string; now: number };
export type Role = 'operator' | 'node';
export type Credentials = {
  role: Role;
  /** What counts as asked; a caller without a device identity keeps none. */
  scopes: string[];
  method: 'token' | 'device-token';
  sharedOk: boolean;
  state: PairingState;
};

/** The Control UI and the terminal UI count as operator screens. */
export function isOperatorUi(params: ConnectParams): boolean {
  return params.client.id === 'openclaw-control-ui' || params.client.id === 'openclaw-tui';
}

/** A chat page in a browser. */
export function isWebchat(params: ConnectParams): boolean {
  return params.client.mode === 'webchat' || params.client.id === 'webchat-ui';
}

function checkOrigin({ peer, params }: Handshake): string | undefined {
  const needed = peer.origin?.trim() || params.client.id === 'openclaw-control-ui' || isWebchat(params);
  if (!needed) return undefined;
  if (!peer.origin || !URL.canParse(peer.origin) || new URL(peer.origin).origin === 'null') return 'origin missing or invalid';
  return peer.direct && isLocalOrigin(peer.origin) ? undefined : 'origin not allowed';
}

function signedPayload({ params, nonce }: Handshake, role: Role): string {
  const { client, device, auth } = params;
  const token = auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? '';
  return [
    'v3',
    device?.id ?? '',
    client.id,
    client.mode,
    role,
    (params.scopes ?? []).join(','),
    String(device?.signedAt ?? ''),
    token,
    nonce,
    client.platform.trim().toLowerCase(),
    (client.deviceFamily ?? '').trim().toLowerCase(),
  ].join('|');
}

function signatureHolds(publicKey: string, payload: string, signature: string): boolean {
  const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, Buffer.from(publicKey, 'base64url')]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(payload, 'utf8'), key, Buffer.from(signature, 'base64url'));
}

function deviceFault(handshake: Handshake, role: Role): DeviceFault | undefined {
  const { device } = handshake.params;
  if (!device) return undefined;
  if (deviceIdOf(device.publicKey) !== device.id) return 'device-id-mismatch';
  if (Math.abs(handshake.now - device.signedAt) > SKEW_MS) return 'device-signature-stale';
  if (device.nonce.trim() === '') return 'device-nonce-missing';
  if (device.nonce.trim() !== handshake.nonce) return 'device-nonce-mismatch';
  return signatureHolds(device.publicKey, signedPayload(handshake, role), device.signature) ? undefined : 'device-signature';
}

function claimsRefusal(handshake: Handshake): Refusal | undefined {
  const { params, peer } = handshake;
  const { client, minProtocol, maxProtocol } = params;
  if (maxProtocol < PROTOCOL || minProtocol > PROTOCOL) {
    const meta = { minProtocol, maxProtocol, expectedProtocol: PROTOCOL, ...clientMeta(params) };
    const text = `protocol mismatch conn=${peer.connId} remote=${peer.remoteAddr ?? '?'} client=${client.displayName ?? client.id} ${client.mode} v${client.version}`;
    const error = { code: 'INVALID_REQUEST', message: 'protocol mismatch', details: { expectedProtocol: PROTOCOL } };
    return refuse('protocol-mismatch', meta, error, 1002, [{ level: 'WARN', subsystem: 'gateway/ws', text }]);
  }
  const role = params.role ?? 'operator';
  if (role !== 'operator' && role !== 'node') {
    return refuse('invalid-role', { role, ...clientMeta(params) }, { code: 'INVALID_REQUEST', message: 'invalid role' });
  }
  const fault = checkOrigin(handshake);
  if (fault === undefined) return undefined;
  const meta = { origin: peer.origin ?? 'n/a', host: peer.host ?? 'n/a', reason: fault, ...clientMeta(params) };
  return refuse('origin-mismatch', meta, {
    code: 'INVALID_REQUEST',
    message: 'origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)',
    details: { code: 'CONTROL_UI_ORIGIN_NOT_ALLOWED', reason: fault },
  });
}

function withoutDevice({ params }: Handshake, role: Role, sharedOk: boolean): Refusal | 'login' | undefined {
  if (isOperatorUi(params)) {
    const details = { code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED' };
    const message = 'control ui requires device identity (use HTTPS or localhost secure context)';
    const meta = { insecureAuthConfigured: false, ...clientMeta(params) };
    return refuse('control-ui-insecure-auth', meta, { code: 'INVALID_REQUEST', message, details });
  }
  if (role === 'operator' && sharedOk) return undefined;
  if (!sharedOk && (params.auth?.token || params.auth?.password)) return 'login';
  const details = { code: 'DEVICE_IDENTITY_REQUIRED' };
  return refuse('device-required', clientMeta(params), { code: 'NOT_PAIRED', message: 'device identity required', details });
}

/** Decides whether a caller may speak, in the order of 2026.4.14. Pure; a used device token is noted in the answered state. */
export function checkCredentials(
  handshake: Handshake,
  state: PairingState,
): { ok: true; value: Credentials } | { ok: false; refusal: Refusal } {
  const { params, peer, sharedToken } = handshake;
  const refusal = claimsRefusal(handshake);
  if (refusal) return { ok: false, refusal };
  const role: Role = params.role === 'node' ? 'node' : 'operator';
  const scopes = params.scopes ?? [];
  const { auth, device } = params;
  const token = auth?.token?.trim() ?? '';
  const sharedOk = sameSecret(token, sharedToken);
  const login = (fault: AuthFault) => ({ ok: false as const, refusal: refuseLogin(fault, params, peer, role) });
  const sharedFault: AuthFault = token === '' ? 'token_missing' : 'token_mismatch';

  if (!device) {
    const missing = withoutDevice(handshake, role, sharedOk);
    if (missing === 'login') return login(sharedFault);
    return missing ? { ok: false, refusal: missing } : { ok: true, value: { role, scopes: [], method: 'token', sharedOk, state } };
  }
  const fault = deviceFault(handshake, role);
  if (fault) return { ok: false, refusal: refuseDevice(fault, params) };
  if (sharedOk) return { ok: true, value: { role, scopes, method: 'token', sharedOk, state } };

  const explicit = auth?.deviceToken?.trim() ?? '';
  const candidate = explicit || token;
  if (candidate !== '') {
    const checked = verifyToken(state, { deviceId: device.id, token: candidate, role, scopes }, handshake.now);
    if (checked.ok) return { ok: true, value: { role, scopes, method: 'device-token', sharedOk, state: checked.state } };
  }
  if (explicit !== '') return login('device_token_mismatch');
  return login(auth?.bootstrapToken?.trim() ? 'bootstrap_token_invalid' : sharedFault);
}

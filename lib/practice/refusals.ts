// How the practice gateway says no: the frame, the close, the cause in the log, in the words of 2026.4.14.
import type { ConnectParams } from './connect-params.ts';
import type { LogLine } from './gateway-log.ts';
import type { Peer } from './peer.ts';

export type ErrorFrame = { code: string; message: string; details?: Record<string, unknown> };
export type Refusal = {
  /** Goes into the close record, with `meta` after the facts of the peer. */
  cause: string;
  meta: Record<string, unknown>;
  lines: LogLine[];
  error: ErrorFrame;
  close: { code: number; reason: string };
};

const CLOSE_REASON_BYTES = 120;

/** Cuts a close reason to what a close frame can hold. */
export function closeReason(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= CLOSE_REASON_BYTES ? text : bytes.subarray(0, CLOSE_REASON_BYTES).toString();
}

/** The caller's words that most close records end with. */
export function clientMeta(params: ConnectParams): Record<string, unknown> {
  const { id, displayName, mode, version, platform, deviceFamily, modelIdentifier, instanceId } = params.client;
  return { client: id, clientDisplayName: displayName, mode, version, platform, deviceFamily, modelIdentifier, instanceId };
}

/** A refusal with one text for frame and close. */
export function refuse(cause: string, meta: Record<string, unknown>, error: ErrorFrame, code = 1008, lines: LogLine[] = []): Refusal {
  return { cause, meta, lines, error, close: { code, reason: closeReason(error.message) } };
}

const DEVICE_CODES: Record<DeviceFault, string> = {
  'device-id-mismatch': 'DEVICE_AUTH_DEVICE_ID_MISMATCH',
  'device-signature-stale': 'DEVICE_AUTH_SIGNATURE_EXPIRED',
  'device-nonce-mismatch': 'DEVICE_AUTH_NONCE_MISMATCH',
  'device-nonce-missing': 'DEVICE_AUTH_NONCE_REQUIRED',
  'device-signature': 'DEVICE_AUTH_SIGNATURE_INVALID',
};
const DEVICE_TEXTS: Record<DeviceFault, string> = {
  'device-id-mismatch': 'device identity mismatch',
  'device-signature-stale': 'device signature expired',
  'device-nonce-mismatch': 'device nonce mismatch',
  'device-nonce-missing': 'device nonce required',
  'device-signature': 'device signature invalid',
};
export type DeviceFault =
  | 'device-id-mismatch'
  | 'device-signature-stale'
  | 'device-nonce-mismatch'
  | 'device-nonce-missing'
  | 'device-signature';

/** The device block of a connect frame does not hold. */
export function refuseDevice(fault: DeviceFault, params: ConnectParams): Refusal {
  const meta = { reason: fault, client: params.client.id, deviceId: params.device?.id };
  return refuse('device-auth-invalid', meta, {
    code: 'INVALID_REQUEST',
    message: DEVICE_TEXTS[fault],
    details: { code: DEVICE_CODES[fault], reason: fault },
  });
}

export type AuthFault = 'token_missing' | 'token_mismatch' | 'device_token_mismatch' | 'bootstrap_token_invalid';

const AUTH_CODES: Record<AuthFault, string> = {
  token_missing: 'AUTH_TOKEN_MISSING',
  token_mismatch: 'AUTH_TOKEN_MISMATCH',
  device_token_mismatch: 'AUTH_DEVICE_TOKEN_MISMATCH',
  bootstrap_token_invalid: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
};

function authText(fault: AuthFault, params: ConnectParams): string {
  const { id, mode } = params.client;
  const browser = id === 'openclaw-control-ui' || id === 'openclaw-tui' || id === 'webchat-ui' || mode === 'webchat';
  const hint =
    mode === 'cli'
      ? 'set gateway.remote.token to match gateway.auth.token'
      : browser
        ? 'open the dashboard URL and paste the token in Control UI settings'
        : 'provide gateway auth token';
  switch (fault) {
    case 'token_missing':
      return `unauthorized: gateway token missing (${hint})`;
    case 'token_mismatch':
      return `unauthorized: gateway token mismatch (${hint})`;
    case 'device_token_mismatch':
      return 'unauthorized: device token mismatch (rotate/reissue device token)';
    case 'bootstrap_token_invalid':
      return 'unauthorized: bootstrap token invalid or expired (scan a fresh setup code)';
  }
}

/** No credential that counts: the line with the login's details, the frame with the next step, the close record. */
export function refuseLogin(fault: AuthFault, params: ConnectParams, peer: Peer, role: string): Refusal {
  const { auth, client, device } = params;
  const scopeCount = params.scopes?.length ?? 0;
  const provided = auth?.password
    ? 'password'
    : auth?.token
      ? 'token'
      : auth?.bootstrapToken
        ? 'bootstrap-token'
        : auth?.deviceToken
          ? 'device-token'
          : 'none';
  const retry = fault === 'token_mismatch' && device !== undefined && provided === 'token' && !auth?.deviceToken;
  const next = retry
    ? 'retry_with_device_token'
    : fault === 'token_missing'
      ? 'update_auth_configuration'
      : fault === 'bootstrap_token_invalid'
        ? 'review_auth_configuration'
        : 'update_auth_credentials';
  const text = [
    `unauthorized conn=${peer.connId} peer=${peer.endpoint ?? 'n/a'} remote=${peer.remoteAddr ?? '?'}`,
    `client=${client.displayName ?? client.id} ${client.mode} v${client.version} role=${role} scopes=${scopeCount}`,
    `auth=${provided} device=${device ? 'yes' : 'no'} platform=${client.platform} instance=${client.instanceId ?? 'n/a'}`,
    `host=${peer.host ?? 'n/a'} origin=${peer.origin ?? 'n/a'} ua=${peer.userAgent ?? 'n/a'} reason=${fault}`,
  ].join(' ');
  const meta = {
    authMode: 'token',
    authProvided: provided,
    authReason: fault,
    allowTailscale: false,
    peer: peer.endpoint ?? peer.remoteAddr ?? 'n/a',
    role,
    scopeCount,
    hasDeviceIdentity: device !== undefined,
    ...clientMeta(params),
  };
  const details = { code: AUTH_CODES[fault], authReason: fault, canRetryWithDeviceToken: retry, recommendedNextStep: next };
  return refuse('unauthorized', meta, { code: 'INVALID_REQUEST', message: authText(fault, params), details }, 1008, [
    { level: 'WARN', subsystem: 'gateway/ws', text },
  ]);
}

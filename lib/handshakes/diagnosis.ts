// A cause in plain words and the first thing to try. An unknown cause is shown as it is, never dressed up as another.
import type { HandshakeOutcome } from '../api/shapes.ts';
import type { CloseRecord } from './records.ts';

export type Diagnosis = { outcome: HandshakeOutcome; cause: string; title: string; fix?: string };

const PAIRING: Record<string, { title: string; fix: string }> = {
  'not-paired': { title: 'Unknown device', fix: 'Approve its request, or leave it waiting.' },
  'scope-upgrade': { title: 'Needs more scopes', fix: 'Compare what it has with what it asks, then approve or reject its request.' },
  'role-upgrade': { title: 'Needs another role', fix: 'Approve its request, or leave its role revoked.' },
  'metadata-upgrade': { title: 'Platform changed', fix: 'Check that it is the same machine, then approve its request.' },
};

const AUTH: Record<string, { title: string; fix: string }> = {
  token_missing: {
    title: 'No token sent',
    fix: 'Give the client the gateway token: gateway.remote.token in its configuration, or OPENCLAW_GATEWAY_TOKEN.',
  },
  password_missing: { title: 'No password sent', fix: 'Give the client the gateway password.' },
  token_mismatch: { title: 'Wrong token', fix: 'Make gateway.remote.token of the client equal to gateway.auth.token of the gateway.' },
  password_mismatch: { title: 'Wrong password', fix: 'Correct the password that the client sends.' },
  device_token_mismatch: { title: 'Old device token', fix: 'Reconnect with the gateway token; else remove the device and pair it again.' },
  rate_limited: { title: 'Locked out for a while', fix: 'Stop the client that retries; the lock ends after 5 minutes.' },
  bootstrap_token_invalid: { title: 'Setup code used or old', fix: 'Make a new setup code.' },
};

const CAUSES: Record<string, { title: string; fix: string; outcome?: HandshakeOutcome }> = {
  'control-ui-insecure-auth': { title: 'Browser sent no identity', fix: 'Open the Control UI over HTTPS or at localhost.' },
  'device-required': { title: 'No device identity', fix: 'The client must sign with a device key; update it.' },
  'origin-mismatch': { title: 'Browser origin not allowed', fix: 'Add the exact origin to gateway.controlUi.allowedOrigins.' },
  'protocol-mismatch': { title: 'Protocol too old or too new', fix: 'Update the side that is behind.' },
  'invalid-handshake': { title: 'Not a gateway client', fix: 'The first frame was not a valid connect; fix or update the client.' },
  'invalid-role': { title: 'Unknown role', fix: 'Fix the client.' },
  'preauth-payload-too-large': { title: 'Too much before sign-in', fix: 'Fix the client, or look for a port scan.' },
  'handshake-timeout': { title: 'No sign-in in time', fix: 'A busy host, the wrong service or a port scan.', outcome: 'timed-out' },
  'gateway-auth-rotated': { title: 'Shared secret changed', fix: 'Give the client the new token or password.' },
  'startup-sidecars-pending': { title: 'Gateway was starting', fix: 'Nothing: the client comes back by itself.', outcome: 'waiting' },
};

const SIGNATURE: Record<string, { title: string; fix: string }> = {
  'device-signature-stale': { title: 'Clock is off', fix: 'Set the client’s clock (NTP): its signature is more than 2 minutes off.' },
  'device-signature': { title: 'Signature does not fit', fix: 'Update the client: it signs something else than it sends.' },
  'device-id-mismatch': { title: 'Device id is not its key', fix: 'Give the client a new identity and pair it again.' },
  'device-nonce-missing': { title: 'Challenge ignored', fix: 'Update the client.' },
  'device-nonce-mismatch': { title: 'Challenge reused', fix: 'Update the client.' },
  'device-public-key': { title: 'Unusable key', fix: 'Give the client a new identity and pair it again.' },
};

const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Names one close record. Total. */
export function diagnose(close: CloseRecord): Diagnosis {
  const { cause, reason, authReason } = close;
  if (cause === undefined)
    return {
      outcome: 'left-early',
      cause: 'left-early',
      title: 'Left before signing in',
      fix: 'Harmless when rare; a health check or a port scan does this.',
    };
  if (cause === 'pairing-required') {
    const known = PAIRING[reason ?? ''];
    const command = REQUEST_ID.test(close.requestId ?? '') ? ` On the gateway’s host: \`openclaw devices approve ${close.requestId}\`` : '';
    return {
      outcome: 'waiting',
      cause: `${cause}/${reason ?? 'unknown'}`,
      title: known?.title ?? `Pairing required: ${reason ?? 'no reason given'}`,
      ...(known ? { fix: `${known.fix}${command}` } : {}),
    };
  }
  const detail = cause === 'unauthorized' ? authReason : cause === 'device-auth-invalid' ? reason : undefined;
  const known = cause === 'unauthorized' ? AUTH[authReason ?? ''] : cause === 'device-auth-invalid' ? SIGNATURE[reason ?? ''] : undefined;
  const plain = CAUSES[cause];
  return {
    outcome: plain?.outcome ?? 'refused',
    cause: detail ? `${cause}/${detail}` : cause,
    title: known?.title ?? plain?.title ?? `Unknown cause: ${cause}${detail ? ` (${detail})` : ''}`,
    ...(known?.fix || plain?.fix ? { fix: known?.fix ?? plain?.fix ?? '' } : {}),
  };
}

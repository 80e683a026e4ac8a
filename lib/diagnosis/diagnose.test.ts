// Every cause has its own name, and what is unknown stays unknown.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENTRIES, entryOf } from './catalogue/all.ts';
import { diagnose } from './diagnose.ts';
import { anyFacts, factsFor } from './test-samples.ts';

test('no two entries have the same key or the same place in the docs', () => {
  expect(new Set(ENTRIES.map(({ key }) => key)).size).toBe(ENTRIES.length);
  expect(new Set(ENTRIES.map(({ docs }) => docs)).size).toBe(ENTRIES.length);
});

test.each(ENTRIES.map((entry) => [entry.key, entry] as const))('%s is found by what its records say', (key, entry) => {
  expect(diagnose(factsFor(entry))).toMatchObject({ key, outcome: entry.outcome, title: entry.title });
});

// The table of causes that both gateways are known to give, and the further ones read in their published code.
const KNOWN: readonly [key: string, ...codes: string[]][] = [
  ['pairing-required/not-paired', 'PAIRING_REQUIRED'],
  ['pairing-required/scope-upgrade', 'PAIRING_REQUIRED'],
  ['pairing-required/role-upgrade', 'PAIRING_REQUIRED'],
  ['pairing-required/metadata-upgrade', 'PAIRING_REQUIRED'],
  ['unauthorized/token_missing', 'AUTH_TOKEN_MISSING'],
  ['unauthorized/password_missing', 'AUTH_PASSWORD_MISSING'],
  ['unauthorized/token_mismatch', 'AUTH_TOKEN_MISMATCH'],
  ['unauthorized/password_mismatch', 'AUTH_PASSWORD_MISMATCH'],
  ['unauthorized/device_token_mismatch', 'AUTH_DEVICE_TOKEN_MISMATCH'],
  ['unauthorized/scope_mismatch', 'AUTH_SCOPE_MISMATCH'],
  ['unauthorized/bootstrap_token_invalid', 'AUTH_BOOTSTRAP_TOKEN_INVALID'],
  ['unauthorized/rate_limited', 'AUTH_RATE_LIMITED'],
  ['unauthorized/tailscale_user_missing', 'AUTH_TAILSCALE_IDENTITY_MISSING'],
  ['unauthorized/tailscale_proxy_missing', 'AUTH_TAILSCALE_PROXY_MISSING'],
  ['unauthorized/tailscale_whois_failed', 'AUTH_TAILSCALE_WHOIS_FAILED'],
  ['unauthorized/tailscale_user_mismatch', 'AUTH_TAILSCALE_IDENTITY_MISMATCH'],
  ['unauthorized/trusted_proxy_missing_header', 'AUTH_IDENTITY_HEADER_REQUIRED'],
  ['unauthorized/token_missing_config', 'AUTH_TOKEN_NOT_CONFIGURED'],
  ['unauthorized/password_missing_config', 'AUTH_PASSWORD_NOT_CONFIGURED'],
  ['unauthorized/unauthorized', 'AUTH_UNAUTHORIZED'],
  ['unauthorized/no-reason', 'AUTH_REQUIRED'],
  ['control-ui-insecure-auth', 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED'],
  ['device-required', 'DEVICE_IDENTITY_REQUIRED'],
  ['device-auth-invalid/device-signature-stale', 'DEVICE_AUTH_SIGNATURE_EXPIRED'],
  ['device-auth-invalid/device-nonce-missing', 'DEVICE_AUTH_NONCE_REQUIRED'],
  ['device-auth-invalid/device-nonce-mismatch', 'DEVICE_AUTH_NONCE_MISMATCH'],
  ['device-auth-invalid/device-signature', 'DEVICE_AUTH_SIGNATURE_INVALID'],
  ['device-auth-invalid/device-id-mismatch', 'DEVICE_AUTH_DEVICE_ID_MISMATCH'],
  ['device-auth-invalid/device-public-key', 'DEVICE_AUTH_PUBLIC_KEY_INVALID'],
  ['origin-mismatch', 'CONTROL_UI_ORIGIN_NOT_ALLOWED'],
  ['protocol-mismatch', 'PROTOCOL_MISMATCH'],
  ['control-ui-build-mismatch', 'CONTROL_UI_BUILD_MISMATCH'],
  ['authenticated-profile-unavailable', 'AUTHENTICATED_PROFILE_UNAVAILABLE'],
  ['verified-user-required', 'AUTH_VERIFIED_USER_REQUIRED'],
  ['client-version-mismatch', 'CLIENT_VERSION_MISMATCH'],
  ['invalid-handshake'],
  ['invalid-role'],
  ['preauth-payload-too-large'],
  ['handshake-timeout'],
  ['gateway-auth-rotated'],
  ['startup-sidecars-pending'],
  ['gateway-restarting'],
  ['gateway-suspending'],
  ['proxy-attribution-required'],
  ['left-early'],
];

test.each(KNOWN)('%s is in the catalogue, with its code', (key, ...codes) => {
  const entry = entryOf(key);
  expect(entry?.key).toBe(key);
  for (const code of codes) expect(entry?.codes).toContain(code);
});

test.each([
  'untrusted_source',
  'loopback_source',
  'local_interface_source',
  'local_interface_check_failed',
  'user_missing',
  'user_not_allowed',
  'origin_not_allowed',
  'config_missing',
  'no_proxies_configured',
  'no_request',
])('trusted_proxy_%s is a reason of its own', (reason) => {
  expect(diagnose({ cause: 'unauthorized', authReason: `trusted_proxy_${reason}` })).toMatchObject({
    known: true,
    key: `unauthorized/trusted_proxy_${reason}`,
  });
});

describe('what is not known', () => {
  test('a cause keeps its own words', () => {
    expect(diagnose({ cause: 'quantum-mismatch' })).toEqual({
      key: 'quantum-mismatch',
      outcome: 'refused',
      title: 'Unknown cause: quantum-mismatch',
      severity: 'warning',
      known: false,
    });
  });

  test('a reason of a known cause is named together with it', () => {
    expect(diagnose({ cause: 'pairing-required', reason: 'moon-phase' })).toMatchObject({
      key: 'pairing-required/moon-phase',
      title: 'Unknown reason of pairing-required: moon-phase',
      known: false,
    });
    expect(diagnose({ cause: 'unauthorized', authReason: 'trusted_proxy_moon' })).toMatchObject({ known: false });
    expect(diagnose({ cause: 'pairing-required' })).toMatchObject({
      title: 'Unknown reason of pairing-required: none given',
      known: false,
    });
  });

  test('a refusal without a word is not called a client that left', () => {
    expect(diagnose({ handshake: 'failed', closeCode: 1008 })).toMatchObject({
      key: 'refused-without-cause',
      outcome: 'refused',
      known: false,
    });
  });

  test('a client that says a gateway’s words when it leaves is not believed', () => {
    expect(diagnose({ handshake: 'pending', closeCode: 1008, closeReason: 'operator role policies require a verified user' }).key).toBe(
      'left-early',
    );
  });

  test('a cause that only begins like a known one is not taken for it', () => {
    expect(diagnose({ cause: 'pairing-required/scope-upgrade' })).toMatchObject({ known: false });
    expect(diagnose({ cause: `left-early${' '.repeat(80)}` })).toMatchObject({ known: false });
  });
});

test('any facts give a key, a title and an outcome that are short and safe to show', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { key, title } = diagnose(facts);
      for (const text of [key, title]) {
        expect(text.length).toBeLessThan(260);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }
    }),
  );
});

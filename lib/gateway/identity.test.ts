// The console's key: its id is the fingerprint of its public key, and it signs exactly what is sent.
import { createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { recordedJson } from '#lib/testing/recorded.ts';
import { createIdentity, deviceIdOf, identityFromPem, identityToPem, secretOf, signConnect } from './identity.ts';
import { readPairingList } from './records.ts';

const claims = {
  clientId: 'gateway-client',
  clientMode: 'ui',
  role: 'operator',
  scopes: ['operator.read', 'operator.admin'],
  signedAtMs: 17,
  token: 'tok',
  nonce: 'n1',
  platform: 'Linux',
  deviceFamily: 'Box',
};

function checks(publicKey: string, payload: string, signature: string): boolean {
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'base64url')]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, Buffer.from(payload), key, Buffer.from(signature, 'base64url'));
}

test('the id of recorded devices is the fingerprint of their public keys', () => {
  for (const recording of ['2026.4.14', '2026.9.6-manual', '2026.9.6-default'] as const) {
    const { pending, paired } = readPairingList(recordedJson(recording, 'device.pair.list.json'));
    for (const row of [...pending, ...paired]) expect(deviceIdOf(row.publicKey)).toBe(row.deviceId);
  }
});

test('a key that has not 32 bytes has no id', () => {
  for (const key of ['', 'AAAA', 'A'.repeat(44), 'not base64 at all']) expect(deviceIdOf(key)).toBeUndefined();
});

test('a key comes back from its PEM as the same device', () => {
  const identity = createIdentity();
  const again = identityFromPem(identityToPem(identity));
  expect([again.deviceId, again.publicKey]).toEqual([identity.deviceId, identity.publicKey]);
  expect(deviceIdOf(identity.publicKey)).toBe(identity.deviceId);
  expect(createIdentity().deviceId).not.toBe(identity.deviceId);
});

test('a text that is no Ed25519 key throws', () => {
  expect(() => identityFromPem('nonsense')).toThrow();
  expect(() => identityFromPem('')).toThrow();
});

test('the signature covers every claim, platform and family in lower case', () => {
  const identity = createIdentity();
  const payload = `v3|${identity.deviceId}|gateway-client|ui|operator|operator.read,operator.admin|17|tok|n1|linux|box`;
  expect(checks(identity.publicKey, payload, signConnect(identity, claims))).toBe(true);
  const changes = [
    { clientId: 'x' },
    { clientMode: 'x' },
    { role: 'node' },
    { scopes: ['operator.read'] },
    { signedAtMs: 18 },
    { token: '' },
    { nonce: 'n2' },
    { platform: 'mac' },
    { deviceFamily: undefined },
  ];
  for (const change of changes) expect(checks(identity.publicKey, payload, signConnect(identity, { ...claims, ...change }))).toBe(false);
});

test('a secret comes from the key and its purpose, and is the same when the key is read back', () => {
  const identity = createIdentity();
  const secret = (of = identity, purpose = 'canary') => secretOf(of, purpose).export().toString('hex');
  expect(secret(identityFromPem(identityToPem(identity)))).toBe(secret());
  expect(new Set([secret(), secret(identity, 'another'), secret(createIdentity())]).size).toBe(3);
});

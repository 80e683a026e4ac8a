// The console's own device key, and what it signs at connect.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
} from 'node:crypto';

export type DeviceIdentity = {
  /** Hex SHA-256 of the raw public key. */
  deviceId: string;
  /** The raw 32-byte public key, base64url without padding. */
  publicKey: string;
  privateKey: KeyObject;
};

const SPKI_PREFIX_BYTES = 12;

function fromPrivateKey(privateKey: KeyObject): DeviceIdentity {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const raw = der.subarray(SPKI_PREFIX_BYTES);
  return { deviceId: createHash('sha256').update(raw).digest('hex'), publicKey: raw.toString('base64url'), privateKey };
}

/** A new Ed25519 device key. */
export function createIdentity(): DeviceIdentity {
  return fromPrivateKey(generateKeyPairSync('ed25519').privateKey);
}

/** Reads a key back from its PEM text. Throws when the text is no Ed25519 private key. */
export function identityFromPem(pem: string): DeviceIdentity {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the stored device key is not an Ed25519 key');
  return fromPrivateKey(key);
}

/** The PEM text under which a key is kept in the data folder. */
export function identityToPem(identity: DeviceIdentity): string {
  return identity.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A secret that only this identity has, one for each purpose. It says nothing of the key, nor of the secrets for other purposes. */
export function secretOf(identity: DeviceIdentity, purpose: string): KeyObject {
  const der = identity.privateKey.export({ type: 'pkcs8', format: 'der' });
  return createSecretKey(Buffer.from(hkdfSync('sha256', der, '', `gatehouse ${purpose}`, 32)));
}

/** The device id that belongs to a public key as the gateway lists it, or undefined when it is no 32-byte key. */
export function deviceIdOf(publicKey: string): string | undefined {
  const raw = Buffer.from(publicKey, 'base64url');
  return raw.length === 32 ? createHash('sha256').update(raw).digest('hex') : undefined;
}

export type ConnectClaims = {
  clientId: string;
  clientMode: string;
  role: string;
  scopes: readonly string[];
  signedAtMs: number;
  /** The shared or device token that is sent beside the signature, or empty. */
  token: string;
  nonce: string;
  platform: string;
  deviceFamily?: string | undefined;
};

/** Signs the v3 payload of a connect frame (gateway-facts, Connecting, 3 and 4). Base64url without padding. */
export function signConnect(identity: DeviceIdentity, claims: ConnectClaims): string {
  const payload = [
    'v3',
    identity.deviceId,
    claims.clientId,
    claims.clientMode,
    claims.role,
    claims.scopes.join(','),
    String(claims.signedAtMs),
    claims.token,
    claims.nonce,
    claims.platform.toLowerCase(),
    (claims.deviceFamily ?? '').toLowerCase(),
  ].join('|');
  return sign(null, Buffer.from(payload, 'utf8'), identity.privateKey).toString('base64url');
}

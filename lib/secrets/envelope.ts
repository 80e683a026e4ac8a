// How a secret lies on the disk: sealed by a key that lies elsewhere, and bound to what it is for.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Problem } from '../problem.ts';

const VERSION = 'gatehouse-sealed-1';
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 8;

/** A key of the operator, split into what seals and what only names it. */
export type SealingKey = {
  /** Says which key a text was sealed with, and nothing of the key. */
  id: string;
  secret: Buffer;
};

/** Makes a sealing key of 32 random bytes. Throws RangeError for another length. */
export function sealingKey(bytes: Uint8Array): SealingKey {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes`);
  const derive = (use: string, length: number) => Buffer.from(hkdfSync('sha256', bytes, '', `gatehouse ${use} 1`, length));
  return { id: derive('key id', ID_BYTES).toString('base64url'), secret: derive('seal', KEY_BYTES) };
}

const boundTo = (id: string, purpose: string) => Buffer.from(JSON.stringify([VERSION, id, purpose]));

/** Seals a text for one purpose (AES-256-GCM): opened for another purpose, or changed by a bit, it is refused. */
export function sealText(key: SealingKey, purpose: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(key.id, purpose));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [VERSION, key.id, nonce.toString('base64url'), cipher.getAuthTag().toString('base64url'), sealed.toString('base64url')].join('.');
}

export type Opened = {
  text: string;
  /** The key that opened it is not the first one, so it should be sealed anew. */
  byOlderKey: boolean;
};

/**
 * Opens a sealed text. `what` names it for a person. Throws Problem('secrets-locked') when none of the keys sealed it, or when it was
 * changed or moved from another purpose.
 */
export function openText(keys: readonly SealingKey[], purpose: string, sealed: string, what: string): Opened {
  const [version, id, nonce, tag, content, ...rest] = sealed.trim().split('.');
  if (version !== VERSION || id === undefined || nonce === undefined || tag === undefined || content === undefined || rest.length > 0)
    throw new Problem('secrets-locked', `${what} is not a sealed secret of this version: it is damaged, or a newer Gatehouse wrote it.`);
  const key = keys.find((known) => known.id === id);
  if (key === undefined) throw new Problem('secrets-locked', `${what} was sealed with another key than the one that is there now.`);
  try {
    const decipher = createDecipheriv(CIPHER, key.secret, Buffer.from(nonce, 'base64url'), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(id, purpose));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    const text = Buffer.concat([decipher.update(Buffer.from(content, 'base64url')), decipher.final()]).toString('utf8');
    return { text, byOlderKey: key !== keys[0] };
  } catch {
    throw new Problem('secrets-locked', `${what} was changed since it was sealed, or it belongs to something else.`);
  }
}

// The practice gateway's state folder, laid out like a real one: identity/device.json and devices/*.json, each 0600.
import { createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createIdentity, type DeviceIdentity, identityFromPem, identityToPem } from '../gateway/identity.ts';
import type { PairingState } from './pairing.ts';

const identityFile = z.object({ privateKeyPem: z.string() });

const claims = {
  displayName: z.string().optional(),
  platform: z.string().optional(),
  deviceFamily: z.string().optional(),
  clientId: z.string().optional(),
  clientMode: z.string().optional(),
  remoteIp: z.string().optional(),
};
const names = z.array(z.string());
const pendingRow = z.object({
  requestId: z.string(),
  deviceId: z.string(),
  publicKey: z.string(),
  ...claims,
  role: z.string(),
  roles: names,
  scopes: names,
  silent: z.boolean(),
  isRepair: z.boolean(),
  ts: z.number(),
});
const tokenRow = z.object({
  token: z.string(),
  role: z.string(),
  scopes: names,
  createdAtMs: z.number(),
  rotatedAtMs: z.number().optional(),
  revokedAtMs: z.number().optional(),
  lastUsedAtMs: z.number().optional(),
});
const pairedRow = z.object({
  deviceId: z.string(),
  publicKey: z.string(),
  ...claims,
  role: z.string(),
  roles: names,
  scopes: names,
  approvedScopes: names,
  tokens: z.record(z.string(), tokenRow),
  createdAtMs: z.number(),
  approvedAtMs: z.number(),
});

/** Writes a file whole or not at all: a reader never meets half of it. */
export function writeWhole(file: string, text: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

function readRows<T>(file: string, row: z.ZodType<T>): Record<string, T> {
  if (!existsSync(file)) return {};
  try {
    return z.record(z.string(), row).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A broken practice store is worth nothing: the world pairs again.
    return {};
  }
}

/** The identity in a state folder, as the CLI of that host would sign with it. Throws when there is none. */
export function readStateIdentity(stateDir: string): DeviceIdentity {
  const parsed = identityFile.parse(JSON.parse(readFileSync(join(stateDir, 'identity', 'device.json'), 'utf8')));
  return identityFromPem(parsed.privateKeyPem);
}

/** The identity of a state folder, made at the first call. `now` in ms. */
export function ensureStateIdentity(stateDir: string, now: number): DeviceIdentity {
  const file = join(stateDir, 'identity', 'device.json');
  if (existsSync(file)) return readStateIdentity(stateDir);
  mkdirSync(join(stateDir, 'identity'), { recursive: true, mode: 0o700 });
  const identity = createIdentity();
  const publicKeyPem = createPublicKey(identity.privateKey).export({ type: 'spki', format: 'pem' }).toString();
  const row = { version: 1, deviceId: identity.deviceId, publicKeyPem, privateKeyPem: identityToPem(identity), createdAtMs: now };
  writeWhole(file, `${JSON.stringify(row, null, 2)}\n`);
  return identity;
}

export type PairingFiles = { get: () => PairingState; set: (next: PairingState) => void };

/** The pairing store of a state folder: read once, written at every change. Throws when the folder cannot be written. */
export function createPairingFiles(stateDir: string): PairingFiles {
  const folder = join(stateDir, 'devices');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pendingFile = join(folder, 'pending.json');
  const pairedFile = join(folder, 'paired.json');
  let state: PairingState = { pending: readRows(pendingFile, pendingRow), paired: readRows(pairedFile, pairedRow) };
  return {
    get: () => state,
    set: (next) => {
      if (next.pending !== state.pending) writeWhole(pendingFile, JSON.stringify(next.pending, null, 2));
      if (next.paired !== state.paired) writeWhole(pairedFile, JSON.stringify(next.paired, null, 2));
      state = next;
    },
  };
}

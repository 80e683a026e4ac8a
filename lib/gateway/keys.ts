// The console's own key and its device tokens: sealed files of the data folder, and the plain files of earlier versions until they are taken over.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem.ts';
import type { Vault } from '../secrets/vault.ts';
import { systemCode } from '../store/failures.ts';
import { createIdentity, type DeviceIdentity, identityFromPem, identityToPem } from './identity.ts';

const KEY = 'device-key';
const PLAIN_KEY = 'device-key.pem';

function readPlain(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new Problem('data-folder-unusable', `${file} cannot be read (${systemCode(error) ?? 'unknown reason'}).`);
  }
}

function identityIn(pem: string, file: string): DeviceIdentity {
  try {
    return identityFromPem(pem);
  } catch {
    throw new Problem('data-folder-unusable', `The console's own key in ${file} is damaged.`);
  }
}

/**
 * The console's key; made at the first start, taken over once from the plain file of an earlier version. Throws Problem('secrets-locked')
 * when the key that seals it is not there, and Problem('data-folder-unusable') when it cannot be read: a new key would be a new device.
 */
export function loadConsoleKey(vault: Vault): DeviceIdentity {
  const plainFile = join(vault.folder, PLAIN_KEY);
  const plain = readPlain(plainFile);
  const kept = vault.read(KEY);
  if (plain === undefined) {
    if (kept !== undefined) return identityIn(kept, vault.folder);
    const made = createIdentity();
    vault.write(KEY, identityToPem(made));
    return made;
  }
  const identity = identityIn(plain, plainFile);
  if (kept === undefined) vault.write(KEY, plain);
  // Read back from the disk before the only other copy goes.
  const sealed = identityIn(vault.read(KEY) ?? '', vault.folder);
  if (sealed.deviceId !== identity.deviceId)
    throw new Problem(
      'data-folder-unusable',
      `${plainFile} holds another key than the sealed one beside it. Keep the one whose device is paired with the gateway and move the other away.`,
    );
  rmSync(plainFile);
  vault.tell(`The console's own key is sealed now; the plain file ${plainFile} was removed.`);
  return sealed;
}

/** Where the device token of one gateway is kept. A token that cannot be opened counts as none; one that cannot be kept lives until the process ends. */
export function deviceTokens(vault: Vault, gateway: string): { load: () => string | undefined; save: (token: string | undefined) => void } {
  const name = `device-tokens/${encodeURIComponent(gateway)}`;
  const plainFile = join(vault.folder, `${name}.token`);
  let token: string | undefined;
  try {
    const plain = readPlain(plainFile)?.trim() || undefined;
    token = vault.read(name) ?? plain;
    if (plain !== undefined && token !== undefined) vault.write(name, token);
    rmSync(plainFile, { force: true });
  } catch {
    // What was read stands; the shared secret signs in where nothing was.
  }
  return {
    load: () => token,
    save(next) {
      if (next === token) return;
      token = next;
      try {
        if (next === undefined) vault.remove(name);
        else vault.write(name, next);
      } catch {
        // The shared secret still signs in at the next start.
      }
    },
  };
}

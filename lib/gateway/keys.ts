// The console's own key and its device tokens, as files of the data folder that only its user can read.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem.ts';
import { createIdentity, type DeviceIdentity, identityFromPem, identityToPem } from './identity.ts';

function writePrivate(file: string, text: string): void {
  const next = `${file}.new`;
  writeFileSync(next, text, { mode: 0o600 });
  renameSync(next, file);
}

/** The console's key; made at the first start. Throws Problem('data-folder-unusable') when it is there and cannot be read: a new key would be a new device. */
export function loadConsoleKey(folder: string): DeviceIdentity {
  const file = join(folder, 'device-key.pem');
  try {
    if (existsSync(file)) return identityFromPem(readFileSync(file, 'utf8'));
    const identity = createIdentity();
    writePrivate(file, identityToPem(identity));
    return identity;
  } catch {
    throw new Problem('data-folder-unusable', `The console's own key ${file} cannot be read or written.`);
  }
}

/** Where the device token of one gateway is kept. A token that cannot be read counts as none; one that cannot be kept lives until the process ends. */
export function deviceTokens(
  folder: string,
  gateway: string,
): { load: () => string | undefined; save: (token: string | undefined) => void } {
  const file = join(folder, 'device-tokens', `${encodeURIComponent(gateway)}.token`);
  let token: string | undefined;
  try {
    token = existsSync(file) ? readFileSync(file, 'utf8').trim() || undefined : undefined;
  } catch {
    token = undefined;
  }
  return {
    load: () => token,
    save(next) {
      if (next === token) return;
      token = next;
      try {
        mkdirSync(join(folder, 'device-tokens'), { recursive: true, mode: 0o700 });
        if (next === undefined) rmSync(file, { force: true });
        else writePrivate(file, next);
      } catch {
        // The shared secret still signs in at the next start.
      }
    },
  };
}

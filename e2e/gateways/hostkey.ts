// The gateway's own key, read from its state folder: to act as the CLI or a helper of the gateway's host does.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type DeviceIdentity, identityFromPem } from '../../lib/gateway/identity.ts';

const stored = z.object({ privateKeyPem: z.string() });
const row = z.object({ private_key_pem: z.string() });

/** Reads the host key of a state folder: a file in 2026.4.14, a row of the state database in 2026.9.6. Throws when there is none yet. */
export function loadHostKey(stateDir: string): DeviceIdentity {
  const file = join(stateDir, 'identity', 'device.json');
  if (existsSync(file)) return identityFromPem(stored.parse(JSON.parse(readFileSync(file, 'utf8'))).privateKeyPem);
  const database = new DatabaseSync(join(stateDir, 'state', 'openclaw.sqlite'), { readOnly: true });
  try {
    const found = database.prepare("select private_key_pem from device_identities where identity_key = 'primary'").get();
    return identityFromPem(row.parse(found).private_key_pem);
  } finally {
    database.close();
  }
}

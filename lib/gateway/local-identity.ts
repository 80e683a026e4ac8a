// The identity that a gateway's state folder on this host holds. The console is on the gateway's host only if it is
// the one that `gateway.identity.get` answers (gateway-facts, trap 16). Only the public id is read.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const row = z.object({ deviceId: z.string() });

/** The device id in a state folder: a JSON file on 2026.4.x, a table of its database on 2026.9.x; undefined where there is none. */
export function localGatewayDeviceId(stateDir: string): string | undefined {
  const database = join(stateDir, 'state', 'openclaw.sqlite');
  if (existsSync(database)) {
    try {
      const db = new DatabaseSync(database, { readOnly: true, timeout: 200 });
      try {
        const found = row.safeParse(db.prepare("select device_id as deviceId from device_identities where identity_key = 'primary'").get());
        if (found.success) return found.data.deviceId;
      } finally {
        db.close();
      }
    } catch {
      // Another layout, or locked: the older file below is the other place.
    }
  }
  try {
    const found = row.safeParse(JSON.parse(readFileSync(join(stateDir, 'identity', 'device.json'), 'utf8')));
    return found.success ? found.data.deviceId : undefined;
  } catch {
    return undefined;
  }
}

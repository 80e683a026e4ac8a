// Makes paired devices older than a test can wait for, in the gateway's own state, while it does not run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { TestGateway } from './start.ts';

const pairedFile = z.record(z.string(), z.looseObject({ createdAtMs: z.number() }));

function inFile(file: string, deviceIds: readonly string[], ms: number) {
  const paired = pairedFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const id of deviceIds) {
    const row = paired[id];
    if (!row) throw new Error(`the gateway's file has no paired device ${id.slice(0, 8)}`);
    row.createdAtMs -= ms;
  }
  writeFileSync(file, `${JSON.stringify(paired, null, 2)}\n`);
}

function inDatabase(file: string, deviceIds: readonly string[], ms: number) {
  const database = new DatabaseSync(file);
  try {
    const age = database.prepare('update device_pairing_paired set created_at_ms = created_at_ms - ? where device_id = ?');
    for (const id of deviceIds)
      if (age.run(ms, id).changes !== 1) throw new Error(`the gateway's database has no paired device ${id.slice(0, 8)}`);
  } finally {
    database.close();
  }
}

/** Stops the gateway, lets these devices have been paired `ms` earlier, and starts it again. 2026.4.14 keeps a file, 2026.9.6 a database. */
export async function ageDevices(gateway: TestGateway, deviceIds: readonly string[], ms: number): Promise<void> {
  await gateway.stop();
  if (gateway.version === '2026.4.14') inFile(join(gateway.stateDir, 'devices', 'paired.json'), deviceIds, ms);
  else inDatabase(join(gateway.stateDir, 'state', 'openclaw.sqlite'), deviceIds, ms);
  await gateway.start();
}

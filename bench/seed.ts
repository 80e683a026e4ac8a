// Fills a stopped gateway's own store with paired devices, as years of use would have: some with keys of ours, most strangers.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DeviceIdentity } from '../lib/gateway/identity.ts';

/** A device to be found paired, as an operator with these scopes. */
export type Seed = { identity: DeviceIdentity; name: string; clientId: string; clientMode: string; scopes: readonly string[] };

const DAY_MS = 86_400_000;
const stored = z.record(z.string(), z.unknown());

function rowOf(seed: Seed, at: number) {
  const scopes = [...seed.scopes];
  return {
    deviceId: seed.identity.deviceId,
    publicKey: seed.identity.publicKey,
    displayName: seed.name,
    platform: 'linux',
    clientId: seed.clientId,
    clientMode: seed.clientMode,
    role: 'operator',
    roles: ['operator'],
    scopes,
    approvedScopes: scopes,
    tokens: { operator: { token: randomBytes(32).toString('base64url'), role: 'operator', scopes, createdAtMs: at } },
    createdAtMs: at,
    approvedAtMs: at,
  };
}

type Row = ReturnType<typeof rowOf>;

/** 2026.4.14 keeps its paired devices in one JSON file. */
function intoFile(file: string, rows: readonly Row[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const before = existsSync(file) ? stored.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const all = { ...before, ...Object.fromEntries(rows.map((row) => [row.deviceId, row])) };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
}

/** 2026.9.6 keeps them in its state database. */
function intoDatabase(file: string, rows: readonly Row[]): void {
  const database = new DatabaseSync(file);
  try {
    const insert = database.prepare(
      `insert or replace into device_pairing_paired (device_id, public_key, display_name, platform, client_id, client_mode, role, roles_json,
       scopes_json, approved_scopes_json, tokens_json, approved_via, created_at_ms, approved_at_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    database.exec('begin');
    for (const row of rows)
      insert.run(
        row.deviceId,
        row.publicKey,
        row.displayName,
        row.platform,
        row.clientId,
        row.clientMode,
        row.role,
        JSON.stringify(row.roles),
        JSON.stringify(row.scopes),
        JSON.stringify(row.approvedScopes),
        JSON.stringify(row.tokens),
        'owner',
        row.createdAtMs,
        row.approvedAtMs,
      );
    database.exec('commit');
  } finally {
    database.close();
  }
}

/** Writes the rows into the store of a gateway that is stopped. Throws when its state folder has no store that we know. */
export function seedPaired(stateDir: string, seeds: readonly Seed[]): void {
  const rows = seeds.map((seed, index) => rowOf(seed, Date.now() - DAY_MS - index));
  const database = join(stateDir, 'state', 'openclaw.sqlite');
  if (existsSync(database)) intoDatabase(database, rows);
  else intoFile(join(stateDir, 'devices', 'paired.json'), rows);
}

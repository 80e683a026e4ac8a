// Puts a 2026.4.14 gateway into the state of the seed case: its own CLI is paired with less than it needs today.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestGateway } from './start.ts';

type Json = { [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the refused command prints in the seed case. */
export const SEED_REFUSAL = /gateway closed \(1008\): pairing required/;

/** Rewrites every list of scopes below a value. */
function narrow(value: unknown, scopes: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((v) => narrow(v, scopes));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      (key === 'scopes' || key === 'approvedScopes') && Array.isArray(inner) ? [...scopes] : narrow(inner, scopes),
    ]),
  );
}

function rewrite(file: string, change: (value: unknown) => unknown) {
  writeFileSync(file, `${JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8'))), null, 2)}\n`);
}

/**
 * Lets the real CLI pair (its first command on loopback with the shared token does, silently, with six scopes), then stops the
 * gateway, leaves the CLI's row and its stored token with `scopes` only, as an older install did, and starts it again. From then
 * on `openclaw cron list` fails as SEED_REFUSAL says. Works for 2026.4.14 only; throws when the CLI does not pair.
 */
export async function demoteCli(gateway: TestGateway, scopes: readonly string[] = ['operator.read']): Promise<{ deviceId: string }> {
  const first = await gateway.cli(['cron', 'list']);
  if (first.code !== 0) throw new Error(`the first command of the CLI did not pair it: ${first.stderr.slice(-500)}`);
  await gateway.stop();
  const deviceAuth = join(gateway.stateDir, 'identity', 'device-auth.json');
  const stored: unknown = JSON.parse(readFileSync(deviceAuth, 'utf8'));
  const deviceId = isObject(stored) && typeof stored.deviceId === 'string' ? stored.deviceId : '';
  rewrite(join(gateway.stateDir, 'devices', 'paired.json'), (paired) =>
    isObject(paired) ? { ...paired, [deviceId]: narrow(paired[deviceId], scopes) } : paired,
  );
  rewrite(deviceAuth, (auth) => narrow(auth, scopes));
  await gateway.start();
  return { deviceId };
}

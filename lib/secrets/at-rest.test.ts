// What a console that has worked leaves in its data folder: nothing of the gateway's own secrets, and none of its own in clear.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { gatewayOfThisHost, wholeConsole } from '../testing/whole-console.ts';

test('the shared secret of the gateway’s own configuration is read, used and stored nowhere', async () => {
  const { gateway, env } = await gatewayOfThisHost();
  const { console, store, said } = await wholeConsole({ env });
  // Admitted means that the shared secret was sent and a device token came back.
  await console
    .desk('local')
    .admit({ kind: 'person', name: 'Ann' })
    .catch(() => undefined);
  await vi.waitFor(() => expect(readdirSync(join(store.folder, 'device-tokens'))).toHaveLength(1), 10_000);
  const files = readdirSync(store.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map((entry) => entry.name)).toEqual(expect.arrayContaining(['device-key.sealed', 'local.sealed', 'gatehouse.db']));
  let deviceTokens: string[] = [];
  gateway.edit((state) => {
    deviceTokens = Object.values(state.paired).flatMap((row) => Object.values(row.tokens ?? {}).map(({ token }) => token));
    return state;
  });
  expect(deviceTokens.length).toBeGreaterThan(0);
  for (const secret of [gateway.token, ...deviceTokens]) {
    for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name)).includes(secret), name).toBe(false);
    expect(said.join('\n')).not.toContain(secret);
  }
});

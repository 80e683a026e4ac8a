// A whole console over the practice gateway for one test file, without pages: what the API answers in it is the real thing.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '../../auth/auth.ts';
import { createBridge } from '../../bridge/server.ts';
import { systemClock } from '../../clock.ts';
import { createConsole } from '../../console.ts';
import { createKernel } from '../../http/kernel.ts';
import { createOrigins } from '../../http/origins.ts';
import { attachKernel, closeServer, createHttpServer, portOf } from '../../http/server.ts';
import { readSettings } from '../../settings.ts';
import { openStore } from '../../store/open.ts';
import { apiRoutes } from '../routes.ts';
import type { BridgeChange } from '../shapes.ts';

export const TOKEN = 'a-token-of-a-script-with-more-than-32-characters';
export const VERSION = '0.1.0';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Starts it on a free port with a data folder of its own. `dispose` stops everything and removes the folder. */
export async function startTestConsole() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-api-'));
  const clock = systemClock();
  const env = { GATEHOUSE_PRACTICE: '1', GATEHOUSE_DATA_DIR: join(folder, 'data') };
  const store = await openStore({ folder, clock });
  const server = createHttpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  const origins = createOrigins({ host: '127.0.0.1', port, extra: [] });
  await store.operators.add({
    id: randomUUID(),
    name: 'operator',
    rights: ['approver', 'admin'],
    state: 'active',
    createdMs: clock.nowMs(),
    createdBy: 'a test',
  });
  const publish = (change: BridgeChange) => void bridge.publish(change);
  const auth = await createAuth({ store, folder, clock, random: randomBytes, port, origins, log: quiet, apiToken: TOKEN, publish });
  const bridge = createBridge({ auth, random: randomBytes, version: VERSION });
  const app = await createConsole({
    print: () => undefined,
    practice: true,
    settings: readSettings(env),
    env,
    home: folder,
    store,
    publish,
    version: VERSION,
    clock,
    random: Math.random,
    newId: randomUUID,
    log: quiet,
  });
  const routes = apiRoutes({ app, auth, clock, version: VERSION, log: quiet });
  attachKernel(
    server,
    createKernel({
      origins,
      auth,
      routes,
      pages: (_request, response) => void response.end(),
      bridge,
      ready: () => true,
      random: randomBytes,
      log: quiet,
    }),
  );
  const origin = `http://localhost:${port}`;
  return {
    port,
    origin,
    routes,
    /** The secret of a fresh sign-in link. */
    link: async () => (await auth.createLink()).secret,
    async dispose() {
      bridge.dispose();
      await closeServer(server, 0);
      await app.dispose();
      await auth.dispose();
      await store.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type TestConsole = Awaited<ReturnType<typeof startTestConsole>>;

// The one process of Gatehouse: checks, API, bridge and pages on one port. Started by scripts/run.mjs, or directly by a service unit.
process.env.NEXT_TELEMETRY_DISABLED ??= '1';

import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiRoutes } from './lib/api/routes.ts';
import type { BridgeChange } from './lib/api/shapes.ts';
import { createAuth } from './lib/auth/auth.ts';
import { proxyOptions } from './lib/auth/proxy.ts';
import { createBridge } from './lib/bridge/server.ts';
import { systemClock } from './lib/clock.ts';
import { createConsole } from './lib/console.ts';
import { addressToPrint, requireSafeBind } from './lib/http/bind.ts';
import { followPair, namesHost, pairWarnings, readPair } from './lib/http/certificate.ts';
import { createKernel } from './lib/http/kernel.ts';
import { createOrigins } from './lib/http/origins.ts';
import { attachKernel, closeServer, createHttpServer, setCertificate } from './lib/http/server.ts';
import { createLog } from './lib/log.ts';
import { choosePractice, practiceFolder } from './lib/practice/choice.ts';
import { PROBLEMS, Problem, problemView } from './lib/problem.ts';
import { readSettings, takeSecrets } from './lib/settings.ts';
import { createBackupNews } from './lib/store/backup-news.ts';
import { createDailyBackup } from './lib/store/daily-backup.ts';
import { openStore } from './lib/store/open.ts';
import { tightenFolder } from './lib/store/permissions.ts';

const dev = process.env.NODE_ENV !== 'production';
const root = dirname(fileURLToPath(import.meta.url));

async function main() {
  const started = performance.now();
  const env = takeSecrets(process.env);
  const settings = readSettings(env);
  const log = createLog(settings.logLevel);
  for (const warning of settings.warnings) log.warn({}, warning);
  requireSafeBind(settings);
  const pair = settings.tls && readPair(settings.tls);
  if (!dev && !existsSync(join(root, '.next', 'BUILD_ID')))
    throw new Problem('internal', 'The pages are not built. Start with npm start, which builds them.');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const clock = systemClock();
  const home = homedir();
  if (settings.tls && pair) for (const warning of pairWarnings(settings.tls, pair, clock.nowMs())) log.warn({}, warning);
  const practice = choosePractice({ settings, env, home });
  const folder = practice ? practiceFolder(settings.dataDir) : settings.dataDir;
  if (practice && !settings.practice) log.info({}, 'No OpenClaw gateway was found on this host, so this is the practice gateway.');

  for (const line of tightenFolder(folder)) log.warn({}, line);
  const store = await openStore({
    folder,
    clock,
    onPruneFailure: (error) => log.warn({ err: error }, 'old handshakes could not be removed'),
    tell: (line) => log.warn({}, line),
  });
  const server = createHttpServer(pair);
  const certificate =
    settings.tls &&
    pair &&
    followPair(settings.tls, pair, {
      use(next) {
        setCertificate(server, next);
        log.info({}, 'the certificate changed; new connections get it');
      },
      onFailure: (error) =>
        log.warn({ code: problemView(error).code }, `${problemView(error).detail} The last good certificate stays in use.`),
    });
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Problem('port-in-use', `Port ${settings.port} on ${settings.host} is taken.`)
          : new Problem('settings-invalid', `Cannot listen on ${settings.host}:${settings.port} (${error.code ?? error.message}).`),
      );
    });
    server.listen(settings.port, settings.host, resolve);
  });
  await listening.catch(async (error) => {
    await store.dispose();
    throw error;
  });
  let ready = false;

  const origins = createOrigins({ host: settings.host, port: settings.port, extra: settings.origins, tls: pair !== undefined });
  const publish = (change: BridgeChange) => void bridge.publish(change);
  const auth = await createAuth({
    publish,
    store,
    folder,
    clock,
    random: randomBytes,
    port: settings.port,
    origins,
    log,
    apiToken: settings.apiToken,
    proxy: settings.proxy && proxyOptions(settings.proxy),
    unnamedProxy: settings.behindProxy && settings.proxy === undefined,
  });
  const bridge = createBridge({ auth, random: randomBytes, version });

  // Next attaches its own upgrade listener to the server it is given; it gets one that never listens.
  const nextSide = createServer();
  const { default: next } = await import('next');
  const pages = next({ dev, dir: root, hostname: settings.host, port: settings.port, httpServer: nextSide });
  const [app] = await Promise.all([
    createConsole({
      settings,
      env,
      home,
      practice,
      store,
      publish,
      version,
      clock,
      random: Math.random,
      newId: randomUUID,
      log,
      print: (line) => console.log(line),
    }),
    pages.prepare(),
  ]);
  auth.onSessionEnd(app.windows.sessionEnded);
  const handle = pages.getRequestHandler();
  attachKernel(
    server,
    createKernel({
      origins,
      auth,
      routes: apiRoutes({ app, auth, clock, version, log }),
      pages: (request, response) => handle(request, response),
      bridge,
      // In production nobody answers there: such a socket would hang for ever.
      ...(dev ? { pageUpgrade: (request, socket, head) => void nextSide.emit('upgrade', request, socket, head) } : {}),
      ready: () => ready,
      random: randomBytes,
      log,
      dev,
    }),
  );
  const news = createBackupNews({ log, record: (entry) => auth.keep((_, tell) => tell(entry)) });
  const backups = createDailyBackup({ folder, clock, onDone: news.done, onFailure: news.failed });
  let stopping = false;
  async function stop() {
    if (stopping) return;
    stopping = true;
    const hard = setTimeout(() => process.exit(1), 8000);
    hard.unref();
    certificate?.dispose();
    await backups.dispose();
    bridge.dispose();
    await closeServer(server);
    await app.dispose();
    await auth.dispose();
    await store.dispose();
    process.exit(0);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  // The page server listens too, and would print each error a second time, in several lines and raw.
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a background task failed'));

  ready = true;
  const url = addressToPrint(settings, (host) => pair !== undefined && namesHost(pair, host));
  store.announce({ port: settings.port, url });
  console.log(`Gatehouse is ready at ${url} (${Math.round(performance.now() - started)} ms)`);
  if (await store.operators.any()) console.log(`Sign in at ${url}/sign-in. A sign-in link is printed by: npm run gatehouse -- link`);
  else console.log(`Set it up once, within 15 minutes: ${url}/set-up#${(await auth.createLink()).secret}`);
}

main().catch((error: unknown) => {
  const view = problemView(error);
  if (!(error instanceof Problem)) console.error(error);
  console.error(`gatehouse: ${view.detail} ${PROBLEMS[view.code].fix} [${view.code}]`);
  process.exit(1);
});

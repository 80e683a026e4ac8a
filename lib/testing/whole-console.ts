// A whole console on a store of its own, beside a gateway like 2026.4.14 that it finds as that of this host: real sockets, log and keys.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BridgeChange, GatewayView, RequestView } from '../api/shapes.ts';
import { systemClock } from '../clock.ts';
import { createConsole } from '../console.ts';
import type { DeviceIdentity } from '../gateway/identity.ts';
import { type DialOptions, dialGateway } from '../practice/client.ts';
import { createPracticeGateway } from '../practice/gateway.ts';
import { readStateIdentity } from '../practice/state-files.ts';
import { type Env, readSettings } from '../settings.ts';
import { openStore, type Store } from '../store/open.ts';
import { testFolder } from './folders.ts';

/** A practice gateway that listens, with the configuration file by which a console of this host finds it. */
export async function gatewayOfThisHost() {
  const stateDir = testFolder();
  const gateway = createPracticeGateway({ folder: stateDir, clock: systemClock() });
  await gateway.start();
  onTestFinished(gateway.dispose);
  const config = join(stateDir, 'openclaw.json');
  const write = (over: Record<string, unknown> = {}) =>
    writeFileSync(
      config,
      JSON.stringify({
        gateway: {
          mode: 'local',
          port: Number(new URL(gateway.url).port),
          bind: 'loopback',
          auth: { mode: 'token', token: gateway.token },
          ...over,
        },
      }),
      { mode: 0o600 },
    );
  write();
  const env = { OPENCLAW_STATE_DIR: stateDir, OPENCLAW_CONFIG_PATH: config };

  /** Pairs a key with scopes, as an older install left it. */
  function pair({ deviceId, publicKey }: DeviceIdentity, scopes: string[], over: Record<string, unknown> = {}) {
    const token = { token: `token-of-${deviceId.slice(0, 8)}`, role: 'operator', scopes, createdAtMs: 1 };
    const row = {
      deviceId,
      publicKey,
      role: 'operator',
      roles: ['operator'],
      scopes,
      approvedScopes: scopes,
      tokens: { operator: token },
      clientId: 'cli',
      clientMode: 'cli',
      platform: 'linux',
      createdAtMs: 1,
      approvedAtMs: 1,
      ...over,
    };
    gateway.edit((s) => ({ ...s, paired: { ...s.paired, [deviceId]: row } }));
  }
  /** Asks for scopes as the CLI does; resolves when the gateway has answered. */
  async function ask(identity: DeviceIdentity, scopes: readonly string[], over: Partial<DialOptions> = {}) {
    const result = await dialGateway({
      url: gateway.url,
      identity,
      client: { id: 'cli', mode: 'cli', version: '0', platform: 'linux' },
      scopes,
      token: gateway.token,
      ...over,
    });
    result.close();
    await result.closed;
    return result;
  }
  const grantsOf = (deviceId: string) => {
    let scopes: string[] | undefined;
    gateway.edit((s) => {
      scopes = s.paired[deviceId]?.approvedScopes;
      return s;
    });
    return scopes;
  };
  return { gateway, env, stateDir, write, pair, ask, grantsOf, hostKey: readStateIdentity(stateDir) };
}

/** A console over a store, with everything that it published. */
export async function wholeConsole({ env, store: given, settings = {} }: { env: Record<string, string>; store?: Store; settings?: Env }) {
  const clock = systemClock();
  const home = testFolder();
  let store = given;
  if (!store) {
    const opened = await openStore({ folder: join(home, 'data'), clock });
    onTestFinished(opened.dispose);
    store = opened;
  }
  const published: BridgeChange[] = [];
  const said: string[] = [];
  // Like the real logger it works only where it is called as a method.
  const log = {
    said,
    info(fields: object, text: string) {
      this.said.push(`${text} ${JSON.stringify(fields)}`);
    },
    warn(fields: object, text: string) {
      this.info(fields, text);
    },
  };
  const console = await createConsole({
    print: () => undefined,
    practice: false,
    settings: readSettings(settings, home),
    env,
    home,
    store,
    publish: (change) => void published.push(change),
    version: '0.0.0',
    clock,
    random: Math.random,
    newId: randomUUID,
    log,
  });
  onTestFinished(console.dispose);
  const desk = () => console.desk('local');
  return {
    console,
    store,
    published,
    said,
    desk,
    gateway: (): GatewayView | undefined => console.gateways()[0],
    /** The card of a device, when there is one. */
    card: (deviceId: string): RequestView | undefined =>
      desk()
        .requests()
        .find((r) => r.deviceId === deviceId),
  };
}

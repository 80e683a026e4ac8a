// What every measurement stands on: a real gateway with a known number of paired devices, the real console on it, a real browser.
import { chromium, type Page } from '@playwright/test';
import { createDevice, type TestDevice } from '../e2e/gateways/client.ts';
import { loadHostKey } from '../e2e/gateways/hostkey.ts';
import { openStage, READ, type Stage, type Watch, watch } from '../e2e/live/scene.ts';
import { CHROMIUM_ARGS, findChromium } from '../e2e/support/chromium.mjs';
import { createIdentity } from '../lib/gateway/identity.ts';
import { installMarks } from './marks.ts';
import { type Seed, seedPaired } from './seed.ts';

export { NEWEST, OLDEST } from '../e2e/live/scene.ts';

/** A gateway with its console, and the paired devices that are ours to move: operators with read. */
export type Scene = { stage: Stage; watch: Watch; devices: TestDevice[]; host: TestDevice; dispose: () => Promise<void> };

const OURS = 10;

/**
 * Opens a gateway on which `paired` devices are paired, ten of them and the gateway's own host key with keys that we hold, all with
 * `operator.read`. The console's own row comes on top. Answers when the console is live.
 */
export async function openScene(options: { version: string; paired: number }): Promise<Scene> {
  const stage = await openStage({ version: options.version });
  try {
    const { gateway } = stage;
    await gateway.stop();
    const seed = (name: string): Seed => ({
      identity: createIdentity(),
      name,
      clientId: 'gateway-client',
      clientMode: 'ui',
      scopes: READ,
    });
    const ours = Array.from({ length: OURS }, (_, n) => seed(`Bench ${n + 1}`));
    const strangers = Array.from({ length: Math.max(0, options.paired - OURS) }, (_, n) => seed(`Stranger ${n + 1}`));
    const host = { ...seed('CLI'), identity: loadHostKey(gateway.stateDir), clientId: 'cli', clientMode: 'cli' };
    seedPaired(gateway.stateDir, [...ours, ...strangers, host]);
    await gateway.start();
    // The judge's connection went with the gateway and comes back at its next question.
    await stage.admin.list();
    const watched = await watch(stage);
    const deviceOf = ({ identity, name, clientId, clientMode }: Seed) =>
      createDevice({
        url: gateway.url,
        identity,
        base: { clientId, clientMode, displayName: name, auth: { token: gateway.token } },
      });
    return {
      stage,
      watch: watched,
      devices: ours.map(deviceOf),
      host: deviceOf(host),
      async dispose() {
        await watched.console.dispose();
        await stage.dispose();
      },
    };
  } catch (error) {
    await stage.dispose();
    throw error;
  }
}

/** A new Chromium process. Throws when the machine has none. */
export function openChromium() {
  const executablePath = findChromium();
  return chromium.launch({ args: CHROMIUM_ARGS, ...(executablePath === undefined ? {} : { executablePath }) });
}

/** Signs a new page in by the printed link, with the marks of marks.ts in it, and answers when the console shows Requests. */
export async function signedIn(scene: Scene, newPage: () => Promise<Page>): Promise<Page> {
  const page = await newPage();
  await page.addInitScript(installMarks);
  await page.goto(scene.watch.console.link());
  await page.getByRole('heading', { name: 'Requests' }).waitFor();
  await page.getByText('Nothing waits').first().waitFor();
  return page;
}

/** Lets the machine rest for `ms`, where the pace itself is what is measured. */
export const rest = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));

// The first page of a browser that has never been here but is signed in: what it fetches, and when a card can be used.
import { loadavg } from 'node:os';
import type { BrowserContext } from '@playwright/test';
import type { Figure, Measurement } from './figures.ts';
import { installMarks } from './marks.ts';
import { OLDEST, openChromium, openScene, type Scene, signedIn } from './scene.ts';

const LOADS = 10;
const STEP = ['operator.read', 'operator.write'];

type Load = { requests: number; bytes: number; scriptBytes: number; usable: number };
type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

async function session(scene: Scene): Promise<Session> {
  const browser = await openChromium();
  try {
    const context = await browser.newContext();
    await signedIn(scene, () => context.newPage());
    return await context.storageState();
  } finally {
    await browser.close();
  }
}

/** One load in a browser process of its own. Bytes are counted as they came over the wire, heads included. */
async function load(scene: Scene, storageState: Session): Promise<Load> {
  const browser = await openChromium();
  try {
    const context = await browser.newContext({ storageState });
    const page = await context.newPage();
    await page.addInitScript(installMarks);
    const wire = await context.newCDPSession(page);
    await wire.send('Network.enable');
    const kinds = new Map<string, string>();
    const sizes = new Map<string, number>();
    let sockets = 0;
    wire.on('Network.requestWillBeSent', ({ requestId, type }) => kinds.set(requestId, type ?? 'Other'));
    wire.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
    wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
    wire.on('Network.webSocketCreated', () => {
      sockets += 1;
    });
    await page.goto(scene.watch.console.origin);
    const usable = await page.evaluate(() => window.benchMarks?.usable());
    await page.waitForLoadState('networkidle');
    const sum = (of: (kind: string) => boolean) =>
      [...sizes].filter(([id]) => of(kinds.get(id) ?? '')).reduce((total, [, size]) => total + size, 0);
    return {
      requests: kinds.size + sockets,
      bytes: sum(() => true),
      scriptBytes: sum((kind) => kind === 'Script'),
      usable: usable ?? Number.NaN,
    };
  } finally {
    await browser.close();
  }
}

/** The first page with ten paired devices and one request that waits. */
export const firstPageFigures: Measurement = {
  name: 'first-page',
  async take() {
    const scene = await openScene({ version: OLDEST, paired: 10 });
    try {
      const storageState = await session(scene);
      const [device] = scene.devices;
      const attempt = await device?.attempt({ scopes: STEP });
      if (attempt === undefined || attempt.ok) throw new Error('nothing waits, so no card can be timed');
      const loads: Load[] = [];
      for (let n = 0; n < LOADS; n += 1) loads.push(await load(scene, storageState));
      const common = { command: 'npm run bench -- first-page', load: loadavg()[0] ?? 0 };
      const figure = (what: string, unit: Figure['unit'], goal: Figure['goal'], of: (load: Load) => number): Figure => ({
        ...common,
        what: `first page, cold browser: ${what}`,
        unit,
        samples: loads.map(of),
        ...(goal === undefined ? {} : { goal }),
      });
      const under = (limit: number, text: string) => ({ median: limit, p95: limit, text });
      return [
        figure('requests, the bridge included', '', under(21, '<= 20'), (l) => l.requests),
        figure('bytes as served', 'KB', under(300, '< 300 KB'), (l) => l.bytes / 1000),
        figure('of it JavaScript', 'KB', under(200, '< 200 KB'), (l) => l.scriptBytes / 1000),
        figure('a card can be used', 'ms', under(500, '< 500 ms'), (l) => l.usable),
      ];
    } finally {
      await scene.dispose();
    }
  },
};

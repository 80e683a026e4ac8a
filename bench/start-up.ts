// From `npm start`, typed on a built tree, to the line that says ready; and what the idle process then weighs.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../e2e/gateways/ports.ts';
import { startProcess } from '../e2e/gateways/process.ts';
import type { Measurement } from './figures.ts';
import { residentMb } from './process.ts';
import { NEWEST, OLDEST, openChromium, openScene, rest, signedIn } from './scene.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STARTS = 10;
const READY = /is ready at/;
const QUIET_MS = 30_000;

/** The environment of a terminal: without what npm and our scripts added for this process. */
function terminal(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|NEXT_|GATEHOUSE_|OPENCLAW_|INIT_CWD)/i.test(name));
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), NODE_ENV: 'production' };
}

/** `npm start` -> ready, on a data folder that has been used before. The very first start is not counted: it may build. */
export const startFigure: Measurement = {
  name: 'start',
  async take() {
    const scene = await openScene({ version: OLDEST, paired: 10 });
    const root = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
    const samples: number[] = [];
    try {
      const { stateDir, configPath } = scene.stage.gateway;
      const env = {
        ...terminal(),
        GATEHOUSE_DATA_DIR: join(root, 'data'),
        GATEHOUSE_PORT: String(await freePort()),
        OPENCLAW_STATE_DIR: stateDir,
        OPENCLAW_CONFIG_PATH: configPath,
      };
      for (let n = 0; n <= STARTS; n += 1) {
        const typed = performance.now();
        const running = startProcess({ command: 'npm', args: ['start'], env, cwd: ROOT });
        await running.line(READY, n === 0 ? 120_000 : 30_000);
        if (n > 0) samples.push(performance.now() - typed);
        await running.stop();
      }
    } finally {
      await scene.dispose();
      rmSync(root, { recursive: true, force: true });
    }
    return [
      {
        what: 'built tree, npm start -> ready',
        unit: 'ms',
        goal: { median: 1500, p95: 1500, text: '< 1,500 ms' },
        samples,
        command: 'npm run bench -- start',
        load: loadavg()[0] ?? 0,
      },
    ];
  },
};

/** Resident memory of the server process with one real gateway and one browser signed in, after 30 quiet seconds. */
export const memoryFigure: Measurement = {
  name: 'memory',
  async take(say) {
    const samples: number[] = [];
    for (const version of [OLDEST, NEWEST, OLDEST]) {
      const scene = await openScene({ version, paired: 10 });
      const browser = await openChromium();
      try {
        await signedIn(scene, () => browser.newPage());
        await rest(QUIET_MS);
        const mb = residentMb(scene.watch.console.pid());
        say(`memory: ${mb.toFixed(1)} MB on ${version}`);
        samples.push(mb);
      } finally {
        await browser.close();
        await scene.dispose();
      }
    }
    return [
      {
        what: 'memory idle, one gateway, one browser',
        unit: 'MB',
        goal: { median: 180, p95: 180, text: '< 180 MB RSS' },
        samples,
        command: 'npm run bench -- memory',
        load: loadavg()[0] ?? 0,
      },
    ];
  },
};

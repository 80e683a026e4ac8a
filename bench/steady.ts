// The steady state: one real gateway, one browser, nothing to do. And the same for long, with a little to do: nothing may grow.
import { loadavg } from 'node:os';
import { cleanUpgrade } from '../e2e/live/refusals.ts';
import type { Figure, Measurement } from './figures.ts';
import { cpuMs, handles, residentMb } from './process.ts';
import { NEWEST, OLDEST, openChromium, openScene, rest, type Scene, signedIn } from './scene.ts';

const QUIET_MS = 20_000;
const WATCHED_MS = 60_000;

async function withBrowser<T>(version: string, work: (scene: Scene) => Promise<T>): Promise<T> {
  const scene = await openScene({ version, paired: 10 });
  const browser = await openChromium();
  try {
    await signedIn(scene, () => browser.newPage());
    await rest(QUIET_MS);
    return await work(scene);
  } finally {
    await browser.close();
    await scene.dispose();
  }
}

/** Memory and processor of the server over a quiet minute. */
export const steadyFigures: Measurement = {
  name: 'steady',
  async take(say) {
    const memory: number[] = [];
    const cores: number[] = [];
    for (const version of [OLDEST, NEWEST]) {
      await withBrowser(version, async (scene) => {
        const pid = scene.watch.console.pid();
        const [cpu, at] = [cpuMs(pid), performance.now()];
        await rest(WATCHED_MS);
        cores.push((100 * (cpuMs(pid) - cpu)) / (performance.now() - at));
        memory.push(residentMb(pid));
        say(`steady: ${memory.at(-1)?.toFixed(1)} MB, ${cores.at(-1)?.toFixed(2)} % of a core on ${version}`);
      });
    }
    const command = 'npm run bench -- steady';
    const load = loadavg()[0] ?? 0;
    return [
      {
        what: 'steady state, one gateway, one browser: memory',
        unit: 'MB',
        goal: { median: 180, p95: 180, text: '< 180 MB RSS' },
        samples: memory,
        command,
        load,
      },
      { what: 'the same: percent of one core', unit: '', goal: { median: 2, p95: 2, text: '< 2' }, samples: cores, command, load },
    ];
  },
};

const SOAK_MS = Number(process.env.GATEHOUSE_BENCH_SOAK_MIN ?? 10) * 60_000;
const TURN_MS = 5000;

/** A request every five seconds, approved, answered and taken back by its gateway, for ten minutes or as long as is asked for. */
export const soakFigures: Measurement = {
  name: 'soak',
  async take(say) {
    return withBrowser(OLDEST, async (scene): Promise<Figure[]> => {
      const { console: started } = scene.watch;
      const pid = started.pid();
      const memory: number[] = [];
      const open: number[] = [];
      const end = performance.now() + SOAK_MS;
      for (let turn = 0; performance.now() < end; turn += 1) {
        const due = performance.now() + TURN_MS;
        const device = scene.devices[turn % scene.devices.length];
        if (device) {
          const refused = await cleanUpgrade(device).then(
            () => true,
            () => false,
          );
          const seen = refused ? (await started.api.pending()).find((r) => r.deviceId === device.deviceId) : undefined;
          if (seen) await started.api.reject(seen);
        }
        await rest(Math.max(0, due - performance.now()));
        memory.push(residentMb(pid));
        open.push(handles(pid));
      }
      const third = Math.max(1, Math.floor(memory.length / 3));
      const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / Math.max(1, of.length);
      const grown = mean(memory.slice(-third)) - mean(memory.slice(third, 2 * third));
      const opened = mean(open.slice(-third)) - mean(open.slice(third, 2 * third));
      say(`soak: ${memory.length} turns, ${memory.at(-1)?.toFixed(1)} MB, ${open.at(-1)} handles at the end`);
      const command = 'npm run bench -- soak (GATEHOUSE_BENCH_SOAK_MIN=480 for eight hours)';
      const load = loadavg()[0] ?? 0;
      return [
        {
          what: 'memory, last third against the one before',
          unit: 'MB',
          goal: { median: 10, text: 'no growth (< 10 MB)' },
          samples: [grown],
          command,
          load,
        },
        { what: 'open files and sockets, the same', unit: '', goal: { median: 1, text: 'no growth' }, samples: [opened], command, load },
      ];
    });
  },
};

// From the moment at which a client reads its refusal to the diagnosed row in Chromium, by the log file and by `logs.tail` alone.
import { mkdtempSync, rmdirSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openStage, type Stage, type Watch, watch } from '../e2e/live/scene.ts';
import { createClock } from './clock.ts';
import type { Figure, Measurement } from './figures.ts';
import { installRowMarks } from './row-marks.ts';
import { openChromium, rest } from './scene.ts';

const SAMPLES = 40;
const PAUSE_MS = 400;
const OLD_MS = 600_000;

type Source = 'raw' | 'tail';

/** A console that cannot know the gateway's state folder reads the log by `logs.tail`. */
async function watched(stage: Stage, source: Source): Promise<Watch> {
  if (source === 'raw') return watch(stage);
  const nowhere = mkdtempSync(join(tmpdir(), 'gatehouse-nowhere-'));
  stage.owns({ dispose: async () => rmdirSync(nowhere) });
  const { url, token } = stage.gateway;
  return watch(stage, {
    env: {
      GATEHOUSE_GATEWAY_URL: url,
      GATEHOUSE_GATEWAY_TOKEN: token,
      OPENCLAW_STATE_DIR: nowhere,
      OPENCLAW_CONFIG_PATH: join(nowhere, 'none'),
    },
  });
}

/** Signs a page in and opens the handshake log. */
export async function openLog(scene: Watch, page: Page): Promise<Page> {
  await page.addInitScript(installRowMarks);
  await page.goto(scene.console.link());
  await page.getByRole('heading', { name: 'Requests' }).waitFor();
  await page.goto(`${scene.console.origin}/handshakes`);
  await page.getByRole('heading', { name: 'Handshakes' }).waitFor();
  return page;
}

async function sample(version: string, source: Source): Promise<number[]> {
  const stage = await openStage({ version });
  const browser = await openChromium();
  try {
    const scene = await watched(stage, source);
    const page = await openLog(scene, await browser.newPage());
    const clock = createClock();
    const samples: number[] = [];
    for (let n = 0; n < SAMPLES; n += 1) {
      const device = stage.device(`bench ${n}`);
      // An old signature: of the refusals that need no pairing, the one whose record names the device.
      const attempt = await device.attempt({ device: { signedAtMs: Date.now() - OLD_MS } });
      const refusedAt = clock();
      if (attempt.ok) throw new Error('a client with an old signature was let in');
      const at = await page.evaluate((id) => window.benchRows?.row(id), device.deviceId);
      if (at === undefined) throw new Error('the page has no marks');
      samples.push(at - refusedAt);
      await rest(PAUSE_MS);
    }
    return samples;
  } finally {
    await browser.close();
    await stage.dispose();
  }
}

/** The figure for one version and one source of the log. */
export function rowFigure(name: string, version: string, source: Source): Measurement {
  return {
    name,
    async take() {
      const samples = await sample(version, source);
      const goal: Figure['goal'] =
        source === 'raw' ? { median: 60, p95: 150, text: 'median < 60, p95 < 150 ms' } : { p95: 400, text: 'p95 < 400 ms' };
      const by = source === 'raw' ? 'log file' : 'logs.tail';
      const what = `refused -> row in the page (${version}, ${by})`;
      return [{ what, unit: 'ms', goal, samples, command: `npm run bench -- ${name}`, load: loadavg()[0] ?? 0 }];
    },
  };
}

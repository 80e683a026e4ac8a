// A pairing flood on the practice gateway: two thousand devices ask within ten seconds. The page stays usable, automation stops, memory
// stays bounded, and what waits is all shown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startConsole } from '../e2e/gateways/console.ts';
import { until } from '../e2e/gateways/until.ts';
import { letCall, practiceBeside } from './crowd.ts';
import { type Measurement, quantile } from './figures.ts';
import { residentMb } from './process.ts';
import { openChromium, rest } from './scene.ts';

const REQUESTS = 2000;
const WITHIN_MS = 10_000;
const SHOWN_WITHIN_MS = 60_000;
const waitingShape = z.looseObject({ pendingCount: z.number() });

export const floodFigures: Measurement = {
  name: 'flood',
  async take(say) {
    const root = mkdtempSync(join(tmpdir(), 'gatehouse-flood-'));
    const gateway = await practiceBeside(join(root, 'state'));
    const configPath = join(root, 'openclaw.json');
    const auth = { mode: 'token', token: gateway.token };
    writeFileSync(
      configPath,
      JSON.stringify({ gateway: { mode: 'local', port: Number(new URL(gateway.url).port), bind: 'loopback', auth } }),
      {
        mode: 0o600,
      },
    );
    const started = await startConsole({ gateway: { stateDir: gateway.stateDir, configPath, home: root } });
    const browser = await openChromium();
    try {
      await until('the console live', async () => ((await started.api.gateways())[0]?.state === 'live' ? true : undefined), 30_000);
      const page = await browser.newPage();
      await page.goto(started.link());
      await page.getByRole('heading', { name: 'Requests' }).waitFor();
      let peak = 0;
      const clicks: number[] = [];
      let flooding = true;
      const watching = (async () => {
        while (flooding) {
          peak = Math.max(peak, residentMb(started.pid()));
          await rest(200);
        }
      })();
      const clicking = (async () => {
        for (let at = 0; flooding; at += 1) {
          const [link, heading] = at % 2 === 0 ? ['Activity', 'Activity'] : ['Rules', 'Rules'];
          const from = performance.now();
          await page.getByRole('link', { name: link, exact: true }).first().click();
          await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
          clicks.push(performance.now() - from);
          await rest(300);
        }
      })();
      const from = performance.now();
      // From another address by what they say: none of them is paired in silence.
      const { refused, tookMs } = await letCall({
        url: gateway.url,
        token: gateway.token,
        pems: [],
        scopes: ['operator.read'],
        headers: { 'X-Forwarded-For': '203.0.113.7' },
        count: REQUESTS,
        withinMs: WITHIN_MS,
      });
      // Counted by the console itself: reading two thousand cards over and over would be a load of its own.
      let shown = 0;
      for (const end = performance.now() + SHOWN_WITHIN_MS; shown < refused && performance.now() < end; ) {
        shown = waitingShape.parse((await started.api.gateways())[0]).pendingCount;
        await rest(500);
      }
      const settled = performance.now() - from;
      flooding = false;
      await watching;
      await clicking;
      const automation = JSON.stringify((await started.api.call('GET', '/automation')).body);
      say(
        `flood: ${refused} refused in ${(tookMs / 1000).toFixed(1)} s, ${shown} shown after ${(settled / 1000).toFixed(1)} s, ${automation.slice(0, 120)}, ${clicks.length} clicks`,
      );
      const command = 'npm run bench -- flood';
      const load = loadavg()[0] ?? 0;
      return [
        { what: 'memory at the peak of the flood', unit: 'MB', goal: { median: 400, text: '< 400 MB' }, samples: [peak], command, load },
        { what: 'a page opened meanwhile', unit: 'ms', samples: clicks.length === 0 ? [Number.NaN] : clicks, command, load },
        { what: 'the slowest of them', unit: 'ms', samples: [quantile(clicks, 1)], command, load },
        { what: 'requests that were refused', unit: '', samples: [refused], command, load },
        { what: 'requests shown of them', unit: '', goal: { text: 'all' }, samples: [shown], command, load },
        { what: 'automation suspended', unit: '', goal: { text: '1' }, samples: [automation.includes('suspended') ? 1 : 0], command, load },
      ];
    } finally {
      await browser.close();
      await started.dispose();
      gateway.dispose();
      rmSync(root, { recursive: true, force: true });
    }
  },
};

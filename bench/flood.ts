// A pairing flood on the practice gateway: two thousand devices ask within ten seconds. The page stays usable, automation stops, memory
// stays bounded, and what waits is all shown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConsole } from '../e2e/gateways/console.ts';
import { until } from '../e2e/gateways/until.ts';
import { systemClock } from '../lib/clock.ts';
import { createIdentity } from '../lib/gateway/identity.ts';
import { dialGateway } from '../lib/practice/client.ts';
import { createPracticeGateway } from '../lib/practice/gateway.ts';
import { type Measurement, quantile } from './figures.ts';
import { residentMb } from './process.ts';
import { openChromium, rest } from './scene.ts';

const REQUESTS = 2000;
const WITHIN_MS = 10_000;

export const floodFigures: Measurement = {
  name: 'flood',
  async take(say) {
    const root = mkdtempSync(join(tmpdir(), 'gatehouse-flood-'));
    const gateway = createPracticeGateway({ folder: join(root, 'state'), clock: systemClock() });
    await gateway.start();
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
      const asked: Promise<unknown>[] = [];
      for (let at = 0; at < REQUESTS; at += 1) {
        const due = from + (at * WITHIN_MS) / REQUESTS;
        if (performance.now() < due) await rest(due - performance.now());
        const caller = dialGateway({
          url: gateway.url,
          identity: createIdentity(),
          client: { id: 'cli', mode: 'cli', version: '0', platform: 'linux' },
          scopes: ['operator.read'],
          token: gateway.token,
        });
        asked.push(caller.then((result) => result.close()).catch(() => undefined));
      }
      await Promise.all(asked);
      const sent = performance.now() - from;
      const shown = await until(
        'every request in the console',
        async () => {
          const waiting = await started.api.call('GET', '/requests?state=pending&limit=1000');
          const overview = JSON.stringify((await started.api.call('GET', '/overview')).body);
          const count = overview.match(/"requestId"/g)?.length ?? 0;
          return waiting.status === 200 && count >= REQUESTS ? count : undefined;
        },
        60_000,
      ).catch(() => 0);
      const settled = performance.now() - from;
      flooding = false;
      await watching;
      await clicking;
      const automation = JSON.stringify((await started.api.call('GET', '/automation')).body);
      say(
        `flood: sent in ${(sent / 1000).toFixed(1)} s, ${shown} shown after ${(settled / 1000).toFixed(1)} s, ${automation.slice(0, 120)}, ${clicks.length} clicks`,
      );
      const command = 'npm run bench -- flood';
      const load = loadavg()[0] ?? 0;
      return [
        { what: 'memory at the peak of the flood', unit: 'MB', goal: { median: 400, text: '< 400 MB' }, samples: [peak], command, load },
        { what: 'a page opened meanwhile', unit: 'ms', samples: clicks.length === 0 ? [Number.NaN] : clicks, command, load },
        { what: 'the slowest of them', unit: 'ms', samples: [quantile(clicks, 1)], command, load },
        { what: 'requests shown', unit: '', goal: { text: `${REQUESTS}` }, samples: [shown], command, load },
        { what: 'automation suspended', unit: '', goal: { text: '1' }, samples: [automation.includes('suspended') ? 1 : 0], command, load },
      ];
    } finally {
      await browser.close();
      await started.dispose();
      await gateway.dispose();
      rmSync(root, { recursive: true, force: true });
    }
  },
};

// The Handshakes page with 100,000 rows while 200 more arrive every second, and a burst of 5,000 failures in 5 s.
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { openStage, type Stage, type Watch, watch } from '../e2e/live/scene.ts';
import { systemClock } from '../lib/clock.ts';
import type { NewHandshake } from '../lib/handshakes/attempt.ts';
import { openStore } from '../lib/store/open.ts';
import { pour } from './failures.ts';
import type { Figure, Measurement } from './figures.ts';
import { openLog } from './handshake-row.ts';
import { OLDEST, openChromium } from './scene.ts';

const ROWS = 100_000;
const FLOW_MS = 10_000;
const FLOW_A_SECOND = 200;
const BURST = 5_000;
const BURST_MS = 5_000;
const MIB = 1024 * 1024;

/** Rows of the last hours with as many callers as a small fleet has. */
function pastRows(gateway: string, nowMs: number): NewHandshake[] {
  return Array.from({ length: ROWS }, (_, n): NewHandshake => {
    const device = (n % 200).toString(16).padStart(64, '0');
    const at = new Date(nowMs - 60_000 - (ROWS - n) * 100).toISOString();
    return {
      id: `conn-past-${n}`,
      gateway,
      at,
      outcome: n % 3 === 0 ? 'refused' : 'waiting',
      cause: n % 3 === 0 ? 'unauthorized/token_mismatch' : 'pairing-required/scope-upgrade',
      title: n % 3 === 0 ? 'Wrong token' : 'Needs more scopes',
      deviceId: device,
      clientId: 'cli',
      clientMode: 'cli',
      origin: 'loopback',
      remoteAddr: '127.0.0.1',
      host: '127.0.0.1:18789',
      durationMs: 12,
      conn: `past-${n}`,
      evidence: { facts: {}, timeline: [], raw: [] },
    };
  });
}

/** Stops the console, fills its own store, and starts it again. */
async function fill({ console: started, id }: Watch): Promise<void> {
  await started.stop();
  const store = await openStore({ folder: started.dataDir, clock: systemClock() });
  await store.handshakes.append(pastRows(id, Date.now()));
  await store.dispose();
  await started.start();
}

const counted = z.object({
  buckets: z.array(z.object({ refused: z.number(), waiting: z.number(), timedOut: z.number(), leftEarly: z.number() })),
});

/** How many failed attempts the console has of the last hour. */
async function failures({ console: started }: Watch): Promise<number> {
  const { buckets } = counted.parse((await started.api.call('GET', '/handshakes/histogram')).body);
  return buckets.reduce((sum, b) => sum + b.refused + b.waiting + b.timedOut + b.leftEarly, 0);
}

const loaded = (page: Page) => page.evaluate(() => Number(document.querySelector<HTMLElement>('[data-loaded]')?.dataset.loaded ?? 0));

/** Reads back until the page holds all rows, as somebody who scrolls without end. */
async function loadAll(page: Page): Promise<void> {
  while ((await loaded(page)) < ROWS) {
    const before = await loaded(page);
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForFunction((n) => Number(document.querySelector<HTMLElement>('[data-loaded]')?.dataset.loaded ?? 0) > n, before);
  }
}

async function heapOf(page: Page): Promise<number> {
  const wire = await page.context().newCDPSession(page);
  await wire.send('HeapProfiler.collectGarbage');
  const { usedSize } = await wire.send('Runtime.getHeapUsage');
  return usedSize / MIB;
}

/** How many frames each whole second had. */
function perSecond(frames: readonly number[]): number[] {
  const seconds: number[] = [];
  let time = 0;
  for (const gap of frames) {
    time += gap;
    const second = Math.floor(time / 1000);
    seconds[second] = (seconds[second] ?? 0) + 1;
  }
  return seconds.slice(0, -1);
}

async function flow(stage: Stage, scene: Watch): Promise<Figure[]> {
  await fill(scene);
  const browser = await openChromium();
  try {
    const page = await openLog(scene, await browser.newPage());
    await page.goto(`${scene.console.origin}/handshakes?fold=0`);
    await page.locator('[data-loaded]').waitFor();
    await loadAll(page);
    await page.evaluate(() => window.scrollTo(0, 20_000));
    await page.evaluate(() => window.benchRows?.watchFrames());
    await pour(stage.gateway.url, (FLOW_A_SECOND * FLOW_MS) / 1000, FLOW_MS);
    const frames = (await page.evaluate(() => window.benchRows?.frames())) ?? [];
    const common = { command: 'npm run bench -- handshake-page', load: loadavg()[0] ?? 0 };
    return [
      {
        ...common,
        what: `frames a second, ${ROWS.toLocaleString('en')} rows, ${FLOW_A_SECOND} more a second (reach: 60)`,
        unit: '',
        samples: perSecond(frames),
      },
      { ...common, what: '. time between two frames', unit: 'ms', goal: { p95: 17.5, text: 'p95 < 17.5 ms' }, samples: frames },
      { ...common, what: '. heap of the page', unit: 'MB', goal: { median: 150, text: '< 150 MB' }, samples: [await heapOf(page)] },
    ];
  } finally {
    await browser.close();
  }
}

/** Clicks every half second while the burst is under way, and says how long each click took to be answered by a frame. */
async function clicksDuring(page: Page, over: Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  let done = false;
  void over.then(() => {
    done = true;
  });
  while (!done) {
    const begun = performance.now();
    await page.getByRole('button', { name: /^(Pause|Go on)/ }).click();
    samples.push(performance.now() - begun);
    await new Promise((resume) => setTimeout(resume, 500));
  }
  return samples;
}

/** How many failed connections the gateway has put on record. */
const recordsIn = (file: string) => readFileSync(file, 'utf8').split('closed before connect conn=').length - 1;

async function burst(stage: Stage, scene: Watch): Promise<Figure[]> {
  const browser = await openChromium();
  try {
    const page = await openLog(scene, await browser.newPage());
    const before = await failures(scene);
    const recordsBefore = recordsIn(stage.gateway.logFile());
    const poured = pour(stage.gateway.url, BURST, BURST_MS);
    const clicks = await clicksDuring(page, poured);
    const took = await poured;
    const written = recordsIn(stage.gateway.logFile()) - recordsBefore;
    const end = performance.now() + 30_000;
    let stored = 0;
    while (stored < written && performance.now() < end) {
      stored = (await failures(scene)) - before;
      await new Promise((resume) => setTimeout(resume, 200));
    }
    const common = { command: 'npm run bench -- handshake-burst', load: loadavg()[0] ?? 0 };
    return [
      { ...common, what: `burst of ${BURST}: records that the gateway wrote`, unit: '', samples: [written] },
      { ...common, what: '. of them stored as rows (reach: all)', unit: '', samples: [stored] },
      { ...common, what: '. time in which the gateway refused them', unit: 'ms', samples: [took] },
      { ...common, what: '. a click on the page meanwhile, driver included', unit: 'ms', samples: clicks },
    ];
  } finally {
    await browser.close();
  }
}

function measurement(name: string, take: (stage: Stage, scene: Watch) => Promise<Figure[]>): Measurement {
  return {
    name,
    async take() {
      const stage = await openStage({ version: OLDEST });
      try {
        return await take(stage, await watch(stage));
      } finally {
        await stage.dispose();
      }
    },
  };
}

export const handshakePageFigures = measurement('handshake-page', flow);
export const handshakeBurstFigures = measurement('handshake-burst', burst);

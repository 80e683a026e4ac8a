// Five hundred browsers on the bridge while the gateway refuses fifty callers a second: when each of them has each row.
import { loadavg } from 'node:os';
import WebSocket from 'ws';
import { BRIDGE_TOPICS } from '../lib/bridge/topics.ts';
import { identityToPem } from '../lib/gateway/identity.ts';
import { letCall } from './crowd.ts';
import { type Measurement, quantile } from './figures.ts';
import { residentMb } from './process.ts';
import { OLDEST, openScene, rest } from './scene.ts';

const BROWSERS = 500;
const EVENTS_PER_SECOND = 50;
const SECONDS = 20;

type Browser = { socket: WebSocket; cut: boolean };

/** A frame is not parsed: five hundred readers in one process would measure themselves. */
const cursorOf = (data: Buffer): number | undefined => {
  const found = /^\{"type":"row","cursor":(\d+)/.exec(data.subarray(0, 60).toString('latin1'))?.[1];
  return found === undefined ? undefined : Number(found);
};

export const bridgeLoadFigures: Measurement = {
  name: 'bridge-500',
  async take(say) {
    const scene = await openScene({ version: OLDEST, paired: 10 });
    const { console: started } = scene.watch;
    const first = new Map<number, number>();
    const late: number[] = [];
    const counts = new Map<number, number>();
    const browsers: Browser[] = [];
    const open = () =>
      new Promise<void>((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${started.port}/bridge`, ['gatehouse.v1'], {
          headers: { ...started.tokenHeaders },
          perMessageDeflate: false,
        });
        const browser = { socket, cut: false };
        socket.once('error', reject);
        socket.once('message', () => {
          socket.send(JSON.stringify({ type: 'subscribe', topics: BRIDGE_TOPICS }));
          resolve();
        });
        socket.on('message', (data: Buffer) => {
          const cursor = cursorOf(data);
          if (cursor === undefined) return;
          const now = performance.now();
          const from = first.get(cursor);
          if (from === undefined) first.set(cursor, now);
          late.push(from === undefined ? 0 : now - from);
          counts.set(cursor, (counts.get(cursor) ?? 0) + 1);
        });
        socket.on('close', () => {
          browser.cut = true;
        });
        browsers.push(browser);
      });
    try {
      for (let at = 0; at < BROWSERS; at += 50) await Promise.all(Array.from({ length: 50 }, open));
      await rest(1000);
      first.clear();
      counts.clear();
      late.length = 0;
      const { refused } = await letCall({
        url: scene.stage.gateway.url,
        token: scene.stage.gateway.token,
        pems: scene.devices.map(({ identity }) => identityToPem(identity)),
        scopes: ['operator.read', 'operator.write'],
        headers: {},
        count: EVENTS_PER_SECOND * SECONDS,
        withinMs: SECONDS * 1000,
      });
      await rest(2000);
      const cut = browsers.filter((browser) => browser.cut).length;
      const short = [...counts.values()].filter((count) => count !== BROWSERS).length;
      say(
        `bridge-500: ${refused} refused, ${first.size} rows, ${late.length} deliveries, p99 ${quantile(late, 0.99).toFixed(1)} ms, ${cut} cut off, ${short} rows short; ${residentMb(started.pid()).toFixed(0)} MB`,
      );
      const command = 'npm run bench -- bridge-500';
      const load = loadavg()[0] ?? 0;
      const one = (what: string, unit: 'ms' | '', value: number, limit: number, text: string) => ({
        what,
        unit,
        goal: { median: limit, text },
        samples: [value],
        command,
        load,
      });
      return [
        one(`${BROWSERS} browsers: p99 from the first that has a row to each`, 'ms', quantile(late, 0.99), 500, '< 500 ms'),
        one('browsers cut off', '', cut, 1, '0'),
        one('rows that did not reach all', '', short, 1, '0'),
        { what: 'rows in 20 s', unit: '' as const, samples: [first.size], command, load },
      ];
    } finally {
      for (const { socket } of browsers) socket.terminate();
      await scene.dispose();
    }
  },
};

// `npm run bench [-- names]`: takes the figures on real gateways and a real browser and prints them as one table.
import { arch, cpus, platform, release } from 'node:os';
import { bridgeLoadFigures } from './bridge-load.ts';
import { cardFigures } from './cards.ts';
import { deviceActFigures } from './device-acts.ts';
import { deviceFigures } from './devices.ts';
import { devicesPageFigures } from './devices-page.ts';
import { type Figure, tableOf } from './figures.ts';
import { firstPageFigures } from './first-page.ts';
import { floodFigures } from './flood.ts';
import { handshakeBurstFigures, handshakePageFigures } from './handshake-page.ts';
import { rowFigure } from './handshake-row.ts';
import { handshakeStoreFigures } from './handshake-store.ts';
import { logLinesFigure } from './log-lines.ts';
import { previewFigures } from './preview.ts';
import { ruleFigure } from './rules.ts';
import { NEWEST, OLDEST } from './scene.ts';
import { memoryFigure, startFigure } from './start-up.ts';
import { soakFigures, steadyFigures } from './steady.ts';
import { verdictFigures } from './verdicts.ts';

const MEASUREMENTS = [
  startFigure,
  memoryFigure,
  cardFigures('card-10', OLDEST, 10),
  cardFigures('card-1000', OLDEST, 1000),
  cardFigures('card-10-newest', NEWEST, 10),
  cardFigures('card-1000-newest', NEWEST, 1000),
  ruleFigure('rule-host-key', OLDEST, 'host-key'),
  ruleFigure('rule-loopback', NEWEST, 'loopback'),
  firstPageFigures,
  logLinesFigure,
  handshakeStoreFigures,
  rowFigure('row-file', OLDEST, 'raw'),
  rowFigure('row-tail', OLDEST, 'tail'),
  rowFigure('row-file-newest', NEWEST, 'raw'),
  rowFigure('row-tail-newest', NEWEST, 'tail'),
  previewFigures,
  handshakePageFigures,
  handshakeBurstFigures,
  verdictFigures,
  deviceFigures,
  devicesPageFigures,
  deviceActFigures,
  bridgeLoadFigures,
  floodFigures,
  steadyFigures,
  soakFigures,
];

const say = (text: string) => console.error(`[bench] ${text}`);

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !MEASUREMENTS.some((m) => m.name === name));
  if (unknown.length > 0) {
    say(`There is no ${unknown.join(', ')}. There are: ${MEASUREMENTS.map((m) => m.name).join(', ')}.`);
    return 2;
  }
  const chosen = names.length === 0 ? MEASUREMENTS : MEASUREMENTS.filter((m) => names.includes(m.name));
  const figures: Figure[] = [];
  let failed = 0;
  for (const measurement of chosen) {
    say(`${measurement.name} ...`);
    try {
      figures.push(...(await measurement.take(say)));
    } catch (error) {
      // One figure that cannot be had must not cost the others.
      failed += 1;
      say(`${measurement.name} could not be taken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const cpu = cpus();
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${platform()} ${release()} ${arch()}, ${cpu.length} x ${cpu[0]?.model ?? 'unknown'}`,
  );
  console.log(tableOf(figures));
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));

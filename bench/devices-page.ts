// The Devices page in Chromium over a real gateway with ten thousand devices: a press to the list that it asks for, and what stands in the page.
import { loadavg } from 'node:os';
import type { Page } from '@playwright/test';
import { installDeviceMarks } from './device-marks.ts';
import type { Figure, Measurement } from './figures.ts';
import { NEWEST, openChromium, openScene, rest, signedIn } from './scene.ts';

const DEVICES = 10_000;
const COMMAND = 'npm run bench -- devices-page';
/** The names are "Stranger 1" and on: each letter leaves fewer, each one that is taken away shows more. */
const TYPED = ['stranger 1234', 'stranger 77', '98'];
const LOADS = 5;
/** Between two letters, as somebody types. */
const BETWEEN_MS = 150;

/** Presses, and answers how long it took until the list that follows was seen. */
async function timed(page: Page, press: () => Promise<void>): Promise<number> {
  await press();
  const took = await page.evaluate(() => window.benchDevices?.painted());
  if (took === undefined) throw new Error('the page has no marks');
  await rest(BETWEEN_MS);
  return took;
}

const listed = (page: Page) =>
  page.evaluate(() => Number(document.querySelector('ul[aria-label^="Devices,"] > li')?.getAttribute('aria-setsize') ?? 0));

/** Letters that change nothing in the list are typed and not timed: nothing is painted for them. */
async function typed(page: Page, text: string): Promise<number[]> {
  const samples: number[] = [];
  const letters = [...text];
  const counts = letters.map((_, n) => letters.slice(0, n + 1).join(''));
  for (const [n, letter] of letters.entries()) {
    const names = counts[n]?.match(/\d/) !== null;
    if (names && n > 0) samples.push(await timed(page, () => page.keyboard.press(letter)));
    else await page.keyboard.press(letter);
  }
  const shown = await listed(page);
  if (shown === 0 || shown >= DEVICES) throw new Error(`"${text}" left ${shown} devices in the list`);
  for (let n = 0; n < letters.length; n += 1) await page.keyboard.press('Backspace');
  await page.waitForFunction((all) => Number(document.querySelector('ul[aria-label^="Devices,"] > li')?.getAttribute('aria-setsize')) > all, DEVICES);
  return samples;
}

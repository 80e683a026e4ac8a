// The Devices page in Chromium over a real gateway with ten thousand devices: a press to the list that it asks for, and what stands in
// the page. 2026.9.6 itself approves nobody any more among so many ("too many SQL variables"), so it is 2026.4.14.
import { loadavg } from 'node:os';
import type { Page } from '@playwright/test';
import { installDeviceMarks } from './device-marks.ts';
import type { Figure, Measurement } from './figures.ts';
import { OLDEST, openChromium, openScene, rest, signedIn } from './scene.ts';

const DEVICES = 10_000;
const COMMAND = 'npm run bench -- devices-page';
/** Each of these names has hundreds of neighbours: every digit leaves fewer of them, every one that is taken away shows more. */
const NAMED = 'stranger ';
const DIGITS = ['1234', '77', '9876', '505'];
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

const LIST = 'ul[aria-label^="Devices,"]';
const listed = (page: Page) =>
  page.evaluate((list) => Number(document.querySelector(`${list} > li`)?.getAttribute('aria-setsize') ?? 0), LIST);

/** Every digit of these numbers typed and taken away again, behind a word that stands in the filter already. */
async function letters(page: Page): Promise<number[]> {
  const filter = page.getByLabel('Filter devices by text');
  await filter.fill(NAMED);
  await rest(1000);
  const all = await listed(page);
  if (all < DEVICES / 2) throw new Error(`"${NAMED}" left ${all} devices in the list`);
  const samples: number[] = [];
  for (const digits of DIGITS) {
    for (const digit of digits) samples.push(await timed(page, () => page.keyboard.press(digit)));
    const some = await listed(page);
    if (some === 0 || some >= all) throw new Error(`"${NAMED}${digits}" left ${some} devices in the list`);
    for (const _ of digits) samples.push(await timed(page, () => page.keyboard.press('Backspace')));
    if ((await listed(page)) !== all) throw new Error('the list did not come back');
  }
  await filter.fill('');
  await rest(1000);
  return samples;
}

/** Each order of the columns that are shown, both ways round. */
async function orders(page: Page): Promise<number[]> {
  const samples: number[] = [];
  const heads = page.getByRole('button', { name: /, sort / });
  for (let n = 0; n < (await heads.count()); n += 1)
    for (const _ of ['this way', 'the other way']) samples.push(await timed(page, () => heads.nth(n).click()));
  return samples;
}

/** A page that is opened anew: from the last byte of the list to its first row, and the nodes in the document then. */
async function opened(page: Page, address: string): Promise<{ usable: number; nodes: number }> {
  await page.goto(address);
  const marks = await page.evaluate(async () => ({ usable: await window.benchDevices?.usable(), nodes: window.benchDevices?.nodes() }));
  if (marks.usable === undefined || marks.nodes === undefined) throw new Error('the page has no marks');
  return { usable: marks.usable, nodes: marks.nodes };
}

export const devicesPageFigures: Measurement = {
  name: 'devices-page',
  async take(say) {
    const scene = await openScene({ version: OLDEST, paired: DEVICES });
    const browser = await openChromium();
    try {
      const page = await signedIn(scene, () => browser.newPage({ viewport: { width: 1440, height: 900 } }));
      await page.addInitScript(installDeviceMarks);
      const loads: Awaited<ReturnType<typeof opened>>[] = [];
      for (let n = 0; n < LOADS; n += 1) loads.push(await opened(page, `${scene.watch.console.origin}/devices`));
      const count = await listed(page);
      say(`${count} devices are listed`);
      if (count < DEVICES) throw new Error('the list is not whole');
      await rest(1000);
      const keys = await letters(page);
      const sorts = await orders(page);
      const nodes = [...loads.map((load) => load.nodes), (await page.evaluate(() => window.benchDevices?.nodes())) ?? Number.NaN];
      const common = { command: COMMAND, load: loadavg()[0] ?? 0 };
      return [
        {
          ...common,
          what: 'Devices, 10,000 listed: key press to the list seen',
          unit: 'ms',
          goal: { p95: 50, text: '< 50 ms' },
          samples: keys,
        },
        { ...common, what: '. an order pressed to the list seen', unit: 'ms', goal: { p95: 50, text: '< 50 ms' }, samples: sorts },
        {
          ...common,
          what: '. last byte of the list to its first row',
          unit: 'ms',
          goal: { p95: 500, text: '< 500 ms' },
          samples: loads.map((load) => load.usable),
        },
        { ...common, what: '. nodes in the document', unit: '', goal: { p95: 2000, text: '< 2,000' }, samples: nodes },
      ] satisfies Figure[];
    } finally {
      await browser.close();
      await scene.dispose();
    }
  },
};

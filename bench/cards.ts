// From the gateway's event to the card in Chromium, and from the approve click to the gateway's answer on the card.
import { loadavg } from 'node:os';
import { createClock } from './clock.ts';
import type { Figure, Measurement } from './figures.ts';
import { listen } from './heard.ts';
import { openChromium, openScene, rest, signedIn } from './scene.ts';

/** What a device asks for, one after the other: each step is a scope upgrade that takes a single press. */
const STEPS = [
  ['operator.read', 'operator.talk'],
  ['operator.read', 'operator.talk', 'operator.questions'],
  ['operator.read', 'operator.talk', 'operator.questions', 'operator.write'],
];
/** A person needs this long to read before the press; the evidence is in by then. */
const READING_MS = 800;
const PAUSE_MS = 700;

type Sample = { bridge: number; built: number; card: number; responded: number; answer: number };

async function sample(version: string, paired: number): Promise<Sample[]> {
  const scene = await openScene({ version, paired });
  const browser = await openChromium();
  try {
    const page = await signedIn(scene, () => browser.newPage());
    const clock = createClock();
    const heard = listen(scene.stage.admin, clock);
    const samples: Sample[] = [];
    for (const scopes of STEPS)
      for (const device of scene.devices) {
        const attempt = await device.attempt({ scopes });
        const requestId = attempt.ok ? undefined : attempt.requestId;
        if (requestId === undefined) throw new Error(`${version} did not ask for an approval of ${scopes.join(', ')}`);
        const card = await page.evaluate((id) => window.benchMarks?.card(id), requestId);
        const requestedAt = heard.requestedAt(requestId);
        if (card === undefined || requestedAt === undefined) throw new Error('a request was not announced, or not marked in the page');
        await rest(READING_MS);
        await page.locator(`article[data-request="${requestId}"] button[data-action=approve]`).click();
        const answer = await page.evaluate((id) => window.benchMarks?.answer(id), requestId);
        if (answer === undefined) throw new Error('the answer was not marked in the page');
        samples.push({
          bridge: card.bridgeAt - requestedAt,
          built: card.builtAt - requestedAt,
          card: card.seenAt - requestedAt,
          responded: answer.respondedAt - answer.clickedAt,
          answer: answer.seenAt - answer.clickedAt,
        });
        // A pointer over the cards holds their order; a person moves it away.
        await page.mouse.move(1, 1);
        await rest(PAUSE_MS);
      }
    return samples;
  } finally {
    await browser.close();
    await scene.dispose();
  }
}

/** Both figures on a gateway of `version` with `paired` paired devices, 30 samples each. */
export function cardFigures(name: string, version: string, paired: number): Measurement {
  return {
    name,
    async take(say) {
      const samples = await sample(version, paired);
      const on = `${version}, ${paired} devices`;
      const common = { unit: 'ms', command: `npm run bench -- ${name}`, load: loadavg()[0] ?? 0 } as const;
      const figure = (what: string, key: keyof Sample, goal?: Figure['goal']): Figure => ({
        ...common,
        what: `${what} (${on})`,
        samples: samples.map((s) => s[key]),
        ...(goal === undefined ? {} : { goal }),
      });
      say(`${name}: ${samples.length} samples`);
      return [
        figure('request on the wire -> card visible', 'card', { median: 25, p95: 80, text: 'median < 25, p95 < 80 ms' }),
        figure('. of it until the row reached the page', 'bridge'),
        figure('. of it until the card stood in the document', 'built'),
        figure('approve click -> answer on the card', 'answer', { median: 50, text: 'median < 50 ms' }),
        figure('. of it until the console had answered', 'responded'),
      ];
    },
  };
}

// From a client's refusal to the answered approval of a rule, with the whole proof in between.
import { loadavg } from 'node:os';
import type { TestDevice } from '../e2e/gateways/client.ts';
import { until } from '../e2e/gateways/until.ts';
import { HOST_RULE, LOOPBACK_RULE, OLDEST, reasonsOf, vouch } from '../e2e/live/scene.ts';
import { createClock } from './clock.ts';
import type { Measurement } from './figures.ts';
import { listen } from './heard.ts';
import { beRefused } from './refused.ts';
import { openScene, rest, type Scene } from './scene.ts';

/** Under 20 automatic approvals a minute, the most that the product allows. */
const EVERY_MS = 3_300;
const LIMIT_MS = 10_000;
const LADDER = ['operator.read', 'operator.talk', 'operator.questions', 'operator.write'];
const HOST_LADDER = [...LADDER, 'operator.approvals', 'operator.pairing', 'operator.talk.secrets', 'operator.admin'];

type Turn = { device: TestDevice; clientId: string; clientMode: string; scopes: readonly string[] };

/** Every step of a ladder asks for one scope more than was just given, as nobody may ask for the same again at once. */
const climb = (ladder: readonly string[]) => ladder.slice(1).map((_, step) => ladder.slice(0, step + 2));

async function measure(scene: Scene, turns: readonly Turn[]): Promise<number[]> {
  const clock = createClock();
  const heard = listen(scene.stage.admin, clock);
  const samples: number[] = [];
  for (const { device, clientId, clientMode, scopes } of turns) {
    const started = clock();
    const { url, token } = scene.stage.gateway;
    const refused = await beRefused(url, { identity: device.identity, clientId, clientMode, scopes, token }, clock);
    try {
      samples.push((await until('the approval', () => heard.approvedAt(refused.requestId), LIMIT_MS)) - refused.at);
    } catch (error) {
      const held = (await scene.watch.console.api.pending()).find((r) => r.deviceId === device.deviceId);
      throw new Error(`the rule did not approve: ${held ? reasonsOf(held) : 'the console shows no such request'}`, { cause: error });
    }
    await rest(EVERY_MS - (clock() - started));
  }
  const byRule = (await scene.watch.console.api.decided()).filter((d) => d.actor.kind === 'rule');
  if (byRule.length === 0) throw new Error('none of the approvals was a rule’s');
  return samples;
}

async function hostKey(): Promise<number[]> {
  const samples: number[] = [];
  // A step up cannot be taken back while the gateway runs, so each round has a gateway of its own.
  for (let round = 0; round < 4; round += 1) {
    const scene = await openScene({ version: OLDEST, paired: 10 });
    try {
      await scene.watch.console.api.addRule({ ...HOST_RULE, scopes: HOST_LADDER });
      const turns = climb(HOST_LADDER).map((scopes) => ({ device: scene.host, clientId: 'cli', clientMode: 'cli', scopes }));
      samples.push(...(await measure(scene, turns)));
    } finally {
      await scene.dispose();
    }
  }
  return samples;
}

async function loopback(version: string): Promise<number[]> {
  const scene = await openScene({ version, paired: 10 });
  try {
    const { api } = scene.watch.console;
    await api.setStatement(scene.watch.id, true);
    for (const device of scene.devices) await vouch(scene.watch, device);
    await api.addRule({ ...LOOPBACK_RULE, scopes: LADDER });
    const turns = climb(LADDER).flatMap((scopes) =>
      scene.devices.map((device) => ({ device, clientId: 'gateway-client', clientMode: 'ui', scopes })),
    );
    return await measure(scene, turns);
  } finally {
    await scene.dispose();
  }
}

/** The figure for a rule of one origin on a gateway of one version, about 30 samples. */
export function ruleFigure(name: string, version: string, origin: 'host-key' | 'loopback'): Measurement {
  return {
    name,
    async take() {
      const samples = origin === 'host-key' ? await hostKey() : await loopback(version);
      return [
        {
          what: `client refused -> rule's approval answered (${version}, ${origin})`,
          unit: 'ms',
          goal: { median: 60, text: 'median < 60 ms' },
          samples,
          command: `npm run bench -- ${name}`,
          load: loadavg()[0] ?? 0,
        },
      ];
    },
  };
}

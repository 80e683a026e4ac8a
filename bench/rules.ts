// From a client's refusal to the answered approval of a rule, with the whole proof in between.
import { loadavg } from 'node:os';
import type { TestDevice } from '../e2e/gateways/client.ts';
import { personAt } from '../e2e/gateways/person.ts';
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
const HOST_ROUNDS = 4;
const LADDER = ['operator.read', 'operator.talk', 'operator.questions', 'operator.write'];
const HOST_LADDER = [...LADDER, 'operator.approvals', 'operator.pairing', 'operator.talk.secrets', 'operator.admin'];

type Turn = { device: TestDevice; clientId: string; clientMode: string; scopes: readonly string[] };

/** Every step of a ladder asks for one scope more than was just given, as nobody may ask for the same again at once. */
const climb = (ladder: readonly string[]) => ladder.slice(1).map((_, step) => ladder.slice(0, step + 2));

type Taken = { samples: number[]; held: string[] };

async function measure(scene: Scene, turns: readonly Turn[]): Promise<Taken> {
  const clock = createClock();
  const heard = listen(scene.stage.admin, clock);
  const taken: Taken = { samples: [], held: [] };
  const out = new Set<string>();
  const { url, token } = scene.stage.gateway;
  for (const { device, clientId, clientMode, scopes } of turns) {
    // What is held once stays held for minutes, rightly; its device has no more turns.
    if (out.has(device.deviceId)) continue;
    const started = clock();
    const refused = await beRefused(url, { identity: device.identity, clientId, clientMode, scopes, token });
    try {
      taken.samples.push((await until('the approval', () => heard.approvedAt(refused.requestId), LIMIT_MS)) - refused.at);
    } catch {
      const held = (await scene.watch.console.api.pending()).find((r) => r.deviceId === device.deviceId);
      taken.held.push(held ? reasonsOf(held).replaceAll('\n', ' ') : 'the console shows no such request');
      out.add(device.deviceId);
    }
    await rest(Math.max(0, EVERY_MS - (clock() - started)));
  }
  return taken;
}

/** Every approval must be the rule's own, or the figure is of something else. */
async function checkRuleDecided(scene: Scene): Promise<void> {
  const [last] = await scene.watch.console.api.decided();
  if (last !== undefined && last.actor.kind !== 'rule') throw new Error(`an approval was made by ${last.actor.name}, not by the rule`);
}

async function hostKey(): Promise<Taken> {
  const all: Taken = { samples: [], held: [] };
  // A step up cannot be taken back while the gateway runs, so each round has a gateway of its own.
  for (let round = 0; round < HOST_ROUNDS; round += 1) {
    const scene = await openScene({ version: OLDEST, paired: 10 });
    try {
      await (await personAt(scene.watch.console)).addRule({ ...HOST_RULE, scopes: HOST_LADDER });
      const turns = climb(HOST_LADDER).map((scopes) => ({ device: scene.host, clientId: 'cli', clientMode: 'cli', scopes }));
      const { samples, held } = await measure(scene, turns);
      await checkRuleDecided(scene);
      all.samples.push(...samples);
      all.held.push(...held);
    } finally {
      await scene.dispose();
    }
  }
  return all;
}

async function loopback(version: string): Promise<Taken> {
  const scene = await openScene({ version, paired: 10 });
  try {
    const { api } = scene.watch.console;
    // The statement is about a configuration, which the console reads right after it is live.
    await until('the statement taken', async () => {
      const answer = await api.call('PUT', `/gateways/${scene.watch.id}/statement`, { noProxyInFront: true });
      return answer.status < 300 ? true : undefined;
    });
    for (const device of scene.devices) await vouch(scene.watch, device);
    await (await personAt(scene.watch.console)).addRule({ ...LOOPBACK_RULE, scopes: LADDER, acknowledge: ['same-user'] });
    const turns = climb(LADDER).flatMap((scopes) =>
      scene.devices.map((device) => ({ device, clientId: 'gateway-client', clientMode: 'ui', scopes })),
    );
    const taken = await measure(scene, turns);
    await checkRuleDecided(scene);
    return taken;
  } finally {
    await scene.dispose();
  }
}

/** The figure for a rule of one origin on a gateway of one version, about 30 samples. */
export function ruleFigure(name: string, version: string, origin: 'host-key' | 'loopback'): Measurement {
  return {
    name,
    async take(say) {
      const { samples, held } = origin === 'host-key' ? await hostKey() : await loopback(version);
      for (const why of held) say(`${name}: one request was left to a person: ${why}`);
      return [
        {
          what: `client refused -> rule's approval answered (${version}, ${origin})`,
          unit: 'ms',
          goal: { median: 40, p95: 100, text: 'median < 40 ms, p95 < 100 ms' },
          samples,
          command: `npm run bench -- ${name}`,
          load: loadavg()[0] ?? 0,
        },
      ];
    },
  };
}

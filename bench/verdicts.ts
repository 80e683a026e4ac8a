// Verdicts a second on one core with 200 rules: what a flood of requests, or a preview over everything recorded, costs the console.
import { loadavg } from 'node:os';
import type { RuleInForce, VerdictInput } from '../lib/rules/case.ts';
import { readyRule } from '../lib/rules/compile.ts';
import { decide, verdictOf } from '../lib/rules/verdict.ts';
import { approvable, inForce, judgedOrigin, NOW } from '../lib/testing/verdict-case.ts';
import type { Figure, Measurement } from './figures.ts';

const RULES = 200;
const MANY = 50_000;
const ROUNDS = 12;
const ROUND_MS = 250;
const COMMAND = 'npm run bench -- verdicts';
const PLATFORMS = ['darwin', 'win32', 'freebsd'];
const HOURS = { days: ['sat', 'sun'], from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' };

/** Rules of every kind that fail at their last conditions, so that all 200 are asked whole; the very last one approves write. */
function rulebook(): RuleInForce[] {
  const kinds: ((n: number) => Record<string, unknown>)[] = [
    (n) => ({ origin: 'loopback', clientIds: ['webchat'], maxUses: n + 1 }),
    (n) => ({ platforms: PLATFORMS, pairedForHours: (n % 24) + 1 }),
    (n) => ({ displayName: `*build*agent*${n}`, heldScopes: ['operator.read'] }),
    () => ({ hours: HOURS }),
    (n) => ({
      effect: 'reject',
      origin: 'any',
      scopes: ['operator.pairing'],
      reasons: ['scope-upgrade', 'role-upgrade'],
      maxPerHour: (n % 60) + 1,
    }),
    () => ({ effect: 'leave', origin: 'loopback', clientModes: ['ui'] }),
    () => ({ shadow: true }),
    () => ({ authMethods: ['password', 'device-token'] }),
  ];
  const rules = Array.from({ length: RULES - 1 }, (_, n) => {
    const kind = kinds[n % kinds.length];
    return inForce({ name: `Rule ${n}`, ...kind?.(n) }, `rule-${n}`);
  });
  return [...rules, inForce({ name: 'The last' }, 'last')].map(readyRule);
}

/** Requests as they come: other keys, names and moments each time, every fourth of them from nowhere that is known. */
function requests(rules: readonly RuleInForce[]): VerdictInput[] {
  return Array.from({ length: 512 }, (_, n) => {
    const one = approvable();
    return {
      ...one,
      rules,
      judgement: n % 4 === 3 ? judgedOrigin('loopback', { origin: 'unknown', assurance: undefined }) : one.judgement,
      request: { ...one.request, deviceId: n.toString(16).padStart(64, '0'), displayName: `build agent of room ${n}` },
      now: NOW + n * 1_000,
    };
  });
}

/** Processor time of this process, ms: the machine's other work must not count as ours. */
const spent = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** The processor time that 50,000 of them take, ms, once for each round. */
function timeOfMany(inputs: readonly VerdictInput[], ask: (input: VerdictInput) => { kind: string }): number[] {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = spent();
    let asked = 0;
    let approved = 0;
    while (spent() - from < ROUND_MS)
      for (const input of inputs) {
        if (ask(input).kind === 'approve') approved += 1;
        asked += 1;
      }
    // A bench of verdicts that do not decide would be quick, and of nothing.
    if (approved * 4 !== asked * 3) throw new Error(`${approved} of ${asked} were approved, which is not every known one`);
    samples.push(((spent() - from) * MANY) / asked);
  }
  // The first rounds are those of a cold engine.
  return samples.slice(2);
}

/** The figures for decisions alone, and for verdicts with all their words. */
export const verdictFigures: Measurement = {
  name: 'verdicts',
  take() {
    const inputs = requests(rulebook());
    const figure = (what: string, samples: number[], goal?: Figure['goal']): Figure => ({
      what: `${what}, ${RULES} rules, processor time`,
      unit: 'ms',
      ...(goal ? { goal } : {}),
      samples,
      command: COMMAND,
      load: loadavg()[0] ?? 0,
    });
    return Promise.resolve([
      figure('50,000 decisions', timeOfMany(inputs, decide), { p95: 1000, text: '50,000/s: p95 < 1000 ms' }),
      figure('50,000 verdicts with words and shadows', timeOfMany(inputs.slice(0, 64), verdictOf)),
    ]);
  },
};

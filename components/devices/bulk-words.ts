// One act on several devices in words: the one preview of them all, and what became of each, told apart.
import type { Enforcement } from '#lib/api/grant-shapes.ts';
import type { Tone } from '../parts/scope-words.ts';
import { itemKey, type StepOf, type StepsOf } from './bulk-run.ts';

/** More than this is no single plan for the console. */
export const MOST_AT_ONCE = 500;

/** What a plan says of one device, of any act. */
export type BulkItem = {
  gateway: string;
  gatewayName: string;
  deviceId: string;
  name: string;
  /** What it loses. */
  loses: readonly string[];
  connected?: boolean | undefined;
  breaks: readonly string[];
  enforcement?: Enforcement | undefined;
  why?: string | undefined;
  needsConfirm?: string | undefined;
  impossible?: string | undefined;
};

/** Devices of a plan for which the same is to be said. `cannot`: nothing will be done to them. */
export type PreviewGroup = { kind: 'cannot' | Enforcement | 'plain'; why: string; keys: string[] };

const GRAVITY: readonly PreviewGroup['kind'][] = ['cannot', 'needs-new-secret', 'until-next-connect', 'plain', 'enforced'];

/** The devices of a plan by what is to be said of them: those that cannot first, then those that come back, then the rest. */
export function previewOf(items: readonly BulkItem[]): PreviewGroup[] {
  const groups = new Map<string, PreviewGroup>();
  for (const item of items) {
    const kind = item.impossible !== undefined ? 'cannot' : (item.enforcement ?? 'plain');
    const why = item.impossible ?? item.why ?? '';
    const key = `${kind} ${why}`;
    const group = groups.get(key) ?? { kind, why, keys: [] };
    group.keys.push(itemKey(item));
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind) || b.keys.length - a.keys.length);
}

/** What breaks, each sentence once, with the number of devices for which it holds; the most first. */
export function breaksOf(items: readonly BulkItem[]): { text: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { impossible, breaks } of items)
    if (impossible === undefined) for (const text of new Set(breaks)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count);
}

/** "1 device", "12 devices". */
export const devices = (count: number): string => (count === 1 ? '1 device' : `${count.toLocaleString('en')} devices`);

/** "One of them comes back without you", "3 of them come back ..."; empty where all stay out. */
export function returnWords(items: readonly Pick<BulkItem, 'enforcement'>[]): string {
  const count = items.filter(({ enforcement }) => enforcement !== undefined && enforcement !== 'enforced').length;
  if (count === 0) return '';
  return `${count === 1 ? 'One of them can' : `${count.toLocaleString('en')} of them can`} come back without you, as said above.`;
}

export type StepWords = {
  /** `trouble`: it did not go as planned, and a person should look. */
  kind: 'waiting' | 'asking' | 'done' | 'trouble' | 'doubt';
  word: string;
  tone: Tone;
  text: string;
};

/** Why nothing was done, in a word: each is mended in another way. */
function refusedWord(code: string): string {
  switch (code) {
    case 'device-unknown':
      return 'gone meanwhile';
    case 'request-changed':
      return 'changed meanwhile';
    case 'request-busy':
      return 'busy, not asked';
    case 'device-act-impossible':
    case 'take-back-impossible':
      return 'cannot be done';
    case 'gateway-limited':
      return 'the console holds too little';
    default:
      return 'not asked';
  }
}

const NO_ANSWER: ReadonlySet<string> = new Set(['gateway-down', 'console-unreachable']);

/** What became of one device. `told` says it of an answer; `unknown` is the word for an outcome that nobody knows. */
export function stepWords<V>(step: StepOf<V>, told: (view: V) => StepWords, words: { asking: string; unknown: string }): StepWords {
  switch (step.state) {
    case 'waiting':
      return { kind: 'waiting', word: 'not asked yet', tone: 'plain', text: '' };
    case 'asking':
      return { kind: 'asking', word: words.asking, tone: 'plain', text: '' };
    case 'not-asked':
      return { kind: 'trouble', word: 'not asked', tone: 'amber', text: 'The run ended before it. It holds what it held.' };
    case 'refused':
      return { kind: 'trouble', word: refusedWord(step.problem.code), tone: 'red', text: `${step.problem.detail} ${step.problem.fix}` };
    case 'doubt': {
      const word = NO_ANSWER.has(step.problem.code) ? `no answer, ${words.unknown}` : words.unknown;
      return { kind: 'doubt', word, tone: 'amber', text: `${step.problem.detail} ${step.problem.fix}` };
    }
    case 'answered':
      return told(step.view);
  }
}

type SummaryOf<V> = {
  /** "taken back", as it follows a number of devices. */
  done: string;
  unknown: string;
  isDone(view: V): boolean;
  isKnown(view: V): boolean;
};

/** The end of a run in a sentence or two, in the words of its rows. */
export function summaryOf<V>(steps: StepsOf<V>, { done, unknown, isDone, isKnown }: SummaryOf<V>): string {
  const all = [...steps.values()];
  const count = all.filter((step) => step.state === 'answered' && isDone(step.view)).length;
  const unasked = all.filter(({ state }) => state === 'not-asked' || state === 'refused').length;
  const doubtful = all.filter((step) => step.state === 'doubt' || (step.state === 'answered' && !isKnown(step.view))).length;
  const parts = [
    count < all.length ? `${count} of ${all.length} ${done}.` : `${count === 1 ? 'One device' : `All ${count} devices`} ${done}.`,
  ];
  if (doubtful > 0) parts.push(`What became of the last one that was asked is ${unknown}: look at Devices before you go on.`);
  if (unasked > 0) parts.push(`${unasked} ${unasked === 1 ? 'was' : 'were'} not asked.`);
  return parts.join(' ');
}

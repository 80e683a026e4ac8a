// Acts on devices in the words of the page: what a button says, what is sent, and what became of it.
import type { DeviceActInput, DeviceActItem, DeviceActKind, DeviceActView } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { DEVICE_ACT_WORDS } from '#lib/devices/acts/words.ts';
import { addedScopes, effectiveScopes, normaliseScopes } from '#lib/gateway/scopes.ts';
import type { Tone } from '../parts/scope-words.ts';
import type { StepsOf } from './bulk-run.ts';
import { type BulkItem, type StepWords, summaryOf } from './bulk-words.ts';

const tokens = (count: number): string => (count === 1 ? '1 token' : `${count.toLocaleString('en')} tokens`);

type ActWords = {
  /** The title of the dialog and the button of a panel. */
  title: string;
  does(count: number): string;
  willBe(count: number): string;
  /** As it follows "All 3 devices". */
  done: string;
};

export const ACTS: Record<DeviceActKind, ActWords> = {
  rename: { title: 'Rename', does: () => 'Rename', willBe: () => 'It will have another name.', done: 'renamed' },
  rotate: {
    title: 'Rotate token',
    does: (count) => `Rotate ${tokens(count)}`,
    willBe: (count) => `${tokens(count)} will be replaced.`,
    done: 'got a new token',
  },
  narrow: {
    title: 'Narrow token',
    does: (count) => `Narrow ${tokens(count)}`,
    willBe: (count) => `${tokens(count)} will be replaced by narrower ones.`,
    done: 'got a narrower token',
  },
  revoke: {
    title: 'Revoke token',
    does: (count) => `Revoke ${tokens(count)}`,
    willBe: (count) => `${tokens(count)} will be taken away.`,
    done: 'lost the token',
  },
};

const TONES: Record<DeviceActView['state'], Tone> = { asking: 'plain', done: 'good', failed: 'red', unknown: 'amber', undone: 'red' };
const KINDS: Record<DeviceActView['state'], StepWords['kind']> = {
  asking: 'doubt',
  done: 'done',
  failed: 'trouble',
  unknown: 'doubt',
  undone: 'trouble',
};

const isState = (text: string): text is DeviceActView['state'] => Object.hasOwn(DEVICE_ACT_WORDS, text);

/** The outcome that a row of the activity tells of, from what was recorded with it; undefined where it names none, or all is well. */
export function actWordOf(recorded: unknown): { word: string; tone: Tone } | undefined {
  if (typeof recorded !== 'string' || !isState(recorded) || recorded === 'done') return undefined;
  return { word: DEVICE_ACT_WORDS[recorded], tone: TONES[recorded] };
}

/** What an answer tells of the device. */
export const actTold = ({ state, outcome }: DeviceActView): StepWords => ({
  kind: KINDS[state],
  word: DEVICE_ACT_WORDS[state],
  tone: TONES[state],
  text: outcome,
});

/** Whether the answer says what became of the device. */
export const isActTold = ({ state }: DeviceActView): boolean => state !== 'unknown' && state !== 'asking';

/** The end of a run of one kind of act. */
export const actSummary = (act: DeviceActKind, steps: StepsOf<DeviceActView>): string =>
  summaryOf(steps, {
    done: ACTS[act].done,
    unknown: DEVICE_ACT_WORDS.unknown,
    isDone: ({ state }) => state === 'done',
    isKnown: isActTold,
  });

/** What the token of an item loses: all with revoke, what is not left with narrow. */
export function losesOf({ act, tokenScopes = [] }: Pick<DeviceActItem, 'act' | 'tokenScopes'>, left: readonly string[]): string[] {
  if (act === 'revoke') return normaliseScopes(tokenScopes);
  return act === 'narrow' ? addedScopes(left, tokenScopes) : [];
}

/** An item of a plan as one of many. */
export const actLook = (item: DeviceActItem, left: readonly string[]): BulkItem => ({
  ...item,
  name: item.displayName ?? 'unnamed device',
  loses: losesOf(item, left),
});

/** What is sent for one device: what the plan showed of it, and what a person entered. */
export function actInput(item: DeviceActItem, entered: { scopes: readonly string[]; label: string }): DeviceActInput {
  const { act, gateway, deviceId, publicKey, holds, rowCreatedAtMs, role, tokenScopes, needsConfirm } = item;
  return {
    act,
    gateway,
    deviceId,
    publicKey,
    holds,
    ...(rowCreatedAtMs === undefined ? {} : { rowCreatedAtMs }),
    ...(role === undefined ? {} : { role }),
    ...(tokenScopes === undefined ? {} : { tokenScopes }),
    ...(act === 'narrow' ? { scopes: normaliseScopes(entered.scopes) } : {}),
    ...(act === 'rename' ? { label: entered.label.trim() } : {}),
    ...(needsConfirm === undefined ? {} : { confirm: needsConfirm }),
  };
}

/**
 * Of the valid operator tokens of these devices: the scopes that they hold by name, and what can be left to them, which is also what
 * those contain. Least risk first.
 */
export function leavable(devices: readonly Pick<DeviceView, 'tokens'>[]): { held: string[]; offered: string[] } {
  const tokens = devices.flatMap((device) => device.tokens.filter(({ role, revoked }) => role === 'operator' && !revoked));
  const held = normaliseScopes(tokens.flatMap(({ scopes }) => scopes));
  return { held, offered: normaliseScopes([...effectiveScopes(held)]) };
}

/** The roles of a device that have a valid token, operator first. */
export function tokenRoles({ tokens }: Pick<DeviceView, 'tokens'>): string[] {
  const roles = tokens.filter(({ revoked }) => !revoked).map(({ role }) => role);
  return roles.toSorted((a, b) => Number(b === 'operator') - Number(a === 'operator'));
}

/** Acts that something undid since; newest first in, newest first out. Of each kind and token only the newest act counts. */
export function newestUndone(acts: readonly DeviceActView[]): DeviceActView[] {
  const newest = new Map<string, DeviceActView>();
  for (const act of acts) {
    // A token that was narrowed and then revoked is watched for the last of the two.
    const of = act.act === 'rename' ? 'name' : `token ${act.role ?? ''}`;
    if (act.state !== 'failed' && !newest.has(of)) newest.set(of, act);
  }
  return [...newest.values()].filter(({ state }) => state === 'undone');
}

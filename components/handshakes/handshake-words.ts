// A row in words: outcome, caller, scopes, how often. The same in rows, histogram and panel.
import type { HandshakeOutcome, HandshakeView, Severity } from '#lib/api/shapes.ts';
import { addedScopes, normaliseScopes } from '#lib/gateway/scopes.ts';
import { type LoopState, loopState } from '#lib/handshakes/runs.ts';
import { scopeName, type Tone } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { spanWords } from '../parts/time-words.ts';

export const OUTCOMES: Record<HandshakeOutcome, { word: string; tone: Tone }> = {
  refused: { word: 'refused', tone: 'red' },
  waiting: { word: 'waiting', tone: 'amber' },
  'timed-out': { word: 'timed out', tone: 'orange' },
  'left-early': { word: 'left early', tone: 'plain' },
  admitted: { word: 'admitted', tone: 'good' },
  note: { word: 'note', tone: 'blue' },
  gap: { word: 'gap', tone: 'orange' },
};

/** The outcomes that an attempt can have, worst first; notes and gaps are none. */
export const ATTEMPT_OUTCOMES = ['refused', 'timed-out', 'left-early', 'waiting', 'admitted'] as const satisfies HandshakeOutcome[];

export const SEVERITIES: Record<Severity, { word: string; tone: Tone }> = {
  info: { word: 'harmless', tone: 'plain' },
  notice: { word: 'worth a look', tone: 'blue' },
  warning: { word: 'needs care', tone: 'amber' },
  serious: { word: 'serious', tone: 'red' },
};

/** How the caller of a row is called: its name where it is paired, else its words, else what is known of its address. */
export function callerName({ deviceName, clientId, remoteAddr, deviceId }: HandshakeView): string {
  return shownText(deviceName ?? clientId ?? remoteAddr ?? (deviceId === undefined ? 'unknown caller' : 'device'));
}

const named = (scope: string): string => shownText(scope, 40);

/** "read → admin": held against what is asked beyond it, gravest first; empty where nothing was asked. */
export function scopesWords({ scopesFrom, scopesTo }: Pick<HandshakeView, 'scopesFrom' | 'scopesTo'>): string {
  const held = normaliseScopes(scopesFrom ?? []);
  const asked = normaliseScopes(scopesTo ?? []);
  const added = addedScopes(held, asked);
  const wanted = (added.length > 0 ? added : asked).map(scopeName).reverse().map(named);
  if (wanted.length === 0) return '';
  const top = held.map(scopeName).map(named).at(-1);
  return top === undefined ? wanted.join(' ') : `${held.length > 1 ? `${top} +${held.length - 1}` : top} → ${wanted.join(' ')}`;
}

/** "16 ms", "15.0 s". */
export function durationWords(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function everyWords(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : spanWords(ms);
}

export type LoopWords = { times: string; every: string; state: LoopState['state'] };

/** "118 times in 2 min" and "1 every 1.0 s"; "twice in 5 s" for two; undefined for a single attempt. */
export function loopWords({ at, run }: Pick<HandshakeView, 'at' | 'run'>, nowMs: number): LoopWords | undefined {
  if (run.count < 2) return undefined;
  const lastAtMs = Date.parse(at);
  const firstAtMs = Date.parse(run.firstAt);
  const { state, everyMs } = loopState({ count: run.count, firstAtMs, lastAtMs }, nowMs);
  const span = lastAtMs - firstAtMs < 1_000 ? 'within 1 s' : `in ${spanWords(lastAtMs - firstAtMs)}`;
  const times = run.count === 2 ? 'twice' : `${run.count.toLocaleString('en')} times`;
  return { times: `${times} ${span}`, every: run.count === 2 ? '' : `1 every ${everyWords(everyMs)}`, state };
}

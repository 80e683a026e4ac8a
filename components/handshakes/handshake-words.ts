// Outcomes in a word and a tone, the same in rows, histogram and panel; and the filters over them.
import type { HandshakeOutcome, HandshakeView } from '#lib/api/shapes.ts';
import type { Tone } from '../parts/scope-words.ts';

export const OUTCOMES: Record<HandshakeOutcome, { word: string; tone: Tone }> = {
  refused: { word: 'refused', tone: 'red' },
  waiting: { word: 'waiting', tone: 'amber' },
  'timed-out': { word: 'timed out', tone: 'orange' },
  'left-early': { word: 'left early', tone: 'plain' },
  admitted: { word: 'admitted', tone: 'good' },
  note: { word: 'note', tone: 'blue' },
  gap: { word: 'gap', tone: 'orange' },
};

export type HandshakeFilter = { outcome: string; cause: string; device: string; text: string };

/** How the caller of a row is called; its words, or what is known of its address. */
export function callerName({ deviceName, clientId, remoteAddr }: HandshakeView): string {
  return deviceName ?? clientId ?? remoteAddr ?? 'unknown caller';
}

/** Whether a row passes all filters; an empty filter passes everything. Gaps pass unless an outcome is chosen. */
export function passes(item: HandshakeView, { outcome, cause, device, text }: HandshakeFilter): boolean {
  if (outcome !== '' && item.outcome !== outcome) return false;
  if (item.outcome === 'gap' && outcome === '') return true;
  if (cause !== '' && item.cause !== cause) return false;
  if (device !== '' && item.deviceId !== device) return false;
  if (text === '') return true;
  const hay = [item.title, item.cause, item.deviceId, item.deviceName, item.clientId, item.remoteAddr, item.host, item.conn];
  return hay.some((part) => part?.toLowerCase().includes(text.toLowerCase()));
}

export type Minute = { atMs: number; failed: number; waiting: number; admitted: number };

/** Attempts per minute over the last `count` minutes, oldest first. */
export function perMinute(items: readonly HandshakeView[], nowMs: number, count: number): Minute[] {
  const last = Math.floor(nowMs / 60_000);
  const minutes = Array.from(
    { length: count },
    (_, i): Minute => ({ atMs: (last - count + 1 + i) * 60_000, failed: 0, waiting: 0, admitted: 0 }),
  );
  for (const item of items) {
    const minute = minutes[Math.floor(Date.parse(item.at) / 60_000) - last + count - 1];
    if (minute === undefined) continue;
    if (item.outcome === 'admitted') minute.admitted += 1;
    else if (item.outcome === 'waiting') minute.waiting += 1;
    else if (item.outcome !== 'note' && item.outcome !== 'gap') minute.failed += 1;
  }
  return minutes;
}

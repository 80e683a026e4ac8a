// What the rules of a preview did so far, in the time of the recorded requests, so that their limits hold there as they would live.
import type { RecordedCase, RuleHistory } from './case.ts';
import { isRejectedByPeople } from './recorded.ts';

const HOUR_MS = 3_600_000;
/** The longest rest that a rule may ask for. */
const LONGEST_REST_MS = 24 * HOUR_MS;
const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

type Use = { deviceId: string; atMs: number };
type Rejection = { atMs: number; deviceId: string; rule: string | undefined };
type Place = {
  byRule: Map<string, Use[]>;
  /** Of people, in the order of time. Those ahead of the present are not known yet. */
  rejections: Rejection[];
  /** Rests of the rules for one device, made once between two rejections. */
  rests: Map<string, ReadonlyMap<string, number>>;
  /** How many rejections lie in the past. */
  known: number;
};

export type PreviewHistory = {
  /** The history that a verdict at this time is asked with. Times must not go back. */
  at: (c: RecordedCase, now: number) => RuleHistory;
  /** A rule approved or rejected it. */
  acted: (rule: string, c: RecordedCase, now: number) => void;
  /** What people did with it, and which rule would have approved it. */
  ended: (c: RecordedCase, approvedBy: string | undefined) => void;
};

/** A history that begins empty, for a pass over recorded requests. `rules` are the ids of those that can rest. */
export function createPreviewHistory(rules: readonly string[]): PreviewHistory {
  const uses = new Map<string, number>();
  const places = new Map<string, Place>();

  function placeOf(gateway: string): Place {
    const known = places.get(gateway);
    if (known) return known;
    const fresh: Place = { byRule: new Map(), rejections: [], rests: new Map(), known: 0 };
    places.set(gateway, fresh);
    return fresh;
  }

  function restsOf(place: Place, deviceId: string, now: number): ReadonlyMap<string, number> {
    const { rejections } = place;
    let next = rejections[place.known];
    while (next !== undefined && next.atMs <= now) {
      place.known += 1;
      place.rests.clear();
      next = rejections[place.known];
    }
    const last = place.known === 0 ? undefined : rejections[place.known - 1];
    if (last === undefined || last.atMs < now - LONGEST_REST_MS) return NOTHING;
    const kept = place.rests.get(deviceId);
    if (kept) return kept;
    const rests = new Map<string, number>();
    for (let at = place.known - 1; at >= 0; at -= 1) {
      const rejection = rejections[at];
      if (rejection === undefined || rejection.atMs < now - LONGEST_REST_MS) break;
      const touched = rejection.deviceId === deviceId ? rules : rejection.rule === undefined ? [] : [rejection.rule];
      for (const rule of touched) if (!rests.has(rule)) rests.set(rule, rejection.atMs);
    }
    place.rests.set(deviceId, rests);
    return rests;
  }

  return {
    at(c, now) {
      const place = placeOf(c.request.gateway);
      return { byRule: place.byRule, uses, rejectedAtMs: restsOf(place, c.request.deviceId, now) };
    },
    acted(rule, c, now) {
      uses.set(rule, (uses.get(rule) ?? 0) + 1);
      const { byRule } = placeOf(c.request.gateway);
      const recent = (byRule.get(rule) ?? []).filter((use) => use.atMs > now - HOUR_MS);
      byRule.set(rule, [...recent, { deviceId: c.request.deviceId, atMs: now }]);
    },
    ended(c, approvedBy) {
      if (!c.outcome || !isRejectedByPeople(c)) return;
      const place = placeOf(c.request.gateway);
      const { rejections } = place;
      let at = rejections.length;
      // Requests come in the order in which they began, their ends nearly so. One that is past already goes to the present.
      while (at > place.known && (rejections[at - 1]?.atMs ?? 0) > c.outcome.atMs) at -= 1;
      rejections.splice(at, 0, { atMs: c.outcome.atMs, deviceId: c.request.deviceId, rule: approvedBy });
    },
  };
}

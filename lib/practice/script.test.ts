import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdentity } from '../gateway/identity.ts';
import { createCast } from './cast.ts';
import { CLIENT_IDS, CLIENT_MODES } from './connect-params.ts';
import { createScript } from './script.ts';

const hostKey = createIdentity();
const spare = createIdentity();
const cast = createCast({ hostKey, newIdentity: () => spare });

function play(random: () => number, acts: number, admit: (who: string) => boolean) {
  const script = createScript({ cast, random, startMs: 0, newIdentity: createIdentity });
  let now = 0;
  return Array.from({ length: acts }, () => {
    const { atMs, act } = script.next(now);
    const admitted = admit(act.actor.name);
    now = atMs;
    script.done(act, admitted, now);
    return { atMs, act, admitted };
  });
}

describe('the script of the practice world', () => {
  it('shows several devices in the first seconds and then at most one act every five', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 999 })), (numbers) => {
        const random = () => (numbers.next().value ?? 0) / 1000;
        const played = play(random, 60, () => false);
        expect(new Set(played.filter(({ atMs }) => atMs < 8000).map(({ act }) => act.actor.name)).size).toBeGreaterThanOrEqual(4);
        for (const [i, { atMs }] of played.entries()) {
          const before = played[i - 1];
          if (before && before.atMs > 10_000) {
            expect(atMs - before.atMs).toBeGreaterThanOrEqual(5000);
            expect(atMs - before.atMs).toBeLessThanOrEqual(60_000);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('gives everyone a turn within ten minutes of being refused', () => {
    const late = play(
      () => 0.5,
      80,
      () => false,
    ).filter(({ atMs }) => atMs < 600_000);
    expect(new Set(late.map(({ act }) => act.actor.name)).size).toBe(cast.length);
  });

  it('leads the CLI of this host from read to six scopes, and asks no more once it has them', () => {
    const acts = play(
      () => 0.3,
      40,
      (who) => who === 'the CLI of this host',
    ).filter(({ act }) => act.identity === hostKey);
    expect(acts[0]?.act.stage.scopes).toEqual(['operator.read']);
    for (const { act } of acts.slice(1)) expect(act.stage.scopes).toHaveLength(6);
  });

  it('brings a new phone with a new key after the old one got all it wanted', () => {
    const phones = play(
      () => 0.5,
      200,
      () => true,
    ).filter(({ act }) => act.actor.name === 'a phone behind a proxy');
    expect(new Set(phones.map(({ act }) => act.identity.deviceId)).size).toBeGreaterThan(1);
  });

  it('casts only clients that the protocol knows', () => {
    for (const { claims } of cast) {
      expect(CLIENT_IDS).toContain(claims.client.id);
      expect(CLIENT_MODES).toContain(claims.client.mode);
    }
  });
});

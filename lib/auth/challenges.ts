// Challenges for passkeys that need no room: what one is for stands in its own name, sealed with a key of this process. Anybody may ask
// for one without signing in, so a list of them could be filled until those of honest people fall out.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { RandomBytes } from './secrets.ts';

const LIFE_MS = 5 * 60_000;

/** What a challenge is for; it answers for nothing else. */
export type ChallengeUse = { purpose: 'sign-in' | 'add'; origin: string; operatorId?: string };

export function createChallenges({ clock, random }: { clock: Clock; random: RandomBytes }) {
  const key = random(32);
  /** Those that were answered rightly, until they would have run out. */
  const used = new Map<string, number>();
  const seal = (what: string, parts: readonly unknown[]) =>
    createHmac('sha256', key)
      .update(JSON.stringify([what, ...parts]))
      .digest('base64url');
  const partsOf = (nonce: string, expiresMs: number, { purpose, origin, operatorId }: ChallengeUse) => [
    nonce,
    expiresMs,
    purpose,
    origin,
    operatorId ?? null,
  ];

  return {
    /** A new challenge: its name, and the text that is signed. It lives for five minutes. */
    issue(use: ChallengeUse): { id: string; text: string } {
      const nonce = Buffer.from(random(18)).toString('base64url');
      const expiresMs = clock.nowMs() + LIFE_MS;
      const parts = partsOf(nonce, expiresMs, use);
      return { id: `${nonce}.${expiresMs}.${seal('name', parts)}`, text: seal('text', parts) };
    },

    /** The text of a challenge of ours that lives, was made for this and was not used; else undefined. */
    read(id: string, use: ChallengeUse): string | undefined {
      const [nonce = '', expires = '', given = ''] = id.split('.');
      const expiresMs = Number(expires);
      const parts = partsOf(nonce, expiresMs, use);
      const [ours, theirs] = [Buffer.from(seal('name', parts)), Buffer.from(given)];
      const isOurs = ours.length === theirs.length && timingSafeEqual(ours, theirs);
      return isOurs && expiresMs > clock.nowMs() && !used.has(nonce) ? seal('text', parts) : undefined;
    },

    /** Marks a challenge that was answered rightly. Answers whether this was the first time. */
    use(id: string): boolean {
      const [nonce = '', expires = ''] = id.split('.');
      if (used.has(nonce)) return false;
      used.set(nonce, Number(expires));
      return true;
    },

    /** Forgets those that ran out. */
    sweep(): void {
      for (const [nonce, expiresMs] of used) if (expiresMs <= clock.nowMs()) used.delete(nonce);
    },
  };
}

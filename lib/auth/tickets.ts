// One-time links from both places where they lie: the store, and the files that the command line leaves.
import type { Clock } from '../clock.ts';
import type { LinkPurpose, Links } from '../store/links.ts';
import { type Dropped, LINK_LIFE_MS, type LinkOrder, type NewLink, readDroppedLink, takeDroppedLink } from './link-drop.ts';
import { hashOf, newSecret, type RandomBytes } from './secrets.ts';

/** An invitation has to reach somebody else, so it lives for a day; like every link it ends with the process. */
export const INVITATION_LIFE_MS = 86_400_000;

/** `terminal`: whoever made it can write the data folder. Otherwise the console made it, for this operator where one is named. */
export type Ticket =
  | { from: 'console'; purpose: LinkPurpose; operatorId?: string; expiresMs: number }
  | { from: 'terminal'; order: LinkOrder; expiresMs: number };

const dropped = (drop: Dropped | undefined): Ticket | undefined =>
  drop && { from: 'terminal', order: drop.order, expiresMs: drop.expiresMs };

/** What a link is for, whoever made it. */
export const purposeOf = (ticket: Ticket): LinkPurpose => (ticket.from === 'console' ? ticket.purpose : ticket.order.purpose);

/** The links of one data folder. What touches the store rejects with Problem('store-unwritable'). */
export function createTickets(deps: { links: Links; folder: string; clock: Clock; random: RandomBytes }) {
  const { links, folder, clock, random } = deps;
  return {
    /** Makes a link; its secret is in the answer only. */
    async make(purpose: LinkPurpose, about: { operatorId?: string; madeBy?: string } = {}, keepIn: Links = links): Promise<NewLink> {
      const secret = newSecret(random);
      const expiresAtMs = clock.nowMs() + (purpose === 'sign-in' ? LINK_LIFE_MS : INVITATION_LIFE_MS);
      await keepIn.add(hashOf(secret), { purpose, expiresMs: expiresAtMs, ...about }, clock.nowMs());
      return { secret, expiresAtMs };
    },

    /** What a living link is for; it is not spent. */
    async read(secret: string): Promise<Ticket | undefined> {
      const hash = hashOf(secret);
      const stored = await links.read(hash, clock.nowMs());
      return stored ? { from: 'console', ...stored } : dropped(readDroppedLink(folder, hash, clock));
    },

    /** Spends a link. The ticket for exactly one caller. */
    async take(secret: string): Promise<Ticket | undefined> {
      const hash = hashOf(secret);
      const stored = await links.take(hash, clock.nowMs());
      return stored ? { from: 'console', ...stored } : dropped(takeDroppedLink(folder, hash, { clock, random }));
    },
  };
}

export type Tickets = ReturnType<typeof createTickets>;

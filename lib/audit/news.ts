// Which breaks of a record are news: those that no person has seen as they are now.
import { z } from 'zod';
import type { ChainBreak } from './chain.ts';
import type { AuditReport } from './verify.ts';

/** The breaks that a person has seen, as a walk found them. */
export type SeenBreaks = { keys: string[]; rest?: string };

const seenShape = z.object({ keys: z.array(z.string()), rest: z.string().exactOptional() });

/** What was kept of them. Anything that cannot be read counts as nothing seen. */
export const seenOf = (kept: unknown): SeenBreaks => seenShape.catch({ keys: [] }).parse(kept);

type Breaks = Pick<AuditReport, 'breaks' | 'keys' | 'rest'>;

/** All breaks of a walk, to be kept as seen. */
export const allSeen = ({ keys, rest }: Breaks): SeenBreaks => ({ keys, ...(rest ? { rest: rest.digest } : {}) });

export type News = {
  /** The first break that is news. */
  broken: ChainBreak;
  /** It in words, and how many more there are. */
  text: string;
};

function restWords({ count, from, to }: NonNullable<Breaks['rest']>, told: number): string {
  if (count === 1) return `There is 1 more break behind the first ${told}, at row ${from}, and it is new.`;
  return `There are ${count} more breaks behind the first ${told}, from row ${from} to row ${to}, and some of them are new.`;
}

/** What a walk found that nobody has seen; `rewritten` is what is not as an earlier walk left it. Undefined when nothing is news. */
export function newsOf({ breaks, keys, rest }: Breaks, seen: SeenBreaks, rewritten?: ChainBreak): News | undefined {
  const known = new Set(seen.keys);
  const fresh = breaks.filter((_, at) => !known.has(keys[at] ?? ''));
  if (rewritten) fresh.unshift(rewritten);
  const others = rest && rest.digest !== seen.rest ? rest : undefined;
  const [broken] = fresh;
  if (broken) {
    const more = fresh.length === 1 ? '' : ` It is one of ${fresh.length} breaks that nobody has seen.`;
    return { broken, text: `${broken.text}${more}${others ? ` ${restWords(others, breaks.length)}` : ''}` };
  }
  if (!others) return undefined;
  const text = restWords(others, breaks.length);
  return { broken: { seq: others.from, kind: 'changed', text }, text };
}

// What the rules get to see of a judgement: plain data that can be recorded and asked again.
import type { JudgedOrigin } from '../rules/case.ts';
import type { Judgement } from './judge.ts';

/** The judgement without its records. How each attempt signed in stands in its audit line; an unknown key has none. */
export function judgedOf(judgement: Judgement): JudgedOrigin {
  const { origin, assurance, isHostKey, askedBy, alarm, newcomer } = judgement;
  return {
    origin,
    assurance,
    isHostKey,
    askedBy,
    alarm,
    newcomer,
    facts: judgement.facts.map(({ name, held, text }) => ({ name, text, ...(held === undefined ? {} : { held }) })),
    auth: judgement.attempts.map((a) => a.audit.auth),
  };
}

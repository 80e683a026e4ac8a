// What the last walk over the record says, and no more than it looked at.
import type { AuditState } from '#lib/audit/keeper.ts';

const rowsOf = (count: number): string => (count === 1 ? 'one row' : `${count.toLocaleString('en')} rows`);

/** The state in a few words, with how far the walk went. */
export function chainWord({ state, walked }: Pick<AuditState, 'state' | 'walked'>): string {
  switch (state) {
    case 'checking':
      return 'Chain is being checked';
    case 'holds':
      if (walked === undefined || walked.rows === 0) return 'Chain not walked yet';
      return `Chain holds to row ${walked.rows.toLocaleString('en')}`;
    case 'broken':
      return 'Chain is broken';
    case 'unread':
      return 'Chain not checked';
  }
}

/** What was walked then, after "At 07:34"; undefined where no walk has ended. */
export function walkedWords({ state, walked, checkedAt, broken }: AuditState): string | undefined {
  if (checkedAt === undefined) return undefined;
  if (walked === undefined)
    return state === 'broken' ? 'the walk found a break.' : 'the rows that stood there were walked, and no later ones.';
  if (state === 'broken') {
    // The walk goes on behind a break, so that none hides another.
    const sound = Math.min(walked.rows, (broken?.seq ?? walked.rows + 1) - 1);
    const before = sound <= 0 ? 'no row before it is vouched for' : `${rowsOf(sound)} before it ${sound === 1 ? 'holds' : 'hold'}`;
    return `the walk found a break: ${before}, and nothing after it is vouched for.`;
  }
  if (walked.rows === 0) return 'the record was empty.';
  return `the ${rowsOf(walked.rows)} that stood there ${walked.rows === 1 ? 'was' : 'were'} walked, and the chain held.`;
}

/** What came after the walk; undefined where nothing did, or where the chain is broken and says more than that. */
export function laterWords({ state, walked, head }: Pick<AuditState, 'state' | 'walked' | 'head'>): string | undefined {
  if (walked === undefined || state === 'broken' || head.rows <= walked.rows) return undefined;
  const [first, last] = [walked.rows + 1, head.rows].map((row) => row.toLocaleString('en'));
  const came = first === last ? `Row ${last} came later and is` : `Rows ${first} to ${last} came later and are`;
  return `${came} not walked yet: that is done once a day and at each start, or now by the command below.`;
}

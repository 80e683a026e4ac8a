// Rules in words: agreement, places in the order, what a file changes.
import type { AgreementView, RulesDiff, RulesFileProblem, RuleView } from '#lib/api/rule-shapes.ts';
import { NAMED_SCOPES } from '#lib/gateway/scopes.ts';

/** "agreed with you 12 of 13 times". */
export function agreementWords({ agreed, decided }: Pick<AgreementView, 'agreed' | 'decided'>): string {
  return `agreed with you ${agreed} of ${decided} ${decided === 1 ? 'time' : 'times'}`;
}

/** Why a person is asked to look at a rule. One that a person made comes here when a token took away what had narrowed it. */
export function unseenWords({ source, madeBy }: Pick<RuleView, 'source' | 'madeBy'>): string {
  if (source === 'file') return 'No person has looked at this version yet.';
  return madeBy.kind === 'api-token'
    ? 'Made by the API token; no person has looked at it yet.'
    : 'The API token changed what stands above it; no person has looked since.';
}

/** The ids with one of them a step away from where it stands; undefined when there is no place for it. */
export function moved(ids: readonly string[], id: string, step: -1 | 1): string[] | undefined {
  const from = ids.indexOf(id);
  const to = from + step;
  const other = ids[to];
  if (from === -1 || other === undefined) return undefined;
  return ids.map((one, at) => (at === from ? other : at === to ? id : one));
}

/** Where a fault of a rules file is: "line 4, column 7, rules[0].scopes[1]". */
export function placeWords({ line, column, path }: RulesFileProblem): string {
  const place = line === undefined ? [] : [`line ${line}`, ...(column === undefined ? [] : [`column ${column}`])];
  return [...place, ...(path === '' ? [] : [path])].join(', ');
}

export const CHANGE_WORDS: Record<RulesDiff['changes'][number]['kind'], string> = {
  add: 'new',
  change: 'changed',
  remove: 'removed',
  move: 'moved',
  same: 'unchanged',
};

/** The value of a field as a file has it, in words: a list without its brackets, nothing as "not set". Other text stays as it is. */
export function valueWords(text: string | undefined): string {
  if (text === undefined) return 'not set';
  if (!/^\["?.*"?\]$/s.test(text)) return text;
  const words = text
    .slice(1, -1)
    .split(',')
    .map((word) => word.trim().replace(/^"(?:operator\.)?(.*)"$/s, '$1'));
  return words.join(', ') || 'none';
}

/** The grave scopes that a rule read aloud may give. A rule that rejects or leaves gives none, whatever it looks for. */
function gravesOf(sentence: string | undefined): readonly string[] {
  const given = / for no more than (.*?), approve it/.exec(sentence ?? '')?.[1] ?? '';
  const words = new Set(given.split(/[\s,()]+/));
  return NAMED_SCOPES.filter((scope) => words.has(scope.replace('operator.', '')));
}

/**
 * The grave scopes that a file would newly give, also by a rule that is off for now; whoever applies it types each of them, as in the
 * form. Told from the sentences, since a new rule has no fields that differ.
 */
export function gravesIn({ changes }: Pick<RulesDiff, 'changes'>): string[] {
  const newly = changes.flatMap(({ before, after }) => gravesOf(after).filter((scope) => !gravesOf(before).includes(scope)));
  return NAMED_SCOPES.filter((scope) => newly.includes(scope));
}

// Rules in words: agreement, places in the order, what a file changes.
import type { AgreementView, RulesDiff, RulesFileProblem } from '#lib/api/rule-shapes.ts';
import { NAMED_SCOPES } from '#lib/gateway/scopes.ts';

/** "agreed with you 12 of 13 times". */
export function agreementWords({ agreed, decided }: Pick<AgreementView, 'agreed' | 'decided'>): string {
  return `agreed with you ${agreed} of ${decided} ${decided === 1 ? 'time' : 'times'}`;
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

/** The grave scopes that a file would newly give; whoever applies it names each of them, as in the form. */
export function gravesIn(diff: RulesDiff): string[] {
  const given = diff.changes
    .filter(({ widens }) => widens)
    .flatMap(({ fields }) => fields.filter(({ field }) => field === 'scopes' || field === 'confirm'));
  const names = (text: string | undefined, scope: string) =>
    new RegExp(`(^|[^\\w.])${scope.replaceAll('.', '\\.')}($|[^\\w.])`).test(text ?? '');
  const holds = (text: string | undefined, scope: string) => names(text, scope) || names(text, scope.replace('operator.', ''));
  return NAMED_SCOPES.filter((scope) => given.some(({ before, after }) => holds(after, scope) && !holds(before, scope)));
}

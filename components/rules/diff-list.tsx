// What a file would change, rule by rule and field by field; what gives more than before is marked.
import { clsx } from 'clsx';
import { TriangleAlert } from 'lucide-react';
import type { RulesDiff } from '#lib/api/rule-shapes.ts';
import { shownText } from '../parts/shown-text.ts';
import { CHANGE_WORDS, valueWords } from './rule-words.ts';

type Change = RulesDiff['changes'][number];

function Fields({ change }: { change: Change }) {
  // A new rule is told by its sentence; its fields would only repeat it.
  if (change.kind !== 'change' || change.fields.length === 0) return null;
  return (
    <dl className="grid gap-x-3 gap-y-0.5 text-xs sm:grid-cols-[132px_minmax(0,1fr)]">
      {change.fields.map(({ field, before, after }) => (
        <div key={field} className="contents">
          <dt className="font-mono text-soft">{field}</dt>
          <dd className="min-w-0 break-words">
            <del className="text-soft">{shownText(valueWords(before), 400)}</del>
            <span className="text-soft"> to </span>
            <ins className="font-medium no-underline">{shownText(valueWords(after), 400)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Row({ change }: { change: Change }) {
  const { kind, name, before, after, widens } = change;
  return (
    <li className="grid gap-1 border-b border-hairline py-2" data-change={kind}>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className={clsx('text-xs', kind === 'remove' ? 'text-amber' : 'text-soft')}>{CHANGE_WORDS[kind]}</span>
        <span className="font-medium break-words">{shownText(name, 80)}</span>
        {widens && (
          <span className="tone-orange inline-flex items-center gap-1 text-xs font-semibold text-tone">
            <TriangleAlert size={12} aria-hidden className="self-center" /> gives more than before
          </span>
        )}
      </p>
      {after !== undefined && <p className="break-words">{shownText(after, 2_000)}</p>}
      {after === undefined && before !== undefined && <p className="break-words text-soft">{shownText(before, 2_000)}</p>}
      <Fields change={change} />
    </li>
  );
}

/** Changes first; what stays as it is, is counted. */
export function DiffList({ diff }: { diff: RulesDiff }) {
  const changes = diff.changes.filter(({ kind }) => kind !== 'same');
  const same = diff.changes.length - changes.length;
  return (
    <div className="grid gap-1">
      {changes.length > 0 && (
        <ul aria-label="What changes" className="border-t border-hairline">
          {changes.map((change) => (
            <Row key={`${change.kind} ${change.name}`} change={change} />
          ))}
        </ul>
      )}
      {same > 0 && <p className="text-xs text-soft">{same === 1 ? '1 rule stays as it is.' : `${same} rules stay as they are.`}</p>}
    </div>
  );
}

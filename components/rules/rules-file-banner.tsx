'use client';
// Says that a file holds the rules: where it is, when it was read, and what is wrong with it.
import type { RulesFileView, RuleView } from '#lib/api/rule-shapes.ts';
import { Notice } from '../parts/notice.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { FileProblems } from './file-problems.tsx';

function titleOf({ problems }: RulesFileView): string {
  if (problems.length === 0) return 'A file holds the rules; they are changed there';
  // A fault without a place is one of the file itself: it is gone, or may not be read.
  const read = problems.some(({ line }) => line !== undefined);
  return read ? 'The rules file is not valid; the last good rules stay in force' : 'The rules file cannot be used';
}

/** While this stands, rules are read-only here. */
export function RulesFileBanner({ file, rules }: { file: RulesFileView; rules: readonly RuleView[] }) {
  const broken = file.problems.length > 0;
  const waiting = rules.filter((rule) => rule.source === 'file' && rule.unacknowledged).length;
  const aside = rules.filter((rule) => rule.source === 'console').length;
  return (
    <section aria-label="Rules file">
      <Notice kind={broken ? 'fail' : 'info'} title={titleOf(file)}>
        <p className="break-all">
          <code className="font-mono text-xs">{shownText(file.path, 400)}</code>
        </p>
        <p className="text-soft">
          {file.brokenSince !== undefined && (
            <>
              Faulty since <Clock at={file.brokenSince} />.{' '}
            </>
          )}
          {file.readAt === undefined ? (
            'It could not be read yet.'
          ) : (
            <>
              {broken ? 'The rules in force were read' : 'Read'} at <Clock at={file.readAt} />. The console follows it by itself.
            </>
          )}
          {aside > 0 &&
            ` ${aside === 1 ? 'One rule' : `${aside} rules`} made in this console ${aside === 1 ? 'stands' : 'stand'} aside meanwhile.`}
        </p>
        {file.waiting && (
          <p className="text-soft" role="status">
            A new text gives more than before. It is taken when nobody has changed it for five seconds.
          </p>
        )}
        {broken && (
          <>
            <FileProblems problems={file.problems} />
            <p className="text-soft">
              {file.problems.some(({ rule }) => rule !== undefined) && 'A rule that is broken in the file approves nothing meanwhile. '}
              <code className="font-mono text-2xs">rules-file-broken</code>
            </p>
          </>
        )}
        {file.writableByAgents && (
          <p className="text-amber">
            The gateway's user can write this file, so its agents may. What gives more than before, or more than write, waits until a person
            acknowledges it
            {waiting > 0 && `: ${waiting === 1 ? 'one rule waits' : `${waiting} rules wait`} below`}.
          </p>
        )}
      </Notice>
    </section>
  );
}

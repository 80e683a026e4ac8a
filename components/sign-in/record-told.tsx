// Before anybody is signed in: that the record was lost or taken back. No more than that, since anybody can read it.
import type { SignInOptions } from '#lib/api/operator-shapes.ts';
import { Command } from '../parts/copy.tsx';
import { Notice } from '../parts/notice.tsx';
import { clockMinutes, dayWords } from '../parts/time-words.ts';

/** Nothing while the record is the one that was last written here, or once a person has read of it. */
export function RecordTold({ options }: { options: Pick<SignInOptions, 'record' | 'setup'> }) {
  const { record, setup } = options;
  if (record === undefined) return null;
  const date = new Date(record.at);
  const at = (
    <time dateTime={record.at} title={record.at} className="whitespace-nowrap">
      {dayWords(date, Date.now())}, {clockMinutes(date)}
    </time>
  );
  if (record.kind === 'restored')
    return (
      <Notice kind="warn" title="The record was restored from a backup">
        <p className="text-soft">On {at}. Operators, passwords and passkeys are those of then.</p>
      </Notice>
    );
  return (
    <Notice kind="fail" title="The record was lost or damaged">
      <p>
        Found on {at}. The console began an empty one: operators, rules and decisions of before are not in it.
        {setup && ' Before you set it up again, see whether a backup can be restored, where Gatehouse runs:'}
      </p>
      {setup && <Command command="npm run gatehouse -- backups" />}
    </Notice>
  );
}

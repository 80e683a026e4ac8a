'use client';
// The head of the record beside its list: what the last walk over the chain found, the head to keep elsewhere, and how to check it.
import { Link2, Link2Off } from 'lucide-react';
import { headLine } from '#lib/audit/heads.ts';
import { Command } from '../parts/copy.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { Popover } from '../parts/popover.tsx';
import { Clock } from '../parts/time.tsx';
import { useAuditHead } from '../queries/logs.ts';
import { chainWord, laterWords, walkedWords } from './chain-words.ts';

/** One word with the details behind it; a broken chain is told by `ChainBroken`. */
export function ChainMark({ newest }: { newest: number | undefined }) {
  const { data, error, dataUpdatedAt } = useAuditHead(newest);
  if (data === undefined) return error === null ? null : <Failure error={error} />;
  const { head, state, checkedAt, since } = data;
  const walked = walkedWords(data);
  const later = laterWords(data);
  const Icon = state === 'broken' ? Link2Off : Link2;
  return (
    <Popover
      align="end"
      label={
        <>
          <Icon size={13} aria-hidden />
          {chainWord(data)}
        </>
      }
      buttonClass="inline-flex h-8 items-center gap-1.5 rounded-md border border-edge bg-raised px-2 text-xs font-medium hover:bg-sunken"
      panelClass="w-96 max-w-[calc(100vw-16px)]"
    >
      <span className="grid gap-2 text-soft">
        <span>
          Each row carries the hash of the one before.
          {walked !== undefined && checkedAt !== undefined && (
            <>
              {' '}
              At <Clock at={checkedAt} precise="minutes" /> {walked}
            </>
          )}
          {later !== undefined && ` ${later}`}
          {since !== undefined && (
            <>
              {' '}
              The chain begins at <Clock at={since} precise="minutes" />.
            </>
          )}
        </span>
        {state === 'broken' || state === 'unread' ? (
          <span>No head is offered here: kept elsewhere, it would vouch for this record later.</span>
        ) : (
          <>
            <span>
              Whoever can write the file can write the whole chain anew. Only heads that are kept on another machine show that. This is the
              head now; the console also prints one each day:
            </span>
            <Command what="head" command={headLine(head, new Date(dataUpdatedAt).toISOString())} />
          </>
        )}
        <span>Compare the record with such lines:</span>
        <Command command="npm run gatehouse -- audit verify --heads FILE" />
      </span>
    </Popover>
  );
}

/** What a broken chain means, above everything else; nothing while it holds. */
export function ChainBroken({ newest }: { newest: number | undefined }) {
  const { data } = useAuditHead(newest);
  if (data?.broken === undefined) return null;
  return (
    <Notice kind="fail" title="The record was changed by somebody else">
      <p>{data.broken.text}</p>
      <p className="text-soft">
        Rows before it are as they were written. Compare the record with a backup before you rely on what comes after it.
      </p>
    </Notice>
  );
}

'use client';
// Every decision and change, newest first, with who did it and on what evidence.
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useMemo, useState } from 'react';
import { ExportMenu } from '../export/export-menu.tsx';
import { DayList, Older } from '../parts/day-list.tsx';
import { Input, Select } from '../parts/field.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, PageHead, Unread, Waiting } from '../parts/page.tsx';
import { queryOf } from '../queries/api.ts';
import { useActivity } from '../queries/logs.ts';
import { ActivityRow } from './activity-row.tsx';
import { ACTORS, activityShown } from './activity-words.ts';
import { ChainBroken, ChainMark } from './chain-mark.tsx';

function emptyTitle(nothing: boolean, ofOne: boolean): string {
  if (!nothing) return 'Nothing passes the filter';
  return ofOne ? 'This decision is not in the record' : 'Nothing has happened yet';
}

/** Activity. */
export function ActivityPage() {
  const decision = useSearchParams().get('decision') ?? undefined;
  const query = useActivity(decision);
  const { data, error, isPending } = query;
  const [text, setText] = useState('');
  const [kind, setKind] = useState('');
  const all = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const rows = useMemo(() => all.filter((row) => activityShown(row, kind, text.trim())), [all, kind, text]);
  return (
    <div className="w-full pb-8">
      <div className="grid gap-2 px-4 sm:px-6">
        <PageHead title="Activity">
          <search className="flex flex-wrap items-center gap-2">
            <Input
              type="search"
              data-search
              aria-label="Filter activity by text"
              aria-keyshortcuts="/"
              placeholder="Filter"
              className="w-44 max-sm:flex-1"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <Select aria-label="Who" value={kind} onChange={(event) => setKind(event.target.value)}>
              <option value="">anybody</option>
              {Object.entries(ACTORS).map(([value, word]) => (
                <option key={value} value={value}>
                  {word}
                </option>
              ))}
            </Select>
          </search>
          <ChainMark newest={all[0]?.seq} />
          <ExportMenu
            name="gatehouse-activity"
            formats={['jsonl', 'csv']}
            about="The whole record, oldest first. JSONL carries the chain, so that it can be verified anywhere."
            path={(format) => `/activity/export${queryOf({ format })}`}
          />
        </PageHead>
        <ChainBroken newest={all[0]?.seq} />
        {decision !== undefined && (
          <p className="text-soft">
            What is recorded of one decision.{' '}
            <Link href="/activity" prefetch={false} className="font-medium text-ink underline underline-offset-2">
              Show everything
            </Link>
          </p>
        )}
        <Failure error={error} />
        {data === undefined && error !== null && <Unread />}
        {isPending && error === null && <Waiting rows={8} className="h-6" />}
        {data !== undefined && rows.length === 0 && (
          <Empty title={emptyTitle(all.length === 0, decision !== undefined)}>
            {all.length === 0 && decision !== undefined
              ? 'No row of the record names this decision.'
              : all.length === 0
                ? 'Every decision, rule change and statement will be written here before it takes effect.'
                : `${all.length} rows are loaded.`}
          </Empty>
        )}
      </div>
      <DayList rows={rows}>
        {(row) => <ActivityRow key={row.id} row={row} opened={decision !== undefined && row.decision?.id === decision} />}
      </DayList>
      <Older query={query} />
    </div>
  );
}

'use client';
// The live log of handshakes under its histogram: filter, pause without loss, loops folded, details beside it.
import { Pause, Play } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, PageHead, Unread, Waiting } from '../parts/page.tsx';
import { useHandshakes } from '../queries/logs.ts';
import { Filters, useHandshakeFilter } from './filters.tsx';
import { HandshakeLog } from './handshake-log.tsx';
import { HandshakePanel } from './handshake-panel.tsx';
import { passes } from './handshake-words.ts';
import { Histogram } from './histogram.tsx';
import { foldLoops } from './loops.ts';

/** What is shown while paused: everything up to the row that was newest then; older rows still load. */
function usePause(items: readonly HandshakeView[]) {
  const [upTo, setUpTo] = useState<number>();
  const shown = useMemo(() => (upTo === undefined ? items : items.filter(({ seq }) => seq <= upTo)), [items, upTo]);
  return {
    paused: upTo !== undefined,
    missed: items.length - shown.length,
    shown,
    toggle: () => setUpTo(upTo === undefined ? (items[0]?.seq ?? 0) : undefined),
  };
}

/** Handshakes. */
export function HandshakesPage() {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useHandshakes();
  const [filter, changeFilter] = useHandshakeFilter();
  const [selected, setSelected] = useState<string>();
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const { paused, missed, shown, toggle } = usePause(items);
  const rows = useMemo(() => foldLoops(shown.filter((item) => passes(item, filter))), [shown, filter]);
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const row = rows.find(({ key }) => key === selected);
  return (
    <div className="flex min-w-0 flex-1">
      <div className="min-w-0 flex-1 pb-8">
        <div className="px-4 sm:px-6">
          <PageHead title="Handshakes">
            <Filters items={items} filter={filter} onChange={changeFilter} />
            <Button onClick={toggle} aria-pressed={paused}>
              {paused ? <Play size={13} aria-hidden /> : <Pause size={13} aria-hidden />}
              {paused ? (missed === 0 ? 'Go on' : `Go on, ${missed} new`) : 'Pause'}
            </Button>
          </PageHead>
          <Failure error={error} />
          {data === undefined && error !== null && <Unread />}
          <Histogram items={items} />
        </div>
        <div className="@container mt-2 border-t border-hairline">
          {isPending && error === null && (
            <div className="px-4 pt-2 sm:px-6">
              <Waiting rows={12} className="h-5" />
            </div>
          )}
          {data !== undefined && rows.length === 0 && (
            <div className="p-4 sm:px-6">
              <Empty title={items.length === 0 ? 'No handshake seen yet' : 'No handshake passes the filter'}>
                {items.length === 0
                  ? 'A gateway writes failed handshakes to its log; successful ones leave little. They appear here as they happen.'
                  : `${items.length} are loaded${hasNextPage ? ', older ones are not' : ''}.`}
              </Empty>
            </div>
          )}
          {rows.length > 0 && <HandshakeLog rows={rows} selected={selected} onSelect={setSelected} onEnd={onEnd} />}
          {hasNextPage && rows.length > 0 && <p className="px-6 py-2 text-xs text-soft">Reading older rows</p>}
        </div>
      </div>
      {row !== undefined && <HandshakePanel key={row.key} row={row} onClose={() => setSelected(undefined)} />}
    </div>
  );
}

'use client';
// The virtual list: only what is in sight is in the page, however long the log.
import { useEffect, useMemo, useRef } from 'react';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { useNarrow } from '../parts/side-panel.tsx';
import { useMoment } from '../queries/console.tsx';
import { HandshakeRow } from './handshake-row.tsx';
import type { Log, LogState } from './log.ts';
import { HoleRow, MoreRow } from './mark-rows.tsx';
import { useSlice } from './use-slice.ts';
import { type ViewRow, viewRows } from './view-rows.ts';

export type LogListProps = {
  log: Log;
  state: LogState;
  fold: boolean;
  selected: { gateway: string; id: string; run: number | undefined } | undefined;
  /** Names of gateways by id, where there are several. */
  gateways: ReadonlyMap<string, string> | undefined;
  onSelect(item: HandshakeView): void;
  onAway(away: boolean): void;
};

type LineProps = Omit<LogListProps, 'state' | 'fold' | 'onAway'> & {
  row: ViewRow;
  today: number;
  onFold(item: HandshakeView, open: boolean): void;
};

function Line({ row, log, today, selected, gateways, onSelect, onFold }: LineProps) {
  if (row.kind === 'hole') return <HoleRow hole={row.hole} onFill={(hole) => void log.fill(hole)} />;
  if (row.kind === 'more') {
    return <MoreRow left={row.left} reading={row.reading} error={row.error} onMore={() => void log.moreOf(row.run)} />;
  }
  const { item } = row;
  const loop = row.kind === 'row' && row.loop;
  const same = selected?.gateway === item.gateway && (selected.id === item.id || (loop && selected.run === item.run.id));
  return (
    <HandshakeRow
      item={item}
      today={today}
      selected={same}
      as={row.kind === 'attempt' ? 'attempt' : loop ? 'loop' : 'one'}
      open={row.kind === 'row' && row.open}
      gateway={gateways?.get(item.gateway)}
      onSelect={onSelect}
      onFold={onFold}
    />
  );
}

/** Older rows are read when the last lines come into sight; `onAway` hears when the newest line leaves the window or is back. */
export function LogList({ log, state, fold, selected, gateways, onSelect, onAway }: LogListProps) {
  const list = useRef<HTMLUListElement>(null);
  const height = useNarrow() ? 48 : 28;
  const today = useMoment((nowMs) => new Date(nowMs).setHours(0, 0, 0, 0));
  const lines = useMemo(() => viewRows(state, fold), [state, fold]);
  const { first, last } = useSlice(list, lines.length, height, onAway);
  const onFold = useMemo(() => (item: HandshakeView, open: boolean) => (open ? log.unfold(item) : log.foldAgain(item.run.id)), [log]);
  const { state: end } = state.end;
  useEffect(() => {
    if (last >= lines.length - 8 && (end === 'more' || end === 'searching')) void log.more();
  }, [last, lines.length, end, log]);
  const shown: [number, ViewRow][] = [];
  for (let index = first; index <= last; index += 1) {
    const row = lines.at(index);
    if (row !== undefined) shown.push([index, row]);
  }
  return (
    <ul
      ref={list}
      aria-label="Handshakes, newest first"
      data-loaded={state.rows.length}
      className="relative [overflow-anchor:none]"
      style={{ height: lines.length * height }}
    >
      {shown.map(([index, row]) => (
        <li
          key={row.key}
          className="absolute inset-x-0 top-0"
          style={{ height, transform: `translateY(${index * height}px)` }}
          aria-setsize={lines.length}
          aria-posinset={index + 1}
        >
          <Line row={row} log={log} today={today} selected={selected} gateways={gateways} onSelect={onSelect} onFold={onFold} />
        </li>
      ))}
    </ul>
  );
}

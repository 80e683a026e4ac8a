'use client';
// The handshake log: trouble first, then filters, histogram and the live list, with the open row explained beside it.
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { GatewayView, HandshakeView } from '#lib/api/shapes.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, PageHead, Unread, Waiting } from '../parts/page.tsx';
import { TroubleLine } from '../parts/trouble.tsx';
import { keyed } from '../parts/trouble-keys.ts';
import { useMoment } from '../queries/console.tsx';
import { useHandshakeDetail, useHandshakeLog } from '../queries/handshakes.ts';
import { useOverview } from '../queries/overview.ts';
import { Filters, filterWords, isFiltered } from './filters.tsx';
import { HandshakePanel } from './handshake-panel.tsx';
import { Histogram } from './histogram.tsx';
import type { Log, LogState } from './log.ts';
import { LogBar } from './log-bar.tsx';
import { LogEnd } from './log-end.tsx';
import { LogList } from './log-list.tsx';
import { useAddress } from './use-address.ts';

const NO_GATEWAYS: readonly GatewayView[] = [];

function Troubles({ gateways, only }: { gateways: readonly GatewayView[]; only: string | undefined }) {
  const lines = gateways
    .filter(({ id }) => only === undefined || id === only)
    .flatMap(({ id, name, trouble }) => keyed(trouble).map((item) => ({ id, name, ...item })));
  if (lines.length === 0) return null;
  return (
    <ul aria-label="Trouble" className="grid gap-1.5 pb-2">
      {lines.map(({ id, name, key, trouble }) => (
        <TroubleLine key={`${id} ${key}`} trouble={trouble} gateway={gateways.length > 1 ? name : undefined} />
      ))}
    </ul>
  );
}

/** Whether the log stands still: a person paused it, or reads further down. */
function useHold(log: Log | undefined) {
  const [paused, setPaused] = useState(false);
  const [away, setAway] = useState(false);
  useEffect(() => log?.hold(paused || away), [log, paused, away]);
  return { paused, setPaused, away, setAway };
}

function NoRows({ state, words }: { state: LogState; words: string }) {
  if (state.error !== undefined) return <Unread />;
  const searching = state.end.state === 'searching' || state.end.state === 'reading';
  return words === '' ? (
    <Empty title="No handshake seen yet">
      A gateway writes failed handshakes to its log; successful ones leave little. They appear here as they happen.
    </Empty>
  ) : (
    <Empty title={searching ? 'Nothing found so far' : 'No handshake passes the filter'}>Shown is only: {words}.</Empty>
  );
}

/** Handshakes. */
export function HandshakesPage() {
  const [{ filter, span, fold, row }, change] = useAddress();
  const { data: overview } = useOverview();
  const { log, state, behind } = useHandshakeLog(filter, fold);
  const { paused, setPaused, away, setAway } = useHold(log);
  const gateways = overview?.gateways ?? NO_GATEWAYS;
  const names = useMemo(() => (gateways.length > 1 ? new Map(gateways.map(({ id, name }) => [id, name])) : undefined), [gateways]);
  const today = useMoment((nowMs) => new Date(nowMs).setHours(12, 0, 0, 0));
  const onSelect = useCallback(({ gateway, id }: HandshakeView) => change({ row: { gateway, id } }), [change]);
  const detail = useHandshakeDetail(row);
  const run = detail.data?.row.run.id;
  const selected = useMemo(() => (row === undefined ? undefined : { ...row, run }), [row, run]);
  const onJump = () => window.scrollTo({ top: 0 });
  return (
    <div className="flex min-w-0 flex-1">
      <div className="min-w-0 flex-1 pb-8">
        <div className="px-4 sm:px-6">
          <PageHead title="Handshakes">
            <Filters filter={filter} gateways={gateways} onChange={change} />
          </PageHead>
          <Troubles gateways={gateways} only={filter.gateway} />
          <Histogram filter={filter} span={span} paused={paused} onChange={change} />
          {state?.error !== undefined && (
            <div className="pt-2">
              <Failure error={state.error}>
                <Button small className="w-fit" onClick={() => void log?.reread()}>
                  Try again
                </Button>
              </Failure>
            </div>
          )}
        </div>
        <LogBar
          filter={filter}
          fold={fold}
          paused={paused}
          away={away}
          waiting={state?.waiting ?? 0}
          loaded={state?.rows.length ?? 0}
          behind={behind}
          onPause={setPaused}
          onFold={(next) => change({ fold: next })}
          onJump={onJump}
        />
        <div className={behind ? '@container opacity-60' : '@container'} aria-busy={behind}>
          {state === undefined && (
            <div className="px-4 pt-2 sm:px-6">
              <Waiting rows={12} className="h-5" />
            </div>
          )}
          {state?.rows.length === 0 && (
            <div className="p-4 sm:px-6">
              <NoRows state={state} words={isFiltered(filter) ? filterWords(filter, gateways, today) : ''} />
            </div>
          )}
          {log !== undefined && state !== undefined && (
            <>
              <LogList log={log} state={state} fold={fold} selected={selected} gateways={names} onSelect={onSelect} onAway={setAway} />
              {state.read && <LogEnd end={state.end} empty={state.rows.length === 0} onMore={() => void log.more()} />}
            </>
          )}
        </div>
      </div>
      {row !== undefined && (
        <HandshakePanel key={`${row.gateway}/${row.id}`} detail={detail} rows={state?.rows} onClose={() => change({ row: undefined })} />
      )}
    </div>
  );
}

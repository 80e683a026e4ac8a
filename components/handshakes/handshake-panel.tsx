'use client';
// One row explained: what happened, why, the fix, what became of it, then the connection step by step and its records.
import { clsx } from 'clsx';
import type { AftermathView, HandshakeDetail, HandshakeView } from '#lib/api/shapes.ts';
import { Failure } from '../parts/notice.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { SidePanel } from '../parts/side-panel.tsx';
import { Clock } from '../parts/time.tsx';
import { useMoment } from '../queries/console.tsx';
import { durationWords, loopWords, OUTCOMES, SEVERITIES } from './handshake-words.ts';
import { Aftermath, Connection, Facts, RawRecords, Scopes } from './panel-evidence.tsx';
import { Known, Links } from './panel-links.tsx';
import { Remedies } from './panel-remedies.tsx';
import { RequestHere } from './panel-request.tsx';
import { Section } from './panel-section.tsx';
import type { Rows } from './row-list.ts';

function Head({ row, detail }: { row: HandshakeView; detail: HandshakeDetail | undefined }) {
  const { word, tone } = OUTCOMES[row.outcome];
  const severity = detail?.diagnosis?.severity;
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-xs">
      <span className={clsx(TONE_CLASS[tone], 'font-medium text-tone')}>{word}</span>
      <span className="font-mono text-soft">
        {row.derived && '~'}
        <Clock at={row.at} precise="thousandths" />
        {row.derived && ' derived'}
      </span>
      {row.durationMs !== undefined && <span className="font-mono text-soft">{durationWords(row.durationMs)}</span>}
      {severity !== undefined && severity !== 'info' && (
        <span className={clsx(TONE_CLASS[SEVERITIES[severity].tone], 'text-tone')}>{SEVERITIES[severity].word}</span>
      )}
      {row.unsure && <span className="text-amber">The log is shared by several gateways; this may be another one's.</span>}
    </p>
  );
}

function Loop({ row, stops }: { row: HandshakeView; stops: string | undefined }) {
  const state = useMoment((nowMs) => loopWords(row, nowMs)?.state ?? 'single');
  const words = loopWords(row, 0);
  if (words === undefined) return null;
  return (
    <Section title={state === 'over' ? 'The loop, which is over' : 'The loop'}>
      <p>
        <strong className="font-semibold">{words.times}</strong>
        {words.every !== '' && `, ${words.every}`}, first at <Clock at={row.run.firstAt} />, last at <Clock at={row.at} />.
      </p>
      {stops !== undefined && stops !== '' && (
        <p>
          <span className="text-soft">What stops it:</span> {stops}
        </p>
      )}
    </Section>
  );
}

function Explained({ detail, newest }: { detail: HandshakeDetail; newest: HandshakeView }) {
  const { row, diagnosis } = detail;
  // A row of the same run that the log holds already knows better than an answer from before it.
  const again: AftermathView = { kind: 'again', at: newest.at, text: 'It was refused again in the same way.' };
  const known = newest.seq > row.seq && detail.aftermath?.kind === 'quiet' ? again : detail.aftermath;
  return (
    <>
      {diagnosis !== undefined && (
        <>
          {!diagnosis.known && (
            <p className="tone-amber border-tone bg-tone rounded-md border px-3 py-2">
              The catalogue has no entry for <code className="font-mono text-xs">{shownText(row.cause)}</code>. It is shown as the gateway
              wrote it. Please report it with the raw records below.
            </p>
          )}
          <Section title="What happened">
            <p className="break-words">{diagnosis.happened}</p>
          </Section>
          {diagnosis.why !== '' && (
            <Section title="Why">
              <p className="break-words">{diagnosis.why}</p>
            </Section>
          )}
        </>
      )}
      <Aftermath aftermath={known} />
      <RequestHere row={row} waits={detail.waits !== undefined} />
      {diagnosis !== undefined && <Remedies remedies={diagnosis.remedies} />}
      <Loop row={newest} stops={diagnosis?.stops} />
      <Scopes row={row} />
      <Connection timeline={detail.timeline} />
      <Facts facts={detail.facts} row={row} />
      <RawRecords raw={detail.raw} />
      <Links row={row} />
      {diagnosis !== undefined && <Known diagnosis={diagnosis} />}
    </>
  );
}

/** The place of what is still being read; it appears only when that takes longer than a moment. */
function Skeleton() {
  return (
    <div aria-hidden data-waiting className="grid animate-late gap-3">
      {['h-12', 'h-16', 'h-20', 'h-24'].map((height) => (
        <div key={height} className={clsx('rounded-md bg-sunken', height)} />
      ))}
    </div>
  );
}

type HandshakePanelProps = {
  detail: { data: HandshakeDetail | undefined; error: unknown };
  rows: Rows | undefined;
  onClose(): void;
};

/** The panel of one row; a sheet on a narrow screen. */
export function HandshakePanel({ detail: { data, error }, rows, onClose }: HandshakePanelProps) {
  const row = data?.row;
  // The newest attempt that the log holds knows the count of a loop that goes on.
  const head = row === undefined ? undefined : rows?.ofRun(row.run.id);
  const newest = head !== undefined && row !== undefined && head.run.count > row.run.count ? head : row;
  return (
    <SidePanel title={row === undefined ? 'Handshake' : shownText(row.title)} onClose={onClose}>
      <div className="grid gap-4" data-panel>
        {row !== undefined && <Head row={row} detail={data} />}
        <Failure error={error} />
        {data === undefined && error === null && <Skeleton />}
        {data !== undefined && newest !== undefined && <Explained detail={data} newest={newest} />}
      </div>
    </SidePanel>
  );
}

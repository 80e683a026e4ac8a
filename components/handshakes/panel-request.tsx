'use client';
// The request of this device that waits now, decided in the panel with the very control of the Requests page.
import { clsx } from 'clsx';
import { useState } from 'react';
import type { DecisionView, HandshakeView } from '#lib/api/shapes.ts';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { Clock } from '../parts/time.tsx';
import { useOverview } from '../queries/overview.ts';
import { Actions } from '../requests/actions.tsx';
import { Diff } from '../requests/diff.tsx';
import { TimeLeft } from '../requests/pressure.tsx';
import { actorWords, decisionWord } from '../requests/request-words.ts';
import { WhereFrom } from '../requests/where-from.tsx';
import { Section } from './panel-section.tsx';

function Decided({ decision }: { decision: DecisionView }) {
  const { word, tone } = decisionWord(decision);
  return (
    <Section title="Its request">
      <p role="status" className="break-words">
        <span className={clsx(TONE_CLASS[tone], 'font-medium text-tone')}>{word}</span> {actorWords(decision.actor)} at{' '}
        <Clock at={decision.answeredAt ?? decision.at} />. {decision.outcome}
      </p>
    </Section>
  );
}

/** Whether the gateway had checked the caller's key by then; before that, the device id of a row is only what the caller claims. */
const isProven = (row: HandshakeView): boolean => row.cause.startsWith('pairing-required');

/** Nothing where no request waits and none was decided since the row, nor where the device is only claimed. */
export function RequestHere({ row, waits }: { row: HandshakeView; waits: boolean }) {
  const { data } = useOverview();
  const [openedWith] = useState(row.at);
  if (row.deviceId === undefined || data === undefined || !(waits || isProven(row))) return null;
  const ofRow = (other: { gateway: string; deviceId: string }) => other.gateway === row.gateway && other.deviceId === row.deviceId;
  const request = data.requests.items.find((item) => ofRow(item) && item.requestId === row.requestId) ?? data.requests.items.find(ofRow);
  if (request === undefined) {
    const decision = data.decided.find((item) => ofRow(item) && Date.parse(item.at) >= Date.parse(openedWith));
    return decision === undefined ? null : <Decided decision={decision} />;
  }
  return (
    <Section title="It waits for a decision" aside={<TimeLeft request={request} />}>
      <div className="grid gap-2.5 rounded-md border border-hairline px-3 py-2.5" data-request={request.requestId}>
        <Diff request={request} />
        <WhereFrom origin={request.origin} />
        <Actions key={`${request.gateway}/${request.deviceId}`} request={request} />
      </div>
    </Section>
  );
}

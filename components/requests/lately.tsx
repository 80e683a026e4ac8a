'use client';
// What was decided lately: a line each, opening to the evidence it stood on.
import Link from 'next/link';
import type { NodeDecisionView } from '#lib/api/node-shapes.ts';
import type { DecisionView } from '#lib/api/shapes.ts';
import { TakeBackButton, TakenBackWord } from '../devices/taken-back.tsx';
import { NodeLine } from '../nodes/node-lately.tsx';
import { Id } from '../parts/copy.tsx';
import { ProblemNotice } from '../parts/notice.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { Clock } from '../parts/time.tsx';
import type { Expired } from './expired.ts';
import { LatelyLine } from './lately-line.tsx';
import { latelyOrder } from './lately-order.ts';
import { actorWords, decisionWord, requestName } from './request-words.ts';
import { Verdict } from './verdict.tsx';
import { WhereFrom } from './where-from.tsx';

/** A decision with its evidence and the rules' verdict at the time. */
export function DecisionDetails({ decision }: { decision: DecisionView }) {
  return (
    <div className="grid gap-2.5">
      <p className="break-words">{decision.outcome}</p>
      {decision.refusedAgainAt !== undefined && (
        <p className="text-amber">
          Refused again at <Clock at={decision.refusedAgainAt} />.
        </p>
      )}
      {decision.takenBack !== undefined && (
        <p>
          <TakenBackWord decision={decision} />
          <span className="text-soft">
            {decision.takenBack.state === 'returned' && ' after it was taken back'} at <Clock at={decision.takenBack.at} />.
            {decision.takenBack.state === 'returned' && ' The gateway let it in without anybody here; Devices shows what it holds now.'}
          </span>
        </p>
      )}
      {decision.problem !== undefined && <ProblemNotice problem={decision.problem} />}
      <WhereFrom origin={decision.origin} />
      {decision.verdict !== undefined && <Verdict verdict={decision.verdict} past />}
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
        device <Id id={decision.deviceId} what="device id" /> request <Id id={decision.requestId} what="request id" />
      </p>
      <div>
        <TakeBackButton decision={decision} name={requestName(decision)} />
      </div>
    </div>
  );
}

/** What a request added, or all that it asked where it added no scope: a machine that asks for role node wants no scopes. */
function Asked({ of: { roles, scopes, addedScopes } }: { of: Pick<DecisionView, 'roles' | 'scopes' | 'addedScopes'> }) {
  const asked = addedScopes.length > 0 ? addedScopes : scopes;
  const isNode = roles.includes('node');
  return (
    <>
      {isNode && <span className="tone-red font-mono text-xs text-tone">role node</span>}
      {(asked.length > 0 || !isNode) && <ScopeWords scopes={asked} />}
    </>
  );
}

function Line({ decision }: { decision: DecisionView }) {
  return (
    <LatelyLine
      at={decision.answeredAt ?? decision.at}
      {...decisionWord(decision)}
      name={requestName(decision)}
      deviceId={decision.deviceId}
      about={<Asked of={decision} />}
      by={
        <>
          <span className="truncate">{actorWords(decision.actor)}</span> <TakenBackWord decision={decision} />
        </>
      }
      details={<DecisionDetails decision={decision} />}
    />
  );
}

/** A request that nobody answered: there is no decision to open, only what it asked. */
function ExpiredLine({ expired: { request, atMs } }: { expired: Expired }) {
  return (
    <LatelyLine
      at={new Date(atMs).toISOString()}
      word="expired"
      tone="amber"
      name={requestName(request)}
      deviceId={request.deviceId}
      about={<Asked of={request} />}
      by={<span className="truncate">expired unanswered</span>}
    />
  );
}

type LatelyProps = {
  decided: readonly DecisionView[];
  nodes: readonly NodeDecisionView[];
  /** Decisions on nodes that are stored and cannot be read. */
  damagedNodes: number;
  expired: readonly Expired[];
};

/** Decisions on devices and nodes and what expired without one, newest first; nothing while there is neither. */
export function Lately({ decided, nodes, damagedNodes, expired }: LatelyProps) {
  const lines = latelyOrder({ decided, nodes, expired });
  if (lines.length === 0 && damagedNodes === 0) return null;
  return (
    <section aria-labelledby="lately" className="mt-6">
      <div className="flex items-baseline justify-between">
        <h2 id="lately" className="text-sm font-semibold">
          Lately
        </h2>
        <Link href="/activity" prefetch={false} className="text-xs text-soft hover:text-ink hover:underline">
          All activity
        </Link>
      </div>
      <ul className="mt-1 border-t border-hairline">
        {lines.map((line) => {
          if ('decision' in line) return <Line key={line.key} decision={line.decision} />;
          if ('node' in line) return <NodeLine key={line.key} decision={line.node} />;
          return <ExpiredLine key={line.key} expired={line.expired} />;
        })}
      </ul>
      {damagedNodes > 0 && (
        <p className="mt-1 text-amber">
          {damagedNodes === 1 ? 'A stored decision on a node is damaged' : `${damagedNodes} stored decisions on nodes are damaged`} and
          cannot be shown.
        </p>
      )}
    </section>
  );
}

'use client';
// One waiting node, top to bottom: who and what, its commands by danger, what approving means, who may, what to do.
import { clsx } from 'clsx';
import { CircleAlert, CircleCheck, CircleHelp, CircleMinus, SquareTerminal } from 'lucide-react';
import { memo, type ReactNode, useId } from 'react';
import type { CommandGroup, NodeDecisionView, NodeRequestView } from '#lib/api/node-shapes.ts';
import { Id } from '../parts/copy.tsx';
import { Notice } from '../parts/notice.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { leftWords } from '../parts/time-words.ts';
import { useMoment } from '../queries/console.tsx';
import { NodeActions } from './node-actions.tsx';
import { DANGER_TONES, gravestWords, meaning, nodeName, nodeOutcome, requiredWords } from './node-words.ts';

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-3 gap-y-0.5 sm:grid-cols-[72px_minmax(0,1fr)]">
      <h3 className="text-xs leading-5 text-soft max-sm:sr-only">{label}</h3>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

function Group({ group, holds }: { group: CommandGroup; holds: readonly string[] | undefined }) {
  const tone = DANGER_TONES[group.danger];
  return (
    <li className={clsx('grid gap-0.5', TONE_CLASS[tone])}>
      <p className={clsx('font-medium', tone === 'plain' ? 'text-ink' : 'text-tone')}>{group.title}</p>
      <ul className="flex flex-wrap gap-1.5">
        {group.commands.map((command) => {
          const held = holds?.includes(command) === true;
          return (
            <li
              key={command}
              className={clsx(
                'rounded border px-1.5 font-mono text-xs break-all',
                held ? 'border-hairline text-soft' : 'border-tone bg-tone',
              )}
            >
              {command}
              {holds !== undefined && <span className="sr-only">{held ? ', held already' : ', new'}</span>}
            </li>
          );
        })}
      </ul>
      <p className="text-xs text-soft">{group.text}</p>
    </li>
  );
}

function Left({ expiresAt }: { expiresAt: string }) {
  const words = useMoment((nowMs) => (Date.parse(expiresAt) <= nowMs ? 'time is up' : `${leftWords(Date.parse(expiresAt), nowMs)} left`));
  return (
    <span className="tabular text-xs whitespace-nowrap text-soft" title={`The gateway drops it at ${expiresAt}`}>
      {words}
    </span>
  );
}

function Outcome({ decision }: { decision: NodeDecisionView }) {
  const { tone } = nodeOutcome(decision);
  const Icon = tone === 'red' ? CircleAlert : tone === 'amber' ? CircleHelp : decision.action === 'reject' ? CircleMinus : CircleCheck;
  return (
    <p role="status" className={clsx('flex items-start gap-2', TONE_CLASS[tone])}>
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-tone" />
      <span className="min-w-0 break-words text-ink">{decision.outcome}</span>
    </p>
  );
}

type NodeCardProps = {
  request: NodeRequestView;
  decision?: NodeDecisionView | undefined;
  gone: boolean;
  /** Name the gateway, because there is more than one. */
  named: boolean;
};

/** The card; with a decision it shows what became of it in place of the buttons. */
export const NodeCard = memo(function NodeCard({ request, decision, gone, named }: NodeCardProps) {
  const titleId = useId();
  const { holds, adds } = request;
  const facts = [
    request.version === undefined ? undefined : `says version ${request.version}`,
    request.remoteIp === undefined ? undefined : `from ${request.remoteIp}`,
    named ? request.gatewayName : undefined,
  ].filter((fact) => fact !== undefined);
  return (
    <article
      id={`node-${request.nodeId}`}
      data-item
      data-node-request={request.requestId}
      tabIndex={-1}
      aria-labelledby={titleId}
      className="animate-arrive scroll-mt-16 rounded-lg border border-hairline bg-raised shadow-xs transition-opacity duration-150 focus:border-accent"
    >
      <div className="grid gap-3 px-4 py-3">
        <div className="flex items-start justify-between gap-x-4">
          <div className="min-w-0">
            <h2 id={titleId} className="text-base leading-6 break-words">
              <SquareTerminal size={16} aria-hidden className="tone-red mr-1.5 inline align-[-3px] text-tone" />
              <span className="font-semibold">{nodeName(request)}</span>
              {request.platform !== undefined && ` on ${request.platform}`}, a node, {holds === undefined ? 'offers' : 'offers more:'}{' '}
              <strong className={clsx('font-semibold', TONE_CLASS[DANGER_TONES[request.groups[0]?.danger ?? 'notice']], 'text-tone')}>
                {gravestWords(request)}
              </strong>
            </h2>
            <p className="flex flex-wrap items-center gap-x-1.5 text-xs text-soft">
              <Id id={request.nodeId} what="device id" />
              {facts.map((fact) => (
                <span key={fact}>
                  <span aria-hidden>· </span>
                  {fact}
                </span>
              ))}
            </p>
          </div>
          {!gone && request.expiresAt !== undefined && <Left expiresAt={request.expiresAt} />}
        </div>
        {!request.devicePaired && (
          <Notice kind="warn" title="No paired device with the role node has this key">
            <p className="text-soft">Name and address are what the request says of itself; nothing shows that such a machine connected.</p>
          </Notice>
        )}
        {request.deviceRequestId !== undefined && (
          <p>
            <a href={`#device-${request.nodeId}`} className="underline">
              Its pairing request
            </a>{' '}
            waits too, in the other queue: each is decided for itself.
          </p>
        )}
        <Row label="Commands">
          <ul className="grid gap-2">
            {request.groups.map((group) => (
              <Group key={group.danger} group={group} holds={holds} />
            ))}
          </ul>
          {request.groups.length === 0 && <p className="text-soft">None.</p>}
          {holds !== undefined && (
            <p className="text-xs text-soft">
              {adds.length === 0 ? 'All of these are approved already.' : `${adds.length} new; the others are approved already.`}
            </p>
          )}
        </Row>
        <Row label="Means">
          <p>{meaning(request)}</p>
          {request.regardless !== undefined && <p className="text-amber">{request.regardless}</p>}
        </Row>
        <Row label="Needs">
          <p className="text-soft">{requiredWords(request)} of whoever approves. No rule ever does.</p>
        </Row>
      </div>
      <div className="border-t border-hairline px-4 py-2.5">
        {decision !== undefined && gone ? (
          <Outcome decision={decision} />
        ) : gone ? (
          <p role="status" className="text-soft">
            It does not wait any more: it expired, was replaced, or was decided elsewhere.
          </p>
        ) : (
          <NodeActions request={request} />
        )}
      </div>
    </article>
  );
});

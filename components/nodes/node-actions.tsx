'use client';
// The buttons of a node request. An approval that gives more than a notice asks for a second press in place.
import type { NodeRequestView } from '#lib/api/node-shapes.ts';
import { listWords } from '../parts/scope-words.ts';
import { changedNodeRequest, useDecideNode } from '../queries/node-requests.ts';
import { DecideButtons } from '../requests/decide-buttons.tsx';
import { nodeName, nodeSignature } from './node-words.ts';

const WORDS = 'Approve commands';

function Gives({ who, titles }: { who: string; titles: string }) {
  return (
    <>
      This gives the gateway, on <strong className="font-semibold">{who}</strong>: <strong className="font-semibold">{titles}</strong>. It
      stays so until somebody takes it back.
    </>
  );
}

/** Approve, with a second press where it is grave, and reject. */
export function NodeActions({ request }: { request: NodeRequestView }) {
  const decide = useDecideNode();
  const who = `${nodeName(request)} ${request.nodeId.slice(0, 8)}`;
  const titles = listWords(request.groups.filter(({ danger }) => request.confirm.includes(danger)).map(({ title }) => title.toLowerCase()));
  return (
    <div className="grid gap-2">
      {request.cannotApprove !== undefined && <p className="text-amber">{request.cannotApprove} It can be rejected from here.</p>}
      <DecideButtons
        signature={nodeSignature(request)}
        words={WORDS}
        names={{ approve: `${WORDS} of ${who}`, again: `${WORDS} of ${who}: ${titles}`, reject: `Reject the commands of ${who}` }}
        grave={request.confirm.length > 0 ? <Gives who={who} titles={titles} /> : undefined}
        blocked={request.cannotApprove !== undefined}
        asking={decide.isPending ? decide.variables.action : undefined}
        onDecide={(action) => decide.mutate({ action, request })}
        refusedChange={changedNodeRequest(decide.error) !== undefined}
        error={decide.error}
      />
      {decide.data !== undefined && !['approved', 'rejected'].includes(decide.data.state) && (
        <p role="alert" className="tone-red break-words text-tone">
          {decide.data.outcome}
        </p>
      )}
    </div>
  );
}

'use client';
// The buttons of a node request. An approval that gives more than a notice asks for a second press in place.
import { type KeyboardEvent, useState } from 'react';
import type { NodeRequestView } from '#lib/api/node-shapes.ts';
import { Needs } from '../operators/needs.tsx';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { listWords } from '../parts/scope-words.ts';
import { changedNodeRequest, useDecideNode } from '../queries/node-requests.ts';
import { usePressGuard } from '../requests/actions.tsx';
import { nodeName, nodeSignature } from './node-words.ts';

/** Approve, with a second press where it is grave, and reject. */
export function NodeActions({ request }: { request: NodeRequestView }) {
  const decide = useDecideNode();
  const signature = nodeSignature(request);
  const guard = usePressGuard(signature);
  const [armedFor, setArmedFor] = useState<string>();
  const armed = armedFor === signature;
  const who = `${nodeName(request)} ${request.nodeId.slice(0, 8)}`;
  const titles = listWords(request.groups.filter(({ danger }) => request.confirm.includes(danger)).map(({ title }) => title.toLowerCase()));
  const words = 'Approve commands';
  const act = (action: 'approve' | 'reject', button: HTMLElement) => {
    // The buttons go with the decision; the focus stays with the card, so that `j` and `k` go on from there.
    button.closest<HTMLElement>('[data-item]')?.focus({ preventScroll: true });
    decide.mutate({ action, request });
  };
  const stepBack = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setArmedFor(undefined);
      event.preventDefault();
    }
    // A key held down since the first press is not a second press.
    if (event.repeat) event.preventDefault();
  };
  const refusedChange = changedNodeRequest(decide.error) !== undefined;
  return (
    <div className="grid gap-2">
      {guard.changed && (
        <p role="status" className="text-amber">
          It asks for something else than when this card appeared. Read it again.
        </p>
      )}
      {request.cannotApprove !== undefined && <p className="text-amber">{request.cannotApprove} It can be rejected from here.</p>}
      <Needs right="approver" told>
        {armed ? (
          <div className="tone-red border-tone bg-tone grid gap-2 rounded-md border px-3 py-2.5">
            <p role="status">
              This gives the gateway, on <strong className="font-semibold">{who}</strong>:{' '}
              <strong className="font-semibold">{titles}</strong>. It stays so until somebody takes it back.
            </p>
            <div className="flex flex-wrap gap-2">
              <Button
                weight="danger"
                data-action="approve"
                autoFocus
                disabled={decide.isPending}
                onKeyDown={stepBack}
                aria-label={`Press again: ${words} of ${who}: ${titles}`}
                onClick={(event) => {
                  // The second click of a double click is not a second decision.
                  if (event.detail > 1 || guard.tooSoon(event.timeStamp)) return;
                  act('approve', event.currentTarget);
                }}
              >
                {decide.isPending ? 'Asking the gateway' : `Press again: ${words}`}
              </Button>
              <Button weight="quiet" onKeyDown={stepBack} onClick={() => setArmedFor(undefined)}>
                Not now
              </Button>
            </div>
          </div>
        ) : (
          <div className="flex flex-wrap items-center gap-2">
            <Button
              weight="main"
              data-action="approve"
              aria-keyshortcuts="a"
              disabled={decide.isPending || request.cannotApprove !== undefined}
              aria-label={`${words} of ${who}`}
              onClick={(event) => {
                if (guard.tooSoon(event.timeStamp)) return;
                if (request.confirm.length > 0) setArmedFor(signature);
                else act('approve', event.currentTarget);
              }}
            >
              {decide.isPending && decide.variables.action === 'approve' ? 'Asking the gateway' : words}
            </Button>
            <Button
              data-action="reject"
              aria-keyshortcuts="r"
              disabled={decide.isPending}
              aria-label={`Reject the commands of ${who}`}
              onClick={(event) => act('reject', event.currentTarget)}
            >
              {decide.isPending && decide.variables.action === 'reject' ? 'Asking the gateway' : 'Reject'}
            </Button>
          </div>
        )}
      </Needs>
      {decide.data !== undefined && !['approved', 'rejected'].includes(decide.data.state) && (
        <p role="alert" className="tone-red break-words text-tone">
          {decide.data.outcome}
        </p>
      )}
      {!refusedChange && <Failure error={decide.error} />}
      {refusedChange && (
        <p role="alert" className="text-amber">
          Nothing was decided: the node asks for something else than you saw. This card shows its new state.{' '}
          <code className="font-mono text-2xs">request-changed</code>
        </p>
      )}
    </div>
  );
}

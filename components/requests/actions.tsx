'use client';
// The buttons of a request, named by consequence. What gives admin, pairing or node commands asks for a second press in place.
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { RequestView } from '#lib/api/shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Needs } from '../operators/needs.tsx';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { scopeList } from '../parts/scope-words.ts';
import { changedRequest, useDecide } from '../queries/decide.ts';
import { approveWords, requestName, requestSignature } from './request-words.ts';

/** A press this soon after the card changed was aimed at what stood there before, ms. */
const TOO_SOON_MS = 700;

/** The buttons go with the decision; the focus stays with the card, so that `j` and `k` go on from there. */
function keepFocus(button: HTMLElement): void {
  button.closest<HTMLElement>('[data-item]')?.focus({ preventScroll: true });
}

/** Whether what a card shows changed since it appeared, and whether a press came too soon after that to be meant for it. */
export function usePressGuard(signature: string): { changed: boolean; tooSoon(atMs: number): boolean } {
  const first = useRef(signature);
  const last = useRef({ signature, atMs: 0 });
  useEffect(() => {
    if (last.current.signature !== signature) last.current = { signature, atMs: performance.now() };
  }, [signature]);
  return {
    changed: first.current !== signature,
    tooSoon: (atMs) => last.current.atMs > 0 && atMs - last.current.atMs < TOO_SOON_MS,
  };
}

type ActionsProps = { request: RequestView; onMakeRule?: (() => void) | undefined; onWindow?: (() => void) | undefined };

/** `onMakeRule` opens the rule form, `onWindow` that of a permit window; each absent where it could never cover the request. */
export function Actions({ request, onMakeRule, onWindow }: ActionsProps) {
  const decide = useDecide();
  const signature = requestSignature(request);
  const guard = usePressGuard(signature);
  const [armedFor, setArmedFor] = useState<string>();
  const armed = armedFor === signature;
  const words = approveWords(request);
  const who = `${requestName(request)} ${request.deviceId.slice(0, 8)}`;
  const wish = [
    ...(request.roles.includes('node') ? ['role node'] : []),
    ...(request.scopes.length > 0 ? [scopeList(request.scopes)] : []),
  ];
  const full = `${wish.join(', ') || 'no scopes'}, for ${who}`;
  const approve = (button: HTMLElement) => {
    keepFocus(button);
    decide.mutate({ action: 'approve', request, confirm: request.needsConfirm });
  };
  const stepBack = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setArmedFor(undefined);
      // It steps back; it does not close the panel around it as well.
      event.preventDefault();
    }
    // A key held down since the first press is not a second press.
    if (event.repeat) event.preventDefault();
  };
  const refusedChange = changedRequest(decide.error) !== undefined;
  return (
    <Needs right="approver" told>
      <div className="grid gap-2">
        {guard.changed && (
          <p role="status" className="text-amber">
            It asks for something else than when this card appeared. Read it again.
          </p>
        )}
        {armed ? (
          <div className="tone-red border-tone bg-tone grid gap-2 rounded-md border px-3 py-2.5">
            <p role="status">
              This gives <strong className="font-semibold">{who}</strong> {request.roles.includes('node') && 'the role node and '}
              <strong className="font-semibold">
                {scopeList(request.addedScopes.length > 0 ? request.addedScopes : request.needsConfirm)}
              </strong>
              . It keeps that until somebody takes it back.
            </p>
            <div className="flex flex-wrap gap-2">
              <Button
                weight="danger"
                data-action="approve"
                autoFocus
                disabled={decide.isPending}
                onKeyDown={stepBack}
                aria-label={`Press again: ${words}. ${full}`}
                onClick={(event) => {
                  // The second click of a double click is not a second decision.
                  if (event.detail > 1 || guard.tooSoon(event.timeStamp)) return;
                  approve(event.currentTarget);
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
              disabled={decide.isPending || request.stuck}
              aria-label={`${words}: ${full}`}
              onClick={(event) => {
                if (guard.tooSoon(event.timeStamp)) return;
                if (request.needsConfirm.length > 0) setArmedFor(signature);
                else approve(event.currentTarget);
              }}
            >
              {decide.isPending && decide.variables.action === 'approve' ? 'Asking the gateway' : words}
            </Button>
            <Button
              data-action="reject"
              aria-keyshortcuts="r"
              disabled={decide.isPending}
              aria-label={`Reject: ${full}`}
              onClick={(event) => {
                keepFocus(event.currentTarget);
                decide.mutate({ action: 'reject', request });
              }}
            >
              {decide.isPending && decide.variables.action === 'reject' ? 'Asking the gateway' : 'Reject'}
            </Button>
            {onMakeRule !== undefined && (
              <ActButton
                needs="admin"
                weight="quiet"
                disabled={decide.isPending}
                aria-label={`Approve and make a rule: ${full}`}
                onClick={onMakeRule}
              >
                Approve and make a rule
              </ActButton>
            )}
            {onWindow !== undefined && (
              <Button weight="quiet" disabled={decide.isPending} aria-label={`Open a window for ${who}`} onClick={onWindow}>
                Open a window
              </Button>
            )}
          </div>
        )}
        {!refusedChange && <Failure error={decide.error} />}
        {refusedChange && (
          <p role="alert" className="text-amber">
            Nothing was decided: the request is not what you saw. This card shows its new state.{' '}
            <code className="font-mono text-2xs">request-changed</code>
          </p>
        )}
      </div>
    </Needs>
  );
}

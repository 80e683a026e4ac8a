'use client';
// The two presses that every card that waits ends with, of devices and of nodes. What is grave asks for a second press in place.
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Needs } from '../operators/needs.tsx';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';

/** A press this soon after the card changed was aimed at what stood there before, ms. */
const TOO_SOON_MS = 700;

/** Whether what a card shows changed since it appeared, and whether a press came too soon after that to be meant for it. */
function usePressGuard(signature: string): { changed: boolean; tooSoon(atMs: number): boolean } {
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

type Deciding = 'approve' | 'reject';

type DecideProps = {
  /** What of the request makes another request of it: a press is meant for this. */
  signature: string;
  /** What approving is called on its button. */
  words: string;
  /** The whole names of the buttons, with who and what. */
  names: { approve: string; again: string; reject: string };
  /** What an approval gives, where it asks for a second press. */
  grave: ReactNode;
  /** The gateway would not take an approval. */
  blocked: boolean;
  /** What the gateway is asked now. */
  asking: Deciding | undefined;
  onDecide(action: Deciding): void;
  /** The decision was refused because the request changed since it was shown. */
  refusedChange: boolean;
  error: unknown;
  /** Further presses beside the two. */
  children?: ReactNode;
};

const ASKING = 'Asking the gateway';

/** The buttons, with what became of a press that decided nothing. */
export function DecideButtons(props: DecideProps) {
  const { signature, words, names, grave, blocked, asking, onDecide, refusedChange, error, children } = props;
  const guard = usePressGuard(signature);
  const [armedFor, setArmedFor] = useState<string>();
  const armed = armedFor === signature;
  const decide = (action: Deciding, button: HTMLElement) => {
    // The buttons go with the decision; the focus stays with the card, so that `j` and `k` go on from there.
    button.closest<HTMLElement>('[data-item]')?.focus({ preventScroll: true });
    onDecide(action);
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
  return (
    <div className="grid gap-2">
      {guard.changed && (
        <p role="status" className="text-amber">
          It asks for something else than when this card appeared. Read it again.
        </p>
      )}
      <Needs right="approver" told>
        {armed ? (
          <div className="tone-red border-tone bg-tone grid gap-2 rounded-md border px-3 py-2.5">
            <p role="status">{grave}</p>
            <div className="flex flex-wrap gap-2">
              <Button
                weight="danger"
                data-action="approve"
                autoFocus
                disabled={asking !== undefined}
                onKeyDown={stepBack}
                aria-label={`Press again: ${names.again}`}
                onClick={(event) => {
                  // The second click of a double click is not a second decision.
                  if (event.detail > 1 || guard.tooSoon(event.timeStamp)) return;
                  decide('approve', event.currentTarget);
                }}
              >
                {asking !== undefined ? ASKING : `Press again: ${words}`}
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
              disabled={asking !== undefined || blocked}
              aria-label={names.approve}
              onClick={(event) => {
                if (guard.tooSoon(event.timeStamp)) return;
                if (grave !== undefined) setArmedFor(signature);
                else decide('approve', event.currentTarget);
              }}
            >
              {asking === 'approve' ? ASKING : words}
            </Button>
            <Button
              data-action="reject"
              aria-keyshortcuts="r"
              disabled={asking !== undefined}
              aria-label={names.reject}
              onClick={(event) => decide('reject', event.currentTarget)}
            >
              {asking === 'reject' ? ASKING : 'Reject'}
            </Button>
            {children}
          </div>
        )}
      </Needs>
      {!refusedChange && <Failure error={error} />}
      {refusedChange && (
        <p role="alert" className="text-amber">
          Nothing was decided: it asks for something else than you saw. This card shows its new state.{' '}
          <code className="font-mono text-2xs">request-changed</code>
        </p>
      )}
    </div>
  );
}

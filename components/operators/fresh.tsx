'use client';
// Runs a change that needs a fresh sign-in: tries it, asks who is here when the console wants to know, and tries it again.
import { type ReactNode, useState } from 'react';
import { ApiProblem } from '../queries/api.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

type Change<In, Out> = {
  mutate: (change: In, on?: { onSuccess?: (out: Out) => void }) => void;
  error: unknown;
  isPending: boolean;
  reset: () => void;
};

const isStale = (error: unknown) => error instanceof ApiProblem && error.view.code === 'sign-in-not-fresh';

/** `run` starts it; `dialog` must stand somewhere on the page; `error` is what is left to show. */
export function useFresh<In, Out>(change: Change<In, Out>, onDone?: (out: Out) => void) {
  const [meant, setMeant] = useState<{ change: In }>();
  const run = (wanted: In) => {
    setMeant({ change: wanted });
    change.mutate(wanted, {
      onSuccess: (out) => {
        setMeant(undefined);
        onDone?.(out);
      },
    });
  };
  const asks = meant !== undefined && isStale(change.error);
  const dialog: ReactNode = asks ? (
    <ConfirmDialog
      onClose={() => {
        setMeant(undefined);
        change.reset();
      }}
      onConfirmed={() => run(meant.change)}
    />
  ) : null;
  return { run, dialog, error: asks || isStale(change.error) ? null : change.error, isPending: change.isPending, reset: change.reset };
}

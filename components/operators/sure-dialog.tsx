'use client';
// Asked before something is taken away for good: what follows stands there to be read, and staying as it is comes first.
import type { ReactNode } from 'react';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/notice.tsx';

type SureDialogProps = {
  title: string;
  /** What the button that does it says. */
  act: string;
  busy: boolean;
  error: unknown;
  /** What follows. */
  children: ReactNode;
  onKeep(): void;
  onSure(): void;
};

/** `onSure` does it; the dialog stays until whoever opened it takes it away, so that a refusal can be read. */
export function SureDialog({ title, act, busy, error, children, onKeep, onSure }: SureDialogProps) {
  return (
    <Dialog title={title} onClose={onKeep}>
      <div className="grid gap-4 p-4">
        <div className="grid gap-2">{children}</div>
        <Failure error={error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button data-first onClick={onKeep}>
            Keep
          </Button>
          <Button weight="danger" disabled={busy} onClick={onSure}>
            {busy ? 'Removing' : act}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

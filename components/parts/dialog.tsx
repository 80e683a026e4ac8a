'use client';
// A modal dialog on the browser's own <dialog>: focus stays inside, Escape closes, focus goes back where it was.
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './button.tsx';

type DialogProps = {
  title: string;
  onClose(): void;
  children: ReactNode;
  /** `centre` for questions and forms, `sheet` for details on a small screen, `top` for the command palette. */
  place?: 'centre' | 'sheet' | 'top';
  /** The title is read aloud only. */
  silentTitle?: boolean;
  wide?: boolean;
  /** Something was entered that closing would lose: Escape, the close button and a press outside ask first. */
  unsaved?: boolean;
};

const PLACES = {
  centre: 'm-auto max-h-[calc(100dvh-3rem)] w-[calc(100vw-2rem)] rounded-xl',
  sheet:
    'mt-auto mb-0 ml-auto mr-auto max-h-[85dvh] w-full max-w-full rounded-t-xl sm:mr-0 sm:my-0 sm:h-dvh sm:max-h-dvh sm:w-[440px] sm:rounded-none',
  top: 'mx-auto mt-[12vh] mb-auto max-h-[70vh] w-[calc(100vw-2rem)] rounded-xl',
};

/** In the dialog itself, so that what would be lost stays in sight. Escape keeps it. */
function AskBeforeLeaving({ onKeep, onLeave }: { onKeep(): void; onLeave(): void }) {
  return (
    <div role="alertdialog" aria-label="Leave without saving?" className="border-b border-hairline bg-sunken px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1">
          <span className="font-medium">Leave without saving?</span> <span className="text-soft">What you entered is lost.</span>
        </p>
        <Button small autoFocus onClick={onKeep}>
          Keep editing
        </Button>
        <Button small weight="quiet" onClick={onLeave}>
          Leave
        </Button>
      </div>
    </div>
  );
}

/** Opens when it mounts, with the focus on what is marked data-first; `onClose` is called once, by Escape, the close button or a press outside. */
export function Dialog({ title, onClose, children, place = 'centre', silentTitle = false, wide = false, unsaved = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [asking, setAsking] = useState(false);
  const leave = () => (unsaved ? setAsking(true) : dialog.current?.close());
  // Taken here and not at the browser's own request to close, which it lets a page refuse only once.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !unsaved) return;
    // A question that stands over this dialog closes alone.
    if (!(event.target instanceof Element) || event.target.closest('dialog') !== dialog.current) return;
    event.preventDefault();
    setAsking(!asking);
  };
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null || element.open) return;
    element.showModal();
    // The browser would choose the close button.
    element.querySelector<HTMLElement>('[data-first]')?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={(event) => {
        // The end of a question that stands over this dialog comes by here, too.
        if (event.target === event.currentTarget) onClose();
      }}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) leave();
      }}
      className={clsx(
        'animate-arrive flex-col overflow-hidden border border-edge bg-raised p-0 shadow-xl open:flex',
        PLACES[place],
        place !== 'sheet' && (wide ? 'max-w-[720px]' : 'max-w-[520px]'),
      )}
    >
      <header
        className={clsx('flex h-12 shrink-0 items-center justify-between border-b border-hairline pr-2 pl-4', silentTitle && 'sr-only')}
      >
        <h2 id={titleId} className="text-base font-semibold">
          {title}
        </h2>
        <button
          type="button"
          aria-label="Close"
          tabIndex={silentTitle ? -1 : undefined}
          onClick={leave}
          className="grid size-8 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      {asking && unsaved && <AskBeforeLeaving onKeep={() => setAsking(false)} onLeave={() => dialog.current?.close()} />}
      {/* Positioned, so that what is only read aloud scrolls with it instead of making it longer. */}
      <div className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>
    </dialog>
  );
}

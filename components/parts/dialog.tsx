'use client';
// A modal dialog on the browser's own <dialog>: focus stays inside, Escape closes, focus goes back where it was.
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

type DialogProps = {
  title: string;
  onClose(): void;
  children: ReactNode;
  /** `centre` for questions and forms, `sheet` for details on a small screen, `top` for the command palette. */
  place?: 'centre' | 'sheet' | 'top';
  /** The title is read aloud only. */
  silentTitle?: boolean;
  wide?: boolean;
};

const PLACES = {
  centre: 'm-auto max-h-[calc(100dvh-3rem)] w-[calc(100vw-2rem)] rounded-xl',
  sheet:
    'mt-auto mb-0 ml-auto mr-auto max-h-[85dvh] w-full max-w-full rounded-t-xl sm:mr-0 sm:my-0 sm:h-dvh sm:max-h-dvh sm:w-[440px] sm:rounded-none',
  top: 'mx-auto mt-[12vh] mb-auto max-h-[70vh] w-[calc(100vw-2rem)] rounded-xl',
};

/** Opens when it mounts, with the focus on what is marked data-first; `onClose` is called once, by Escape, the close button or a press outside. */
export function Dialog({ title, onClose, children, place = 'centre', silentTitle = false, wide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
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
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
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
          onClick={() => dialog.current?.close()}
          className="grid size-8 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>
    </dialog>
  );
}

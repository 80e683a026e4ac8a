'use client';
// Details of the selected row: beside the list on a wide screen, a sheet over it on a narrow one.
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { Dialog } from './dialog.tsx';

const WIDE = '(min-width: 1200px)';

function onMedia(query: string) {
  return (listener: () => void) => {
    const media = window.matchMedia(query);
    media.addEventListener('change', listener);
    return () => media.removeEventListener('change', listener);
  };
}
const onWide = onMedia(WIDE);
const onNarrow = onMedia('(max-width: 639px)');

/** Whether lists have room for a panel beside them. */
export function useWide(): boolean {
  return useSyncExternalStore(
    onWide,
    () => window.matchMedia(WIDE).matches,
    () => true,
  );
}

/** Whether this is a phone, or a window as narrow as one. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    onNarrow,
    () => window.matchMedia('(max-width: 639px)').matches,
    () => false,
  );
}

/** Escape closes, unless something that is open in front of the panel took it. */
function useEscape(onClose: () => void): void {
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  }, [onClose]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      close.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** The panel; mounted while a row is selected. */
export function SidePanel({ title, onClose, children }: { title: string; onClose(): void; children: ReactNode }) {
  const wide = useWide();
  useEscape(onClose);
  if (!wide) {
    return (
      <Dialog title={title} onClose={onClose} place="sheet">
        <div className="p-4">{children}</div>
      </Dialog>
    );
  }
  return (
    <aside
      aria-label={title}
      className="sticky top-11 h-[calc(100dvh-44px)] w-[400px] shrink-0 animate-arrive overflow-y-auto border-l border-hairline bg-raised"
    >
      <header className="flex items-center justify-between py-2 pr-2 pl-4">
        <h2 className="text-base font-semibold">{title}</h2>
        <button
          type="button"
          aria-label="Close details"
          onClick={onClose}
          className="grid size-8 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <div className="px-4 pb-6">{children}</div>
    </aside>
  );
}

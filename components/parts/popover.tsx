'use client';
// A small panel under the thing that opens it. Closes on Escape, on a press elsewhere and when focus leaves; focus goes back.
import { clsx } from 'clsx';
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';

const EDGE_PX = 8;

type PopoverProps = {
  /** What stands in the button. */
  label: ReactNode;
  children: ReactNode;
  buttonClass?: string;
  panelClass?: string;
  align?: 'start' | 'end';
  /** Lets a keyboard shortcut find the button. */
  action?: string;
};

/** A button that opens `children` in a panel below itself. */
export function Popover({ label, children, buttonClass, panelClass, align = 'start', action }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLSpanElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const element = panel.current;
    if (!open || element === null) return;
    // Near the edge of a small screen the panel moves back inside.
    const place = () => {
      element.style.translate = '';
      const { left, right } = element.getBoundingClientRect();
      const shift = Math.min(0, document.documentElement.clientWidth - EDGE_PX - right) + Math.max(0, EDGE_PX - left);
      if (shift !== 0) element.style.translate = `${shift}px 0`;
    };
    place();
    window.addEventListener('resize', place);
    return () => window.removeEventListener('resize', place);
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const onElsewhere = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', onElsewhere);
    document.addEventListener('focusin', onElsewhere);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onElsewhere);
      document.removeEventListener('focusin', onElsewhere);
      document.removeEventListener('keydown', onKey, true);
    };
  }, [open]);
  return (
    <span ref={root} className="relative inline-flex">
      <button
        ref={button}
        type="button"
        className={buttonClass}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-action={action}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <span
          ref={panel}
          id={id}
          className={clsx(
            'absolute top-full z-30 mt-1.5 block w-72 max-w-[calc(100vw-2rem)] animate-arrive rounded-lg border border-edge bg-raised p-3 text-left text-sm font-normal whitespace-normal text-ink shadow-lg',
            align === 'end' ? 'right-0' : 'left-0',
            panelClass,
          )}
        >
          {children}
        </span>
      )}
    </span>
  );
}

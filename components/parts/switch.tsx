'use client';
// An on/off switch that says its state to everyone.
import { clsx } from 'clsx';

/** `name` is read aloud; the visible label stands beside it. */
export function Switch({
  on,
  name,
  disabled = false,
  onChange,
}: {
  on: boolean;
  name: string;
  disabled?: boolean;
  onChange(on: boolean): void;
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={name}
      disabled={disabled}
      onClick={() => onChange(!on)}
      className={clsx(
        'relative h-5 w-9 shrink-0 rounded-full border transition-colors duration-150 disabled:opacity-55',
        on ? 'border-transparent bg-good' : 'border-edge bg-sunken',
      )}
    >
      <span
        aria-hidden
        className={clsx(
          'absolute top-[2px] size-3.5 rounded-full transition-transform duration-150',
          on ? 'translate-x-[18px] bg-paper' : 'translate-x-[3px] bg-soft',
          'left-0',
        )}
      />
    </button>
  );
}

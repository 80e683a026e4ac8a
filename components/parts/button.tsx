// Buttons in four weights: the one thing to do, a thing to do, a quiet one, and one that takes away or gives much.
import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

export type Weight = 'main' | 'plain' | 'quiet' | 'danger';

const WEIGHTS: Record<Weight, string> = {
  main: 'border-transparent bg-ink text-paper hover:bg-ink/85',
  plain: 'border-edge bg-raised text-ink hover:bg-sunken',
  quiet: 'border-transparent text-soft hover:bg-sunken hover:text-ink',
  danger: 'border-transparent bg-red text-paper hover:bg-red/85',
};

/** A button of 32 px, or 28 px with `small`. */
export function Button({
  weight = 'plain',
  small = false,
  className,
  ...rest
}: ComponentProps<'button'> & { weight?: Weight; small?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      className={clsx(
        'inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors duration-150',
        'disabled:cursor-not-allowed disabled:opacity-55',
        small ? 'h-7 px-2 text-xs' : 'h-8 px-3 text-sm',
        WEIGHTS[weight],
        className,
      )}
    />
  );
}

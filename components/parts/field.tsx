// Inputs of one look.
import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

const LOOK = 'h-8 rounded-md border border-edge bg-raised px-2 text-sm text-ink placeholder:text-soft disabled:opacity-55 max-sm:text-base';

/** A one-line input. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={clsx(LOOK, className)} />;
}

/** A choice from a short list. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={clsx(LOOK, 'pr-1', className)} />;
}

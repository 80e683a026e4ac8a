// Inputs of one look.
import { clsx } from 'clsx';
import { type ComponentProps, useId } from 'react';

const LOOK = 'h-8 rounded-md border border-edge bg-raised px-2 text-sm text-ink placeholder:text-soft disabled:opacity-55 max-sm:text-base';

/** A one-line input. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={clsx(LOOK, className)} />;
}

/** A choice from a short list. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={clsx(LOOK, 'pr-1', className)} />;
}

/** A one-line input under its name. */
export function Field({ label, ...rest }: ComponentProps<'input'> & { label: string }) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-soft">
        {label}
      </label>
      <Input id={id} {...rest} />
    </div>
  );
}

'use client';
// A button for what needs a right. Who lacks it sees the button and why it does nothing; the console refuses in any case.
import { type ComponentProps, useId } from 'react';
import type { Right } from '#lib/auth/rights.ts';
import { Button } from '../parts/button.tsx';
import { useMe } from '../queries/me.ts';
import { lacks } from './lacks.ts';
import { lacksWords } from './rights-words.ts';

/** While it is not known who is signed in, it works: the console decides. */
export function ActButton({ needs, disabled = false, children, ...rest }: ComponentProps<typeof Button> & { needs: Right }) {
  const id = useId();
  const me = useMe();
  if (!lacks(me, needs))
    return (
      <Button disabled={disabled} {...rest}>
        {children}
      </Button>
    );
  return (
    <>
      <Button {...rest} disabled aria-describedby={id} title={lacksWords(needs)}>
        {children}
      </Button>
      <span id={id} className="sr-only">
        {lacksWords(needs)}
      </span>
    </>
  );
}

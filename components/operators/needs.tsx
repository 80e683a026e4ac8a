'use client';
// Everything below it needs a right. Who lacks it sees what there is, cannot press it, and is told why; the console refuses in any case.
import { type ReactNode, useId } from 'react';
import type { Right } from '#lib/auth/rights.ts';
import { useMe } from '../queries/me.ts';
import { lacks } from './lacks.ts';
import { lacksWords } from './rights-words.ts';

/** While it is not known who is signed in, everything works. `told` says the reason in plain sight, else it is read aloud. */
export function Needs({ right, told = false, children }: { right: Right; told?: boolean; children: ReactNode }) {
  const id = useId();
  const me = useMe();
  if (!lacks(me, right)) return children;
  return (
    <fieldset disabled aria-describedby={id} title={lacksWords(right)} className="contents">
      {children}
      <span id={id} className={told ? 'text-xs text-soft' : 'sr-only'}>
        {lacksWords(right)}
      </span>
    </fieldset>
  );
}

'use client';
// On a phone, where there is no rail: who is signed in, the operators, the theme, and the way out.
import { CircleUser, LogOut, Users } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { rightsWords } from '../operators/rights-words.ts';
import { Popover } from '../parts/popover.tsx';
import { useConsole } from '../queries/console.tsx';
import { useMe } from '../queries/me.ts';
import { signOut } from '../queries/sign-out.ts';
import { currentTheme, setTheme, THEMES, type Theme } from './theme.ts';

const ROW = 'flex h-10 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-sunken';

/** The themes side by side; the one that is shown is pressed. */
function ThemeChoice() {
  const [theme, show] = useState<Theme>(currentTheme);
  return (
    <fieldset className="grid gap-1 px-2 py-1.5">
      <legend className="text-xs text-soft">Theme</legend>
      <span className="flex gap-1">
        {THEMES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === theme}
            onClick={() => {
              setTheme(one);
              show(one);
            }}
            className="h-8 flex-1 rounded-md border border-edge text-xs capitalize aria-pressed:bg-ink aria-pressed:text-paper"
          >
            {one}
          </button>
        ))}
      </span>
    </fieldset>
  );
}

/** A button with a person on it; opens to what the foot of the rail has elsewhere. */
export function AccountMenu() {
  const me = useMe();
  // Another page closes it.
  const here = usePathname();
  const { api } = useConsole();
  return (
    <span className="sm:hidden">
      <Popover
        key={here}
        align="end"
        panelClass="w-60 p-1.5"
        buttonClass="inline-flex h-7 items-center rounded-md border border-hairline px-2 text-soft hover:bg-sunken hover:text-ink"
        label={
          <>
            <CircleUser size={14} aria-hidden />
            <span className="sr-only">You and this console</span>
          </>
        }
      >
        <span className="block px-2 py-1.5 text-xs break-words text-soft">
          {me === undefined ? 'Signed in' : `${me.name}, ${rightsWords(me.rights)}`}
        </span>
        <Link href="/operators" prefetch={false} className={ROW}>
          <Users size={15} aria-hidden className="text-soft" /> Operators
        </Link>
        <ThemeChoice />
        <button type="button" onClick={() => void signOut(api)} className={ROW}>
          <LogOut size={15} aria-hidden className="text-soft" /> Sign out
        </button>
      </Popover>
    </span>
  );
}

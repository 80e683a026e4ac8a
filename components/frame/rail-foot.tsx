'use client';
// At the foot of the rail: the operators and who of them is signed in, theme, keys, sign out. On a phone a menu in the top bar has them.
import { clsx } from 'clsx';
import { CircleUser, Keyboard, LogOut, type LucideIcon, SunMoon } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { rightsWords } from '../operators/rights-words.ts';
import { useConsole } from '../queries/console.tsx';
import { useMe } from '../queries/me.ts';
import { signOut } from '../queries/sign-out.ts';
import { currentTheme, setTheme, THEMES } from './theme.ts';

function FootButton({ name, Icon, onPress }: { name: string; Icon: LucideIcon; onPress(): void }) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      onClick={onPress}
      className="grid size-8 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}

/** Leads to the operators; the word, and the name of who is signed in, stand beside the sign where there is room. */
function Account() {
  const me = useMe();
  const here = usePathname();
  const current = here.startsWith('/operators');
  return (
    <Link
      href="/operators"
      prefetch={false}
      aria-current={current ? 'page' : undefined}
      title={me === undefined ? 'Operators' : `${me.name}, ${rightsWords(me.rights)}: operators, sessions and tokens`}
      className={clsx(
        'flex h-8 min-w-0 items-center gap-2.5 rounded-md text-sm max-lg:w-8 max-lg:justify-center lg:px-2',
        current ? 'bg-sunken font-medium text-ink' : 'text-soft hover:bg-sunken hover:text-ink',
      )}
    >
      <CircleUser size={16} aria-hidden className="shrink-0" />
      <span className="max-lg:sr-only">Operators</span>
      {me !== undefined && <span className="ml-auto min-w-0 truncate text-xs text-soft max-lg:sr-only">{me.name}</span>}
    </Link>
  );
}

/** `onHelp` opens the list of keys. */
export function RailFoot({ onHelp }: { onHelp(): void }) {
  const { api } = useConsole();
  const nextTheme = () => setTheme(THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length] ?? 'system');
  return (
    <div className="mt-auto grid gap-1 p-2 max-lg:justify-items-center max-sm:hidden">
      <Account />
      <div className="flex gap-1 max-lg:flex-col">
        <FootButton name="Change theme: system, light, dark" Icon={SunMoon} onPress={nextTheme} />
        <FootButton name="Keys" Icon={Keyboard} onPress={onHelp} />
        <FootButton name="Sign out" Icon={LogOut} onPress={() => void signOut(api)} />
      </div>
    </div>
  );
}

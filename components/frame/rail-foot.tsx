'use client';
// At the foot of the rail: theme, keys, sign out. On a phone the command palette has them.
import { Keyboard, LogOut, type LucideIcon, SunMoon } from 'lucide-react';
import { useConsole } from '../queries/console.tsx';
import { signOut } from '../queries/session.ts';
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

/** `onHelp` opens the list of keys. */
export function RailFoot({ onHelp }: { onHelp(): void }) {
  const { api } = useConsole();
  const nextTheme = () => setTheme(THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length] ?? 'system');
  return (
    <div className="mt-auto flex gap-1 p-3 max-lg:flex-col max-lg:items-center max-sm:hidden lg:px-2.5">
      <FootButton name="Change theme: system, light, dark" Icon={SunMoon} onPress={nextTheme} />
      <FootButton name="Keys" Icon={Keyboard} onPress={onHelp} />
      <FootButton name="Sign out" Icon={LogOut} onPress={() => void signOut(api)} />
    </div>
  );
}

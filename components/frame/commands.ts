// What the command palette offers: pages, waiting requests, automation, theme, keys, sign out, each with the right that it needs.
import { useRouter } from 'next/navigation';
import type { Right } from '#lib/auth/rights.ts';
import { useConsole } from '../queries/console.tsx';
import { useOverview } from '../queries/overview.ts';
import { useAutomation } from '../queries/rules.ts';
import { signOut } from '../queries/sign-out.ts';
import { requestName } from '../requests/request-words.ts';
import { automationCommands } from './automation-words.ts';
import { PLACES } from './places.ts';
import { setTheme, THEMES } from './theme.ts';
import { THEME_WORDS } from './theme-words.ts';

export type Openers = { onHelp(): void; onWindow(): void };

/** `needs` is the right without which the console refuses. `run` is done in this browser at once; `send` asks the console and may fail. */
export type CommandEntry = { id: string; word: string; hint: string; needs?: Right } & ({ run(): void } | { send(): Promise<unknown> });

/** All commands of this moment, for whoever looks: those without the right are among them and say so. */
export function useCommands({ onHelp, onWindow }: Openers): CommandEntry[] {
  const router = useRouter();
  const { api } = useConsole();
  const { data } = useOverview();
  const automation = useAutomation();
  const switches = (data === undefined ? [] : automationCommands(data.automation)).map((command): CommandEntry => {
    const { id, word } = command;
    if ('leadsTo' in command) return { id, word, hint: 'rules', run: () => router.push(command.leadsTo) };
    const { set } = command;
    return { id, word, hint: 'rules', needs: set ? 'admin' : 'approver', send: () => automation.mutateAsync(set) };
  });
  return [
    ...(data?.requests.items ?? []).map((request) => ({
      id: `request-${request.gateway}-${request.deviceId}`,
      word: `${requestName(request)} ${request.deviceId.slice(0, 8)}`,
      hint: 'waiting request',
      run: () => {
        const card = document.getElementById(`device-${request.deviceId}`);
        if (card === null) router.push(`/#device-${request.deviceId}`);
        else card.focus();
      },
    })),
    ...(data === undefined || data.gateways.length === 0
      ? []
      : [{ id: 'window', word: 'Open a window', hint: 'permit window', needs: 'approver' as const, run: onWindow }]),
    ...PLACES.map(({ href, word }) => ({ id: href, word, hint: 'page', run: () => router.push(href) })),
    { id: 'operators', word: 'Operators', hint: 'page', run: () => router.push('/operators') },
    { id: 'sessions', word: 'Sessions', hint: 'operators', run: () => router.push('/operators#sessions') },
    { id: 'tokens', word: 'API tokens', hint: 'operators', run: () => router.push('/operators#tokens') },
    { id: 'guards', word: 'Guards', hint: 'rules', run: () => router.push('/rules#guards') },
    ...switches,
    ...THEMES.map((theme) => ({ id: theme, word: THEME_WORDS[theme], hint: 'look', run: () => setTheme(theme) })),
    { id: 'help', word: 'Show the keys', hint: 'help', run: onHelp },
    { id: 'out', word: 'Sign out', hint: 'session', send: () => signOut(api) },
  ];
}

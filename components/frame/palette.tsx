'use client';
// The command palette: pages, waiting requests, automation, theme, sign out; filtered by what is typed.
import { clsx } from 'clsx';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { useConsole } from '../queries/console.tsx';
import { useOverview } from '../queries/overview.ts';
import { useAutomation } from '../queries/rules.ts';
import { signOut } from '../queries/sign-out.ts';
import { requestName } from '../requests/request-words.ts';
import { PLACES } from './places.ts';
import { setTheme, THEMES } from './theme.ts';

type Openers = { onHelp(): void; onWindow(): void };
type CommandEntry = { id: string; word: string; hint: string; run(): void };

function useCommands({ onHelp, onWindow }: Openers): CommandEntry[] {
  const router = useRouter();
  const { api } = useConsole();
  const { data } = useOverview();
  const automation = useAutomation();
  const on = data?.automation.state === 'on';
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
      : [{ id: 'window', word: 'Open a window', hint: 'permit window', run: onWindow }]),
    ...PLACES.map(({ href, word }) => ({ id: href, word, hint: 'page', run: () => router.push(href) })),
    { id: 'operators', word: 'Operators', hint: 'page', run: () => router.push('/operators') },
    { id: 'sessions', word: 'Sessions', hint: 'operators', run: () => router.push('/operators#sessions') },
    { id: 'tokens', word: 'API tokens', hint: 'operators', run: () => router.push('/operators#tokens') },
    { id: 'guards', word: 'Guards', hint: 'rules', run: () => router.push('/rules#guards') },
    ...(data === undefined
      ? []
      : [{ id: 'automation', word: on ? 'Turn automation off' : 'Turn automation on', hint: 'rules', run: () => automation.mutate(!on) }]),
    ...THEMES.map((theme) => ({
      id: theme,
      word: theme === 'system' ? "Follow the system's theme" : `Use the ${theme} theme`,
      hint: 'look',
      run: () => setTheme(theme),
    })),
    { id: 'help', word: 'Show the keys', hint: 'help', run: onHelp },
    { id: 'out', word: 'Sign out', hint: 'session', run: () => void signOut(api) },
  ];
}

/** Opens over the page; arrow keys choose, Enter runs. */
export default function Palette({ onClose, ...openers }: Openers & { onClose(): void }) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const words = typed.toLowerCase().split(/\s+/);
  const found = useCommands(openers).filter(({ word, hint }) => words.every((part) => `${word} ${hint}`.toLowerCase().includes(part)));
  const index = Math.min(chosen, found.length - 1);
  const run = (entry: CommandEntry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setChosen(Math.max(0, Math.min(found.length - 1, index + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[index]);
    }
  };
  return (
    <Dialog title="Commands" onClose={onClose} place="top" silentTitle>
      <input
        data-first
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[index] === undefined ? undefined : `${listId}-${found[index].id}`}
        aria-label="Find a command"
        placeholder="Find a page, a request or a command"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        className="h-12 w-full border-b border-hairline bg-transparent px-4 text-base outline-none placeholder:text-soft"
      />
      <div id={listId} role="listbox" aria-label="Commands" className="p-1.5">
        {found.map((entry, at) => (
          <button
            key={entry.id}
            id={`${listId}-${entry.id}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={at === index}
            onClick={() => run(entry)}
            onPointerMove={() => setChosen(at)}
            className={clsx('flex h-9 w-full items-center justify-between rounded-md px-2.5 text-left', at === index && 'bg-sunken')}
          >
            <span className="truncate">{entry.word}</span>
            <span className="text-xs text-soft">{entry.hint}</span>
          </button>
        ))}
      </div>
      {found.length === 0 && <p className="px-4 pb-4 text-soft">No command has these words.</p>}
    </Dialog>
  );
}

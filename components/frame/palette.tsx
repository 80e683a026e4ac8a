'use client';
// The command palette: every command of the console, filtered by what is typed. What cannot be done, or was refused, is said here; it
// closes only on what was done.
import { clsx } from 'clsx';
import { useId, useState } from 'react';
import { lacks } from '../operators/lacks.ts';
import { lacksWords, RIGHT_WORDS } from '../operators/rights-words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/notice.tsx';
import { useMe } from '../queries/me.ts';
import { type CommandEntry, type Openers, useCommands } from './commands.ts';

/** Opens over the page; arrow keys choose, Enter runs. */
export default function Palette({ onClose, ...openers }: Openers & { onClose(): void }) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const words = typed.toLowerCase().split(/\s+/);
  const found = useCommands(openers).filter(({ word, hint }) => words.every((part) => `${word} ${hint}`.toLowerCase().includes(part)));
  const index = Math.min(chosen, found.length - 1);
  const me = useMe();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [refused, setRefused] = useState<CommandEntry>();
  const isRefused = ({ needs }: CommandEntry) => needs !== undefined && lacks(me, needs);
  const forget = () => {
    setFailure(null);
    setRefused(undefined);
  };
  const run = async (entry: CommandEntry | undefined) => {
    if (entry === undefined || busy) return;
    forget();
    if (isRefused(entry)) return setRefused(entry);
    if ('run' in entry) {
      // Closed first: while the palette is open nothing else can take the focus.
      onClose();
      return entry.run();
    }
    setBusy(true);
    try {
      await entry.send();
      onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setChosen(Math.max(0, Math.min(found.length - 1, index + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      void run(found[index]);
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
          forget();
        }}
        onKeyDown={onKeyDown}
        className="h-12 w-full border-b border-hairline bg-transparent px-4 text-base outline-none placeholder:text-soft"
      />
      {(refused !== undefined || failure !== null) && (
        <div className="grid gap-2 p-3 pb-1.5">
          {refused?.needs !== undefined && (
            <p role="alert" className="tone-amber border-tone bg-tone rounded-md border px-3 py-2">
              <strong className="font-medium">{refused.word}: not done.</strong> {lacksWords(refused.needs)}
            </p>
          )}
          <Failure error={failure} />
        </div>
      )}
      <div id={listId} role="listbox" aria-label="Commands" className="p-1.5">
        {found.map((entry, at) => (
          <button
            key={entry.id}
            id={`${listId}-${entry.id}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={at === index}
            aria-disabled={isRefused(entry)}
            onClick={() => void run(entry)}
            onPointerMove={() => setChosen(at)}
            className={clsx('flex h-9 w-full items-center justify-between rounded-md px-2.5 text-left', at === index && 'bg-sunken')}
          >
            <span className={clsx('truncate', isRefused(entry) && 'text-soft')}>{entry.word}</span>
            <span className="text-xs text-soft">
              {entry.needs !== undefined && isRefused(entry) ? `needs ${RIGHT_WORDS[entry.needs].word}` : entry.hint}
            </span>
          </button>
        ))}
      </div>
      {found.length === 0 && <p className="px-4 pb-4 text-soft">No command has these words.</p>}
    </Dialog>
  );
}

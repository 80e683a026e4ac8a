'use client';
// What stands around every page: rail, top bar, banners, keys. Rendered by the server as structure, filled in the browser.
import { type ReactNode, useCallback, useState } from 'react';
import { ConsoleProvider } from '../queries/console.tsx';
import { OpenWindows } from '../windows/open-windows.tsx';
import { Banners } from './banners.tsx';
import { HelpDialog, Palette, WindowDialog } from './later.ts';
import { Rail } from './rail.tsx';
import { useShortcuts } from './shortcuts.ts';
import { TopBar } from './top-bar.tsx';

function Surroundings({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<'none' | 'help' | 'commands' | 'window'>('none');
  const onHelp = useCallback(() => setShown('help'), []);
  const onCommands = useCallback(() => setShown((now) => (now === 'commands' ? 'none' : 'commands')), []);
  const onWindow = useCallback(() => setShown('window'), []);
  const onClose = useCallback(() => setShown('none'), []);
  useShortcuts({ onHelp, onCommands });
  return (
    <div className="flex min-h-dvh">
      <Rail onHelp={onHelp} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onCommands={onCommands} />
        <OpenWindows />
        <Banners />
        <main id="page" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none max-sm:pb-20">
          {children}
        </main>
      </div>
      {shown === 'commands' && <Palette onClose={onClose} onHelp={onHelp} onWindow={onWindow} />}
      {shown === 'window' && <WindowDialog onClose={onClose} />}
      {shown === 'help' && <HelpDialog onClose={onClose} />}
    </div>
  );
}

/** The console's frame with one page in it. */
export function Frame({ children }: { children: ReactNode }) {
  return (
    <ConsoleProvider>
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-1.5"
      >
        To the page
      </a>
      <Surroundings>{children}</Surroundings>
    </ConsoleProvider>
  );
}

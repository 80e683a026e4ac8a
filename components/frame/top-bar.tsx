'use client';
// The line on top of every page: which gateway, how fresh, automation, commands.
import { Search } from 'lucide-react';
import Link from 'next/link';
import type { GatewayView } from '#lib/api/shapes.ts';
import { useOverview } from '../queries/overview.ts';
import { WindowChip } from '../windows/open-windows.tsx';
import { AccountMenu } from './account-menu.tsx';
import { AutomationMenu } from './automation-menu.tsx';
import { GatewayWord, LinkWord } from './live-word.tsx';

function GatewayNames({ gateways }: { gateways: readonly GatewayView[] }) {
  return (
    <ul className="flex min-w-0 items-center gap-4 overflow-x-auto [scrollbar-width:none]">
      {gateways.map((gateway) => (
        <li key={gateway.id} className="flex min-w-0 items-center gap-2 whitespace-nowrap sm:shrink-0">
          <Link href="/gateways" prefetch={false} className="min-w-8 truncate text-sm font-medium hover:underline" title={gateway.url}>
            {gateway.name}
          </Link>
          {gateway.version !== undefined && <span className="font-mono text-xs text-soft max-md:hidden">{gateway.version}</span>}
          <GatewayWord gateway={gateway} />
        </li>
      ))}
    </ul>
  );
}

/** `onCommands` opens the command palette. */
export function TopBar({ onCommands }: { onCommands(): void }) {
  const { data, error } = useOverview();
  return (
    <header className="sticky top-0 z-20 flex h-11 items-center gap-3 border-b border-hairline bg-paper px-4 sm:px-5">
      <div className="flex min-w-0 flex-1 items-center gap-4">
        {data === undefined ? (
          error === null && <span aria-hidden className="h-4 w-40 rounded bg-sunken" />
        ) : data.gateways.length === 0 ? (
          <Link href="/gateways" prefetch={false} className="text-sm text-soft">
            no gateway
          </Link>
        ) : (
          <GatewayNames gateways={data.gateways} />
        )}
        <LinkWord />
      </div>
      {data !== undefined && <WindowChip windows={data.windows} />}
      {data !== undefined && <AutomationMenu automation={data.automation} />}
      {data === undefined && error !== null && <span className="text-xs text-soft">automation not known</span>}
      <button
        type="button"
        onClick={onCommands}
        aria-keyshortcuts="Meta+K Control+K"
        className="inline-flex h-7 items-center gap-1.5 rounded-md border border-hairline px-2 text-xs text-soft hover:bg-sunken hover:text-ink"
      >
        <Search size={13} aria-hidden />
        <span className="sr-only">Commands</span>
        <kbd aria-hidden className="font-sans max-md:hidden">
          ⌘K
        </kbd>
      </button>
      <AccountMenu />
    </header>
  );
}

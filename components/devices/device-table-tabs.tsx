'use client';
// The three faces of the page: who is paired, grants that nobody clicked, what changed between readings.
import { clsx } from 'clsx';
import Link from 'next/link';
import { TABS, type Tab } from './device-table-address.ts';

const WORDS: Record<Tab, string> = { devices: 'Devices', unclicked: 'Grants nobody clicked', changed: 'What changed' };

/** `waiting`: grants that nobody clicked and nobody has acknowledged. */
export function Tabs({ tab, waiting, onTab }: { tab: Tab; waiting: number; onTab(tab: Tab): void }) {
  return (
    <div className="flex items-center gap-x-4 border-b border-hairline px-4 max-sm:flex-wrap sm:px-6">
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          aria-current={tab === name ? 'page' : undefined}
          onClick={() => onTab(name)}
          className={clsx(
            '-mb-px inline-flex h-9 items-center gap-1.5 border-b-2 text-sm whitespace-nowrap',
            tab === name ? 'border-ink font-medium text-ink' : 'border-transparent text-soft hover:text-ink',
          )}
        >
          {WORDS[name]}
          {name === 'unclicked' && waiting > 0 && (
            <span className="tone-red bg-tone-solid tabular rounded-full px-1.5 text-2xs leading-4 font-semibold text-paper">
              {waiting.toLocaleString('en')}
              <span className="sr-only"> wait to be looked at</span>
            </span>
          )}
        </button>
      ))}
      <Link
        href="/devices/review"
        prefetch={false}
        className="ml-auto inline-flex min-h-6 items-center text-xs whitespace-nowrap text-accent underline-offset-2 hover:underline max-sm:order-first max-sm:basis-full max-sm:justify-end"
      >
        Access review
      </Link>
    </div>
  );
}

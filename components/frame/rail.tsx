'use client';
// The way between pages: words beside icons when there is room, icons alone on a tablet, a bar at the bottom of a phone.
import { clsx } from 'clsx';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useNodeRequests } from '../queries/node-requests.ts';
import { useOverview } from '../queries/overview.ts';
import { PLACES } from './places.ts';
import { RailFoot } from './rail-foot.tsx';
import { brokenFile } from './rules-file-words.ts';

type MarkOf = { mark: string; tone: 'accent' | 'plain' | 'red'; spoken: string };
const MARK_TONES = { accent: 'bg-accent text-paper', plain: 'bg-hairline text-ink', red: 'tone-red bg-tone-solid text-paper' } as const;
const counted = (count: number): string => (count > 999 ? '999+' : String(count));

function PlaceMark({ mark, tone, spoken }: MarkOf) {
  return (
    <span
      className={clsx(
        'tabular rounded-full px-1.5 text-2xs leading-4 font-semibold',
        'max-lg:absolute max-lg:top-0.5 max-lg:left-1/2 max-lg:ml-1 lg:ml-auto',
        MARK_TONES[tone],
      )}
    >
      <span aria-hidden={mark === '!'}>{mark}</span>
      <span className="sr-only"> {spoken}</span>
    </span>
  );
}

/** The navigation with what waits, what failed and a broken rules file beside the words. `onHelp` opens the list of keys. */
export function Rail({ onHelp }: { onHelp(): void }) {
  const here = usePathname();
  const { data } = useOverview();
  const nodes = useNodeRequests().data?.items.length ?? 0;
  const waiting = (data?.requests.items.length ?? 0) + nodes;
  const failures = data?.recentFailures ?? 0;
  const broken = brokenFile(data?.rulesFile);
  const markOf = (href: string): MarkOf | undefined => {
    if (href === '/' && waiting > 0) return { mark: counted(waiting), tone: 'accent', spoken: 'waiting' };
    if (href === '/handshakes' && failures > 0) return { mark: counted(failures), tone: 'plain', spoken: 'failed in the last 5 minutes' };
    if (href === '/rules' && broken !== undefined) return { mark: '!', tone: 'red', spoken: broken.word };
    return undefined;
  };
  return (
    <nav
      aria-label="Pages"
      className="z-20 flex border-hairline bg-paper max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:border-t max-sm:pb-[env(safe-area-inset-bottom)] sm:sticky sm:top-0 sm:h-dvh sm:w-14 sm:shrink-0 sm:flex-col sm:border-r lg:w-48"
    >
      <div className="flex h-11 shrink-0 items-center gap-2 px-4 max-lg:justify-center max-lg:px-0 max-sm:hidden">
        <Mark />
        <span className="text-base font-semibold tracking-[-0.01em] max-lg:hidden">Gatehouse</span>
      </div>
      <ul className="flex w-full gap-0.5 max-sm:justify-between max-sm:px-1 sm:flex-col sm:p-2">
        {PLACES.map(({ href, word, Icon }) => {
          const current = href === '/' ? here === '/' : here.startsWith(href);
          const mark = markOf(href);
          return (
            <li key={href} className="max-sm:flex-1">
              <Link
                href={href}
                prefetch={false}
                aria-current={current ? 'page' : undefined}
                title={mark === undefined ? word : `${word}: ${mark.mark === '!' ? '' : `${mark.mark} `}${mark.spoken}`}
                className={clsx(
                  'relative flex items-center gap-2.5 rounded-md text-sm max-lg:justify-center sm:h-9 lg:h-8 lg:px-2',
                  'max-sm:h-13 max-sm:flex-col max-sm:justify-center max-sm:gap-0.5',
                  current ? 'bg-sunken font-medium text-ink' : 'text-soft hover:bg-sunken hover:text-ink',
                )}
              >
                <Icon size={16} aria-hidden />
                <span className="max-sm:text-[10px] sm:max-lg:sr-only">{word}</span>
                {mark !== undefined && <PlaceMark {...mark} />}
              </Link>
            </li>
          );
        })}
      </ul>
      <RailFoot onHelp={onHelp} />
    </nav>
  );
}

/** The sign of the product: a gate. */
export function Mark({ size = 18 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 18 18"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
    >
      <path d="M2.8 16V8.6a6.2 6.2 0 0 1 12.4 0V16M9 8.4V16M2.8 11.6h12.4" />
    </svg>
  );
}

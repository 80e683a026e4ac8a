'use client';
// The whole life of a device in one timeline, newest first: requests, decisions, handshakes, differences, acts.
import { clsx } from 'clsx';
import Link from 'next/link';
import type { StoryItem } from '#lib/api/device-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Waiting } from '../parts/page.tsx';
import { TONE_CLASS, type Tone } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { useDeviceStory } from '../queries/device-detail.ts';

const TONES: Record<StoryItem['tone'], Tone> = { good: 'good', bad: 'red', warn: 'amber', plain: 'plain' };
const KINDS: Record<StoryItem['kind'], string> = {
  request: 'request',
  decision: 'decision',
  handshake: 'handshake',
  change: 'seen in its row',
  act: 'act',
  'take-back': 'take-back',
  word: 'word',
};

/** Only a path of this console is a link: an item may quote what others wrote. */
const isOwnPath = (href: string | undefined): href is string => href !== undefined && /^\/(?!\/)/.test(href);

function Item({ item }: { item: StoryItem }) {
  const title = shownText(item.title, 200);
  return (
    <li data-story={item.kind} className={clsx(TONE_CLASS[TONES[item.tone]], 'grid gap-0.5 border-l-2 border-tone pl-2.5')}>
      <p className="break-words">
        {isOwnPath(item.href) ? (
          <Link
            href={item.href}
            prefetch={false}
            className="font-medium underline decoration-hairline underline-offset-2 hover:decoration-current"
          >
            {title}
          </Link>
        ) : (
          <span className="font-medium">{title}</span>
        )}
        {item.times !== undefined && item.times > 1 && <span className="text-xs text-soft tabular-nums"> × {item.times}</span>}
      </p>
      {item.text !== undefined && item.text !== '' && <p className="text-xs break-words text-soft">{shownText(item.text, 600)}</p>}
      <p className="text-xs text-soft">
        <Clock at={item.at} />, {KINDS[item.kind]}
      </p>
    </li>
  );
}

/** The timeline; kept current by whoever shows the panel. */
export function Story({ gateway, deviceId }: { gateway: string; deviceId: string }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useDeviceStory({ gateway, deviceId });
  const items = data?.pages.flatMap((page) => page.items);
  return (
    <section aria-label="Its story" className="grid gap-2">
      <h3 className="text-xs font-semibold text-soft">Its story</h3>
      <Failure error={error} />
      {items === undefined && error === null && <Waiting rows={3} className="h-10" />}
      {items?.length === 0 && <p className="text-soft">Nothing is known of it but its row.</p>}
      {items !== undefined && items.length > 0 && (
        <ol className="grid gap-2.5">
          {items.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Button small className="w-fit" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show what came before
        </Button>
      )}
    </section>
  );
}

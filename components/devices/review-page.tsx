'use client';
// The access review: who holds admin, since when, by whom, last used, gateway by gateway. Made to be printed and signed.
import { Printer } from 'lucide-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import type { AccessReview } from '#lib/api/device-shapes.ts';
import type { Freshness } from '#lib/api/shapes.ts';
import { Button } from '../parts/button.tsx';
import { Select } from '../parts/field.tsx';
import { Failure } from '../parts/notice.tsx';
import { Empty, PageHead, Unread, Waiting } from '../parts/page.tsx';
import { shownText } from '../parts/shown-text.ts';
import { useMoment } from '../queries/console.tsx';
import { useAccessReview } from '../queries/devices.ts';
import { REVIEWS, type ReviewKind } from './review.ts';
import { Moment, ReviewTable } from './review-table.tsx';

const KIND_WORDS: Record<ReviewKind, { word: string; sentence: string }> = {
  admin: { word: 'admin and node', sentence: 'Every device that holds admin, or runs commands as a node.' },
  elevated: { word: 'everything above write', sentence: 'Every device that holds more than write, or runs commands as a node.' },
};

function AsOf({ freshness }: { freshness: Freshness }) {
  if (freshness.state === 'never') return <strong className="font-semibold text-red">never read: nobody knows who holds what here</strong>;
  return (
    <span className={freshness.state === 'stale' ? 'text-amber' : undefined}>
      as of <Moment at={freshness.asOf} />
      {freshness.state === 'stale' && ', not read since'}
    </span>
  );
}

function OfGateway({ review, kind }: { review: AccessReview['gateways'][number]; kind: ReviewKind }) {
  const { id, name, version, freshness, holders } = review;
  const title = shownText(name, 80);
  return (
    <section aria-label={title} className="grid gap-1 pt-4">
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-xs text-soft">
        {version !== undefined && `OpenClaw ${shownText(version, 40)}, `}
        {holders.length === 1 ? '1 device' : `${holders.length.toLocaleString('en')} devices`}, <AsOf freshness={freshness} />
      </p>
      {holders.length > 0 ? (
        <ReviewTable title={`${KIND_WORDS[kind].sentence} On ${title}`} gateway={id} holders={holders} />
      ) : (
        freshness.state !== 'never' && <p className="py-2">No device here holds it.</p>
      )}
    </section>
  );
}

/** The page. What it asks for stands in the address. */
export function ReviewPage() {
  const asked = useSearchParams().get('holds');
  const kind = REVIEWS.find((name) => name === asked) ?? 'admin';
  const { data: review, error, refetch, isFetching } = useAccessReview(kind);
  const host = useMoment((nowMs) => (nowMs === 0 ? '' : window.location.host));
  const zone = useMoment((nowMs) => (nowMs === 0 ? '' : Intl.DateTimeFormat().resolvedOptions().timeZone));
  const choose = (next: string) => {
    window.history.replaceState(null, '', next === 'admin' ? window.location.pathname : `?${new URLSearchParams({ holds: next })}`);
  };
  return (
    <div data-review className="w-full px-4 pb-8 sm:px-6">
      <PageHead title="Access review">
        <span data-screen className="flex flex-wrap items-center gap-2">
          <Link href="/devices" prefetch={false} className="text-xs text-accent underline-offset-2 hover:underline">
            All devices
          </Link>
          <Select aria-label="What is reviewed" value={kind} onChange={(event) => choose(event.target.value)}>
            {REVIEWS.map((name) => (
              <option key={name} value={name}>
                {KIND_WORDS[name].word}
              </option>
            ))}
          </Select>
          <Button disabled={isFetching} onClick={() => void refetch()}>
            Read again
          </Button>
          <Button disabled={review === undefined} onClick={() => window.print()}>
            <Printer size={13} aria-hidden /> Print
          </Button>
        </span>
      </PageHead>
      <p className="text-soft">
        {KIND_WORDS[kind].sentence} From Gatehouse at {host}
        {review !== undefined && (
          <>
            , <Moment at={review.at} />
          </>
        )}
        {zone !== '' && ` (${zone}, like all times here)`}.
      </p>
      <p className="text-xs text-soft">
        “Since” is when it last came to hold it, as far as this console knows, and says what it stands on. “Last used” is as far as the
        gateway tells; where its log told a handshake later than that, it is that one.
      </p>
      <Failure error={error} />
      {review === undefined && (error !== null ? <Unread /> : <Waiting rows={6} className="h-10" />)}
      {review?.gateways.length === 0 && <Empty title="No gateway is known" />}
      {review?.gateways.map((of) => (
        <OfGateway key={of.id} review={of} kind={kind} />
      ))}
    </div>
  );
}

'use client';
// The guards that nobody can switch off: what each holds back and why, whether it does so now, and when it last did.
import { clsx } from 'clsx';
import { CircleCheck, Hand } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { GuardView } from '#lib/api/rule-shapes.ts';
import { Failure } from '../parts/notice.tsx';
import { Unread, Waiting } from '../parts/page.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { useGuards } from '../queries/guards.ts';
import { useOverview } from '../queries/overview.ts';
import { nowWords } from './guard-words.ts';
import { LimitsForm } from './limits-form.tsx';

function Guard({ guard, now }: { guard: GuardView; now: string }) {
  const { holdsNow, count, lastHeld, lastHeldAt } = guard;
  const Icon = holdsNow ? Hand : CircleCheck;
  return (
    <li
      data-guard={guard.code}
      className={clsx(
        'grid grid-cols-[18px_minmax(0,1fr)] gap-x-2.5 border-b border-hairline py-2.5',
        holdsNow ? 'tone-amber' : 'tone-plain',
      )}
    >
      <Icon size={16} aria-hidden className="mt-0.5 text-tone" />
      <div className="grid min-w-0 gap-0.5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <h3 className="font-medium">{guard.title}</h3>
          <p className={clsx('text-xs', holdsNow ? 'font-medium text-tone' : 'text-soft')}>
            {holdsNow ? 'holds something back now' : 'nothing held now'}
          </p>
        </div>
        <p className="text-soft">{guard.text}</p>
        {holdsNow && now !== '' && <p className="break-words text-tone">{shownText(now, 400)}</p>}
        {count > 0 && lastHeldAt !== undefined && (
          <p className="text-xs break-words text-soft">
            Held back {count === 1 ? 'once' : `${count} times`}, last <Clock at={lastHeldAt} />
            {lastHeld !== undefined && `: ${shownText(lastHeld, 200)}`}
          </p>
        )}
      </div>
    </li>
  );
}

/** Comes into view when the address names it, also once its rows have come. */
function useArrival(ready: boolean) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    const arrive = () => {
      if (ready && window.location.hash === '#guards') section.current?.scrollIntoView({ block: 'start' });
    };
    arrive();
    window.addEventListener('hashchange', arrive);
    return () => window.removeEventListener('hashchange', arrive);
  }, [ready]);
  return section;
}

/** The section, as it stands on the Rules page. */
export function GuardsSection() {
  const { data, error, isPending } = useGuards();
  const { data: overview } = useOverview();
  const section = useArrival(data !== undefined);
  const items = [...(data?.items ?? [])].sort((a, b) => Number(b.holdsNow) - Number(a.holdsNow));
  const holding = items.filter(({ holdsNow }) => holdsNow).length;
  return (
    <section id="guards" ref={section} aria-labelledby="guards-title" className="mt-6 grid scroll-mt-16 gap-2">
      <div>
        <h2 id="guards-title" className="text-sm font-semibold">
          Guards
        </h2>
        <p className="text-soft">
          What is held back whatever rules and windows say; nobody can switch a guard off.{' '}
          {data !== undefined &&
            (holding === 0
              ? 'None holds anything back now.'
              : `${holding} of ${items.length} ${holding === 1 ? 'holds' : 'hold'} something back now.`)}
        </p>
      </div>
      <Failure error={error} />
      {data === undefined && (isPending && error === null ? <Waiting rows={4} className="h-14" /> : <Unread />)}
      {data !== undefined && (
        <>
          <ul className="border-t border-hairline">
            {items.map((guard) => (
              <Guard key={guard.code} guard={guard} now={nowWords(guard.now, overview?.automation)} />
            ))}
          </ul>
          <p className="text-xs text-soft">
            Counted since <Clock at={data.since} precise="minutes" />. A guard without a count has held nothing back since then.
          </p>
          <div className="mt-2">
            <h3 className="font-medium">Limits, which can only be made tighter</h3>
            <p className="text-soft">
              The highest figure of each is the one that Gatehouse comes with. A lower one stops automation sooner.
            </p>
          </div>
          <LimitsForm limits={data.limits} most={data.most} />
        </>
      )}
    </section>
  );
}

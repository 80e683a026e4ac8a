'use client';
// Trouble of a gateway in a line: how grave, what it is, what to do, and how long it still lasts.
import { clsx } from 'clsx';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { Severity, TroubleView } from '#lib/api/shapes.ts';
import { useNow } from '../queries/console.tsx';
import { Fix } from './fix.tsx';
import { TONE_CLASS, type Tone } from './scope-words.ts';
import { Clock } from './time.tsx';
import { leftWords } from './time-words.ts';

const LOOKS: Record<Severity, { Icon: typeof Info; tone: Tone; word: string }> = {
  info: { Icon: Info, tone: 'plain', word: 'For your information' },
  notice: { Icon: Info, tone: 'blue', word: 'Notice' },
  warning: { Icon: TriangleAlert, tone: 'amber', word: 'Warning' },
  serious: { Icon: CircleAlert, tone: 'red', word: 'Serious' },
};

function Left({ until }: { until: string }) {
  const now = useNow();
  const untilMs = Date.parse(until);
  return (
    <span className="tabular font-medium whitespace-nowrap" title={until}>
      {untilMs <= now ? 'over by now' : `${leftWords(untilMs, now)} left`}
    </span>
  );
}

/** `gateway` names it where there are several. */
export function TroubleLine({ trouble, gateway }: { trouble: TroubleView; gateway?: string | undefined }) {
  const { Icon, tone, word } = LOOKS[trouble.severity];
  return (
    <li className={clsx(TONE_CLASS[tone], 'border-tone bg-tone flex gap-2 rounded-md border px-3 py-1.5')} data-trouble={trouble.code}>
      <Icon size={15} aria-hidden className="mt-0.5 shrink-0 text-tone" />
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="break-words">
          <span className="sr-only">{word}: </span>
          {gateway !== undefined && <strong className="font-medium">{gateway}: </strong>}
          {trouble.text} {trouble.until !== undefined && <Left until={trouble.until} />}
          {trouble.since !== undefined && (
            <span className="text-xs text-soft">
              {' '}
              since <Clock at={trouble.since} />
            </span>
          )}{' '}
          <code className="font-mono text-2xs text-soft">{trouble.code}</code>
        </p>
        {trouble.fix !== undefined && (
          <div className="text-soft">
            <Fix text={trouble.fix} />
          </div>
        )}
      </div>
    </li>
  );
}

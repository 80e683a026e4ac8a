'use client';
// Attempts per minute over the last hour, by outcome.
import { useMemo } from 'react';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { clockMinutes } from '../parts/time-words.ts';
import { useMoment } from '../queries/console.tsx';
import { perMinute } from './handshake-words.ts';

const MINUTES = 60;
const HEIGHT = 36;
const BAR = 10;

/** The bars; each says its minute and counts when pointed at. */
export function Histogram({ items }: { items: readonly HandshakeView[] }) {
  const minuteNow = useMoment((nowMs) => Math.floor(nowMs / 60_000) * 60_000);
  const minutes = useMemo(() => perMinute(items, minuteNow, MINUTES), [items, minuteNow]);
  const most = Math.max(4, ...minutes.map(({ failed, waiting, admitted }) => failed + waiting + admitted));
  const failed = minutes.reduce((sum, minute) => sum + minute.failed, 0);
  const waiting = minutes.reduce((sum, minute) => sum + minute.waiting, 0);
  const admitted = minutes.reduce((sum, minute) => sum + minute.admitted, 0);
  const scale = (count: number) => (count / most) * (HEIGHT - 2);
  return (
    <figure className="grid gap-1">
      <svg
        viewBox={`0 0 ${MINUTES * BAR} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-9 w-full"
        role="img"
        aria-label={`In the last hour ${failed} failed, ${waiting} waited, ${admitted} were admitted.`}
      >
        {minutes.map((minute, index) => {
          const parts = [
            { tone: 'tone-good', height: scale(minute.admitted) },
            { tone: 'tone-amber', height: scale(minute.waiting) },
            { tone: 'tone-red', height: scale(minute.failed) },
          ];
          let top = HEIGHT;
          return (
            <g key={minute.atMs}>
              <title>{`${clockMinutes(new Date(minute.atMs))}: ${minute.failed} failed, ${minute.waiting} waited, ${minute.admitted} admitted`}</title>
              <rect x={index * BAR} y={0} width={BAR} height={HEIGHT} className="fill-transparent" />
              <rect x={index * BAR + 1} y={HEIGHT - 1} width={BAR - 2} height={1} className="fill-hairline" />
              {parts.map(({ tone, height }) => {
                top -= height;
                return height === 0 ? null : (
                  <rect key={tone} x={index * BAR + 1} y={top} width={BAR - 2} height={height} className={`${tone} fill-tone`} />
                );
              })}
            </g>
          );
        })}
      </svg>
      <figcaption className="tabular flex flex-wrap justify-between gap-x-3 text-2xs text-soft">
        <span>1 h ago</span>
        <span>
          <span className="text-red">{failed} failed</span> · <span className="text-amber">{waiting} waited</span> ·{' '}
          <span className="text-good">{admitted} admitted</span>
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

// The bars of the histogram: one for each bucket, outcomes stacked worst at the top, the chosen part framed.
import type { HandshakeOutcome, HistogramBucket } from '#lib/api/shapes.ts';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { ATTEMPT_OUTCOMES, OUTCOMES } from './handshake-words.ts';
import { COUNTED } from './histogram-bins.ts';

const BAR = 10;
const HEIGHT = 56;
/** A single attempt stays visible beside thousands, in px. */
const LEAST_PX = 2;

type BarsProps = {
  buckets: readonly HistogramBucket[];
  outcomes: readonly HandshakeOutcome[] | undefined;
  chosen: [number, number] | undefined;
  pointed: number | undefined;
};

/** Decoration only: legend and table say the same in words. */
export function Bars({ buckets, outcomes, chosen, pointed }: BarsProps) {
  const shown = ATTEMPT_OUTCOMES.filter((outcome) => outcomes === undefined || outcomes.includes(outcome)).toReversed();
  const countOf = (bucket: HistogramBucket, outcome: HandshakeOutcome) => bucket[COUNTED[outcome] ?? 'refused'];
  const sumOf = (bucket: HistogramBucket) => shown.reduce((sum, outcome) => sum + countOf(bucket, outcome), 0);
  const most = Math.max(4, ...buckets.map(sumOf));
  const width = buckets.length * BAR;
  return (
    <svg viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" className="h-full w-full" aria-hidden="true">
      {chosen !== undefined && (
        <rect x={chosen[0] * BAR} y={0} width={(chosen[1] - chosen[0] + 1) * BAR} height={HEIGHT} className="fill-accent/15" />
      )}
      {pointed !== undefined && pointed >= 0 && <rect x={pointed * BAR} y={0} width={BAR} height={HEIGHT} className="fill-ink/8" />}
      <rect x={0} y={HEIGHT - 1} width={width} height={1} className="fill-hairline" />
      {buckets.map((bucket, index) => {
        let top = HEIGHT;
        const faint = chosen !== undefined && (index < chosen[0] || index > chosen[1]);
        return (
          <g key={bucket.at} className={faint ? 'opacity-35' : undefined}>
            {shown.map((outcome) => {
              const count = countOf(bucket, outcome);
              if (count === 0) return null;
              const height = Math.max(LEAST_PX, (count / most) * (HEIGHT - 4));
              top -= height;
              return (
                <rect
                  key={outcome}
                  x={index * BAR + 1}
                  y={top}
                  width={BAR - 2}
                  height={height}
                  className={`${TONE_CLASS[OUTCOMES[outcome].tone]} fill-bar`}
                />
              );
            })}
          </g>
        );
      })}
    </svg>
  );
}

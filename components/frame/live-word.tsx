'use client';
// Whether what is on screen is live, in words: live, reconnecting in N s, stale since HH:MM. A gateway's own trouble comes first.
import { clsx } from 'clsx';
import type { GatewayView } from '#lib/api/shapes.ts';
import { TONE_CLASS, type Tone } from '../parts/scope-words.ts';
import { Clock } from '../parts/time.tsx';
import { useLinkState, useLive, useNow } from '../queries/console.tsx';
import { GATEWAY_STATES } from './gateway-words.ts';

function Word({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span className={clsx(TONE_CLASS[tone], 'tabular inline-flex items-center gap-1.5 text-xs font-medium whitespace-nowrap text-tone')}>
      <span aria-hidden className="size-1.5 rounded-full bg-tone-solid" />
      {children}
    </span>
  );
}

/** The state of the link between this page and the console. */
export function LinkWord() {
  const state = useLinkState();
  const live = useLive();
  const now = useNow();
  if (state.phase === 'open') return null;
  if (state.phase === 'connecting') {
    return state.lostAtMs === undefined ? <Word tone="plain">connecting</Word> : <Word tone="amber">reconnecting</Word>;
  }
  const seconds = Math.max(1, Math.ceil((state.retryAtMs - now) / 1_000));
  return (
    <span className="inline-flex items-center gap-2">
      <Word tone="amber">reconnecting in {seconds} s</Word>
      <span className="text-xs whitespace-nowrap text-soft max-md:hidden">
        stale since <Clock at={new Date(state.lostAtMs).toISOString()} precise="minutes" />
      </span>
      <button type="button" onClick={() => live?.retryNow()} className="text-xs font-medium text-accent underline underline-offset-2">
        now
      </button>
    </span>
  );
}

/** The state word of one gateway, with its retry or the time since which its data is old. Says nothing while the page itself is cut off. */
export function GatewayWord({ gateway }: { gateway: GatewayView }) {
  const now = useNow();
  const link = useLinkState();
  const { word, tone } = GATEWAY_STATES[gateway.state];
  const seconds = gateway.retryAt === undefined ? 0 : Math.ceil((Date.parse(gateway.retryAt) - now) / 1_000);
  const { state, asOf } = gateway.freshness;
  if (link.phase === 'waiting' || (link.phase === 'connecting' && link.lostAtMs !== undefined)) return null;
  return (
    <span className="inline-flex items-center gap-2">
      <Word tone={tone}>
        {word}
        {gateway.state !== 'live' && seconds > 0 && `, reconnecting in ${seconds} s`}
      </Word>
      {state === 'stale' && asOf !== undefined && (
        <span className="text-xs whitespace-nowrap text-soft max-md:hidden">
          stale since <Clock at={asOf} precise="minutes" />
        </span>
      )}
    </span>
  );
}

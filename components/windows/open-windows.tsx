'use client';
// The permit windows that stand open, on every page: whom each lets in, how long still, and the button that closes it.
// Those that closed stay for a while with what they did.
import { clsx } from 'clsx';
import { Timer, X } from 'lucide-react';
import { useState } from 'react';
import type { PermitWindowView } from '#lib/api/grant-shapes.ts';
import type { Overview } from '#lib/api/shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Failure } from '../parts/notice.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { leftWords } from '../parts/time-words.ts';
import { useMoment } from '../queries/console.tsx';
import { useOverview } from '../queries/overview.ts';
import { useCloseWindow } from '../queries/windows.ts';
import { requestName } from '../requests/request-words.ts';
import { outcomeWords, shareLeft, spokenLeft, stateWord, targetWords } from './window-words.ts';

/** The id of the strip, to which the top bar leads. */
export const STRIP_ID = 'windows';

/** What the device of a window calls itself, where the console had no name for it when it was opened. */
function withName(window: PermitWindowView, { requests, decided }: Overview): PermitWindowView {
  const { target, gateway } = window;
  if (window.deviceName !== undefined || target.kind !== 'device') return window;
  const known = [...requests.items, ...decided].find((one) => one.gateway === gateway && one.deviceId === target.deviceId);
  return known === undefined ? window : { ...window, deviceName: requestName(known) };
}

/** "1:42", counting; a listener hears it at a few steps only. */
function Left({ window }: { window: PermitWindowView }) {
  const endsAtMs = Date.parse(window.endsAt);
  const words = useMoment((nowMs) => (nowMs >= endsAtMs ? 'closing' : `${leftWords(endsAtMs, nowMs)} left`));
  const spoken = useMoment((nowMs) => spokenLeft(endsAtMs, nowMs));
  return (
    <>
      <time aria-hidden dateTime={window.endsAt} className="font-mono text-sm font-semibold whitespace-nowrap">
        {words}
      </time>
      <span role="status" className="sr-only">
        {spoken === '' ? '' : `Permit window: ${spoken}`}
      </span>
    </>
  );
}

function Progress({ window }: { window: PermitWindowView }) {
  const percent = useMoment((nowMs) => Math.round(shareLeft(window, nowMs) * 100));
  return (
    <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5">
      <span className="block h-full bg-bar" style={{ width: `${percent}%` }} />
    </span>
  );
}

function Open({ window, named }: { window: PermitWindowView; named: boolean }) {
  const close = useCloseWindow();
  const who = shownText(targetWords(window), 60);
  return (
    <li data-window={window.id} className="tone-amber border-tone bg-tone relative overflow-hidden rounded-lg border">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
        <Timer size={16} aria-hidden className="shrink-0 text-tone" />
        <p className="min-w-0 flex-1 basis-64 break-words">
          <strong className="font-semibold">Window open</strong> for <strong className="font-semibold">{who}</strong>
          {named && ` on ${window.gatewayName}`}, up to <ScopeWords scopes={window.scopes} />,{' '}
          {window.uses === 1 ? 'one request' : `${window.used} of ${window.uses} requests used`}
        </p>
        <Left window={window} />
        <ActButton
          needs="approver"
          small
          disabled={close.isPending}
          aria-label={`Close the window for ${who}`}
          onClick={() => close.mutate(window.id)}
        >
          Close
        </ActButton>
      </div>
      <Failure error={close.error} />
      <Progress window={window} />
    </li>
  );
}

function Closed({ window, onDismiss }: { window: PermitWindowView; onDismiss(): void }) {
  const { word, tone } = stateWord(window.state);
  const who = shownText(targetWords(window), 60);
  return (
    <li
      data-window={window.id}
      className={clsx(TONE_CLASS[tone], 'border-tone flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border px-3 py-1.5')}
    >
      <Timer size={16} aria-hidden className="shrink-0 text-tone" />
      <p role="status" className="min-w-0 flex-1 break-words">
        <span className={clsx('font-medium', tone !== 'plain' && 'text-tone')}>
          {word.charAt(0).toUpperCase()}
          {word.slice(1)}
        </span>
        , for {who}. <span className="text-soft">{shownText(outcomeWords(window), 400)}</span>
      </p>
      <button
        type="button"
        aria-label={`Dismiss: ${word}, for ${who}`}
        onClick={onDismiss}
        className="grid size-6 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
      >
        <X size={14} aria-hidden />
      </button>
    </li>
  );
}

/** The strip; nothing while there is none. */
export function OpenWindows() {
  const { data } = useOverview();
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  if (data === undefined) return null;
  const windows = data.windows
    .filter(({ id, state }) => state === 'open' || !dismissed.has(id))
    .map((window) => withName(window, data))
    .sort((a, b) => Number(b.state === 'open') - Number(a.state === 'open'));
  if (windows.length === 0) return null;
  return (
    <section id={STRIP_ID} aria-label="Permit windows" className="scroll-mt-16 px-4 pt-3 sm:px-6">
      <ul className="grid gap-2">
        {windows.map((window) =>
          window.state === 'open' ? (
            <Open key={window.id} window={window} named={data.gateways.length > 1} />
          ) : (
            <Closed key={window.id} window={window} onDismiss={() => setDismissed(new Set([...dismissed, window.id]))} />
          ),
        )}
      </ul>
    </section>
  );
}

/** In the top bar, which stays when the page is scrolled: that a window is open, and until when. */
export function WindowChip({ windows }: { windows: readonly PermitWindowView[] }) {
  const open = windows.filter(({ state }) => state === 'open');
  const endsAtMs = Math.max(0, ...open.map(({ endsAt }) => Date.parse(endsAt)));
  const left = useMoment((nowMs) => leftWords(endsAtMs, nowMs));
  if (open.length === 0) return null;
  return (
    <a
      href={`#${STRIP_ID}`}
      className="tone-amber bg-tone tabular inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium whitespace-nowrap text-tone"
    >
      <Timer size={14} aria-hidden />
      <span className="max-md:sr-only">{open.length === 1 ? 'window open' : `${open.length} windows open`}</span>
      <span aria-hidden>{left}</span>
    </a>
  );
}

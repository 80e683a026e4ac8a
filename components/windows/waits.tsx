'use client';
// What the window that is being written would do for the requests that wait now: one that is too narrow says so before it is opened.
import type { RequestView } from '#lib/api/shapes.ts';
import { shownText } from '../parts/shown-text.ts';
import { requestName } from '../requests/request-words.ts';
import { leftByWindow, type WindowDraft } from './window-draft.ts';

const SHOWN = 5;

/** Nothing where nothing waits. Those that it would let in first, then its own device's. */
export function Waits({ draft, requests }: { draft: WindowDraft; requests: readonly RequestView[] }) {
  const { target } = draft;
  const all = requests.map((request) => ({ request, left: leftByWindow(draft, request) }));
  const rank = ({ request, left }: (typeof all)[number]) =>
    left === undefined ? 0 : target.kind === 'device' && request.deviceId === target.deviceId ? 1 : 2;
  const shown = all.toSorted((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
  if (shown.length === 0) return null;
  return (
    <div className="grid gap-1" aria-live="polite">
      <h3 className="text-xs text-soft">What waits now</h3>
      <ul className="grid gap-1">
        {shown.map(({ request, left }) => (
          <li key={request.requestId}>
            <span className="font-medium">{shownText(requestName(request), 48)}</span>{' '}
            <span className={left === undefined ? 'text-good' : 'text-soft'}>
              {left === undefined ? 'is let in when its proofs are there' : left}
            </span>
          </li>
        ))}
      </ul>
      {all.length > SHOWN && <p className="text-xs text-soft">And {all.length - SHOWN} more.</p>}
    </div>
  );
}

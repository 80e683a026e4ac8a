'use client';
// Recorded requests with what the draft would have done and what really became of them; what goes against a person stands out, in words.
import { clsx } from 'clsx';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import type { PreviewItem } from '#lib/api/rule-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Id } from '../parts/copy.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { requestName } from '../requests/request-words.ts';
import { becameWords, redWords, wouldWords } from './preview-words.ts';

const AT_FIRST = 5;

function Item({ item }: { item: PreviewItem }) {
  const { word, tone } = wouldWords(item);
  const red = redWords(item);
  return (
    <li
      className={clsx('grid gap-0.5 py-1.5', red.length > 0 && 'tone-red -mx-2 rounded-md border-l-2 border-tone bg-tone px-2')}
      data-red={red.length > 0}
    >
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium break-words">{shownText(requestName(item), 60)}</span>
        <Id id={item.deviceId} what="device id" />
        <ScopeWords scopes={item.addedScopes.length > 0 ? item.addedScopes : item.scopes} />
        <span className="text-xs text-soft">
          <Clock at={item.at} precise="minutes" />
          {item.times > 1 && <span className="tabular">, {item.times} times</span>}
        </span>
      </p>
      <p className="text-xs">
        {red.map((words) => (
          <span key={words} className="mr-2 inline-flex items-center gap-1 font-semibold text-red">
            <CircleAlert size={12} aria-hidden /> {words}
          </span>
        ))}
        <span className={clsx(TONE_CLASS[tone], tone === 'plain' ? 'text-soft' : 'text-tone')}>{word}</span>
        <span className="text-soft">
          ; {becameWords(item)}.{item.would === 'left' && item.why !== '' && ` ${item.why}`}
        </span>
      </p>
    </li>
  );
}

/** The list as it came: what is red first, then the newest. */
export function PreviewList({ items }: { items: readonly PreviewItem[] }) {
  const [all, setAll] = useState(false);
  if (items.length === 0) return null;
  const shown = all ? items : items.slice(0, AT_FIRST);
  return (
    <div className="grid gap-1">
      <ul className="divide-y divide-hairline" aria-label="Recorded requests">
        {shown.map((item) => (
          <Item key={`${item.gateway} ${item.deviceId} ${item.at}`} item={item} />
        ))}
      </ul>
      {items.length > AT_FIRST && (
        <Button small weight="quiet" className="w-fit" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${items.length}`}
        </Button>
      )}
    </div>
  );
}

'use client';
// The keys of the console, on one small page.
import { useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';

const KEYS: readonly [string[], string][] = [
  [['j', 'k'], 'next and previous item'],
  [['a'], 'approve the request in focus'],
  [['r'], 'reject it'],
  [['e'], 'show the evidence'],
  [['Enter'], 'open the row in focus'],
  [['→', '←'], 'unfold and fold a loop'],
  [['/'], 'filter this page'],
  [['⌘K', 'Ctrl K'], 'commands'],
  [['?'], 'this help'],
  [['x', 'Shift x'], 'select the device in focus, or all up to it'],
  [['Esc'], 'close, or step back from a second press'],
];

/** Shows the keys. */
export default function HelpDialog({ onClose }: { onClose(): void }) {
  // A page without a filter has no key for one.
  const [keys] = useState(() => KEYS.filter(([[key]]) => key !== '/' || document.querySelector('[data-search]') !== null));
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-6 gap-y-2 p-4">
        {keys.map(([names, meaning]) => (
          <div key={meaning} className="contents">
            <dt className="flex gap-1.5">
              {names.map((key) => (
                <kbd key={key} className="min-w-6 rounded border border-edge bg-sunken px-1.5 text-center font-mono text-xs leading-5">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd className="text-soft">{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="border-t border-hairline px-4 py-3 text-soft">
        A request that would give admin, pairing or node commands asks for a second press, which names them again.
      </p>
    </Dialog>
  );
}

'use client';
// A scope opened: what it lets a client do on this gateway, what it adds over the one that it contains, the gravest first.
import { useState } from 'react';
import type { ScopeBook as Book, ScopeMeaning } from '#lib/api/device-shapes.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Unread, Waiting } from '../parts/page.tsx';
import { scopeName, scopeTone, TONE_CLASS } from '../parts/scope-words.ts';
import { useScopeBook } from '../queries/scopes.ts';
import { aloneIn, bookNote, familiesOf, openedBy } from './scope-book-words.ts';

function Families({ methods }: { methods: readonly string[] }) {
  return (
    <dl className="grid gap-x-3 gap-y-1 text-xs sm:grid-cols-[128px_minmax(0,1fr)]">
      {familiesOf(methods).map(({ family, names }) => (
        <div key={family} className="contents">
          <dt className="font-mono text-soft">
            {family} <span className="tabular-nums">{names.length}</span>
          </dt>
          <dd className="font-mono break-words">{names.join(' · ')}</dd>
        </div>
      ))}
    </dl>
  );
}

function Opened({ book, meaning }: { book: Book; meaning: ScopeMeaning }) {
  const { grave, rest, contained } = openedBy(meaning);
  const over = meaning.over === undefined ? undefined : scopeName(meaning.over.scope);
  const note = bookNote(book);
  return (
    <div className="grid gap-3">
      <div>
        <p className="font-medium">{meaning.title}</p>
        <p className="text-soft">{meaning.sentence}</p>
      </div>
      {grave.length + rest.length === 0 && <p className="text-soft">It opens no method of its own.</p>}
      {grave.length + rest.length > 0 && (
        <p className="text-xs font-semibold text-soft">
          {over === undefined ? `Opens ${grave.length + rest.length} methods` : `Adds ${grave.length + rest.length} methods over ${over}`}
          {scopeName(meaning.scope) === 'admin' && `, ${aloneIn(book, meaning)} of which no other scope opens`}, the gravest first
        </p>
      )}
      {grave.length > 0 && (
        <ul className="grid gap-1">
          {grave.map(({ method, text }) => (
            <li key={method} className="grid gap-x-3 sm:grid-cols-[200px_minmax(0,1fr)]">
              <code className="font-mono text-xs leading-5 break-all">{method}</code>
              <span className="text-soft">{text}</span>
            </li>
          ))}
        </ul>
      )}
      {rest.length > 0 && (
        <details>
          <summary className="cursor-pointer text-soft hover:text-ink">
            {grave.length > 0 ? `${rest.length} more` : `All ${rest.length}`}
          </summary>
          <div className="mt-1.5">
            <Families methods={rest} />
          </div>
        </details>
      )}
      {over !== undefined && contained.length > 0 && (
        <details>
          <summary className="cursor-pointer text-soft hover:text-ink">
            And the {contained.length} that {over} opens
          </summary>
          <div className="mt-1.5">
            <Families methods={contained} />
          </div>
        </details>
      )}
      {scopeName(meaning.scope) === 'admin' && book.unknown.length > 0 && (
        <details>
          <summary className="cursor-pointer text-soft hover:text-ink">
            {book.unknown.length} methods of which no scope is known here; a gateway asks admin for them unless a plugin says otherwise
          </summary>
          <div className="mt-1.5">
            <Families methods={book.unknown} />
          </div>
        </details>
      )}
      {note !== undefined && <p className="text-xs text-amber">{note}</p>}
    </div>
  );
}

/** What one scope opens on a gateway. A scope that this gateway's version does not know says so. */
export function ScopeBook({ gateway, scope }: { gateway: string; scope: string }) {
  const { data, error } = useScopeBook(gateway);
  if (data === undefined) return error === null ? <Waiting rows={3} /> : <Unread />;
  const meaning = data.scopes.find((one) => one.scope === scope);
  if (meaning === undefined) return <p className="text-soft">This version of the gateway knows no such scope: it gives nothing there.</p>;
  return <Opened book={data} meaning={meaning} />;
}

/** A scope as a chip that opens its book. */
export function ScopeBookChip({ gateway, scope }: { gateway: string; scope: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className={`${TONE_CLASS[scopeTone(scope)]} max-w-[220px] truncate rounded-[5px] border border-tone px-1.5 font-mono text-xs leading-[20px] text-tone hover:bg-tone`}
      >
        {scopeName(scope)}
        <span className="sr-only">, what it lets a client do</span>
      </button>
      {open && (
        <Dialog title={scopeName(scope)} wide onClose={() => setOpen(false)}>
          <div className="p-4">
            <ScopeBook gateway={gateway} scope={scope} />
          </div>
        </Dialog>
      )}
    </>
  );
}

'use client';
// Things to copy: ids cut to their first 8 characters, and commands to run on the gateway's host.
import { clsx } from 'clsx';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

const SAID_MS = 1_500;

function useCopied(): [boolean, (text: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  // Without a secure context there is no clipboard; the text stays selectable.
  return [copied, (text) => void navigator.clipboard?.writeText(text).then(() => setCopied(true))];
}

/** An id: 8 characters, whole on focus and as the title, copied by a press. */
export function Id({ id, what = 'id' }: { id: string; what?: string }) {
  const [copied, copy] = useCopied();
  return (
    <button
      type="button"
      title={id}
      onClick={() => copy(id)}
      className="group inline-flex min-h-6 max-w-full items-center gap-1 rounded font-mono text-xs text-soft hover:text-ink"
    >
      <span className="sr-only">Copy {what} </span>
      <span className="truncate group-focus-visible:hidden">{id.slice(0, 8)}</span>
      <span className="hidden break-all group-focus-visible:inline">{id}</span>
      {copied ? (
        <Check size={12} aria-hidden className="text-good" />
      ) : (
        <Copy size={12} aria-hidden className="-ml-1 w-0 group-hover:ml-0 group-hover:w-3" />
      )}
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}

/** A command with its copy button; `what` names it where it is another line to copy. */
export function Command({ command, what = 'command', className }: { command: string; what?: string; className?: string }) {
  const [copied, copy] = useCopied();
  return (
    <span className={clsx('flex w-fit max-w-full items-stretch overflow-hidden rounded-md border border-hairline bg-sunken', className)}>
      <code className="min-w-0 px-2.5 py-1 font-mono text-xs leading-5 break-all whitespace-pre-wrap text-ink">{command}</code>
      <button
        type="button"
        aria-label={`Copy the ${what} ${command}`}
        onClick={() => copy(command)}
        className="flex shrink-0 items-center gap-1 border-l border-hairline px-2 text-xs text-soft hover:bg-raised hover:text-ink"
      >
        {copied ? <Check size={13} aria-hidden className="text-good" /> : <Copy size={13} aria-hidden />}
        <span role="status">{copied ? 'Copied' : 'Copy'}</span>
      </button>
    </span>
  );
}

/** A small button that copies `text`; `what` names it to screen readers. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, copy] = useCopied();
  return (
    <button
      type="button"
      aria-label={`Copy ${what}`}
      onClick={() => copy(text)}
      className="flex min-h-6 items-center gap-1 rounded text-xs text-soft hover:text-ink"
    >
      {copied ? <Check size={12} aria-hidden className="text-good" /> : <Copy size={12} aria-hidden />}
      <span role="status">{copied ? 'Copied' : 'Copy'}</span>
    </button>
  );
}

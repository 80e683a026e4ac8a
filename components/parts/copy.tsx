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
      aria-label={`Copy ${what} ${id}`}
      onClick={() => copy(id)}
      className="group inline-flex max-w-full items-center gap-1 rounded font-mono text-xs text-soft hover:text-ink"
    >
      <span className="truncate group-focus-visible:hidden">{id.slice(0, 8)}</span>
      <span className="hidden break-all group-focus-visible:inline">{id}</span>
      {copied ? (
        <Check size={12} aria-hidden className="text-good" />
      ) : (
        <Copy size={12} aria-hidden className="opacity-0 group-hover:opacity-100" />
      )}
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}

/** A command with its copy button. */
export function Command({ command, className }: { command: string; className?: string }) {
  const [copied, copy] = useCopied();
  return (
    <span className={clsx('flex w-fit max-w-full items-stretch overflow-hidden rounded-md border border-hairline bg-sunken', className)}>
      <code className="min-w-0 overflow-x-auto px-2.5 py-1 font-mono text-xs leading-5 whitespace-pre text-ink">{command}</code>
      <button
        type="button"
        aria-label={`Copy the command ${command}`}
        onClick={() => copy(command)}
        className="flex shrink-0 items-center gap-1 border-l border-hairline px-2 text-xs text-soft hover:bg-raised hover:text-ink"
      >
        {copied ? <Check size={13} aria-hidden className="text-good" /> : <Copy size={13} aria-hidden />}
        <span role="status">{copied ? 'Copied' : 'Copy'}</span>
      </button>
    </span>
  );
}

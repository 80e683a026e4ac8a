'use client';
// One scope as a chip: its short name in the tone of its risk; pressing it says what it allows.
import { clsx } from 'clsx';
import { normaliseScopes } from '#lib/gateway/scopes.ts';
import { Popover } from './popover.tsx';
import { impliedNames, listWords, scopeMeaning, scopeName, scopeTone, TONE_CLASS } from './scope-words.ts';

/** `added` marks what is new in a request; `known` is false for a string that is no scope. */
export function ScopeChip({ scope, added = false, faint = false }: { scope: string; added?: boolean; faint?: boolean }) {
  const implied = impliedNames(scope);
  return (
    <Popover
      label={
        <>
          {added ? '+ ' : ''}
          {scopeName(scope)}
          <span className="sr-only">, what it allows</span>
        </>
      }
      buttonClass={clsx(
        'max-w-[220px] truncate rounded-[5px] border px-1.5 font-mono text-xs leading-[20px]',
        faint ? 'tone-plain border-hairline text-soft' : [TONE_CLASS[scopeTone(scope)], 'border-tone text-tone'],
        added && 'bg-tone font-semibold',
      )}
    >
      <code className="font-mono text-xs text-soft">{scope}</code>
      <span className="mt-1 block">{scopeMeaning(scope)}</span>
      {implied.length > 0 && <span className="mt-1 block text-soft">Includes {listWords(implied)}.</span>}
    </Popover>
  );
}

/** A row of chips that cannot be opened, for dense lists. */
export function ScopeWords({ scopes, className }: { scopes: readonly string[]; className?: string }) {
  if (scopes.length === 0) return <span className="text-soft">no scopes</span>;
  return (
    <span className={clsx('inline-flex flex-wrap gap-x-2 font-mono text-xs', className)}>
      {normaliseScopes(scopes).map((scope) => (
        <span key={scope} className={clsx(TONE_CLASS[scopeTone(scope)], 'text-tone')}>
          {scopeName(scope)}
        </span>
      ))}
    </span>
  );
}

/** A role as a chip; role node runs commands on its machine and looks like it. */
export function RoleChip({ role, added = false }: { role: string; added?: boolean }) {
  const node = role !== 'operator';
  return (
    <span
      className={clsx(
        'inline-flex items-center rounded-[5px] border px-1.5 font-mono text-xs leading-[20px]',
        node ? 'tone-red border-tone text-tone' : 'border-hairline text-soft',
        node && added && 'bg-tone font-semibold',
      )}
    >
      {added ? '+ ' : ''}
      {node ? 'role ' : ''}
      {role}
    </span>
  );
}

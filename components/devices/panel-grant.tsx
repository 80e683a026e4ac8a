'use client';
// The grant of a device: a sentence, then what was approved beside what each token holds, with their differences in words.
import { clsx } from 'clsx';
import type { NodeHolding } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { coversScopes } from '#lib/gateway/scopes.ts';
import { grantSentence } from '#lib/scopes/sentence.ts';
import { RoleChip } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { NodeCommands } from './node-commands.tsx';
import { driftOf, grantColumns, grantRows } from './panel-grant-words.ts';
import { ScopeBookChip } from './scope-book.tsx';

/** Whether a list of scopes holds one: by its name, or within another. */
function holds(scopes: readonly string[], scope: string): 'yes' | 'within' | 'no' {
  if (scopes.includes(scope)) return 'yes';
  return coversScopes(scopes, [scope]) ? 'within' : 'no';
}

const HELD = { yes: 'yes', within: 'within another', no: 'no' } as const;

function Cell({ held, differs }: { held: keyof typeof HELD; differs: boolean }) {
  return (
    <td className={clsx('px-2 py-1 text-xs', differs ? 'font-medium text-amber' : held === 'yes' ? 'text-ink' : 'text-soft')}>
      {HELD[held]}
    </td>
  );
}

function Compared({ device }: { device: DeviceView }) {
  const columns = grantColumns(device);
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">Scopes that were approved, and those in each token</caption>
      <thead>
        <tr className="border-b border-hairline text-xs text-soft">
          <th scope="col" className="py-1 pr-2 font-normal">
            scope
          </th>
          <th scope="col" className="px-2 py-1 font-normal">
            approved
          </th>
          {columns.map(({ role }) => (
            <th key={role} scope="col" className="px-2 py-1 font-normal break-words">
              {shownText(role, 30)} token
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {grantRows(device).map((scope) => {
          const approved = holds(device.scopes, scope);
          return (
            <tr key={scope} className="border-b border-hairline">
              <th scope="row" className="py-1 pr-2 font-normal">
                <ScopeBookChip gateway={device.gateway} scope={scope} />
              </th>
              <Cell held={approved} differs={false} />
              {columns.map(({ role, token }) => {
                if (token === undefined || token.revoked)
                  return (
                    <td key={role} className="px-2 py-1 text-xs text-soft">
                      {token === undefined ? 'no token' : 'revoked'}
                    </td>
                  );
                const held = holds(token.scopes, scope);
                return <Cell key={role} held={held} differs={role === 'operator' && (held === 'no') !== (approved === 'no')} />;
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function TokenTimes({ tokens }: Pick<DeviceView, 'tokens'>) {
  if (tokens.length === 0) return <p className="text-xs text-soft">It has no token.</p>;
  return (
    <ul className="grid gap-0.5 text-xs text-soft">
      {tokens.map(({ role, issuedAt, rotatedAt, usedAt }) => (
        <li key={role}>
          {shownText(role, 30)} token:{' '}
          {issuedAt === undefined ? (
            'issued at a time that is not told'
          ) : (
            <>
              issued <Clock at={issuedAt} precise="minutes" />
            </>
          )}
          {rotatedAt !== undefined && (
            <>
              , rotated <Clock at={rotatedAt} precise="minutes" />
            </>
          )}
          {usedAt === undefined ? (
            ', no sign-in with it is told'
          ) : (
            <>
              , last signed in with <Clock at={usedAt} precise="minutes" />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What the device may do, and where it is written. `node` is what may be run on it, once it is known. */
export function Grant({ device, node }: { device: DeviceView; node?: NodeHolding | undefined }) {
  const drift = driftOf(device);
  return (
    <section aria-label="What it may do" className="grid gap-2">
      <p className="break-words">{shownText(grantSentence(device.roles, device.scopes), 600)}</p>
      {device.roles.length > 0 && (
        <div className="flex flex-wrap gap-1.5">
          {device.roles.map((role) => (
            <RoleChip key={role} role={shownText(role, 30)} />
          ))}
        </div>
      )}
      {node !== undefined && <NodeCommands node={node} />}
      {grantRows(device).length > 0 && <Compared device={device} />}
      {drift.length > 0 && (
        <ul className="grid gap-0.5" data-drift>
          {drift.map(({ role, tone, text }) => (
            <li key={`${role} ${text}`} className={clsx(TONE_CLASS[tone], 'break-words text-tone')}>
              {shownText(text, 300)}
            </li>
          ))}
        </ul>
      )}
      <TokenTimes tokens={device.tokens} />
    </section>
  );
}

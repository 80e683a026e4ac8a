// Has -> asks, scope by scope: what the device holds stays faint, what is new stands out in the tone of its risk.
import { MoveRight } from 'lucide-react';
import type { RequestView } from '#lib/api/shapes.ts';
import { RoleChip, ScopeChip } from '../parts/scope.tsx';
import { scopeList } from '../parts/scope-words.ts';
import { addedRoles } from './request-words.ts';

/** The diff of one request, with what it keeps although it did not ask for it. */
export function Diff({ request }: { request: RequestView }) {
  const { heldScopes, heldRoles, scopes, addedScopes, unknownScopes, resultScopes, roles } = request;
  const added = new Set([...addedScopes, ...unknownScopes]);
  const newRoles = new Set(addedRoles(request));
  const kept = resultScopes.filter((scope) => !scopes.includes(scope));
  const shownRoles = roles.filter((role) => role !== 'operator');
  return (
    <div className="grid gap-1">
      <div className="flex min-h-[22px] flex-wrap items-center gap-1.5">
        {heldScopes.length === 0 && heldRoles.length === 0 ? (
          <span className="text-soft">nothing yet</span>
        ) : heldScopes.length === 0 ? (
          <span className="text-soft">no scopes</span>
        ) : (
          heldScopes.map((scope) => <ScopeChip key={scope} scope={scope} faint />)
        )}
        <MoveRight size={14} className="mx-0.5 text-soft" role="img" aria-label="asks for" />
        {shownRoles.map((role) => (
          <RoleChip key={role} role={role} added={newRoles.has(role)} />
        ))}
        {scopes
          .filter((scope) => !added.has(scope))
          .map((scope) => (
            <ScopeChip key={scope} scope={scope} faint />
          ))}
        {scopes
          .filter((scope) => added.has(scope))
          .map((scope) => (
            <ScopeChip key={scope} scope={scope} added />
          ))}
        {scopes.length === 0 && shownRoles.length === 0 && <span className="text-soft">no scopes named</span>}
      </div>
      {kept.length > 0 && (
        <p className="text-xs text-soft">An approval leaves it with {scopeList(kept)} as well, which it holds already.</p>
      )}
      {unknownScopes.length > 0 && (
        <p className="text-xs text-red">
          {unknownScopes.length === 1 ? 'One scope is' : `${unknownScopes.length} scopes are`} on no list: nobody can say what an approval
          would give.
        </p>
      )}
    </div>
  );
}

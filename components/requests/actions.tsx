'use client';
// The buttons of a device's request, named by consequence. What gives admin, pairing or node commands asks for a second press in place.
import type { RequestView } from '#lib/api/shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Button } from '../parts/button.tsx';
import { scopeList } from '../parts/scope-words.ts';
import { changedRequest, useDecide } from '../queries/decide.ts';
import { DecideButtons } from './decide-buttons.tsx';
import { approveWords, requestName, requestSignature } from './request-words.ts';

type ActionsProps = { request: RequestView; onMakeRule?: (() => void) | undefined; onWindow?: (() => void) | undefined };

function Gives({ request, who }: { request: RequestView; who: string }) {
  return (
    <>
      This gives <strong className="font-semibold">{who}</strong> {request.roles.includes('node') && 'the role node and '}
      <strong className="font-semibold">{scopeList(request.addedScopes.length > 0 ? request.addedScopes : request.needsConfirm)}</strong>.
      It keeps that until somebody takes it back.
    </>
  );
}

/** `onMakeRule` opens the rule form, `onWindow` that of a permit window; each absent where it could never cover the request. */
export function Actions({ request, onMakeRule, onWindow }: ActionsProps) {
  const decide = useDecide();
  const words = approveWords(request);
  const who = `${requestName(request)} ${request.deviceId.slice(0, 8)}`;
  const wish = [
    ...(request.roles.includes('node') ? ['role node'] : []),
    ...(request.scopes.length > 0 ? [scopeList(request.scopes)] : []),
  ];
  const full = `${wish.join(', ') || 'no scopes'}, for ${who}`;
  return (
    <DecideButtons
      signature={requestSignature(request)}
      words={words}
      names={{ approve: `${words}: ${full}`, again: `${words}. ${full}`, reject: `Reject: ${full}` }}
      grave={request.needsConfirm.length > 0 ? <Gives request={request} who={who} /> : undefined}
      blocked={request.stuck}
      asking={decide.isPending ? decide.variables.action : undefined}
      onDecide={(action) => decide.mutate(action === 'approve' ? { action, request, confirm: request.needsConfirm } : { action, request })}
      refusedChange={changedRequest(decide.error) !== undefined}
      error={decide.error}
    >
      {onMakeRule !== undefined && (
        <ActButton
          needs="admin"
          weight="quiet"
          disabled={decide.isPending}
          aria-label={`Approve and make a rule: ${full}`}
          onClick={onMakeRule}
        >
          Approve and make a rule
        </ActButton>
      )}
      {onWindow !== undefined && (
        <Button weight="quiet" disabled={decide.isPending} aria-label={`Open a window for ${who}`} onClick={onWindow}>
          Open a window
        </Button>
      )}
    </DecideButtons>
  );
}

'use client';
// The operator's word that no proxy or tunnel stands in front of a gateway: the one fact that nobody can measure.
import type { GatewayView } from '#lib/api/shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Needs } from '../operators/needs.tsx';
import { Failure } from '../parts/notice.tsx';
import { Switch } from '../parts/switch.tsx';
import { Clock } from '../parts/time.tsx';
import { useAcknowledgeStatement, useStatement } from '../queries/gateways.ts';

/** The switch with who said it and why it was dropped. */
export function Statement({ gateway }: { gateway: GatewayView }) {
  const state = useStatement();
  const acknowledge = useAcknowledgeStatement();
  const { noProxyInFront, by, at, droppedBecause, unacknowledged } = gateway.statement;
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <Needs right="admin">
          <Switch
            on={noProxyInFront}
            name={`No proxy in front of ${gateway.name}`}
            disabled={state.isPending}
            onChange={(on) => state.mutate({ id: gateway.id, noProxyInFront: on })}
          />
        </Needs>
        <span className="font-medium">No proxy or tunnel stands in front of this gateway</span>
        {noProxyInFront && by !== undefined && (
          <span className="text-xs text-soft">
            said by {by}
            {at !== undefined && (
              <>
                , <Clock at={at} precise="minutes" />
              </>
            )}
          </span>
        )}
      </div>
      <p className="text-soft">
        Your word, for rules of origin loopback. A tunnel of your own user (ssh -L, a same-user proxy) cannot be seen from here. The word is
        dropped when the gateway's configuration changes or another user's process connects.
      </p>
      {droppedBecause !== undefined && <p className="text-amber">Dropped: {droppedBecause}</p>}
      {unacknowledged && (
        <div className="flex flex-wrap items-center gap-2 text-amber">
          Given by the API token; no person has looked at it yet.
          <ActButton
            needs="admin"
            small
            disabled={acknowledge.isPending}
            onClick={() => acknowledge.mutate({ id: gateway.id, at: at ?? '' })}
            aria-label={`Acknowledge the statement on ${gateway.name}`}
          >
            Acknowledge
          </ActButton>
        </div>
      )}
      <Failure error={state.error ?? acknowledge.error} />
    </div>
  );
}

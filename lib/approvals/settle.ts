// After a crash between "written" and "answered": what became of a decision is read from the gateway, never guessed.
import type { DecisionView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import type { PairingList } from '../gateway/records.ts';
import { sameScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import type { DecisionPatch } from '../store/decisions.ts';

const sameRoles = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...new Set(b)].sort().join();

/** What a list says of an unanswered decision. Pure. `nowMs` is when the list was read. */
export function settlementOf(decision: DecisionView, list: PairingList, nowMs: number): DecisionPatch {
  const answeredAt = isoOf(nowMs);
  const waits = list.pending.some((p) => p.requestId === decision.requestId);
  if (waits)
    return {
      state: 'settled-not-done',
      answeredAt,
      outcome: 'Gatehouse stopped before the gateway answered. The request still waits: nothing was done.',
    };
  const row = list.paired.find((d) => d.deviceId === decision.deviceId && d.publicKey === decision.publicKey);
  const expected = [...decision.heldScopes, ...decision.scopes];
  const holds = row !== undefined && decision.scopes.length > 0 && sameScopes(row.scopes, expected) && sameRoles(row.roles, decision.roles);
  const since = row?.approvedAtMs !== undefined && row.approvedAtMs >= Date.parse(decision.at) - 5000;
  if (decision.action === 'approve' && holds && since)
    return {
      state: 'settled-approved',
      answeredAt,
      ...present({ rowCreatedAtMs: row.createdAtMs }),
      outcome: 'Gatehouse stopped before the gateway answered. The device holds what was approved.',
    };
  return {
    state: 'settled-unknown',
    answeredAt,
    outcome: holds
      ? 'Gatehouse stopped before the gateway answered. The device holds these scopes, but nothing shows that this decision gave them.'
      : 'Gatehouse stopped before the gateway answered. The request is gone and the device does not hold exactly what was decided: look at it.',
  };
}

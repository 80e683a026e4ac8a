// What a reading of the gateway's list says of an act. Pure. A list that was on its way when the act was done shows the row as it was
// before: that is told from an act that was undone by when the gateway last replaced the token.
import { z } from 'zod';
import type { PairedDevice } from '../../gateway/records.ts';
import { addedScopes } from '../../gateway/scopes.ts';
import { present } from '../../present.ts';
import type { StoredAct } from '../../store/device-acts.ts';

const moment = z.number().optional();
const before = z.object({
  label: z.string().optional(),
  createdAtMs: moment,
  rotatedAtMs: moment,
  revokedAtMs: moment,
  loose: z.boolean().optional(),
});

/** An act with what the row said right before it; `loose`: nothing on the gateway keeps it so. */
export type KeptAct = StoredAct & { before: z.infer<typeof before> };

/** What is kept of a row to tell it from the one after the act. */
export function beforeOf(row: PairedDevice, role: string | undefined): KeptAct['before'] {
  const token = row.tokens.find((t) => t.role === role);
  return present({ label: row.label, createdAtMs: token?.createdAtMs, rotatedAtMs: token?.rotatedAtMs, revokedAtMs: token?.revokedAtMs });
}

/** An act as the store keeps it; one without what was before is undefined. */
export function readKept(act: StoredAct): KeptAct | undefined {
  const found = z.object({ before }).safeParse(act);
  return found.success ? { ...act, before: found.data.before } : undefined;
}

export type Reading =
  | { kind: 'gone' }
  /** As it was right before the act. */
  | { kind: 'before' }
  | { kind: 'done' }
  /** The row lists no token of the role any more: at least as good as a revoked one, and no return. */
  | { kind: 'no-token' }
  /** Another pairing of its id. */
  | { kind: 'anew'; row: PairedDevice }
  /** Neither as before nor as it was to be. */
  | { kind: 'otherwise'; row: PairedDevice };

/** What a row, or none, says of an act. */
export function readingOf(act: KeptAct, row: PairedDevice | undefined): Reading {
  const { input, view } = act;
  if (!row) return { kind: 'gone' };
  if (row.publicKey !== input.publicKey || row.createdAtMs !== input.rowCreatedAtMs) return { kind: 'anew', row };
  if (input.act === 'rename') {
    if (row.label === input.label) return { kind: 'done' };
    return row.label === act.before.label ? { kind: 'before' } : { kind: 'otherwise', row };
  }
  const token = row.tokens.find((t) => t.role === view.role);
  if (!token) return { kind: 'no-token' };
  // A token that was gone and is issued again carries no time of a rotation, as one that was never rotated.
  const isSame = act.before.createdAtMs === undefined || token.createdAtMs === act.before.createdAtMs;
  if (isSame && token.rotatedAtMs === act.before.rotatedAtMs && token.revokedAtMs === act.before.revokedAtMs) return { kind: 'before' };
  const isRevoked = token.revokedAtMs !== undefined;
  const isWider = !isRevoked && addedScopes(input.scopes ?? [], token.scopes).length > 0;
  const isDone = input.act === 'revoke' ? isRevoked : input.act === 'narrow' ? !isWider : !isRevoked;
  return isDone ? { kind: 'done' } : { kind: 'otherwise', row };
}

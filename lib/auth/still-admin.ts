// What was asked for as an admin is done by an admin: their right may end while the request is under way.
import { Problem } from '../problem.ts';
import type { Repositories } from '../store/open.ts';
import type { Operator } from '../store/operators.ts';

/** Whether this operator may do everything now. */
export const isActiveAdmin = ({ state, rights }: Pick<Operator, 'state' | 'rights'>): boolean =>
  state === 'active' && rights.includes('admin');

/** Within the transaction that does it. Throws Problem('right-missing'). */
export async function requireStillAdmin(inside: Repositories, by: { operatorId: string; name: string }): Promise<void> {
  const now = await inside.operators.byId(by.operatorId);
  if (!now || !isActiveAdmin(now)) throw new Problem('right-missing', `${by.name} is no admin any more.`, { right: 'admin' });
}

// Whether somebody is known to lack a right.
import type { SessionOfCaller } from '#lib/api/operator-shapes.ts';
import { holds, type Right } from '#lib/auth/rights.ts';

export const lacks = (me: Pick<SessionOfCaller, 'rights'> | undefined, needed: Right): boolean =>
  me !== undefined && !holds(me.rights, needed);

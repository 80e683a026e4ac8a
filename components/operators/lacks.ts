// Whether somebody is known to lack a right.
import type { Overview } from '#lib/api/shapes.ts';
import { holds, type Right } from '#lib/auth/rights.ts';

export const lacks = (me: Overview['you'] | undefined, needed: Right): boolean => me !== undefined && !holds(me.rights, needed);

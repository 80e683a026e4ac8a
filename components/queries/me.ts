// Who is signed in in this browser, and what that person may do. It comes with the overview, so that no page asks for it.
import type { Overview } from '#lib/api/shapes.ts';
import { holds, type Right } from '#lib/auth/rights.ts';
import { useOverview } from './overview.ts';

/** Undefined until that is known. */
export const useMe = (): Overview['you'] | undefined => useOverview().data?.you;

/** Whether the signed-in person may do what needs this right; false until that is known. */
export function useMay(right: Right): boolean {
  const me = useMe();
  return me !== undefined && holds(me.rights, right);
}

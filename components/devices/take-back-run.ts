// Taking devices back one by one: each is bound to what the plan showed, each answer is kept, and doubt ends the run.
import type { TakeBackInput, TakeBackItem, TakeBackView } from '#lib/api/grant-shapes.ts';
import { TAKE_BACK_WORDS } from '#lib/approvals/take-back-words.ts';
import { ApiProblem, problemOf } from '../queries/api.ts';
import type { Account } from '../queries/take-backs.ts';

/** What became of one device of a plan. `refused`: nothing was done, and why is known. `doubt`: nobody knows whether something was done. */
export type Step =
  | { state: 'waiting' }
  | { state: 'asking' }
  | { state: 'answered'; view: TakeBackView }
  | { state: 'refused'; problem: ApiProblem['view'] }
  | { state: 'doubt'; problem: ApiProblem['view'] }
  | { state: 'not-asked' };

/** One entry a device; a device stands in a plan once per gateway. */
export type Steps = ReadonlyMap<string, Step>;
export const itemKey = ({ gateway, deviceId }: { gateway: string; deviceId: string }): string => `${gateway}/${deviceId}`;

/** What is sent for one device: what the plan showed of it, and nothing else. */
export function inputOf(item: TakeBackItem, { rule, decision }: Account): TakeBackInput {
  return {
    gateway: item.gateway,
    deviceId: item.deviceId,
    publicKey: item.publicKey,
    holds: item.holds,
    ...(item.rowCreatedAtMs === undefined ? {} : { rowCreatedAtMs: item.rowCreatedAtMs }),
    ...(rule === undefined ? {} : { rule }),
    ...(decision === undefined ? {} : { decision }),
    ...(item.needsConfirm === undefined ? {} : { confirm: item.needsConfirm }),
  };
}

function stepAfter(error: unknown): Step {
  const problem = problemOf(error);
  // A conflict or bad input is answered before the gateway is asked. Anything else may have come too late to know.
  const known = error instanceof ApiProblem && [400, 404, 409, 422].includes(error.status);
  return known ? { state: 'refused', problem } : { state: 'doubt', problem };
}

/** Whether the next device may be asked after this one. */
const goesOn = (step: Step): boolean => step.state !== 'doubt' && !(step.state === 'answered' && step.view.state === 'unknown');

/**
 * Takes the devices back in their order, one at a time, and tells every change of the whole. Ends after the first whose outcome
 * nobody knows: those behind it are not asked. Nothing is tried twice. Never rejects.
 */
export async function takeOneByOne(
  items: readonly TakeBackItem[],
  account: Account,
  take: (input: TakeBackInput) => Promise<TakeBackView>,
  onSteps: (steps: Steps) => void,
): Promise<Steps> {
  const steps = new Map<string, Step>(items.map((item) => [itemKey(item), { state: 'waiting' }]));
  const put = (item: TakeBackItem, step: Step) => {
    steps.set(itemKey(item), step);
    onSteps(new Map(steps));
  };
  let on = true;
  for (const item of items) {
    if (!on) {
      put(item, { state: 'not-asked' });
      continue;
    }
    put(item, { state: 'asking' });
    const step = await take(inputOf(item, account)).then((view): Step => ({ state: 'answered', view }), stepAfter);
    put(item, step);
    on = goesOn(step);
  }
  return steps;
}

/** "2 of 3 taken back. 1 was not asked." In the words of the outcomes, so that the end of a run and its rows say the same. */
export function summaryWords(steps: Steps): string {
  const all = [...steps.values()];
  const gone = all.filter((step) => step.state === 'answered' && step.view.state === 'gone').length;
  const unasked = all.filter(({ state }) => state === 'not-asked' || state === 'refused').length;
  const doubtful = all.filter((step) => !goesOn(step)).length;
  const parts = [
    gone < all.length
      ? `${gone} of ${all.length} ${TAKE_BACK_WORDS.gone}.`
      : `${gone === 1 ? 'One device' : `All ${gone} devices`} ${TAKE_BACK_WORDS.gone}.`,
  ];
  if (doubtful > 0)
    parts.push(`What became of the last one that was asked is ${TAKE_BACK_WORDS.unknown}: look at Devices before you go on.`);
  if (unasked > 0) parts.push(`${unasked} ${unasked === 1 ? 'was' : 'were'} not asked.`);
  return parts.join(' ');
}

// Taking one device of a run back: it is bound to what the plan showed, and its answer is told.
import type { TakeBackInput, TakeBackItem, TakeBackView } from '#lib/api/grant-shapes.ts';
import { TAKE_BACK_WORDS } from '#lib/approvals/take-back-words.ts';
import type { Account } from '../queries/take-backs.ts';
import type { StepsOf } from './bulk-run.ts';
import { summaryOf } from './bulk-words.ts';

export type Steps = StepsOf<TakeBackView>;

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

/** Whether the answer says what became of the device. */
export const isTold = ({ state }: TakeBackView): boolean => state !== 'unknown';

/** "2 of 3 taken back. 1 was not asked." In the words of the outcomes, so that the end of a run and its rows say the same. */
export function summaryWords(steps: Steps): string {
  return summaryOf(steps, {
    done: TAKE_BACK_WORDS.gone,
    unknown: TAKE_BACK_WORDS.unknown,
    isDone: ({ state }) => state === 'gone',
    isKnown: isTold,
  });
}

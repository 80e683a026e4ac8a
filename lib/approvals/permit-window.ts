// One permit window: what it was opened with, what became of it, and how it is shown and asked.
import type { PermitWindowInput, PermitWindowView } from '../api/grant-shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { present } from '../present.ts';
import type { WindowInForce } from '../rules/case.ts';
import { ceilingOf } from '../rules/ceiling.ts';
import { windowSentence } from '../rules/sentence.ts';

export type Opened = {
  readonly id: string;
  readonly input: Required<PermitWindowInput>;
  readonly deviceName: string | undefined;
  readonly by: string;
  readonly sessionId: string;
  readonly openedAt: number;
  readonly endsAt: number;
  readonly endsSteady: number;
  used: number;
  /** Approvals that were counted and have not been answered. */
  asking: number;
  state: PermitWindowView['state'];
  closedAt: number | undefined;
  outcomes: string[];
  why: string | undefined;
};

/** How many approvals it has left. */
export const leftOf = ({ input, used }: Opened): number => input.uses - used;

/** How long it stays open by the clock that runs out first, ms; below 1 when its time is over. */
export const remainingOf = (w: Opened, clock: Clock): number => Math.min(w.endsSteady - clock.monotonicMs(), w.endsAt - clock.nowMs());

/** What it lets in, in words. */
export const sentenceOf = ({ input, deviceName }: Pick<Opened, 'input' | 'deviceName'>): string =>
  windowSentence({ ...input, ...present({ deviceName }) });

/** A window as it is shown. */
export function viewOf(w: Opened, gatewayName: string | undefined): PermitWindowView {
  const { gateway, target, scopes, confirm, agentsMayUse, assurance, uses } = w.input;
  const outcome = [...w.outcomes, ...(w.why === undefined ? [] : [w.why])].join(' ');
  return {
    id: w.id,
    gateway,
    gatewayName: gatewayName ?? gateway,
    target,
    ...present({ deviceName: w.deviceName }),
    scopes,
    confirm,
    agentsMayUse,
    assurance,
    uses,
    used: w.used,
    openedAt: isoOf(w.openedAt),
    endsAt: isoOf(w.closedAt ?? w.endsAt),
    by: w.by,
    state: w.state,
    sentence: sentenceOf(w),
    ...(outcome === '' ? {} : { outcome }),
  };
}

/** An open window as the rules ask it. */
export const inForceOf = (w: Opened, clock: Clock): WindowInForce => ({
  id: w.id,
  gateway: w.input.gateway,
  target: w.input.target,
  scopes: w.input.scopes,
  confirm: ceilingOf(w.input).filter((s) => w.input.confirm.includes(s)),
  assurance: w.input.assurance,
  agentsMayUse: w.input.agentsMayUse,
  openedAtMs: w.openedAt,
  uses: w.input.uses,
  left: leftOf(w),
  endsAtMs: clock.nowMs() + remainingOf(w, clock),
});

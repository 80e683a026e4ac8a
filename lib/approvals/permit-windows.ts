// Permit windows: short, counted openings that a person makes. They live in memory only, so a restart closes all of them, and they end by
// whichever clock runs out first, and with the session they were opened in: whoever is removed, switched off or loses a right loses it.
import type { PermitWindowInput, PermitWindowView } from '../api/grant-shapes.ts';
import type { BridgeChange, DecisionActor, DecisionView } from '../api/shapes.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { WindowInForce } from '../rules/case.ts';
import type { NewActivity } from '../store/activity.ts';
import { inForceOf, leftOf, type Opened, remainingOf, sentenceOf, viewOf } from './permit-window.ts';
import { badField, checkedInput } from './permit-window-input.ts';

const MOST_OPEN = 20;
/** How long a closed window is still shown, ms. */
const SHOWN_MS = 10 * 60_000;
const STEP_MS = 1000;
/** A wall clock that lies this far before the opening went back. Ms. */
const SLACK_MS = 2000;

export type PermitWindows = {
  /**
   * A person's act, in a session that lives at this moment: its end closes the window, also one that is still being opened. Throws
   * Problem('person-required' | 'gateway-unknown' | 'input-invalid' | 'window-closed' | 'store-unwritable').
   */
  open: (input: PermitWindowInput, actor: DecisionActor, sessionId: string) => Promise<PermitWindowView>;
  /** Throws Problem('window-unknown' | 'window-closed'). It is closed at once, whether or not that can be recorded. */
  close: (id: string, actor: DecisionActor) => Promise<PermitWindowView>;
  /** Closes all, those that are being opened too, for a cause that stands against every automatic approval. */
  closeAll: (why: string) => void;
  /** A session ended, by whatever cause: closes what was opened in it. */
  sessionEnded: (sessionId: string) => void;
  /** The windows that may let something in on a gateway right now. */
  inForce: (gateway: string) => readonly WindowInForce[];
  /** Open ones, and those that closed in the last 10 minutes; newest first. */
  list: () => PermitWindowView[];
  /** Who decides where a window lets in: automatic, on a person's account. Undefined for an unknown window. */
  actorOf: (id: string) => DecisionActor | undefined;
  /** Counts one approval, right before the gateway is asked. False when the window has none left or is closed. */
  take: (id: string) => boolean;
  /** Takes the count back where nothing was given for certain. */
  giveBack: (id: string) => void;
  /** What became of a counted approval; undefined where no answer came. */
  used: (id: string, decision: DecisionView | undefined) => void;
  dispose: () => void;
};

type Opening = { readonly sessionId: string; closedBy: string | undefined };

export function createPermitWindows(deps: {
  clock: Clock;
  newId: () => string;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  publish: (change: BridgeChange) => void;
  /** Undefined for a gateway that the console does not know. */
  gatewayName: (gateway: string) => string | undefined;
  /** What a device calls itself, where it is listed. */
  deviceName: (gateway: string, deviceId: string) => string | undefined;
  /** A window opened or closed: what waits on this gateway must be looked at again. */
  onChange: (gateway: string) => void;
  onError: (error: unknown) => void;
}): PermitWindows {
  const { clock, publish } = deps;
  const windows = new Map<string, Opened>();
  /** Those that are being written down, each with what closed it meanwhile. */
  const opening = new Set<Opening>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const remaining = (w: Opened): number => remainingOf(w, clock);
  const view = (w: Opened): PermitWindowView => viewOf(w, deps.gatewayName(w.input.gateway));

  const show = (w: Opened) => publish({ topic: 'windows', op: 'set', item: view(w) });

  function shut(w: Opened, state: 'used' | 'ended' | 'closed', why: string, actor: DecisionActor): Promise<void> {
    w.state = state;
    w.why = why;
    w.closedAt = clock.nowMs();
    show(w);
    deps.onChange(w.input.gateway);
    return deps.record({
      actor,
      what: 'window.close',
      gateway: w.input.gateway,
      text: `The permit window of ${w.by} is closed. ${why}`,
      details: { window: w.id, used: w.used, uses: w.input.uses },
    });
  }

  const byItself = (w: Opened, state: 'used' | 'ended' | 'closed', why: string) =>
    void shut(w, state, why, { kind: 'gateway', name: 'Gatehouse' }).catch(deps.onError);

  /** Ends what has run out, by either clock; a wall clock from before the opening is not trusted either. */
  function look() {
    const now = clock.nowMs();
    for (const w of windows.values()) {
      if (w.state === 'open') {
        if (now < w.openedAt - SLACK_MS) byItself(w, 'closed', 'The clock of this host jumped back.');
        else if (remaining(w) <= 0) byItself(w, 'ended', w.used === 0 ? 'Its time is over; it let nothing in.' : 'Its time is over.');
      } else if (now - (w.closedAt ?? 0) > SHOWN_MS || now < (w.closedAt ?? 0) - SLACK_MS) windows.delete(w.id);
    }
    arm();
  }

  function arm() {
    clearTimeout(timer);
    timer = undefined;
    const open = [...windows.values()].filter((w) => w.state === 'open');
    if (open.length === 0) return;
    timer = setTimeout(look, Math.max(1, Math.min(STEP_MS, ...open.map(remaining))));
    timer.unref();
  }

  function known(id: string): Opened {
    look();
    const found = windows.get(id);
    if (!found) throw new Problem('window-unknown', 'The console knows no permit window of this id.');
    return found;
  }

  function closeWhere(which: (one: { readonly sessionId: string }) => boolean, why: string) {
    for (const one of opening) if (which(one)) one.closedBy ??= why;
    for (const w of windows.values()) if (w.state === 'open' && which(w)) byItself(w, 'closed', why);
  }

  return {
    async open(input, actor, sessionId) {
      if (actor.kind !== 'person') throw new Problem('person-required', 'A permit window is a person’s act.');
      const whole = checkedInput(input);
      const { gateway, target, seconds } = whole;
      if (deps.gatewayName(gateway) === undefined) throw new Problem('gateway-unknown', 'The console knows no gateway of this id.');
      look();
      if ([...windows.values()].filter((w) => w.state === 'open').length + opening.size >= MOST_OPEN)
        throw badField('gateway', `${MOST_OPEN} windows are open already. Close some first.`);
      const deviceName = target.kind === 'device' ? deps.deviceName(gateway, target.deviceId) : undefined;
      const id = deps.newId();
      const mine: Opening = { sessionId, closedBy: undefined };
      opening.add(mine);
      try {
        await deps.record({
          actor,
          what: 'window.open',
          gateway,
          text: `${actor.name} opened a permit window. ${sentenceOf({ input: whole, deviceName })} It closes by itself, with the session of ${actor.name}, and with this console.`,
          details: { window: id, scopes: whole.scopes, uses: whole.uses, seconds, target, agentsMayUse: whole.agentsMayUse },
        });
      } finally {
        opening.delete(mine);
      }
      // Its time begins when it stands in the record.
      const w: Opened = {
        id,
        input: whole,
        deviceName,
        by: actor.name,
        sessionId,
        openedAt: clock.nowMs(),
        endsAt: clock.nowMs() + seconds * 1000,
        endsSteady: clock.monotonicMs() + seconds * 1000,
        used: 0,
        asking: 0,
        state: 'open',
        closedAt: undefined,
        outcomes: [],
        why: undefined,
      };
      windows.set(id, w);
      if (mine.closedBy !== undefined) {
        // It stands in the record as opened, so it is shown and recorded as closed; it was never in force.
        byItself(w, 'closed', mine.closedBy);
        throw new Problem('window-closed', `It was closed while it was being opened. ${mine.closedBy}`);
      }
      show(w);
      arm();
      deps.onChange(gateway);
      return view(w);
    },

    async close(id, actor) {
      const w = known(id);
      if (w.state !== 'open') throw new Problem('window-closed', 'This permit window is closed already.');
      await shut(w, 'closed', `${actor.name} closed it.`, actor);
      return view(w);
    },

    closeAll: (why) => closeWhere(() => true, why),

    sessionEnded: (ended) => closeWhere(({ sessionId }) => sessionId === ended, 'The session in which it was opened has ended.'),

    inForce(gateway) {
      if (windows.size === 0) return [];
      look();
      return [...windows.values()]
        .filter((w) => w.state === 'open' && w.input.gateway === gateway && leftOf(w) > 0)
        .map((w) => inForceOf(w, clock));
    },

    list() {
      look();
      return [...windows.values()].reverse().map(view);
    },

    actorOf(id) {
      const w = windows.get(id);
      return w && { kind: 'rule', name: `permit window of ${w.by}`, windowId: id };
    },

    take(id) {
      look();
      const w = windows.get(id);
      if (w?.state !== 'open' || leftOf(w) <= 0) return false;
      w.used += 1;
      w.asking += 1;
      show(w);
      return true;
    },

    giveBack(id) {
      const w = windows.get(id);
      if (!w || w.asking === 0) return;
      w.used -= 1;
      w.asking -= 1;
      show(w);
    },

    used(id, decision) {
      const w = windows.get(id);
      if (!w || w.asking === 0) return;
      w.asking -= 1;
      const who = decision?.displayName ?? decision?.clientId ?? decision?.deviceId.slice(0, 8);
      w.outcomes.push(decision ? `${who}: ${decision.outcome}` : 'One approval was asked for, and no answer came.');
      if (w.state === 'open' && leftOf(w) <= 0 && w.asking === 0) byItself(w, 'used', 'It is used up.');
      else show(w);
    },

    dispose() {
      clearTimeout(timer);
      windows.clear();
    },
  };
}

// What a desk has to shout about: shown on its gateway, recorded in the activity, told once.
import { isoOf } from '../clock.ts';
import type { Judgement } from '../evidence/judge.ts';
import type { AlarmView } from '../gateway/gateway-view.ts';
import type { PendingRequest } from '../gateway/records.ts';
import type { NewActivity } from '../store/activity.ts';

const KEPT = 20;

export type DeskAlarms = {
  /** Newest first. */
  list: readonly AlarmView[];
  raise: (code: string, text: string) => void;
  /** The gateway's own key came by a path that is not clean. */
  noteJudgement: (pending: PendingRequest, judgement: Judgement) => void;
};

/** @param changed an alarm was added */
export function createDeskAlarms(deps: {
  gateway: { id: string; name: string };
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  changed: () => void;
  fault: (error: unknown) => void;
  now: () => number;
}): DeskAlarms {
  const { gateway } = deps;
  const list: AlarmView[] = [];

  function raise(code: string, text: string) {
    if (list.some((a) => a.code === code && a.text === text)) return;
    list.unshift({ code, at: isoOf(deps.now()), text });
    list.splice(KEPT);
    void deps
      .record({ actor: { kind: 'gateway', name: gateway.name }, what: `alarm.${code}`, gateway: gateway.id, text })
      .catch(deps.fault);
    deps.changed();
  }

  return {
    list,
    raise,
    noteJudgement(pending, { alarm, facts }) {
      if (!alarm) return;
      raise('host-key-elsewhere', `${alarm} Request ${pending.requestId.slice(0, 8)}: ${facts.find((f) => f.held === false)?.text ?? ''}`);
    },
  };
}

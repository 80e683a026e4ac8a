// What people and scripts do through the API that concerns more than one desk's own acts: a decision on a card, and the automation switch.
import type { DecisionActor } from './api/shapes.ts';
import type { Automation } from './approvals/automation.ts';
import type { Desk } from './approvals/desk-shape.ts';
import { deviceIdOf } from './gateway/identity.ts';
import { Problem } from './problem.ts';
import type { NewActivity } from './store/activity.ts';

type Seen = {
  publicKey: string;
  roles: string[];
  scopes: string[];
  platform?: string | undefined;
  deviceFamily?: string | undefined;
  deviceId?: string | undefined;
};

/** The acts; each is recorded in the name of whoever it is done for. */
export function createConsoleActs(deps: {
  /** Throws Problem('gateway-unknown' | 'gateway-down'). */
  desk: (gateway: string) => Desk;
  automation: Automation;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
}) {
  const { automation, record } = deps;

  return {
    /** A person's or a script's decision on one request, bound to what they say they saw. */
    decide(action: 'approve' | 'reject', what: { gateway: string; requestId: string; seen: Seen; actor: DecisionActor }) {
      const desk = deps.desk(what.gateway);
      const deviceId = what.seen.deviceId ?? deviceIdOf(what.seen.publicKey);
      if (!deviceId) throw new Problem('input-invalid', 'body field publicKey: it is no 32-byte key in base64url', { field: 'publicKey' });
      const { publicKey, roles, scopes } = what.seen;
      const platform =
        'platform' in what.seen || 'deviceFamily' in what.seen
          ? { platform: what.seen.platform, deviceFamily: what.seen.deviceFamily }
          : {};
      return desk.decide(action, what.requestId, { deviceId, publicKey, roles, scopes, ...platform }, what.actor);
    },

    /** Throws Problem('person-required'); Problem('request-changed') when it was stopped while it was being switched on. */
    async setAutomation(on: boolean, actor: DecisionActor) {
      const was = automation.view().state;
      const stops = automation.stops();
      if (on && automation.needsPerson() && actor.kind !== 'person')
        throw new Problem('person-required', 'Automation was stopped by a person or by itself; only a person starts it again.');
      // Off takes effect in memory at once, whether or not it can be written; on only after it was written.
      const saved = on ? undefined : automation.set(false, actor.kind === 'person');
      saved?.catch(() => undefined);
      await record({
        actor,
        what: on ? (was === 'suspended' ? 'automation.lifted' : 'automation.on') : 'automation.off',
        text: on
          ? `${actor.name} ${was === 'suspended' ? 'lifted the suspension of automation' : 'switched automation on'}.`
          : `${actor.name} switched all automation off.`,
      });
      if (!on) {
        await saved;
        return automation.view();
      }
      // Switching on lifts what its author could read. A stop that came since stands, whoever switches on.
      if (automation.stops() === stops) await automation.set(true, actor.kind === 'person');
      if (automation.stops() === stops) return automation.view();
      const text = `Automation was narrowed while ${actor.name} switched it on, so what came in between stands.`;
      await record({ actor: { kind: 'gateway', name: 'Gatehouse' }, what: 'automation.kept', text });
      throw new Problem('request-changed', `${text} Read why and switch it on again.`);
    },
  };
}

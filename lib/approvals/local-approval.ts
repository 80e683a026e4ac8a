// Whether a gateway grants loopback upgrades by itself (gateway.nodes.pairing.autoApproveLocal), and switching it: the exact change is
// shown first, bound to the configuration's hash, recorded before and after, and said as it was read back.
import type { LocalApprovalView } from '../api/device-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import { isSwitchable, LOCAL_APPROVAL, type LocalSetting, readLocalSetting } from '../gateway/local-approval.ts';
import { coversScopes } from '../gateway/scopes.ts';
import type { GatewaySession } from '../gateway/session.ts';
import { Problem } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Connection } from './desk-views.ts';
import { effectsOf, GRANTS_UNSEEN, NOT_SWITCHABLE, STATE_WHY } from './local-approval-words.ts';

export type LocalApprovalInput = { to: 'on' | 'off'; baseHash: string; confirm?: string | undefined };
export type LocalApproval = {
  /** As the gateway says now. Never rejects: what cannot be read is `unknown` with its reason. */
  localApproval: () => Promise<LocalApprovalView>;
  /**
   * Switches it and answers what was read back. Throws Problem('request-changed') with the view as it is now, 'setting-fixed',
   * 'input-invalid' without the word that switching on asks for, 'request-busy', 'gateway-down' where nobody knows what became of it,
   * 'gateway-refused' with the gateway's words, and 'store-unwritable' before anything was asked.
   */
  setLocalApproval: (input: LocalApprovalInput, actor: DecisionActor) => Promise<LocalApprovalView>;
};

/** The gateway answers when a change is in force (0.4 s on 2026.9.6); one that lags is read a few times more. */
const READ_BACK_TRIES = 5;
const READ_BACK_EVERY_MS = 300;

export function createLocalApproval(deps: {
  gateway: string;
  name: string;
  connection: Readonly<Connection>;
  request: GatewaySession['request'];
  /** Whether the operator's statement stands, which a changed configuration drops. */
  hasStatement: () => boolean;
  /** The configuration may have changed: read it, drop the statement, show the gateway. */
  reread: () => Promise<void>;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  wait: (ms: number) => Promise<void>;
  fault: (error: unknown) => void;
}): LocalApproval {
  const { gateway, name, connection, request } = deps;
  let busy = false;
  /** Why the gateway refuses every change of its configuration, once it has said so; it takes a restart to change that. */
  let fixed: { sinceMs: number; why: string } | undefined;

  const answer = (state: LocalApprovalView['state'], why: string, whyNot: string): LocalApprovalView => ({ gateway, state, why, whyNot });
  const absent = () => answer('absent', STATE_WHY.absent, NOT_SWITCHABLE.absent);
  const unknown = (why: string) => answer('unknown', why, NOT_SWITCHABLE.unread);

  /** What the gateway's own schema says of the setting. */
  async function capability(protocol: number): Promise<'switchable' | 'other' | 'absent' | 'unread'> {
    try {
      return isSwitchable(await request('config.schema.lookup', { path: LOCAL_APPROVAL.path })) ? 'switchable' : 'other';
    } catch (error) {
      if (!(error instanceof GatewayRefusal)) return 'unread';
      if (/path not found/i.test(error.message)) return 'absent';
      return protocol < 4 && /unknown method/i.test(error.message) ? 'absent' : 'unread';
    }
  }

  function viewOf(setting: LocalSetting, can: 'switchable' | 'other', grantedScopes: readonly string[]): LocalApprovalView {
    const state = setting.inForce ? 'on' : 'off';
    const differs = setting.written !== setting.inForce ? ` ${STATE_WHY.differs(setting.written)}` : '';
    const why = `${state === 'off' ? STATE_WHY.off : setting.isSet ? STATE_WHY.on : STATE_WHY.unset}${differs}`;
    const held = fixed?.sinceMs === connection.since ? fixed.why : undefined;
    const whyNot =
      can === 'other'
        ? NOT_SWITCHABLE.other
        : !setting.valid
          ? NOT_SWITCHABLE.broken
          : !coversScopes(grantedScopes, ['operator.admin'])
            ? NOT_SWITCHABLE.scopes
            : held;
    if (whyNot !== undefined) return answer(state, why, whyNot);
    const to = state === 'on' ? 'off' : 'on';
    return {
      gateway,
      state,
      why,
      change: {
        to,
        path: LOCAL_APPROVAL.path,
        patch: LOCAL_APPROVAL.patch[to],
        baseHash: setting.hash,
        effects: effectsOf(to, { ...setting, statement: deps.hasStatement() }),
        ...(to === 'on' ? { needsConfirm: GRANTS_UNSEEN } : {}),
      },
    };
  }

  async function localApproval(): Promise<LocalApprovalView> {
    const { state } = connection;
    if (state.kind !== 'live') return (connection.lastProtocol ?? 4) < 4 ? absent() : unknown(STATE_WHY.away);
    const can = await capability(state.hello.protocol);
    if (can === 'absent') return absent();
    if (can === 'unread') return unknown(STATE_WHY.unread);
    const setting = readLocalSetting(await request('config.get').catch(() => undefined));
    return setting ? viewOf(setting, can, state.grantedScopes) : unknown(STATE_WHY.unread);
  }

  const changed = (text: string, item: LocalApprovalView) => new Problem('request-changed', text, { item });

  /** What the gateway runs with, read until it is `to` or the tries are over; undefined where it cannot be read. */
  async function readBack(to: 'on' | 'off'): Promise<'on' | 'off' | undefined> {
    let seen: 'on' | 'off' | undefined;
    for (let left = READ_BACK_TRIES; left > 0; left -= 1) {
      const setting = readLocalSetting(await request('config.get').catch(() => undefined));
      seen = setting ? (setting.inForce ? 'on' : 'off') : seen;
      if (seen === to) return seen;
      if (left > 1) await deps.wait(READ_BACK_EVERY_MS);
    }
    return seen;
  }

  /** The refusal of a change, as a problem for whoever asked. */
  async function refusal(error: GatewayRefusal): Promise<Problem> {
    if (/changed since last load|base hash/i.test(error.message))
      return changed('The gateway’s configuration changed while you decided. Nothing was changed.', await localApproval());
    const nix = /NixMode|managed by Nix/i.test(error.message);
    if (nix) fixed = { sinceMs: connection.since, why: NOT_SWITCHABLE.nix };
    if (nix || /missing scope/i.test(error.message)) return new Problem('setting-fixed', nix ? NOT_SWITCHABLE.nix : NOT_SWITCHABLE.scopes);
    return new Problem('gateway-refused', `The gateway refused the change: ${error.message}`);
  }

  async function carryOut({ to, baseHash, confirm }: LocalApprovalInput, actor: DecisionActor): Promise<LocalApprovalView> {
    if (connection.state.kind !== 'live') throw new Problem(connection.state.kind === 'waiting' ? 'console-waits' : 'gateway-down');
    const now = await localApproval();
    const { change } = now;
    if (now.state === to) throw changed(`It is ${to} already. Nothing was asked of the gateway.`, now);
    if (!change) throw new Problem('setting-fixed', now.whyNot ?? now.why);
    if (change.baseHash !== baseHash) throw changed('The gateway’s configuration is not the one that you saw. Nothing was changed.', now);
    if (change.needsConfirm !== undefined && confirm !== change.needsConfirm)
      throw new Problem('input-invalid', `body field confirm: type ${change.needsConfirm} to switch it on`, { field: 'confirm' });

    const details = { path: change.path, to, patch: change.patch, baseHash };
    const said = (what: string, outcome: string) =>
      deps.record({ actor, what: `gateway.local-approval${what}`, gateway, text: outcome, details });
    // Before anything is asked: what cannot be recorded is not done.
    await said('-asked', `${actor.name} asks ${name} to switch ${change.path} ${to}.`);
    // The truth is with the gateway by now; a record that fails stops automation and must not hide it.
    const afterwards = (outcome: string) => said('', outcome).catch(deps.fault);

    let unanswered = false;
    try {
      await request('config.patch', { raw: LOCAL_APPROVAL.patch[to], baseHash, note: LOCAL_APPROVAL.note[to] });
    } catch (error) {
      if (error instanceof GatewayRefusal) {
        const problem = await refusal(error);
        await afterwards(`${name} did not switch ${change.path} ${to}: ${problem.message}`);
        throw problem;
      }
      if (!(error instanceof Problem && error.code === 'gateway-down')) throw error;
      unanswered = true;
    }
    const seen = await readBack(to);
    await deps.reread().catch(deps.fault);
    if (seen === to) {
      await afterwards(`${change.path} is ${to} on ${name}, read back from the gateway.`);
      return localApproval();
    }
    if (seen === undefined) {
      const text = `${unanswered ? 'The gateway did not answer' : 'The gateway said yes'}, and its configuration cannot be read. It may be ${to} or not.`;
      await afterwards(`${name}: ${text}`);
      throw new Problem('gateway-down', text);
    }
    const text = `${unanswered ? 'The gateway did not answer' : 'The gateway said yes'}, and it still runs with ${change.path} ${seen}.`;
    await afterwards(`${name}: ${text}`);
    throw changed(text, await localApproval());
  }

  return {
    localApproval,
    async setLocalApproval(input, actor) {
      if (busy) throw new Problem('request-busy', 'This setting is being changed already.');
      busy = true;
      try {
        return await carryOut(input, actor);
      } finally {
        busy = false;
      }
    },
  };
}

// A verdict's input in which everything speaks for approval, so that a test can show what one change does.
import type { Judgement } from '../evidence/judge.ts';
import { makeRule, type Rule, ruleInput } from '../rules/rule.ts';
import type { RuleInForce, VerdictInput } from '../rules/verdict.ts';
import { DEVICE, honest, judged, T0 } from './situation.ts';

export const NOW = T0 + 1000;
export const PERSON = { kind: 'person', name: 'operator' } as const;

/** A rule as the store would hand it out, made of the smallest body and what a test adds. */
export function ruleOf(over: Record<string, unknown> = {}, id = 'rule-1'): Rule {
  const body = ruleInput.parse({ name: 'Local tools', enabled: true, scopes: ['operator.read', 'operator.write'], ...over });
  return makeRule(body, { id, actor: PERSON, now: NOW });
}

export const inForce = (over: Record<string, unknown> = {}, id?: string): RuleInForce => ({ rule: ruleOf(over, id), recorded: true });

/** The judgement of an honest request, with anything replaced. */
export const judgement = (kind: 'host-key' | 'loopback', over: Partial<Judgement> = {}): Judgement => ({
  ...judged(honest(kind)),
  ...over,
});

/** A host-key request for write, and one rule of origin host-key that gives it. */
export function approvable(over: Partial<VerdictInput> = {}): VerdictInput {
  return {
    request: {
      gateway: 'local',
      deviceId: DEVICE,
      reason: 'scope-upgrade',
      roles: ['operator'],
      scopes: ['operator.write'],
      silent: false,
      paired: { roles: ['operator'], scopes: ['operator.read'] },
    },
    judgement: judgement('host-key'),
    settled: true,
    rules: [inForce()],
    history: { byRule: new Map() },
    guards: {
      automation: { on: true, text: 'on' },
      halted: undefined,
      consoleDeviceId: 'c'.repeat(64),
      consoleScopes: ['operator.admin'],
      refusedKey: false,
      tokenDrift: false,
      unreadRows: 0,
    },
    statement: true,
    sameUser: false,
    now: NOW,
    ...over,
  };
}

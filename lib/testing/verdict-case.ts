// A verdict's input in which everything speaks for approval, so that a test can show what one change does.
import type { Judgement } from '../evidence/judge.ts';
import { judgedOf } from '../evidence/judged.ts';
import type { JudgedOrigin, NewCli, RuleHistory, RuleInForce, VerdictInput, WindowInForce } from '../rules/case.ts';
import { makeRule, type Rule, ruleInput } from '../rules/rule.ts';
import { DEVICE, honest, judged, T0 } from './situation.ts';

export const NOW = T0 + 1000;
export const PERSON = { kind: 'person', name: 'operator' } as const;
const MINUTE_MS = 60_000;

/** A rule as the store would hand it out, made of the smallest body and what a test adds. */
export function ruleOf(over: Record<string, unknown> = {}, id = 'rule-1'): Rule {
  const body = ruleInput.parse({ name: 'Local tools', enabled: true, scopes: ['operator.read', 'operator.write'], ...over });
  return makeRule(body, { id, actor: PERSON, now: NOW });
}

export const inForce = (over: Record<string, unknown> = {}, id?: string): RuleInForce => ({
  rule: ruleOf(over, id),
  version: 1,
  recorded: true,
});

/** A permit window for the honest device, open for another minute. */
export const openWindow = (over: Partial<WindowInForce> = {}): WindowInForce => ({
  id: 'window-1',
  gateway: 'local',
  target: { kind: 'device', deviceId: DEVICE },
  scopes: ['operator.read', 'operator.write'],
  confirm: [],
  assurance: 'peer',
  agentsMayUse: false,
  openedAtMs: NOW - MINUTE_MS,
  uses: 1,
  left: 1,
  endsAtMs: NOW + MINUTE_MS,
  ...over,
});

/** The honest device as a key that came after the window was opened. */
export const newCli = (over: Partial<NewCli> = {}): NewCli => ({
  deviceId: DEVICE,
  atMs: NOW,
  watched: true,
  roles: ['operator'],
  scopes: ['operator.read'],
  proven: true,
  ...over,
});

/** The judgement of an honest request, with anything replaced. */
export const judgement = (kind: 'host-key' | 'loopback', over: Partial<Judgement> = {}): Judgement => ({
  ...judged(honest(kind)),
  ...over,
});

/** The same as the rules see it. */
export const judgedOrigin = (kind: 'host-key' | 'loopback', over: Partial<JudgedOrigin> = {}): JudgedOrigin => ({
  ...judgedOf(judged(honest(kind))),
  ...over,
});

/** Nothing done yet, but what a test adds. */
export const historyOf = (over: Partial<RuleHistory> = {}): RuleHistory => ({
  byRule: new Map(),
  uses: new Map(),
  rejectedAtMs: new Map(),
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
      clientId: 'cli',
      clientMode: 'cli',
      platform: 'linux',
      displayName: 'Ann’s laptop',
      paired: { roles: ['operator'], scopes: ['operator.read'], createdAtMs: NOW - 2 * 86_400_000 },
    },
    judgement: judgedOrigin('host-key'),
    settled: true,
    rules: [inForce()],
    windows: [],
    newClis: [newCli()],
    history: historyOf(),
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

// The rule offered beside a request covers that request and nothing wider.
import { expect, test } from 'vitest';
import type { RuleInput, RuleView } from '#lib/api/rule-shapes.ts';
import { coversScopes } from '#lib/gateway/scopes.ts';
import { requestOf, ruleOf } from '../live/fixtures.ts';
import { acknowledgements, canBeRuled, emptyRule, inputOf, namedIn, tightestRule } from './tightest.ts';

test('it covers what the device ends up with, on its gateway only, and confirms nothing by itself', () => {
  const request = requestOf('a', 'home', { resultScopes: ['operator.read', 'operator.admin'] });
  const rule = tightestRule(request, 0);
  expect(coversScopes(rule.scopes, request.resultScopes)).toBe(true);
  expect(rule.scopes).toEqual(request.resultScopes);
  expect(rule.gateway).toBe('home');
  expect(rule.confirm).toEqual([]);
  expect(rule.agentsMayUse).toBe(false);
  expect(rule.assurance).toBe('peer');
  expect(namedIn(rule.scopes)).toEqual(['operator.admin']);
});

test('for another key than the host key it is limited to that device', () => {
  const rule = tightestRule(requestOf('a', 'home', { isHostKey: false }), 0);
  expect(rule.origin).toBe('loopback');
  expect(rule.deviceId).toBe('device-a');
});

test('no rule is offered where none may ever decide', () => {
  const never = [
    { reason: 'new-device' as const },
    { reason: 'metadata-change' as const },
    { roles: ['node'] },
    { heldRoles: ['operator', 'node'] },
    { unknownScopes: ['operator.superuser'] },
    { scopes: [] },
    { stuck: true },
    { origin: { ...requestOf('a').origin, origin: 'proxied' as const } },
    { origin: { ...requestOf('a').origin, origin: 'remote' as const } },
    { origin: { ...requestOf('a').origin, origin: 'unknown' as const, alarm: 'The gateway’s own key may have been used from elsewhere.' } },
  ];
  expect(canBeRuled(requestOf('a'))).toBe(true);
  expect(never.filter((over) => canBeRuled(requestOf('a', 'home', over)))).toEqual([]);
});

test('by the log alone must be acknowledged', () => {
  expect(acknowledgements({ ...emptyRule(0), assurance: 'log' }, [])).toEqual(['log-assurance']);
  expect(acknowledgements(emptyRule(0), [])).toEqual([]);
});

test('beside its origin it is narrowed to the client and platform that asked', () => {
  const rule = tightestRule(requestOf('a', 'home', { clientId: 'cli', platform: 'linux' }), 0);
  expect(rule.clientIds).toEqual(['cli']);
  expect(rule.platforms).toEqual(['linux']);
});

test('pressing the switch of a rule sends everything that its author wrote, and nothing that the console added', () => {
  const written: RuleInput = {
    ...emptyRule(0),
    name: 'Local tools',
    shadow: true,
    effect: 'reject',
    note: 'Ask me.',
    origin: 'any',
    gateway: 'home',
    reasons: ['new-device'],
    deviceId: 'a'.repeat(64),
    clientIds: ['cli'],
    clientModes: ['ui'],
    platforms: ['linux'],
    displayName: 'Nightly *',
    pairedForHours: 24,
    heldScopes: ['operator.read'],
    authMethods: ['token'],
    hours: { days: ['mon'], from: '09:00', to: '18:00', timeZone: 'UTC' },
    maxPerDevicePerHour: 2,
    maxUses: 3,
    coolOffMinutes: 90,
  };
  const view: RuleView = {
    ...ruleOf('r'),
    ...written,
    id: 'r',
    shadow: true,
    effect: 'reject',
    maxPerDevicePerHour: 2,
    coolOffMinutes: 90,
  };
  expect(inputOf(view, false)).toEqual({ ...written, enabled: false });
});

test('a rule that rejects or leaves gives nothing, so nothing is to be acknowledged', () => {
  expect(acknowledgements({ ...emptyRule(0), assurance: 'log', effect: 'leave' }, [])).toEqual([]);
});

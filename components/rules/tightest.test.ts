// The rule offered beside a request covers that request and nothing wider.
import { expect, test } from 'vitest';
import { coversScopes } from '#lib/gateway/scopes.ts';
import { requestOf } from '../live/fixtures.ts';
import { acknowledgements, canBeRuled, emptyRule, namedIn, tightestRule } from './tightest.ts';

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
  ];
  expect(canBeRuled(requestOf('a'))).toBe(true);
  expect(never.filter((over) => canBeRuled(requestOf('a', 'home', over)))).toEqual([]);
});

test('by the log alone must be acknowledged', () => {
  expect(acknowledgements({ ...emptyRule(0), assurance: 'log' }, [])).toEqual(['log-assurance']);
  expect(acknowledgements(emptyRule(0), [])).toEqual([]);
});

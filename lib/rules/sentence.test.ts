// A rule is read aloud before it is saved: whatever its author wrote is heard.
import { expect, test } from 'vitest';
import type { RuleInput } from '../api/rule-shapes.ts';
import { sentenceOf, windowSentence } from './sentence.ts';

const RULE: RuleInput = { name: 'x', enabled: true, scopes: ['operator.read', 'operator.write'] };

test('the rule of the CLI that has been paired for a day', () => {
  expect(
    sentenceOf({
      ...RULE,
      origin: 'loopback',
      clientIds: ['cli'],
      pairedForHours: 24,
      maxPerHour: 5,
      maxPerDevicePerHour: 5,
      expiresAt: '2026-12-01T00:00:00Z',
    }),
  ).toBe(
    'When a CLI that has been paired for at least 1 day asks, over clean loopback, with its socket seen, for no more than read and write, approve it, at most 5 times an hour, with an hour of rest after a person’s rejection, until 1 December 2026.',
  );
});

test('the smallest rule', () => {
  expect(sentenceOf(RULE)).toBe(
    'When the gateway’s own key asks, on a clean local path, with its socket seen, for no more than read and write, approve it, at most 10 times an hour and 5 per device, with an hour of rest after a person’s rejection, for 30 days.',
  );
});

test.each<[string, Partial<RuleInput>, string]>([
  ['gateway', { gateway: 'attic' }, 'on attic'],
  ['device', { deviceId: 'abcd1234'.repeat(8) }, 'the device abcd1234 asks'],
  ['own key of a device', { deviceId: 'a'.repeat(64) }, 'with the gateway’s own key'],
  ['agents', { agentsMayUse: true }, 'agents included'],
  ['agents over loopback', { agentsMayUse: true, origin: 'loopback' }, 'agents included'],
  ['no agents', { confirm: ['operator.admin'], scopes: ['operator.admin'] }, 'admin only when a process other than the gateway asks'],
  [
    'no agents over loopback',
    { origin: 'loopback', confirm: ['operator.admin'], scopes: ['operator.admin'] },
    'admin not when the gateway’s own process asks',
  ],
  ['assurance', { assurance: 'log' }, 'even where its socket cannot be seen'],
  ['client', { clientIds: ['webchat', 'cli'] }, 'calls itself webchat or cli'],
  ['client mode', { clientModes: ['ui'] }, 'says that its mode is ui'],
  ['platform', { platforms: ['linux', 'darwin'] }, 'says that it runs on linux or darwin'],
  ['name', { displayName: 'Ann*' }, 'says that its name is “Ann*”'],
  ['paired for hours', { pairedForHours: 30 }, 'has been paired for at least 30 hours'],
  ['paired for days', { pairedForHours: 48 }, 'has been paired for at least 2 days'],
  ['held', { heldScopes: ['operator.read'] }, 'that holds read'],
  ['auth', { authMethods: ['token', 'device-token'] }, 'signed in with token or device-token'],
  [
    'hours',
    { hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00', timeZone: 'Europe/Berlin' } },
    'on weekdays from 08:00 to 18:00 (Europe/Berlin)',
  ],
  ['weekend', { hours: { days: ['sat', 'sun'], from: '22:00', to: '06:00', timeZone: 'UTC' } }, 'at weekends from 22:00 to 06:00 (UTC)'],
  ['some days', { hours: { days: ['wed', 'mon'], from: '00:00', to: '00:00', timeZone: 'UTC' } }, 'on Mon and Wed at any hour (UTC)'],
  ['uses', { maxUses: 3 }, '3 times altogether'],
  ['one use', { maxUses: 1 }, 'once altogether'],
  ['once an hour', { maxPerHour: 1 }, 'at most once an hour'],
  ['rest', { coolOffMinutes: 120 }, '2 hours of rest after a person’s rejection'],
  ['shadow', { shadow: true }, 'In shadow: it only records'],
  ['anywhere', { effect: 'reject', origin: 'any' }, 'from anywhere, and what it asks includes read or write, reject it'],
  ['leave', { effect: 'leave', note: 'Ask Ann.' }, 'leave it to a person, for 30 days. It says: “Ask Ann.”'],
  ['reasons', { effect: 'leave', reasons: ['new-device', 'role-upgrade'] }, 'asks, as a new device or for another role,'],
])('%s is heard', (_name, over, heard) => {
  expect(sentenceOf({ ...RULE, ...over })).toContain(heard);
});

test('a grave scope is heard only where it is really given', () => {
  const scopes = ['operator.read', 'operator.admin'];
  expect(sentenceOf({ ...RULE, scopes })).not.toContain('admin');
  expect(sentenceOf({ ...RULE, scopes, confirm: ['operator.admin'] })).toContain('read and admin');
});

test('a permit window says for how long, how many, whom and up to what', () => {
  const window = { target: { kind: 'next-new-cli' } as const, scopes: ['operator.read', 'operator.admin'], seconds: 120 };
  expect(windowSentence(window)).toBe(
    'For the next 2 minutes, approve one request from the next new CLI, over a clean local path, for no more than read.',
  );
  expect(
    windowSentence({
      target: { kind: 'device', deviceId: 'abcd1234'.repeat(8) },
      scopes: ['operator.admin'],
      confirm: ['operator.admin'],
      seconds: 90,
      uses: 3,
      agentsMayUse: true,
      assurance: 'log',
      deviceName: 'Ann’s laptop',
    }),
  ).toBe(
    'For the next 90 seconds, approve three requests from the device abcd1234 (“Ann’s laptop”), agents included, over a clean local path, even where its socket cannot be seen, for no more than admin.',
  );
});

test('a rule for one device has one limit, the tighter', () => {
  const sentence = sentenceOf({ ...RULE, deviceId: 'a'.repeat(64), maxPerHour: 10 });
  expect(sentence).toContain('at most 5 times an hour,');
  expect(sentence).not.toContain('per device');
});

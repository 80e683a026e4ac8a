// A finding names what somebody must know to decide, and offers only what can be done to this device.
import { expect, test } from 'vitest';
import type { PairedDevice } from '../gateway/records.ts';
import { type About, findingView } from './findings-words.ts';

const token = { role: 'operator', scopes: ['operator.read', 'operator.admin'] };
const row: PairedDevice = { deviceId: 'd1', publicKey: 'pk', roles: ['operator'], scopes: token.scopes, tokens: [token] };
const place: About['place'] = {
  isHostKey: false,
  paired: undefined,
  waits: undefined,
  version: '2026.9.6',
  url: 'ws://127.0.0.1:18789',
  port: 18789,
  practice: false,
  onThisHost: false,
  configFile: undefined,
  stateDir: undefined,
  authMode: undefined,
  bind: undefined,
  trustedProxies: undefined,
  allowedOrigins: undefined,
  autoApproveLocal: undefined,
  rateLimit: undefined,
};
const about: About = { row, place, isConsole: false };
const got = (scopes: string[], at: string) => ({ at, gained: { roles: [], scopes } });
const acts = (of: About) => findingView({ code: 'silent-grant' }, of).fixes.map(({ act }) => act);

test('a grant that nobody clicked is told with its scopes and its time, the newest first', () => {
  const unclicked = [
    { ...got(['operator.admin'], '2026-11-23T02:09:10.000Z'), toldAt: '2026-11-23T02:07:59.000Z' },
    { at: '2026-11-22T10:00:00.000Z', gained: { roles: ['node'], scopes: [] } },
  ];
  expect(findingView({ code: 'silent-grant' }, { ...about, unclicked }).text).toContain(
    'It got admin (2026-11-23 02:07 UTC); role node (2026-11-22 10:00 UTC).',
  );
  const many = Array.from({ length: 5 }, (_, n) => got(['operator.talk'], `2026-11-2${n}T00:00:00.000Z`));
  expect(findingView({ code: 'silent-grant' }, { ...about, unclicked: many }).text).toContain('; and 2 grants before.');
});

test('narrowing is offered only where a token holds more than one scope, and never for the console itself', () => {
  const holding = (tokens: PairedDevice['tokens']) => ({ ...about, row: { ...row, tokens } });
  expect(acts(about)).toEqual(['acknowledge', 'narrow', 'take-back']);
  expect(acts(holding([{ ...token, scopes: ['operator.admin'] }]))).toContain('narrow');
  expect(acts(holding([{ ...token, scopes: ['operator.approvals'] }]))).not.toContain('narrow');
  expect(acts(holding([{ role: 'node', scopes: [] }]))).not.toContain('narrow');
  expect(acts(holding([{ ...token, revokedAtMs: 1 }]))).not.toContain('narrow');
  expect(acts({ ...about, isConsole: true })).not.toContain('narrow');
});

// Places and facts for tests of the catalogue.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { AttemptFacts } from '../handshakes/attempt.ts';
import { ENTRIES } from './catalogue/all.ts';
import type { CatalogueEntry, Place } from './entry.ts';

/** A gateway on this host with the usual folders; anything may be replaced. */
export const place = (over: Partial<Place> = {}): Place => ({
  version: '2026.4.14',
  url: 'ws://127.0.0.1:18789',
  port: 18789,
  practice: false,
  onThisHost: true,
  configFile: '/home/ann/.openclaw/openclaw.json',
  stateDir: '/home/ann/.openclaw',
  authMode: 'token',
  bind: 'loopback',
  trustedProxies: [],
  allowedOrigins: [],
  autoApproveLocal: undefined,
  rateLimit: undefined,
  isHostKey: false,
  paired: undefined,
  waits: undefined,
  ...over,
});

export const DEVICE_ID = 'd4'.repeat(32);
export const REQUEST_ID = 'd4e471af-9d9e-40db-827f-f741b3ab71f7';

/** Facts that lead to an entry. */
export function factsFor({ key }: CatalogueEntry): AttemptFacts {
  const [cause = '', detail] = key.split('/');
  const common: AttemptFacts = { deviceId: DEVICE_ID, requestId: REQUEST_ID, clientId: 'cli', remoteAddr: '127.0.0.1', durationMs: 16 };
  switch (key) {
    case 'left-early':
      return { ...common, handshake: 'pending', closeCode: 1005 };
    case 'refused-without-cause':
      return { ...common, handshake: 'failed', closeCode: 1008, closeReason: 'no' };
    case 'not-json':
      return { ...common, handshake: 'pending', reason: 'not-json', closeCode: 1000 };
    case 'service-restart':
      return { ...common, handshake: 'pending', closeCode: 1012, closeReason: 'service restart' };
    case 'client-version-mismatch':
      return { ...common, handshake: 'pending', closeCode: 1008, closeReason: 'client version mismatch' };
    case 'verified-user-required':
      return {
        ...common,
        handshake: 'failed',
        closeCode: 1008,
        closeReason: 'operator role policies require a verified user identity for',
      };
    case 'browser-copilot-identity':
      return {
        ...common,
        handshake: 'failed',
        closeCode: 1008,
        closeReason: 'browser copilot requires a dedicated paired device identity',
      };
    case 'origin-mismatch':
      return { ...common, cause, reason: 'origin not allowed', browserOrigin: 'https://evil.example' };
    case 'origin-mismatch/origin-missing':
      return { ...common, cause, reason: 'origin missing or invalid' };
    case 'unauthorized/no-reason':
      return { ...common, cause };
    case 'unauthorized/trusted_proxy_missing_header':
      return { ...common, cause, authReason: 'trusted_proxy_missing_header_x-auth-request-email' };
  }
  if (detail === undefined) return { ...common, cause };
  return cause === 'unauthorized' ? { ...common, cause, authReason: detail } : { ...common, cause, reason: detail };
}

const HOSTILE = [
  '$(id)',
  '`id`',
  "'; id; '",
  '"\n id',
  '\u202egnp.exe',
  '\u0007',
  '--token',
  '<b>x</b>',
  'x'.repeat(5000),
  '\ud800',
  '${HOME}',
  'a\\',
  '..',
];
const KNOWN_WORDS = ENTRIES.flatMap(({ key }) => key.split('/'));
const word = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...HOSTILE));
const key = fc.oneof(fc.constantFrom(...KNOWN_WORDS, '__proto__', 'constructor', 'toString'), word);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(1000, 1006, 1008, 1009, 1012));
const origin = fc.oneof(
  fc.constantFrom(
    'https://a.example',
    'http://a.example:80',
    "https://a.example';id;'",
    'https://a.example/\n',
    'null',
    'chrome-extension://x',
  ),
  word,
);

/** Facts of any content: every field may be there or not, and hold anything of its type. */
export const anyFacts: fc.Arbitrary<AttemptFacts> = fc.record(
  {
    cause: key,
    reason: key,
    authReason: key,
    authProvided: word,
    handshake: fc.constantFrom('failed', 'pending', 'x'),
    closeCode: number,
    closeReason: word,
    deviceId: fc.oneof(fc.constant(DEVICE_ID), word),
    requestId: fc.oneof(fc.constant(REQUEST_ID), word),
    role: word,
    clientId: word,
    clientMode: word,
    platform: word,
    minProtocol: number,
    maxProtocol: number,
    expectedProtocol: number,
    scopesFrom: fc.array(word),
    scopesTo: fc.array(word),
    host: word,
    browserOrigin: origin,
    userAgent: word,
    forwardedFor: word,
    remoteAddr: fc.oneof(fc.constantFrom('127.0.0.1', '::1', '10.0.0.3'), word),
    durationMs: number,
    platformFrom: word,
    platformTo: word,
    suppressed: number,
  },
  { requiredKeys: [] },
);

/** Places of any setup, with lists that may hold anything. */
export const anyPlace: fc.Arbitrary<Place> = fc
  .record({
    version: fc.constantFrom(undefined, '2026.4.14', '2026.9.6', 'x'),
    practice: fc.boolean(),
    isHostKey: fc.boolean(),
    allowedOrigins: fc.oneof(fc.constant(undefined), fc.array(origin, { maxLength: 4 })),
    trustedProxies: fc.oneof(fc.constant(undefined), fc.array(word, { maxLength: 4 })),
    autoApproveLocal: fc.constantFrom(undefined, true, false),
    stateDir: fc.oneof(fc.constantFrom(undefined, '/home/ann/.openclaw', '/srv/my gateway/state', "/srv/it's"), word),
    configFile: fc.oneof(fc.constantFrom(undefined, '/etc/openclaw.json'), word),
    waits: fc.oneof(fc.constant(undefined), fc.record({ requestId: fc.oneof(fc.constant(REQUEST_ID), word) })),
    paired: fc.oneof(fc.constant(undefined), fc.record({ name: fc.oneof(fc.constant(undefined), word), scopes: fc.array(word) })),
  })
  .map((over) => place(over));

/** The text of a page under docs/handshakes/. */
export const docsPage = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs/handshakes', `${name}.md`), 'utf8');

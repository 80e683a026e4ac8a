// Every two disguises of each version, one after the other on one device, against real gateway and real console.
import { test } from '@playwright/test';
import { type Disguise, playPairs, upgrade } from './pairs.ts';
import { OLDEST, onStage, READ_WRITE, versionsUnderTest } from './scene.ts';

const REAL_IP = { 'X-Real-IP': '203.0.113.9' };

const ANYWHERE: readonly Disguise[] = [
  { name: 'a Host that is not local', put: upgrade({ headers: { Host: 'evil.example:18789' } }) },
  { name: 'a socket destroyed after connect', put: upgrade({ vanish: true }) },
  { name: 'a wider wish', put: upgrade({ scopes: ['operator.read', 'operator.admin'] }) },
  { name: 'another platform', put: upgrade({ platform: 'darwin' }) },
  {
    name: 'the form of a token in the user agent',
    put: upgrade({ headers: { 'User-Agent': `x token=${'a'.repeat(40)}`, Host: 'evil.example' } }),
  },
];

const BY_VERSION: Readonly<Record<string, readonly Disguise[]>> = {
  '2026.4.14': [
    ...ANYWHERE,
    { name: 'X-Forwarded-For', put: upgrade({ headers: { 'X-Forwarded-For': '203.0.113.9' } }) },
    { name: 'X-Real-IP alone', put: upgrade({ headers: REAL_IP }) },
    { name: 'a record hidden by its user agent', put: upgrade({ headers: { ...REAL_IP, 'User-Agent': 'swiftpm-testing-helper' } }) },
    { name: 'two connects on one socket', put: upgrade({ thenConnect: { scopes: READ_WRITE } }) },
    { name: 'the marks of a private key', put: upgrade({ headers: { 'User-Agent': '-----BEGIN PRIVATE KEY-----' } }) },
  ],
  '2026.9.6': [
    ...ANYWHERE,
    {
      name: 'a record hidden by its user agent',
      put: upgrade({ headers: { Host: 'evil.example:18789', 'User-Agent': 'swiftpm-testing-helper' } }),
    },
    {
      name: 'an upgrade over an open connection',
      async put(device) {
        const connection = await device.connect({ scopes: ['operator.read'] });
        await connection.request('device.scopes.requestUpgrade', { scopes: READ_WRITE });
        await connection.close();
      },
    },
  ],
};

for (const version of versionsUnderTest()) {
  const disguises = BY_VERSION[version] ?? BY_VERSION[OLDEST] ?? [];
  test(`two disguises and a clean try gain nothing, and each honest twin gets in (${version})`, async () => {
    test.setTimeout(600_000);
    await onStage({ version }, (stage) => playPairs(stage, disguises));
  });
}

// What a gateway says of itself in its hello is shown on pages, so it is made plain at the door.
import { expect, test } from 'vitest';
import { challengePayload, helloPayload } from './frames.ts';

test('version and scopes of a hello bear nothing that acts or hides', () => {
  const hello = helloPayload.parse({
    protocol: 3,
    server: { version: '2026.4.14\u001b[2J\u202e\n12:00 forged' },
    auth: { role: 'operator', scopes: ['operator.read\u0000', 'operator.write'] },
  });
  expect(hello.server.version).toBe('2026.4.14\u{FFFD}[2J\u{FFFD}\u{FFFD}12:00 forged');
  expect(hello.auth?.scopes).toEqual(['operator.read\u{FFFD}', 'operator.write']);
});

test('a challenge whose time is no date is one without a time, and a device token has an end', () => {
  expect(challengePayload.parse({ nonce: 'n', ts: 1e300 })).toEqual({ nonce: 'n', ts: undefined });
  const auth = { deviceToken: 'x'.repeat(5000), role: 'operator', scopes: ['operator.read'] };
  const hello = helloPayload.parse({ protocol: 3, server: { version: 'v' }, auth });
  expect(hello.auth).toEqual({ deviceToken: undefined, role: 'operator', scopes: ['operator.read'] });
});

// A gateway's certificate: judged before anything is sent, remembered at first sight only where an authority vouches, changed by a person only.
import { createServer } from 'node:https';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type TestCertificate, testCertificate } from '../testing/certificates.ts';
import { certificateOn, fingerprintWords, judgeCertificate, type ShownCertificate } from './certificate.ts';
import { createIdentity } from './identity.ts';
import { type LinkOptions, openLink } from './link.ts';

const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);
const SECRET = 'shared-secret-0123456789';
const shown = (over: Partial<ShownCertificate> = {}): ShownCertificate => ({ fingerprint: A, vouched: true, ...over });
const nothing = { setting: undefined, ownConfiguration: false, known: undefined };
const changed = expect.objectContaining({ code: 'gateway-certificate-changed' });

test('the setting decides alone, whoever vouches', () => {
  expect(judgeCertificate(shown({ vouched: false }), { ...nothing, setting: A })).toBe('known');
  expect(() => judgeCertificate(shown(), { setting: B, ownConfiguration: true, known: A })).toThrow(changed);
});

test('with the gateway’s own configuration only what it names is right', () => {
  expect(judgeCertificate(shown(), { ...nothing, ownConfiguration: true })).toBe('known');
  expect(() => judgeCertificate(shown({ vouched: false }), { ...nothing, ownConfiguration: true, known: A })).toThrow(changed);
});

test('a known one stands without an authority, and another is refused with both fingerprints even where one vouches', () => {
  expect(judgeCertificate(shown({ vouched: false }), { ...nothing, known: A })).toBe('known');
  const refused = () => judgeCertificate(shown(), { ...nothing, known: B });
  expect(refused).toThrow(changed);
  expect(refused).toThrow(fingerprintWords(A));
  expect(refused).toThrow(fingerprintWords(B));
});

test('the first one is taken where an authority vouches, and else waits for a person', () => {
  expect(judgeCertificate(shown(), nothing)).toBe('first');
  expect(() => judgeCertificate(shown({ vouched: false, why: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), nothing)).toThrow(/DEPTH_ZERO/);
  expect(() => judgeCertificate(shown({ fingerprint: '' }), { ...nothing, setting: '' })).toThrow(
    expect.objectContaining({ code: 'gateway-garbage' }),
  );
});

test('a socket without TLS has no certificate', () => {
  expect(certificateOn({})).toBeUndefined();
});

/** A gateway that speaks TLS, challenges everybody and keeps what it hears. */
async function secureGateway({ cert, key }: TestCertificate) {
  const heard: string[] = [];
  const server = createServer({ cert, key });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket: WebSocket) => {
    socket.on('message', (data) => void heard.push(String(data)));
    socket.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n1', ts: 1000 } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `wss://127.0.0.1:${address.port}`, heard };
}

const dial = (url: string, over: Partial<LinkOptions> = {}) =>
  openLink({
    url,
    kind: 'console',
    identity: createIdentity(),
    auth: { token: SECRET },
    scopes: ['operator.admin'],
    platform: 'linux',
    version: '0',
    connectTimeoutMs: 700,
    ...over,
  });

test('a certificate that is refused gets no frame at all', async () => {
  const pair = testCertificate();
  const { url, heard } = await secureGateway(pair);
  // Nobody vouches, and nobody was asked.
  await expect(dial(url)).rejects.toMatchObject({ code: 'gateway-certificate-changed', extra: { shown: pair.fingerprint } });
  const seen: ShownCertificate[] = [];
  const refusing = (certificate: ShownCertificate) => {
    seen.push(certificate);
    judgeCertificate(certificate, { ...nothing, known: B });
  };
  await expect(dial(url, { certificate: refusing })).rejects.toMatchObject({ extra: { shown: pair.fingerprint, known: B } });
  expect(seen).toEqual([{ fingerprint: pair.fingerprint, vouched: false, why: expect.stringContaining('SELF_SIGNED') }]);
  // The certificate of the gateway's own configuration is another one.
  await expect(dial(url, { trust: [testCertificate().cert] })).rejects.toMatchObject({ code: 'gateway-certificate-changed' });
  expect(heard).toEqual([]);
});

test('the right one gets the sign-in', async () => {
  const pair = testCertificate({ names: ['gateway.example'] });
  const { url, heard } = await secureGateway(pair);
  const known = (certificate: ShownCertificate) => void judgeCertificate(certificate, { ...nothing, known: pair.fingerprint });
  // Nobody answers the sign-in there; that it was sent is what matters.
  await expect(dial(url, { certificate: known })).rejects.toMatchObject({ code: 'gateway-down' });
  await expect(dial(url, { trust: [pair.cert] })).rejects.toMatchObject({ code: 'gateway-down' });
  expect(heard).toHaveLength(2);
  expect(heard.join()).toContain(SECRET);
});

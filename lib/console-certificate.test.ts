// A whole console and a gateway behind TLS: the first certificate waits for a person, another one gets nothing, and automation has its proof.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type TestCertificate, testCertificate } from './testing/certificates.ts';
import { gatewayOfThisHost, wholeConsole } from './testing/whole-console.ts';

const ANN = { kind: 'person', name: 'Ann' } as const;
const colons = (fingerprint: string) => fingerprint.toUpperCase().match(/../g)?.join(':');

/** TLS in front of a gateway, whose certificate can be changed. Keeps what callers sent. */
async function secured(target: number, first: TestCertificate) {
  const sockets = new Set<Socket>();
  let heard: { sent: string }[] = [];
  const server: Server = createServer({ cert: first.cert, key: first.key }, (socket) => {
    const inner = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
    const mine = { sent: '' };
    heard.push(mine);
    socket.on('data', (data: Buffer) => {
      mine.sent += data.toString('latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  onTestFinished(() => {
    drop();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `wss://127.0.0.1:${address.port}`,
    /** What each caller sent behind the request for a socket: its frames. */
    frames: () => heard.map(({ sent }) => sent.slice(sent.indexOf('\r\n\r\n') + 4)).filter(Boolean),
    requests: () => heard.filter(({ sent }) => sent.startsWith('GET ')).length,
    change({ cert, key }: TestCertificate) {
      server.setSecureContext({ cert, key });
      drop();
      heard = [];
    },
  };
}

test('a certificate nobody vouches for waits for a person, and another one is refused before a frame is sent', async () => {
  const { gateway } = await gatewayOfThisHost();
  const [one, two] = [testCertificate(), testCertificate()];
  const { url, frames, requests, change } = await secured(Number(new URL(gateway.url).port), one);
  const settings = { GATEHOUSE_GATEWAY_URL: url, GATEHOUSE_GATEWAY_TOKEN: gateway.token, GATEHOUSE_KEY: '07'.repeat(32) };
  const { console: started, gateway: view, said } = await wholeConsole({ env: {}, settings });
  const [desk] = started.desks();
  if (!desk) throw new Error('no desk');
  const refused = (certificate: TestCertificate, known?: TestCertificate) =>
    vi.waitFor(
      () =>
        expect(view()).toMatchObject({
          state: 'refused',
          problem: { code: 'gateway-certificate-changed', detail: expect.stringContaining(colons(certificate.fingerprint) ?? 'none') },
          certificate: { refused: colons(certificate.fingerprint), fixed: false, ...(known ? { known: colons(known.fingerprint) } : {}) },
        }),
      10_000,
    );
  await refused(one);
  expect(requests()).toBeGreaterThan(0);
  expect(frames()).toEqual([]);

  await expect(desk.acceptCertificate(two.fingerprint, ANN)).rejects.toMatchObject({ code: 'request-changed' });
  await desk.acceptCertificate(one.fingerprint, ANN);
  await vi.waitFor(() => expect(['live', 'waiting']).toContain(view()?.state), 10_000);
  expect(view()?.certificate).toEqual({ known: colons(one.fingerprint), fixed: false });
  expect(frames().length).toBeGreaterThan(0);

  change(two);
  await refused(two, one);
  expect(requests()).toBeGreaterThan(0);
  expect(frames()).toEqual([]);
  expect(said.join()).toContain('gateway-certificate-changed');
  expect(view()?.alarms[0]).toMatchObject({ code: 'certificate-changed' });
  const { items } = await started.store.activity.list({ limit: 50 });
  expect(items.map(({ what, text }) => `${what} ${text}`).join('\n')).toMatch(
    /alarm\.certificate-changed[\s\S]*gateway\.certificate Ann accepted/,
  );
}, 30_000);

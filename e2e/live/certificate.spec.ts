// A real gateway behind TLS whose certificate nobody vouches for, and then another one: the page shows what to compare, nothing is sent before
// a person accepted it, and the console connects at once afterwards.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { expect, test } from '@playwright/test';
import { type TestCertificate, testCertificate } from '../../lib/testing/certificates.ts';
import { startConsole } from '../gateways/console.ts';
import { signIn } from '../gateways/person.ts';
import { live, onStage, versionsUnderTest } from './scene.ts';

const colons = ({ fingerprint }: TestCertificate) => fingerprint.toUpperCase().match(/../g)?.join(':') ?? '';

const HEAD_END = '\r\n\r\n';

/** TLS in front of a port of this host. Keeps what came in behind the first request of each caller. */
async function secured(port: number, first: TestCertificate) {
  const sockets = new Set<Socket>();
  let heard: { sent: string }[] = [];
  const server = createServer({ cert: first.cert, key: first.key }, (outer) => {
    const inner = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
    const mine = { sent: '' };
    heard.push(mine);
    outer.on('data', (data: Buffer) => {
      mine.sent += data.toString('latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `wss://127.0.0.1:${address.port}`,
    // A head that is still coming in is no frame yet.
    frames: () => heard.filter(({ sent }) => sent.includes(HEAD_END) && !sent.endsWith(HEAD_END)).length,
    change({ cert, key }: TestCertificate) {
      server.setSecureContext({ cert, key });
      drop();
      heard = [];
    },
    dispose: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

for (const version of versionsUnderTest()) {
  test(`a certificate is compared and accepted on the page, and nothing is sent before (${version})`, async ({ page }) => {
    await onStage({ version }, async (stage) => {
      const [one, two] = [testCertificate(), testCertificate()];
      const tls = await secured(Number(new URL(stage.gateway.url).port), one);
      stage.owns(tls);
      const started = await startConsole({
        gateway: stage.gateway,
        env: { GATEHOUSE_GATEWAY_URL: tls.url, GATEHOUSE_GATEWAY_TOKEN: stage.gateway.token },
      });
      stage.owns(started);
      await signIn(page, started);
      const banner = page.getByRole('region', { name: 'Notices' });
      await expect(banner).toContainText('The gateway shows another certificate');
      await banner.getByRole('link', { name: 'Look at it on Gateways' }).click();

      const accept = async (certificate: TestCertificate) => {
        const section = page.getByRole('region', { name: /^Certificate of/ });
        await expect(section).toContainText(colons(certificate));
        expect(tls.frames()).toBe(0);
        await section.getByRole('button', { name: 'Accept this certificate' }).click();
        await section.getByRole('button', { name: 'Press again: I compared it' }).click();
        await expect(section).toBeHidden();
        await live(stage, started);
        expect(tls.frames()).toBeGreaterThan(0);
      };
      await accept(one);
      tls.change(two);
      await expect(page.getByRole('region', { name: /^Certificate of/ })).toContainText(colons(one));
      await accept(two);
      const texts = (await started.api.activity()).map(({ what, text }) => `${what} ${text}`).join('\n');
      expect(texts).toContain(`accepted the certificate ${colons(two)}`);
    });
  });
}

// The console's own TLS: what it serves, to whom, and that a renewal needs no restart.
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { type TestCertificate, testCertificate } from '../testing/certificates.ts';
import { testFolder } from '../testing/folders.ts';
import { followPair, namesHost, pairWarnings, readPair } from './certificate.ts';
import { setSecurityHeaders } from './headers.ts';
import { closeServer, createHttpServer, portOf, setCertificate } from './server.ts';

// A client that would speak the old versions: without the lower level its own library refuses them.
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
const unusable = expect.objectContaining({ code: 'tls-unusable' });

function files(first: TestCertificate) {
  const folder = testFolder();
  const paths = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const put = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(paths.certFile, cert);
    writeFileSync(paths.keyFile, key, { mode: 0o600 });
  };
  put(first);
  return { paths, put };
}

async function serve(pair: TestCertificate) {
  const server = createHttpServer(pair);
  server.removeAllListeners('request');
  server.on('request', (_request, response) => {
    setSecurityHeaders(response, "default-src 'none'");
    response.end('here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => closeServer(server, 0));
  const port = portOf(server);
  const shown = (versions: { minVersion?: SecureVersion; maxVersion?: SecureVersion; ciphers?: string } = {}) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...versions }, () => {
        resolve(socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase());
        socket.destroy();
      });
      socket.on('error', reject);
    });
  const headers = (host: string) =>
    new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
      request({ port, host: '127.0.0.1', headers: { host }, rejectUnauthorized: false, agent: false }, (response) => {
        response.resume();
        resolve(response.headers);
      })
        .on('error', reject)
        .end();
    });
  return { server, port, shown, headers };
}

test('only a certificate with its own key is taken', () => {
  const [one, two] = [testCertificate(), testCertificate()];
  const { paths, put } = files(one);
  expect(readPair(paths)).toEqual({ cert: one.cert, key: one.key });
  put({ cert: one.cert, key: two.key });
  expect(() => readPair(paths)).toThrow(unusable);
  expect(() => readPair(paths)).toThrow('is not that of the certificate');
  put({ cert: 'no certificate', key: one.key });
  expect(() => readPair(paths)).toThrow(unusable);
  expect(() => readPair({ ...paths, certFile: `${paths.certFile}.absent` })).toThrow(unusable);
});

test('a key that everybody reads and a certificate that ran out are told', () => {
  const pair = testCertificate({ days: 3 });
  const { paths } = files(pair);
  expect(pairWarnings(paths, pair, Date.now())).toEqual([]);
  chmodSync(paths.keyFile, 0o644);
  expect(pairWarnings(paths, pair, Date.now() + 4 * 86_400_000)).toHaveLength(2);
});

test('it is known whether the certificate names a host', () => {
  expect(namesHost(testCertificate(), 'localhost')).toBe(true);
  expect(namesHost(testCertificate({ names: ['gate.example'] }), 'localhost')).toBe(false);
});

test('TLS before 1.2 and plain HTTP are not answered', async () => {
  const pair = testCertificate();
  const { shown, port } = await serve(pair);
  await expect(shown()).resolves.toBe(pair.fingerprint);
  await expect(shown({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).resolves.toBe(pair.fingerprint);
  await expect(shown({ ...OLD })).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test('browsers are held to TLS beyond loopback, and only there', async () => {
  const { headers } = await serve(testCertificate());
  expect((await headers('gate.example:7788'))['strict-transport-security']).toMatch(/^max-age=\d{7,}$/);
  expect((await headers('localhost:7788'))['strict-transport-security']).toBeUndefined();
  expect((await headers('127.0.0.1'))['strict-transport-security']).toBeUndefined();
});

test('a renewed pair is served from the next connection on, half a renewal never', async () => {
  const [one, two] = [testCertificate(), testCertificate()];
  const { paths, put } = files(one);
  const { server, shown } = await serve(one);
  const failures: unknown[] = [];
  const follow = followPair(paths, readPair(paths), {
    use: (pair) => setCertificate(server, pair),
    onFailure: (error) => void failures.push(error),
    everyMs: 3_600_000,
  });
  onTestFinished(follow.dispose);
  put({ cert: two.cert, key: one.key });
  follow.look();
  follow.look();
  expect(failures).toEqual([unusable]);
  await expect(shown()).resolves.toBe(one.fingerprint);
  put(two);
  follow.look();
  await expect(shown()).resolves.toBe(two.fingerprint);
  await expect(shown({ ...OLD })).rejects.toThrow();
  expect(failures).toHaveLength(1);
});

test('who connects and never begins a handshake is let go, and keeps no closing waiting', async () => {
  const silent = async (handshakeMs: number) => {
    const server = createHttpServer(testCertificate(), { handshakeMs });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const arrived = once(server, 'connection');
    const socket = connectPlain(portOf(server), '127.0.0.1');
    const gone = once(socket, 'close');
    await arrived;
    return { server, gone };
  };
  const late = await silent(20);
  onTestFinished(() => closeServer(late.server, 0));
  await late.gone;
  await expect.poll(() => promisify(late.server.getConnections.bind(late.server))()).toBe(0);
  const open = await silent(3_600_000);
  await closeServer(open.server, 0);
  await open.gone;
});

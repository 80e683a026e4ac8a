// Self-signed certificates for one test, made on the spot, so that no private key lies in the repository.
import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size: number[] = [];
  for (let rest = content.length; rest > 0; rest >>= 8) size.unshift(rest & 0xff);
  const length = content.length < 128 ? [content.length] : [0x80 | size.length, ...size];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const oid = (...bytes: number[]) => der(0x06, Buffer.from(bytes));
const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const ALT_NAME = oid(0x55, 0x1d, 0x11);
const GENERALIZED_TIME = 0x18;

const timeOf = (ms: number) =>
  der(
    GENERALIZED_TIME,
    Buffer.from(
      `${new Date(ms)
        .toISOString()
        .replace(/[-:T]|\..*/g, '')
        .slice(0, 14)}Z`,
    ),
  );

export type TestCertificate = { cert: string; key: string /** SHA-256, lower-case hex without colons. */; fingerprint: string };

/** A certificate for these names (the first is the common one) and for 127.0.0.1, good from yesterday for `days`. */
export function testCertificate({
  names = ['localhost'],
  days = 365,
}: {
  names?: [string, ...string[]];
  days?: number;
} = {}): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(names[0])))));
  const alternatives = sequence(...names.map((name) => der(0x82, Buffer.from(name))), der(0x87, Buffer.from([127, 0, 0, 1])));
  const from = Date.now() - 86_400_000;
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    subject,
    sequence(timeOf(from), timeOf(from + days * 86_400_000)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(ALT_NAME, der(0x04, alternatives)))),
  );
  const signature = sign('sha256', content, { key: privateKey, dsaEncoding: 'der' });
  const raw = sequence(content, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  const cert = new X509Certificate(raw);
  return {
    cert: cert.toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint: cert.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

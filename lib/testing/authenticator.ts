// An authenticator in software for tests: real keys, real signatures, and the ways to do it wrong.
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { z } from 'zod';

const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

const asked = z.object({ challenge: z.string(), user: z.object({ id: z.string() }).optional() });
const jwk = z.object({ x: z.string(), y: z.string() });

const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();
const base64url = (bytes: Buffer): string => bytes.toString('base64url');
const sized = (bytes: Buffer, width: 2 | 4, value: number): Buffer => {
  const head = Buffer.alloc(width);
  head.writeUIntBE(value, 0, width);
  return Buffer.concat([head, bytes]);
};

/** What a test may get wrong on purpose. */
export type Wrong = {
  origin?: string;
  rpId?: string;
  unverified?: boolean;
  counter?: number;
  signature?: Buffer;
  userHandle?: string;
  fmt?: string;
};

/** A passkey that does not exist yet, for one origin. */
export function createAuthenticator(origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  const rpIdHere = new URL(origin).hostname;
  let counter = 0;
  let userHandle: string | undefined;

  const clientData = (type: string, challenge: string, wrong: Wrong): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: wrong.origin ?? origin, crossOrigin: false }));

  function authData(flags: number, wrong: Wrong): Buffer {
    counter += 1;
    const seen = wrong.unverified ? flags & ~UV : flags;
    return Buffer.concat([sha256(wrong.rpId ?? rpIdHere), Buffer.from([seen]), sized(Buffer.alloc(0), 4, wrong.counter ?? counter)]);
  }

  function coseKey(): Buffer {
    const { x, y } = jwk.parse(publicKey.export({ format: 'jwk' }));
    const [px, py] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
    // EC2, ES256, P-256.
    return Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), px, Buffer.from('225820', 'hex'), py]);
  }

  const answer = (response: Record<string, unknown>) => ({
    id: base64url(id),
    rawId: base64url(id),
    type: 'public-key',
    clientExtensionResults: {},
    response,
  });

  return {
    id: base64url(id),

    /** What `navigator.credentials.create` answers to these options. */
    create(options: unknown, wrong: Wrong = {}) {
      const { challenge, user } = asked.parse(options);
      userHandle = user?.id;
      const attested = Buffer.concat([Buffer.alloc(16), sized(id, 2, id.length), coseKey()]);
      const data = Buffer.concat([authData(UP | UV | AT, wrong), attested]);
      const fmt = wrong.fmt ?? 'none';
      const object = Buffer.concat([
        Buffer.from([0xa3, 0x63]),
        Buffer.from('fmt'),
        Buffer.from([0x60 + fmt.length]),
        Buffer.from(fmt),
        Buffer.from([0x67]),
        Buffer.from('attStmt'),
        Buffer.from([0xa0, 0x68]),
        Buffer.from('authData'),
        Buffer.from([0x59]),
        sized(data, 2, data.length),
      ]);
      return answer({
        clientDataJSON: base64url(clientData('webauthn.create', challenge, wrong)),
        attestationObject: base64url(object),
        transports: ['internal'],
      });
    },

    /** What `navigator.credentials.get` answers to these options. */
    get(options: unknown, wrong: Wrong = {}) {
      const { challenge } = asked.parse(options);
      const data = authData(UP | UV, wrong);
      const client = clientData('webauthn.get', challenge, wrong);
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(client)]))
        .sign(privateKey);
      const handle = wrong.userHandle ?? userHandle;
      return answer({
        clientDataJSON: base64url(client),
        authenticatorData: base64url(data),
        signature: base64url(wrong.signature ?? signature),
        ...(handle === undefined ? {} : { userHandle: handle }),
      });
    },
  };
}

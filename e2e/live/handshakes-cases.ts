// Every cause that a caller can provoke on a real gateway: what the caller does, and what the console must then say of it. What is
// expected stands in the gateway facts and was seen on both versions; nothing here is read from the catalogue.
import { createIdentity } from '../../lib/gateway/identity.ts';
import { type Claims, createDevice, type Manner, type TestDevice } from '../gateways/client.ts';
import { READ, READ_WRITE, type Stage } from './scene.ts';

export type Outcome = 'refused' | 'waiting' | 'timed-out' | 'left-early' | 'note';

/** What a case left behind for the look at the console. */
export type Trace = {
  /** Stands in the user agent of the caller, and so in the record of its attempt alone. */
  mark: string;
  deviceId?: string;
  requestId?: string;
};

export type SpareName = 'role' | 'platform' | 'revoked' | 'removed' | 'rotated' | 'narrow' | 'loops' | 'approved' | 'named';

/** The devices that were paired before there was a console, so that the attempts of the cases are their first failures. */
export type Cast = {
  stage: Stage;
  /** Dials once; the caller is marked with the name of its case. */
  dial: (device: TestDevice, over: Claims & Manner) => ReturnType<TestDevice['attempt']>;
  paired: TestDevice;
  /** Paired with read, each for the one case that changes it. */
  spare: (what: SpareName) => TestDevice;
  /** The token that a device got when it was paired. */
  tokenOf: (device: TestDevice) => string;
};

export type HandshakeCase = {
  name: string;
  cause: string;
  outcome: Outcome;
  /** A telling part of the row's words. */
  title: RegExp;
  /** A telling part of a remedy or of its command. */
  fix: RegExp | ((trace: Trace) => string);
  /** The code that the caller gets, where it gets one. */
  code?: string;
  play: (cast: Cast) => Promise<Omit<Trace, 'mark'> & { said: string | undefined }>;
};

/** Headers of a proxy that nobody configured: on 2026.4.14 the caller is not local then and has to ask. */
const PROXIED = { 'X-Forwarded-For': '203.0.113.9' };
const FOREIGN = 'https://elsewhere.example';
const OLD_CLOCK_MS = 10 * 60_000;

type Attempt = Awaited<ReturnType<TestDevice['attempt']>>;

const codeOf = (attempt: Attempt): string | undefined => {
  const code = attempt.ok ? undefined : attempt.error?.details?.code;
  return typeof code === 'string' ? code : undefined;
};

const refused = (attempt: Attempt, device?: TestDevice) => {
  if (attempt.ok) throw new Error('the gateway let a caller in that it should have refused');
  return {
    said: codeOf(attempt),
    ...(device === undefined ? {} : { deviceId: device.deviceId }),
    ...(attempt.requestId === undefined ? {} : { requestId: attempt.requestId }),
  };
};

/** `openclaw devices approve` with exactly the request of this attempt. */
const approveIt = ({ requestId }: Trace) => `openclaw devices approve ${requestId}`;

/** A client with a key of its own that shows the shared token, with some part of it wrong. */
const stranger = ({ stage }: Cast) =>
  createDevice({ url: stage.gateway.url, base: { scopes: READ, auth: { token: stage.gateway.token } } });

/** A case in which a stranger dials once in a certain manner, and no more. */
const once =
  (over: (Claims & Manner) | ((cast: Cast) => Claims & Manner), named = false): HandshakeCase['play'] =>
  async (cast) => {
    const device = stranger(cast);
    return refused(await cast.dial(device, typeof over === 'function' ? over(cast) : over), named ? device : undefined);
  };

/** Causes that both versions have, on a gateway with a shared token. */
export const EVERYWHERE: readonly HandshakeCase[] = [
  {
    name: 'known key asks for more scopes',
    cause: 'pairing-required/scope-upgrade',
    outcome: 'waiting',
    title: /scope|more/i,
    fix: approveIt,
    code: 'PAIRING_REQUIRED',
    play: async (cast) => refused(await cast.dial(cast.paired, { scopes: READ_WRITE }), cast.paired),
  },
  {
    name: 'another platform than the pinned one',
    cause: 'pairing-required/metadata-upgrade',
    outcome: 'waiting',
    title: /platform|metadata|machine/i,
    fix: approveIt,
    code: 'PAIRING_REQUIRED',
    play: async (cast) => {
      const device = cast.spare('platform');
      return refused(await cast.dial(device, { scopes: READ, platform: 'darwin' }), device);
    },
  },
  {
    name: 'no token',
    cause: 'unauthorized/token_missing',
    outcome: 'refused',
    title: /token/i,
    fix: /gateway\.(remote|auth)\.token/,
    code: 'AUTH_TOKEN_MISSING',
    play: once({ auth: {} }),
  },
  {
    name: 'wrong token',
    cause: 'unauthorized/token_mismatch',
    outcome: 'refused',
    title: /token/i,
    fix: /gateway\.remote\.token/,
    code: 'AUTH_TOKEN_MISMATCH',
    play: once({ auth: { token: 'not-the-token-of-this-gateway' } }),
  },
  {
    name: 'device token after its device was removed',
    cause: 'unauthorized/device_token_mismatch',
    outcome: 'refused',
    title: /device token/i,
    fix: /gateway’s token|shared token/i,
    code: 'AUTH_DEVICE_TOKEN_MISMATCH',
    play: async (cast) => {
      const device = cast.spare('removed');
      await cast.stage.admin.remove(device.deviceId);
      return refused(await cast.dial(device, { scopes: READ, auth: { deviceToken: cast.tokenOf(device) } }));
    },
  },
  {
    name: 'device token after it was revoked',
    cause: 'unauthorized/device_token_mismatch',
    outcome: 'refused',
    title: /device token/i,
    fix: /gateway’s token|shared token/i,
    code: 'AUTH_DEVICE_TOKEN_MISMATCH',
    play: async (cast) => {
      const device = cast.spare('revoked');
      await cast.stage.admin.request('device.token.revoke', { deviceId: device.deviceId, role: 'operator' });
      return refused(await cast.dial(device, { scopes: READ, auth: { deviceToken: cast.tokenOf(device) } }));
    },
  },
  {
    name: 'device token after it was rotated, sent as the shared one',
    cause: 'unauthorized/token_mismatch',
    outcome: 'refused',
    title: /token/i,
    fix: /gateway\.remote\.token/,
    code: 'AUTH_TOKEN_MISMATCH',
    play: async (cast) => {
      const device = cast.spare('rotated');
      await cast.stage.admin.request('device.token.rotate', { deviceId: device.deviceId, role: 'operator', scopes: READ });
      return refused(await cast.dial(device, { scopes: READ, auth: { token: cast.tokenOf(device) } }));
    },
  },
  {
    name: 'used setup code',
    cause: 'unauthorized/bootstrap_token_invalid',
    outcome: 'refused',
    title: /code/i,
    fix: /code/i,
    code: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
    play: once({ auth: { bootstrapToken: 'a-setup-code-that-was-used' } }),
  },
  {
    name: 'browser without a secure context',
    cause: 'control-ui-insecure-auth',
    outcome: 'refused',
    title: /identity|secure|browser/i,
    fix: /https|localhost/i,
    code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED',
    play: once(({ stage }) => ({
      clientId: 'openclaw-control-ui',
      clientMode: 'webchat',
      device: 'none',
      headers: { Origin: `http://127.0.0.1:${stage.gateway.port}` },
    })),
  },
  {
    name: 'no device block',
    cause: 'device-required',
    outcome: 'refused',
    title: /identity|device/i,
    fix: /device (key|identity)/i,
    code: 'DEVICE_IDENTITY_REQUIRED',
    play: once({ device: 'none', role: 'node', scopes: [] }),
  },
  {
    name: 'clock ten minutes behind',
    cause: 'device-auth-invalid/device-signature-stale',
    outcome: 'refused',
    title: /clock|old|expired|stale/i,
    fix: /ntp|clock/i,
    code: 'DEVICE_AUTH_SIGNATURE_EXPIRED',
    play: (cast) => once({ device: { signedAtMs: Date.now() - OLD_CLOCK_MS } }, true)(cast),
  },
  {
    name: 'challenge ignored',
    cause: 'device-auth-invalid/device-nonce-missing',
    outcome: 'refused',
    title: /challenge|nonce/i,
    fix: /update/i,
    code: 'DEVICE_AUTH_NONCE_REQUIRED',
    play: once({ device: { nonce: ' ' } }, true),
  },
  {
    name: 'challenge of another connection',
    cause: 'device-auth-invalid/device-nonce-mismatch',
    outcome: 'refused',
    title: /challenge|nonce/i,
    fix: /update/i,
    code: 'DEVICE_AUTH_NONCE_MISMATCH',
    play: once({ device: { nonce: 'nonce-of-another-connection' } }, true),
  },
  {
    name: 'signature over something else',
    cause: 'device-auth-invalid/device-signature',
    outcome: 'refused',
    title: /signature/i,
    fix: /update/i,
    code: 'DEVICE_AUTH_SIGNATURE_INVALID',
    play: once({ device: { signature: Buffer.alloc(64, 7).toString('base64url') } }, true),
  },
  {
    name: 'id that is not the fingerprint of the key',
    cause: 'device-auth-invalid/device-id-mismatch',
    outcome: 'refused',
    title: /id|fingerprint|key/i,
    fix: /pair/i,
    code: 'DEVICE_AUTH_DEVICE_ID_MISMATCH',
    play: async (cast) => {
      const other = createIdentity();
      const attempt = await cast.dial(stranger(cast), { device: { id: other.deviceId } });
      return { ...refused(attempt), deviceId: other.deviceId };
    },
  },
  {
    name: 'browser of an origin that is not allowed',
    cause: 'origin-mismatch',
    outcome: 'refused',
    title: /origin/i,
    fix: () => FOREIGN,
    code: 'CONTROL_UI_ORIGIN_NOT_ALLOWED',
    play: once({ clientId: 'openclaw-control-ui', clientMode: 'webchat', headers: { Origin: FOREIGN } }),
  },
  {
    name: 'first request is not connect',
    cause: 'invalid-handshake',
    outcome: 'refused',
    title: /connect|sign-in|handshake/i,
    fix: /client/i,
    play: once({ instead: [JSON.stringify({ type: 'req', id: '1', method: 'device.pair.list', params: {} })] }),
  },
  {
    name: 'unknown client id and mode',
    cause: 'invalid-handshake',
    outcome: 'refused',
    title: /connect|sign-in|handshake/i,
    fix: /client/i,
    play: once({ clientId: 'toaster', clientMode: 'kitchen' }),
  },
  {
    name: 'first frame is no request',
    cause: 'invalid-handshake',
    outcome: 'refused',
    title: /connect|sign-in|handshake/i,
    fix: /client/i,
    play: once({ instead: ['{"hello":"world"}'] }),
  },
  {
    name: 'first frame is not JSON',
    cause: 'not-json',
    outcome: 'refused',
    title: /protocol|json/i,
    fix: /user agent|client/i,
    play: once({ instead: ['this is not JSON'] }),
  },
  {
    name: 'unknown role',
    cause: 'invalid-role',
    outcome: 'refused',
    title: /role/i,
    fix: /client|role/i,
    play: once({ role: 'superuser' }),
  },
  {
    name: 'more than 64 KiB before login',
    cause: 'preauth-payload-too-large',
    outcome: 'refused',
    title: /64|large|much/i,
    fix: /client|scan/i,
    play: once({ instead: ['x'.repeat(70 * 1024)] }),
  },
  {
    name: 'silence until the gateway gives up',
    cause: 'handshake-timeout',
    outcome: 'timed-out',
    title: /time|connect/i,
    fix: /load|scan|strangers/i,
    play: once({ instead: [] }),
  },
  {
    name: 'leaves before it said anything',
    cause: 'left-early',
    outcome: 'left-early',
    title: /left/i,
    fix: /user agent|client/i,
    play: once({ leaveWith: 'bye' }),
  },
];

/** Causes that 2026.4.14 has in a way of its own. */
export const ONLY_OLDEST: readonly HandshakeCase[] = [
  {
    name: 'protocol of the future',
    cause: 'protocol-mismatch',
    outcome: 'refused',
    title: /protocol/i,
    fix: /update/i,
    play: once({ protocols: [9, 9] }),
  },
  {
    name: 'unknown key behind a proxy',
    cause: 'pairing-required/not-paired',
    outcome: 'waiting',
    title: /pair|unknown|new/i,
    fix: approveIt,
    code: 'PAIRING_REQUIRED',
    play: once({ headers: PROXIED }, true),
  },
  {
    name: 'known key asks for a role behind a proxy',
    cause: 'pairing-required/role-upgrade',
    outcome: 'waiting',
    title: /role/i,
    fix: approveIt,
    code: 'PAIRING_REQUIRED',
    play: async (cast) => {
      const device = cast.spare('role');
      return refused(await cast.dial(device, { role: 'node', scopes: [], headers: PROXIED }), device);
    },
  },
];

/** Causes that 2026.9.6 has in a way of its own; loopback waits there (autoApproveLocal: false). */
export const ONLY_NEWEST: readonly HandshakeCase[] = [
  {
    name: 'protocol of the future',
    cause: 'protocol-mismatch',
    outcome: 'refused',
    title: /protocol/i,
    fix: /update/i,
    code: 'PROTOCOL_MISMATCH',
    play: once({ protocols: [9, 9] }),
  },
  {
    name: 'unknown key',
    cause: 'pairing-required/not-paired',
    outcome: 'waiting',
    title: /pair|unknown|new/i,
    fix: approveIt,
    code: 'PAIRING_REQUIRED',
    play: once({}, true),
  },
  {
    name: 'known key asks for a role',
    cause: 'pairing-required/role-upgrade',
    outcome: 'waiting',
    title: /role/i,
    fix: approveIt,
    code: 'PAIRING_REQUIRED',
    play: async (cast) => {
      const device = cast.spare('role');
      return refused(await cast.dial(device, { role: 'node', scopes: [] }), device);
    },
  },
  {
    name: 'device token that does not cover what it asks',
    cause: 'unauthorized/scope_mismatch',
    outcome: 'refused',
    title: /covers less|scope/i,
    fix: /approve/i,
    code: 'AUTH_SCOPE_MISMATCH',
    play: async (cast) => {
      const device = cast.spare('narrow');
      return refused(await cast.dial(device, { scopes: READ_WRITE, auth: { deviceToken: cast.tokenOf(device) } }));
    },
  },
];

// The local helper path: how a person admits the console itself on its own host (issue: when the console must wait).
// A gateway-client/backend connection with the shared secret on direct loopback may list and approve, nothing else.
import { Problem } from '../problem.ts';
import { createIdentity, type DeviceIdentity } from './identity.ts';
import { GatewayRefusal, type LinkOptions, openLink } from './link.ts';
import { type PendingRequest, readPairingList } from './records.ts';
import { CONSOLE_SCOPES, sameScopes } from './scopes.ts';

/**
 * Approves exactly the console's own request: same device id, same key, role operator, the console's scope set.
 * Answers the request that was approved. Throws Problem('helper-unavailable' | 'request-gone' | 'request-changed' | 'gateway-*').
 */
export async function admitConsole(deps: {
  url: string;
  auth: { token?: string; password?: string };
  identity: DeviceIdentity;
  version: string;
  platform: string;
  trust?: readonly string[];
  beforeSecret?: (ownPort: number | undefined) => void | Promise<void>;
  certificate?: LinkOptions['certificate'];
}): Promise<PendingRequest> {
  if (!deps.auth.token && !deps.auth.password)
    throw new Problem('helper-unavailable', 'The console holds no shared secret of this gateway.');
  const link = await openLink({
    url: deps.url,
    kind: 'helper',
    // A key of one use: the helper leaves no paired row, and the console's own key still waits.
    identity: createIdentity(),
    auth: deps.auth,
    scopes: CONSOLE_SCOPES,
    platform: deps.platform,
    version: deps.version,
    ...(deps.trust ? { trust: deps.trust } : {}),
    ...(deps.beforeSecret ? { beforeSecret: deps.beforeSecret } : {}),
    ...(deps.certificate ? { certificate: deps.certificate } : {}),
  }).catch((error: unknown) => {
    throw error instanceof GatewayRefusal
      ? new Problem('helper-unavailable', `The gateway did not let the helper in: ${error.message}`)
      : error;
  });
  try {
    const list = readPairingList(await link.request('device.pair.list'));
    const own = list.pending.find((p) => p.deviceId === deps.identity.deviceId);
    if (!own) throw new Problem('request-gone', 'The console has no pairing request on this gateway right now.');
    const exact =
      own.publicKey === deps.identity.publicKey &&
      own.roles.length === 1 &&
      own.roles[0] === 'operator' &&
      sameScopes(own.scopes, CONSOLE_SCOPES);
    if (!exact) throw new Problem('request-changed', 'The waiting request is not exactly what this console asked for.');
    await link.request('device.pair.approve', { requestId: own.requestId });
    return own;
  } catch (error) {
    throw error instanceof GatewayRefusal ? new Problem('gateway-refused', error.message) : error;
  } finally {
    link.close();
  }
}

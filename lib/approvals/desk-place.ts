// Where a gateway stands and how it is set up, for explanations: the right command depends on it.

import type { Place } from '../diagnosis/entry.ts';
import type { CollectorState } from '../evidence/collector.ts';
import { type GatewayEndpoint, portOf } from '../gateway/endpoint.ts';
import type { PairingList } from '../gateway/records.ts';

/** The place of an attempt of this device. What is not known is undefined. */
export function placeOf(o: {
  endpoint: GatewayEndpoint;
  version: string | undefined;
  collected: CollectorState;
  list: PairingList | undefined;
  deviceId: string | undefined;
}): Place {
  const { endpoint, collected, list, deviceId } = o;
  const { setup } = collected;
  const row = deviceId === undefined ? undefined : list?.paired.find((d) => d.deviceId === deviceId);
  const request = deviceId === undefined ? undefined : list?.pending.find((p) => p.deviceId === deviceId && !p.silent);
  return {
    version: o.version,
    url: endpoint.url,
    port: portOf(endpoint.url),
    practice: endpoint.source === 'practice',
    onThisHost: collected.onThisHost,
    configFile: setup?.file,
    stateDir: endpoint.stateDir,
    authMode: setup?.authMode,
    bind: setup?.bind,
    // A configuration that was read and names none has none.
    trustedProxies: setup && (setup.trustedProxies ?? []),
    allowedOrigins: setup && (setup.allowedOrigins ?? []),
    autoApproveLocal: setup?.autoApproveLocal ?? collected.config?.autoApproveLocal,
    rateLimit: setup?.rateLimit.set ? setup.rateLimit : undefined,
    isHostKey: deviceId !== undefined && collected.hostKey?.deviceId === deviceId,
    paired: row && { name: row.displayName ?? row.label, scopes: row.scopes },
    waits: request && { requestId: request.requestId },
  };
}

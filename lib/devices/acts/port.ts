// What acts on devices need of one gateway's desk. Answers of the gateway end here: the one to a rotation may carry a bearer token.
import type { Connection } from '../../approvals/desk-views.ts';
import type { TakeBackPort } from '../../approvals/take-back-port.ts';
import type { GatewayMethod } from '../../gateway/allowlist.ts';

type ActMethod = Extract<GatewayMethod, 'device.pair.rename' | 'device.token.rotate' | 'device.token.revoke'>;

export type DeviceActPort = Omit<TakeBackPort, 'request' | 'own'> & {
  /** Of the gateway, as it said at the last sign-in. */
  version: () => string | undefined;
  /** Whether the gateway has a method: by its own list where it gives one, else by its protocol. */
  offers: (method: ActMethod) => boolean;
  /** Asks for an act. What is answered is dropped; rejects as the session's request does. */
  tell: (method: ActMethod, params: Record<string, unknown>) => Promise<void>;
};

/** Methods that came with 2026.9.x (protocol 4). */
const SINCE_PROTOCOL_4: ReadonlySet<ActMethod> = new Set(['device.pair.rename']);

/** The port of a desk, made from the one for taking back and its connection. */
export function createDeviceActPort({ takeBack, connection }: { takeBack: TakeBackPort; connection: Readonly<Connection> }): DeviceActPort {
  const { request, own: _own, ...rest } = takeBack;
  return {
    ...rest,
    version: () => connection.lastVersion,
    offers(method) {
      const hello = connection.state.kind === 'live' ? connection.state.hello : undefined;
      const named = hello?.features.methods ?? [];
      if (named.length > 0) return named.includes(method);
      return !SINCE_PROTOCOL_4.has(method) || (hello?.protocol ?? connection.lastProtocol ?? 3) >= 4;
    },
    async tell(method, params) {
      await request(method, params);
    },
  };
}

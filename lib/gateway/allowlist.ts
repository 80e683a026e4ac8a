// What the console may call on a gateway: methods and parameters. Anything else cannot leave this process.
import { z } from 'zod';
import { LOCAL_APPROVAL } from './local-approval.ts';

const none = z.strictObject({});
const requestId = z.strictObject({ requestId: z.string().min(1).max(200) });
const deviceId = z.string().regex(/^[0-9a-f]{64}$/);
const role = z.string().min(1).max(64);

const baseHash = z.string().min(1).max(200);
/** One setting to one of two values, as the exact text: nothing else of the configuration can be changed from here. */
const localApproval = (to: 'on' | 'off') =>
  z.strictObject({ raw: z.literal(LOCAL_APPROVAL.patch[to]), baseHash, note: z.literal(LOCAL_APPROVAL.note[to]) });

const CONSOLE = {
  'device.pair.list': none,
  'device.pair.approve': requestId,
  'device.pair.reject': requestId,
  'device.pair.remove': z.strictObject({ deviceId }),
  'device.pair.rename': z.strictObject({ deviceId, label: z.string().min(1).max(64) }),
  // What a rotation answers may be a bearer token: lib/devices/acts/port.ts drops it.
  'device.token.rotate': z.strictObject({ deviceId, role, scopes: z.array(z.string().min(1).max(200)).min(1).max(100).optional() }),
  'device.token.revoke': z.strictObject({ deviceId, role }),
  'node.pair.list': none,
  'node.pair.approve': requestId,
  'node.pair.reject': requestId,
  'gateway.identity.get': none,
  'config.get': none,
  'config.schema.lookup': z.strictObject({ path: z.literal(LOCAL_APPROVAL.path) }),
  'config.patch': z.union([localApproval('on'), localApproval('off')]),
  'system-presence': none,
  'logs.tail': z.strictObject({
    cursor: z.number().int().min(0).optional(),
    limit: z.union([z.literal(1), z.literal(5000)]),
    maxBytes: z.literal(1_000_000),
  }),
} as const;

const HELPER = { 'device.pair.list': none, 'device.pair.approve': requestId } as const;

export type GatewayMethod = keyof typeof CONSOLE;
export type CallerKind = 'console' | 'helper';

/** Throws unless this kind of connection may call the method with exactly these parameters. */
export function checkCall(kind: CallerKind, method: string, params: unknown): void {
  const table: Record<string, z.ZodType> = kind === 'helper' ? HELPER : CONSOLE;
  const schema = Object.hasOwn(table, method) ? table[method] : undefined;
  if (!schema) throw new Error(`a ${kind} connection may not call ${method}`);
  if (!schema.safeParse(params).success) throw new Error(`a ${kind} connection may not call ${method} with these parameters`);
}

// A gateway's pairing store behind a function instead of a socket: what a gateway answers, and what it was asked, in order.
import type { Clock } from '../clock.ts';
import type { GatewayMethod } from '../gateway/allowlist.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import { approve, ask, emptyPairing, type PairedRow, type PairingState, reject, remove, type Wish } from '../practice/pairing.ts';
import { revokeToken, rotateToken } from '../practice/tokens.ts';
import { counter } from './counter.ts';
import { uuid } from './log-lines.ts';

type Call = { method: GatewayMethod; params: Record<string, unknown> | undefined };

/** The row as a list or an approval shows it: tokens without their secret. */
export function shownRow({ tokens, approvedScopes: _approved, ...row }: PairedRow): Record<string, unknown> {
  return { ...row, tokens: Object.values(tokens).map(({ token: _token, ...rest }) => rest) };
}

/** An empty store of a gateway like 2026.4.14. `before` may change the store or fail a call; `answer` may change what is answered. */
export function createPairingTransport({ clock }: { clock: Clock }) {
  let state = emptyPairing();
  const next = counter();
  const calls: Call[] = [];
  const hooks: {
    before?: ((call: Call) => void | Promise<void>) | undefined;
    answer?: ((call: Call, payload: Record<string, unknown>) => unknown) | undefined;
  } = {};
  const fresh = () => ({ now: clock.nowMs(), id: () => uuid(next()), token: () => `secret-${next()}` });
  const refuse = (message: string): never => {
    throw new GatewayRefusal({ code: 'INVALID_REQUEST', message });
  };

  function run({ method, params }: Call): Record<string, unknown> {
    const requestId = String(params?.requestId);
    switch (method) {
      case 'device.pair.list':
        return { pending: Object.values(state.pending), paired: Object.values(state.paired).map(shownRow) };
      case 'device.pair.approve': {
        const result = approve(state, requestId, ['operator.admin'], fresh());
        if (result.approval.kind !== 'approved')
          return refuse(result.approval.kind === 'unknown' ? 'unknown requestId' : result.approval.message);
        state = result.state;
        return { requestId, device: shownRow(result.approval.device) };
      }
      case 'device.pair.reject': {
        const result = reject(state, requestId, clock.nowMs());
        if (result.deviceId === undefined) return refuse('unknown requestId');
        state = result.state;
        return { requestId, deviceId: result.deviceId };
      }
      case 'device.pair.remove': {
        const result = remove(state, String(params?.deviceId));
        if (!result.removed) return refuse('unknown deviceId');
        state = result.state;
        return { deviceId: params?.deviceId };
      }
      case 'device.token.rotate': {
        const scopes = Array.isArray(params?.scopes) ? params.scopes.map(String) : undefined;
        const result = rotateToken(state, { deviceId: String(params?.deviceId), role: String(params?.role), scopes }, fresh());
        if ('denied' in result) return refuse('device token rotation denied');
        state = result.state;
        const { token, role, scopes: held, rotatedAtMs } = result.token;
        return { deviceId: params?.deviceId, role, token, scopes: held, rotatedAtMs };
      }
      case 'device.token.revoke': {
        const result = revokeToken(state, String(params?.deviceId), String(params?.role), clock.nowMs());
        if (!result.token) return refuse('unknown deviceId/role');
        state = result.state;
        return { deviceId: params?.deviceId, role: params?.role, revokedAtMs: result.token.revokedAtMs };
      }
      default:
        return refuse(`unknown method: ${method}`);
    }
  }

  return {
    calls,
    hooks,
    methods: () => calls.map((c) => c.method.replace('device.pair.', '')),
    state: () => state,
    edit(change: (before: PairingState) => PairingState) {
      state = change(state);
    },
    /** A device asks; answers the request that now waits. */
    ask(wish: Partial<Wish> & Pick<Wish, 'deviceId' | 'publicKey'>) {
      const asked = ask(
        state,
        { role: 'operator', scopes: ['operator.write'], silent: false, platform: 'linux', clientId: 'cli', clientMode: 'cli', ...wish },
        fresh(),
      );
      state = asked.state;
      return asked.request;
    },
    async request(method: GatewayMethod, params?: Record<string, unknown>): Promise<unknown> {
      const call = { method, params };
      calls.push(call);
      await hooks.before?.(call);
      const payload = run(call);
      return hooks.answer ? hooks.answer(call, payload) : payload;
    },
  };
}

export type PairingTransport = ReturnType<typeof createPairingTransport>;

// One device as an item of a plan: what the act does, what breaks, whether it holds, and why it may not be done. Pure.
import type { DeviceActItem, DeviceActKind } from '../../api/device-shapes.ts';
import type { Origin } from '../../api/shapes.ts';
import { grave, graveWord } from '../../approvals/take-back-plan.ts';
import type { PairedDevice, PairingList } from '../../gateway/records.ts';
import { addedScopes, isScope, normaliseScopes, shortScopes } from '../../gateway/scopes.ts';
import { present } from '../../present.ts';
import { OWN_DEVICE } from '../own-device.ts';
import { whereaboutsOf } from '../where.ts';
import { actEnforcement } from './enforcement.ts';
import type { DeviceActPort } from './port.ts';
import { breakWords, whatWords } from './words.ts';

/** What is asked for, of any device: `role` and `scopes` as in DeviceActPlanInput. */
export type Asked = { act: DeviceActKind; role?: string | undefined; scopes?: readonly string[] | undefined };

type Token = PairedDevice['tokens'][number];

/** To be typed for an act on the console's own device. */
const OWN_WORD = 'this console';

/** The role whose token an act is about: the one that is named, else operator where it has one that is valid, else any valid one. */
export function roleOf(row: Pick<PairedDevice, 'roles' | 'tokens'>, named: string | undefined): string | undefined {
  if (named !== undefined) return named;
  const valid = row.tokens.filter((t) => t.revokedAtMs === undefined).map((t) => t.role);
  if (valid.includes('operator')) return 'operator';
  return valid[0] ?? row.tokens[0]?.role ?? row.roles[0];
}

/** Why a token cannot be made narrower as asked. */
function notNarrower(token: Token, scopes: readonly string[], isConsole: boolean): string | undefined {
  if (isConsole) return 'This is the console itself: it asks for all of its scopes at each connection, so its token would be wide again.';
  if (token.role !== 'operator') return `A token of role ${token.role} has no scopes to take away.`;
  if (scopes.length === 0) return 'A token without any scope is of no use. Revoke it instead.';
  const foreign = scopes.find((scope) => !isScope(scope));
  if (foreign !== undefined) return 'Only scopes that are known here can be left to a token.';
  const more = addedScopes(token.scopes, scopes);
  if (more.length > 0) return `It does not hold ${shortScopes(more)}.`;
  return addedScopes(scopes, token.scopes).length === 0 ? `It holds no more than ${shortScopes(normaliseScopes(scopes))}.` : undefined;
}

function impossible(port: DeviceActPort, { act, scopes = [] }: Asked, row: PairedDevice, role: string | undefined): string | undefined {
  const unable = port.unable();
  if (unable !== undefined) return unable.message;
  const lacks = notOffered(port, act);
  if (lacks !== undefined || act === 'rename') return lacks;
  if (role === undefined) return 'It has no role and no token.';
  const token = row.tokens.find((t) => t.role === role);
  if (!token)
    return row.roles.includes(role) ? `It has the role ${role} without a token: there is nothing to ${act}.` : `It has no ${role} token.`;
  if (token.revokedAtMs !== undefined)
    return act === 'revoke'
      ? `Its ${role} token is revoked already.`
      : `Its ${role} token is revoked. Another one would make it valid again.`;
  return act === 'narrow' ? notNarrower(token, scopes, row.deviceId === port.consoleDeviceId) : undefined;
}

/** Why a mere press is not enough, and the word to type. */
function confirmation(
  port: DeviceActPort,
  { act, scopes = [] }: Asked,
  row: PairedDevice,
  paired: readonly PairedDevice[],
  token: Token,
  leaving: ReadonlySet<string>,
) {
  if (row.deviceId === port.consoleDeviceId)
    return {
      word: OWN_WORD,
      why:
        act === 'revoke'
          ? 'This is the console itself: it loses this gateway until it is let in again.'
          : 'This is the console itself: it loses its connection and comes back with the shared secret, where it has that.',
    };
  const losesAdmin = token.role === 'operator' && !(act === 'narrow' && scopes.includes('operator.admin'));
  const why = grave(row, paired, port, { leaving, losesAdmin });
  return why === undefined ? undefined : { word: graveWord(row), why };
}

/** What keeps others out is no advice for the console's own device. */
function enforced(act: DeviceActKind, role: string, way: Parameters<typeof actEnforcement>[2], isConsole: boolean) {
  const word = actEnforcement(act, role, way);
  return word && isConsole && act === 'revoke' ? { ...word, enforcement: 'until-next-connect' as const, why: OWN_DEVICE } : word;
}

/** Why a gateway cannot be asked for an act at all, whatever the device. */
export function notOffered(port: Pick<DeviceActPort, 'offers' | 'version'>, act: DeviceActKind): string | undefined {
  if (act === 'rename') {
    if (port.offers('device.pair.rename')) return undefined;
    return `OpenClaw ${port.version() ?? 'of this version'} cannot rename a device: it came with 2026.9.`;
  }
  return port.offers(act === 'revoke' ? 'device.token.revoke' : 'device.token.rotate')
    ? undefined
    : 'This gateway does not offer work on tokens.';
}

/** One device of a plan. `leaving` are the devices of its gateway that the same plan is about. */
export function actItem(input: {
  port: DeviceActPort;
  asked: Asked;
  row: PairedDevice;
  list: Pick<PairingList, 'paired' | 'pending'>;
  origins: readonly Origin[];
  leaving: ReadonlySet<string>;
}): DeviceActItem {
  const { port, asked, row, list } = input;
  const { act } = asked;
  const role = act === 'rename' ? undefined : roleOf(row, asked.role);
  const token = role === undefined ? undefined : row.tokens.find((t) => t.role === role);
  const no = impossible(port, asked, row, role);
  const item: DeviceActItem = {
    act,
    gateway: port.gateway,
    gatewayName: port.name,
    deviceId: row.deviceId,
    publicKey: row.publicKey,
    ...present({ rowCreatedAtMs: row.createdAtMs, displayName: row.label ?? row.displayName ?? row.clientId, role }),
    roles: row.roles,
    holds: normaliseScopes(row.scopes),
    ...(token === undefined ? {} : { tokenScopes: normaliseScopes(token.scopes) }),
    what: '',
    breaks: [],
  };
  if (no !== undefined) return { ...item, what: no, impossible: no };
  const waiting = list.pending.filter((p) => p.deviceId === row.deviceId && role !== undefined && p.roles.includes(role));
  const whereabouts = whereaboutsOf(
    { isHostKey: row.deviceId === port.hostKeyId(), remoteIp: row.remoteIp, origins: input.origins },
    port.isOwnAddress,
  );
  const way = { ...port.wayBack(), whereabouts, remoteIp: row.remoteIp, approvedVia: row.approvedVia };
  const confirm = token && confirmation(port, asked, row, list.paired, token, input.leaving);
  return {
    ...item,
    what: whatWords(act, token, normaliseScopes(asked.scopes ?? [])),
    breaks: [
      ...(confirm ? [confirm.why] : []),
      ...breakWords(
        act,
        row,
        token,
        waiting.map((p) => p.scopes),
      ),
    ],
    ...(role === undefined ? {} : enforced(act, role, way, row.deviceId === port.consoleDeviceId)),
    ...(confirm ? { needsConfirm: confirm.word } : {}),
  };
}

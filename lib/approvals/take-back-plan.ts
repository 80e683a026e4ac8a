// Which devices lose what: decisions folded by key and laid beside the gateway's list. Pure.
import type { TakeBackItem } from '../api/grant-shapes.ts';
import type { DecisionView, Origin } from '../api/shapes.ts';
import { enforcementOf } from '../devices/enforcement.ts';
import { OWN_DEVICE } from '../devices/own-device.ts';
import { whereaboutsOf } from '../devices/where.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { effectiveScopes, normaliseScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import type { StoredTakeBack } from '../store/take-backs.ts';
import type { TakeBackPort } from './take-back-port.ts';

export type Key = { gateway: string; deviceId: string; publicKey: string };

/** A key as the key of a map. */
export const keyText = ({ gateway, deviceId, publicKey }: Key): string => `${gateway} ${deviceId} ${publicKey}`;

/** What a decision gave: the scopes that the device did not hold before, or all that it asked where it held them already. */
export const givenBy = ({ addedScopes, scopes }: Pick<DecisionView, 'addedScopes' | 'scopes'>): string[] =>
  addedScopes.length > 0 ? addedScopes : scopes;

/** Whether a row still holds any of these scopes. A grant without scopes is one of a role and lasts as long as the row. */
export function stillHolds(row: Pick<PairedDevice, 'scopes'>, given: readonly string[]): boolean {
  const held = effectiveScopes(row.scopes);
  return given.length === 0 || given.some((scope) => held.has(scope));
}

/** Whether a grant may be of this pairing of its key; one that was kept without the time of its row may. */
export function isOfPairing(rowMs: number | undefined, row: Pick<PairedDevice, 'createdAtMs'>): boolean {
  return rowMs === undefined || rowMs === row.createdAtMs;
}

/** The decisions of one key, oldest first. */
export type Grants = readonly [DecisionView, ...DecisionView[]];

/** Grants of each key, in the order in which they came. */
export function byKey(decisions: readonly DecisionView[]): Grants[] {
  const found = new Map<string, [DecisionView, ...DecisionView[]]>();
  for (const decision of decisions) {
    const text = keyText(decision);
    const known = found.get(text);
    if (known) known.push(decision);
    else found.set(text, [decision]);
  }
  return [...found.values()];
}

/**
 * The grants of one key that the row still carries: not those of another pairing of the key or of before a take-back that held, and a
 * decision whose answer was missed only where the row holds all of it.
 */
export function standingGrants(
  grants: readonly DecisionView[],
  row: Pick<PairedDevice, 'scopes' | 'createdAtMs'>,
  takenBack: StoredTakeBack | undefined,
): DecisionView[] {
  const held = effectiveScopes(row.scopes);
  return grants.filter((grant) => {
    if (!isOfPairing(grant.rowCreatedAtMs, row)) return false;
    if (grant.takenBack?.state === 'gone' || (takenBack?.view.state === 'gone' && grant.at <= takenBack.view.at)) return false;
    if (grant.state === 'settled-unknown' && !grant.scopes.every((scope) => held.has(scope))) return false;
    return stillHolds(row, givenBy(grant));
  });
}

/** The row of exactly this key. */
export function rowOf(paired: readonly PairedDevice[], key: Pick<Key, 'deviceId' | 'publicKey'>): PairedDevice | undefined {
  return paired.find((row) => row.deviceId === key.deviceId && row.publicKey === key.publicKey);
}

const isAdmin = (row: PairedDevice) => row.scopes.includes('operator.admin');

/** Whether it can act as admin: a row keeps its scopes when its token is revoked or narrowed, and is no admin that stays. */
export const actsAsAdmin = (row: Pick<PairedDevice, 'scopes' | 'tokens'>): boolean =>
  row.scopes.includes('operator.admin') &&
  row.tokens.some((token) => token.role === 'operator' && token.revokedAtMs === undefined && token.scopes.includes('operator.admin'));

/** What makes an act on a device grave, in words, so that a mere press is not enough; undefined where nothing does. */
export function grave(
  row: PairedDevice,
  paired: readonly PairedDevice[],
  port: Pick<TakeBackPort, 'hostKeyId' | 'consoleDeviceId'>,
  /** `leaving`: devices that lose what they hold in the same plan. `losesAdmin`: whether the act takes admin from a device that has it. */
  { leaving, losesAdmin }: { leaving: ReadonlySet<string>; losesAdmin: boolean },
): string | undefined {
  if (row.deviceId === port.hostKeyId()) return 'The commands and agents of the gateway’s host use this key and lose their connection.';
  const admins = paired.filter((d) => actsAsAdmin(d) && d.deviceId !== row.deviceId && d.deviceId !== port.consoleDeviceId);
  if (!losesAdmin || !isAdmin(row) || admins.some((d) => !leaving.has(d.deviceId))) return undefined;
  return admins.length === 0
    ? 'No other device but this console holds admin on this gateway.'
    : 'With the others of this plan gone, no device but this console holds admin on this gateway.';
}

/**
 * One act on a device at a time; and of those that may take admin from one, one at a time on the whole gateway, or each of two would count
 * the other's device as the admin that stays. Rejects with Problem('request-busy').
 */
export function alone<T>(
  { exclusively }: Pick<TakeBackPort, 'exclusively'>,
  { deviceId, holds }: { deviceId: string; holds: readonly string[] },
  work: () => Promise<T>,
): Promise<T> {
  const own = () => exclusively(deviceId, work);
  return holds.includes('operator.admin') ? exclusively('admin', own) : own();
}

/** The word to type for a grave act: the start of the device's id. */
export const graveWord = (row: Pick<PairedDevice, 'deviceId'>): string => row.deviceId.slice(0, 8);

const NONE: ReadonlySet<string> = new Set();

/** One device of a plan. `grants` are those in question, `origins` where it was seen. */
export function itemOf(input: {
  port: TakeBackPort;
  paired: readonly PairedDevice[];
  row: PairedDevice;
  grants: readonly DecisionView[];
  origins: readonly Origin[];
  /** Devices of this gateway that the same plan takes back. */
  leaving?: ReadonlySet<string>;
}): TakeBackItem {
  const { port, row, grants } = input;
  const isHostKey = row.deviceId === port.hostKeyId();
  const whereabouts = whereaboutsOf({ isHostKey, remoteIp: row.remoteIp, origins: input.origins }, port.isOwnAddress);
  const { enforcement, why } = enforcementOf({
    ...port.wayBack(),
    whereabouts,
    remoteIp: row.remoteIp,
    approvedVia: row.approvedVia,
  });
  const asks = grave(row, input.paired, port, { leaving: input.leaving ?? NONE, losesAdmin: true });
  const impossible = row.deviceId === port.consoleDeviceId ? OWN_DEVICE : port.unable()?.message;
  return {
    gateway: port.gateway,
    gatewayName: port.name,
    deviceId: row.deviceId,
    publicKey: row.publicKey,
    ...present({
      displayName: row.label ?? row.displayName,
      clientId: row.clientId,
      connected: row.connected,
      rowCreatedAtMs: row.createdAtMs,
    }),
    roles: row.roles,
    holds: normaliseScopes(row.scopes),
    given: normaliseScopes(grants.flatMap(givenBy)),
    grants: grants.map((g) => ({ decisionId: g.id, at: g.at, by: g.actor.name, scopes: normaliseScopes(givenBy(g)) })),
    enforcement,
    why: asks ? `${asks} ${why}` : why,
    ...present({ needsConfirm: asks ? graveWord(row) : undefined, impossible }),
  };
}

/** A device of a gateway that this console does not know any more: shown with what was given, and out of reach. */
export function lostItem(grants: Grants, gone: string): TakeBackItem {
  const [first] = grants;
  return {
    gateway: first.gateway,
    gatewayName: first.gateway,
    deviceId: first.deviceId,
    publicKey: first.publicKey,
    ...present({ displayName: first.displayName, clientId: first.clientId }),
    roles: first.roles,
    holds: [],
    given: normaliseScopes(grants.flatMap(givenBy)),
    grants: grants.map((g) => ({ decisionId: g.id, at: g.at, by: g.actor.name, scopes: normaliseScopes(givenBy(g)) })),
    enforcement: 'until-next-connect',
    why: 'What it holds cannot be read.',
    impossible: gone,
  };
}

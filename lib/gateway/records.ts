// Pairing records as the gateway lists them, read tolerantly into our own types. Caller strings are cut at this door.
import { z } from 'zod';

const CALLER_STRING_LIMIT = 200;

/** Cuts a string that a caller wrote to 200 characters and blanks what could disguise it (control and bidi characters). */
export function callerString(value: string): string {
  const cut = value.length > CALLER_STRING_LIMIT ? `${value.slice(0, CALLER_STRING_LIMIT - 1)}…` : value;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\u{FFFD}');
}

/**
 * An id is compared, sent back and put into addresses, so it is taken as it is or not at all. Both versions make theirs of letters,
 * digits and hyphens; one with a character that disguises, or that no address can hold, makes its row unread.
 */
export const gatewayId = z
  .string()
  .max(200)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);

/** A time of a gateway, ms: until the end of the year 9999. What is shown of it must be a date, also against another clock. */
export const gatewayTime = z.number().min(0).max(253_402_300_799_999);

const said = z.string().transform(callerString);
const maybeSaid = said.optional().catch(undefined);
// A list that cannot be read makes its row unread: read as empty, it would hide what is asked or held.
const list = z.array(z.string().transform(callerString)).max(2000);
const listOrNone = list.optional();

const pendingRecord = z.object({
  requestId: gatewayId,
  deviceId: gatewayId,
  publicKey: gatewayId,
  displayName: maybeSaid,
  platform: maybeSaid,
  deviceFamily: maybeSaid,
  clientId: maybeSaid,
  clientMode: maybeSaid,
  role: maybeSaid,
  roles: listOrNone,
  scopes: listOrNone,
  remoteIp: maybeSaid,
  silent: z.boolean().catch(false),
  isRepair: z.boolean().catch(false),
  ts: gatewayTime,
});

const pairedRecord = z.object({
  deviceId: gatewayId,
  publicKey: gatewayId,
  displayName: maybeSaid,
  // The name that an operator gave it (2026.9.x).
  operatorLabel: maybeSaid,
  platform: maybeSaid,
  deviceFamily: maybeSaid,
  clientId: maybeSaid,
  clientMode: maybeSaid,
  role: maybeSaid,
  roles: listOrNone,
  scopes: listOrNone,
  approvedScopes: listOrNone,
  remoteIp: maybeSaid,
  createdAtMs: gatewayTime.optional().catch(undefined),
  approvedAtMs: gatewayTime.optional().catch(undefined),
  approvedVia: maybeSaid,
  connected: z.boolean().optional().catch(undefined),
  lastSeenAtMs: gatewayTime.optional().catch(undefined),
  lastSeenReason: maybeSaid,
  tokens: z
    .array(
      z.object({
        role: said,
        scopes: list.optional().transform((scopes) => scopes ?? []),
        createdAtMs: gatewayTime.optional().catch(undefined),
        rotatedAtMs: gatewayTime.optional().catch(undefined),
        revokedAtMs: gatewayTime.optional().catch(undefined),
        lastUsedAtMs: gatewayTime.optional().catch(undefined),
      }),
    )
    .optional()
    .transform((tokens) => tokens ?? []),
});

type RawPending = z.infer<typeof pendingRecord>;
type RawPaired = z.infer<typeof pairedRecord>;

/** A pairing request that waits, as the gateway lists it. `roles` and `scopes` are never undefined here. */
export type PendingRequest = Omit<RawPending, 'roles' | 'scopes'> & { roles: string[]; scopes: string[] };
/** A paired device. `scopes` is what was approved; tokens may hold less. */
export type PairedDevice = Omit<RawPaired, 'roles' | 'scopes' | 'approvedScopes' | 'operatorLabel'> & {
  roles: string[];
  scopes: string[];
  /** The name that an operator gave it on the gateway. */
  label?: string | undefined;
};

export type PairingList = {
  pending: PendingRequest[];
  paired: PairedDevice[];
  /** Rows that could not be read: shown as a count, never silently dropped. */
  unread: number;
};

const rolesOf = (row: { role?: string | undefined; roles?: string[] | undefined }) =>
  [...new Set([...(row.roles ?? []), ...(row.role ? [row.role] : [])])].sort();

/** Reads one pending record, as listed or as carried by `device.pair.requested`. */
export function readPending(value: unknown): PendingRequest | undefined {
  const parsed = pendingRecord.safeParse(value);
  if (!parsed.success) return undefined;
  return { ...parsed.data, roles: rolesOf(parsed.data), scopes: parsed.data.scopes ?? [] };
}

/** Reads one paired row. Bearer tokens in it are dropped here and never travel further. */
export function readPaired(value: unknown): PairedDevice | undefined {
  const parsed = pairedRecord.safeParse(value);
  if (!parsed.success) return undefined;
  const { approvedScopes, operatorLabel, ...row } = parsed.data;
  const label = operatorLabel === undefined ? {} : { label: operatorLabel };
  return { ...row, ...label, roles: rolesOf(row), scopes: approvedScopes ?? row.scopes ?? [] };
}

/** A row with a longer text is read anew each time, and its text is not kept. */
const KEPT_LENGTH = 10_000;

/** What is read of one list: so many rows, with so many roles and scopes in all. Others count as unread, so nobody takes it for whole. */
const MOST_PENDING = { rows: 3000, names: 30_000 };
const MOST_PAIRED = { rows: 20_000, names: 400_000 };

/** A list of anything, taken as it is: a look at each of half a million values would cost more than the values. */
export const anyRows = z.custom<readonly unknown[]>(Array.isArray);
const listPayload = z.object({ pending: anyRows, paired: anyRows });

export type ListReader = (value: unknown) => PairingList;

/** Reads rows; one that stands in the next list with the same text keeps its identity. */
function createRowReader<T extends { roles: string[]; scopes: string[]; tokens?: { scopes: string[] }[] }>(
  read: (row: unknown) => T | undefined,
  most: typeof MOST_PENDING,
): (rows: readonly unknown[]) => T[] {
  let known = new Map<string, T>();
  return (rows) => {
    const next = new Map<string, T>();
    const out: T[] = [];
    let names = 0;
    for (const row of rows.slice(0, most.rows)) {
      const text = JSON.stringify(row);
      const found = known.get(text) ?? read(row);
      if (found === undefined) continue;
      const more = (found.tokens ?? []).reduce((sum, { scopes }) => sum + scopes.length, found.roles.length + found.scopes.length);
      if (names + more > most.names) continue;
      names += more;
      if (text.length <= KEPT_LENGTH) next.set(text, found);
      out.push(found);
    }
    known = next;
    return out;
  };
}

/**
 * A reader of `device.pair.list` answers. A row that stands in the next answer with the same text keeps its identity, so that a
 * thousand rows are parsed once and not at every reading. The reader throws when the answer is none.
 */
export function createListReader(): ListReader {
  const readWaiting = createRowReader(readPending, MOST_PENDING);
  const readHeld = createRowReader(readPaired, MOST_PAIRED);
  return (value) => {
    const rows = listPayload.parse(value);
    const [pending, paired] = [readWaiting(rows.pending), readHeld(rows.paired)];
    return { pending, paired, unread: rows.pending.length - pending.length + rows.paired.length - paired.length };
  };
}

/** Reads one answer of `device.pair.list`. Throws when it is none. */
export const readPairingList: ListReader = (value) => createListReader()(value);

/** Reads the row that an approval answers, if it carries one. */
export function readApproved(value: unknown): PairedDevice | undefined {
  const parsed = z.object({ device: z.unknown() }).safeParse(value);
  return parsed.success ? readPaired(parsed.data.device) : undefined;
}

// What many attempts share is stored once and searched once: the way in which a caller fails, with the words that say so.
import { createHash } from 'node:crypto';
import type { HandshakeView } from '../../api/shapes.ts';
import type { NewHandshake } from '../../handshakes/attempt.ts';
import { searchText } from '../../handshakes/filter.ts';
import { wayOf } from '../../handshakes/runs.ts';
import { present } from '../../present.ts';
import type { HistoryDb } from './tables.ts';

/** A row's part that its way keeps. */
export type Shared = Omit<HandshakeView, 'id' | 'seq' | 'at' | 'derived' | 'unsure' | 'durationMs' | 'conn' | 'requestId' | 'run'>;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/**
 * The same for two rows only when all that their way keeps is equal, but for the device's name. Who fails how comes first and the
 * title behind it, so that those who fail alike stand side by side also when the catalogue calls it otherwise by now.
 */
const keyOf = (item: NewHandshake): string => `${hashOf(wayOf(item))}.${hashOf(item.title)}`;

/** The keys of all ways that differ from that of `key` by no more than the title: [first, end). */
export function keysAlike(key: string): { first: string; end: string } {
  const [way = key] = key.split('.');
  return { first: way, end: `${way}/` };
}

function sharedOf(item: NewHandshake, deviceName: string | undefined): Shared {
  const { gateway, outcome, cause, title } = item;
  const { deviceId, clientId, clientMode, origin, browserOrigin, remoteAddr, host, scopesFrom, scopesTo } = item;
  return {
    gateway,
    outcome,
    cause,
    title,
    ...present({ deviceId, deviceName, clientId, clientMode, origin, browserOrigin, remoteAddr, host, scopesFrom, scopesTo }),
  };
}

/** What only the body keeps; the rest is in columns. */
function bodyOf({ clientMode, browserOrigin, remoteAddr, host, scopesFrom, scopesTo }: Shared): string {
  return JSON.stringify({ clientMode, browserOrigin, remoteAddr, host, scopesFrom, scopesTo });
}

export type Way = { id: number; shared: Shared };

/**
 * The way of each item, made where it is new. A device that goes by another name now is known by it from here on.
 * Answers also how many ways are new and what they weigh.
 */
export async function waysFor(
  db: HistoryDb,
  items: readonly NewHandshake[],
): Promise<{ of: Way[]; made: { count: number; bytes: number } }> {
  const keys = items.map(keyOf);
  const samples = new Map<string, { item: NewHandshake; name: string | undefined }>();
  items.forEach((item, n) => {
    const key = keys[n];
    if (key === undefined) return;
    const known = samples.get(key);
    samples.set(key, { item: known?.item ?? item, name: item.deviceName ?? known?.name });
  });
  const stored = await db
    .selectFrom('ways')
    .select(['id', 'key', 'device_name'])
    .where('key', 'in', [...samples.keys()])
    .execute();
  const ways = new Map<string, Way>();
  for (const { id, key, device_name } of stored) {
    const sample = samples.get(key);
    if (sample === undefined) continue;
    samples.delete(key);
    const shared = sharedOf(sample.item, sample.name ?? device_name ?? undefined);
    ways.set(key, { id, shared });
    if (sample.name === undefined || sample.name === device_name) continue;
    await db
      .updateTable('ways')
      .set({ device_name: sample.name, search: searchText(shared) })
      .where('id', '=', id)
      .execute();
  }
  const made = { count: samples.size, bytes: 0 };
  if (samples.size > 0) {
    const fresh = [...samples].map(([key, { item, name }]) => ({ key, shared: sharedOf(item, name) }));
    const rows = fresh.map(({ key, shared }) => {
      const search = searchText(shared);
      const body = bodyOf(shared);
      const bytes = 2 * Buffer.byteLength(search) + Buffer.byteLength(body);
      made.bytes += bytes;
      return {
        key,
        gateway: shared.gateway,
        outcome: shared.outcome,
        cause: shared.cause,
        device: shared.deviceId ?? null,
        client: shared.clientId ?? null,
        origin: shared.origin ?? null,
        n: 0,
        last_seq: 0,
        bytes,
        device_name: shared.deviceName ?? null,
        title: shared.title,
        search,
        body,
      };
    });
    const inserted = await db.insertInto('ways').values(rows).returning(['id', 'key']).execute();
    const ids = new Map(inserted.map(({ id, key }) => [key, id]));
    for (const { key, shared } of fresh) {
      const id = ids.get(key);
      if (id !== undefined) ways.set(key, { id, shared });
    }
  }
  const of = keys.map((key) => {
    const way = ways.get(key);
    if (way === undefined) throw new Error('a way was not stored');
    return way;
  });
  return { of, made };
}

// Stored rows back to the rows of the page. What the store wrote itself is checked only where a type depends on it.
import { sql } from 'kysely';
import { z } from 'zod';
import type { HandshakeView } from '../../api/shapes.ts';
import { isoOf } from '../../clock.ts';
import type { HandshakeEvidence, NewHandshake } from '../../handshakes/attempt.ts';
import { present } from '../../present.ts';
import { Problem } from '../../problem.ts';
import { readJson } from '../json.ts';
import { msOf } from './place.ts';
import type { AttemptRow, HistoryDb, WayRow } from './tables.ts';
import type { Shared } from './ways.ts';

const DERIVED = 1;
const UNSURE = 2;
/** The connection is not stored again: the id is made of it. */
export const CONN_IN_ID = 4;
/** Ids of attempts are mostly made of the connection; then the one index serves both. */
export const CONN_ID = 'conn-';

/** The flags of a row. `moved`: it could not be kept at its own time. */
export function flagsOf(item: NewHandshake, moved: boolean): number {
  const inId = item.conn !== undefined && item.id === CONN_ID + item.conn;
  return (item.derived || moved ? DERIVED : 0) | (item.unsure ? UNSURE : 0) | (inId ? CONN_IN_ID : 0);
}

/** The connection, unless the id says it already. */
export const storedConn = (item: NewHandshake): string | null =>
  item.conn === undefined || item.id === CONN_ID + item.conn ? null : item.conn;

const outcome = z.enum(['refused', 'waiting', 'timed-out', 'left-early', 'admitted', 'note', 'gap']);
const origin = z.enum(['host-key', 'loopback', 'proxied', 'remote', 'unknown']);
const text = z.string().optional();
const texts = z.array(z.string()).optional();
const body = z.object({ clientMode: text, browserOrigin: text, remoteAddr: text, host: text, scopesFrom: texts, scopesTo: texts });
const timeline = z.array(
  z.object({
    step: z.enum(['open', 'challenge', 'connect', 'audit', 'unauthorized', 'warning', 'close', 'grant', 'note']),
    at: z.string(),
    derived: z.boolean(),
    text: z.string(),
  }),
);
const isFacts = (value: unknown): value is HandshakeEvidence['facts'] =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const evidence = z.object({ facts: z.custom<HandshakeEvidence['facts']>(isFacts), timeline, raw: z.array(z.string()) });

const damaged = () => new Problem('store-unwritable', 'A stored handshake is damaged and cannot be read.');

/** The evidence of a row. Throws Problem('store-unwritable') when it is damaged. */
export function readEvidence(json: string): HandshakeEvidence {
  const read = evidence.safeParse(readJson(json, 'handshake'));
  if (!read.success) throw damaged();
  return read.data;
}

type StoredWay = Pick<WayRow, 'gateway' | 'outcome' | 'cause' | 'title' | 'device' | 'device_name' | 'client' | 'origin' | 'body'>;
type StoredRow = Omit<AttemptRow, 'gateway'> & StoredWay & { first_ms: number; count: number };

function sharedOf(row: StoredWay): Shared {
  const known = z.object({ outcome, origin: origin.nullable() }).safeParse({ outcome: row.outcome, origin: row.origin });
  const rest = body.safeParse(readJson(row.body, 'handshake'));
  if (!known.success || !rest.success) throw damaged();
  return {
    gateway: row.gateway,
    outcome: known.data.outcome,
    cause: row.cause,
    title: row.title,
    ...present({
      ...rest.data,
      deviceId: row.device ?? undefined,
      deviceName: row.device_name ?? undefined,
      clientId: row.client ?? undefined,
      origin: known.data.origin ?? undefined,
    }),
  };
}

/** One row as the page shows it. `count` and `firstMs` are of its run. */
export function viewOf(
  row: Omit<AttemptRow, 'way' | 'run' | 'gateway'>,
  shared: Shared,
  run: { id: number; count: number; firstMs: number },
): HandshakeView {
  const conn = row.flags & CONN_IN_ID ? row.id.slice(CONN_ID.length) : (row.conn ?? undefined);
  return {
    ...shared,
    id: row.id,
    seq: row.seq,
    at: isoOf(msOf(row.seq)),
    ...(row.flags & DERIVED ? { derived: true } : {}),
    ...(row.flags & UNSURE ? { unsure: true } : {}),
    ...present({ conn, durationMs: row.duration ?? undefined, requestId: row.request ?? undefined }),
    run: { id: run.id, count: run.count, firstAt: isoOf(run.firstMs) },
  };
}

/** The rows with these numbers, newest first; with `fold` each carries the whole count of its run. */
export async function rowsAt(db: HistoryDb, seqs: readonly number[], fold: boolean): Promise<HandshakeView[]> {
  const { rows } = await sql<StoredRow>`
    select h.seq, h.way, h.run, h.nth, h.flags, h.id, h.conn, h.request, h.duration, r.first_ms, r.count,
      w.gateway, w.outcome, w.cause, w.title, w.device, w.device_name, w.client, w.origin, w.body
    from json_each(${JSON.stringify(seqs)}) j
    cross join handshakes h on h.seq = j.value join ways w on w.id = h.way join runs r on r.id = h.run
    order by h.seq desc`.execute(db);
  const ways = new Map<number, Shared>();
  return rows.map((row) => {
    const shared = ways.get(row.way) ?? sharedOf(row);
    ways.set(row.way, shared);
    return viewOf(row, shared, { id: row.run, count: fold ? row.count : row.nth, firstMs: row.first_ms });
  });
}

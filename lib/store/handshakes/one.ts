// Single attempts: one by its id, and the newest of a device.
import type { HandshakeOutcome, HandshakeView } from '../../api/shapes.ts';
import type { HandshakeEvidence } from '../../handshakes/attempt.ts';
import { present } from '../../present.ts';
import { readEvidence, rowsAt } from './rows.ts';
import type { HistoryDb } from './tables.ts';
import { keysAlike } from './ways.ts';

const FAILURES: HandshakeOutcome[] = ['refused', 'waiting', 'timed-out', 'left-early'];

/** One attempt with its evidence, or undefined. */
export async function findHandshake(
  db: HistoryDb,
  gateway: string,
  id: string,
): Promise<{ row: HandshakeView; evidence: HandshakeEvidence } | undefined> {
  const stored = await db
    .selectFrom('handshakes')
    .innerJoin('evidence', 'evidence.seq', 'handshakes.seq')
    .select(['handshakes.seq', 'evidence.body'])
    .where('handshakes.id', '=', id)
    .where('handshakes.gateway', '=', gateway)
    .executeTakeFirst();
  if (stored === undefined) return undefined;
  const [row] = await rowsAt(db, [stored.seq], false);
  return row && { row, evidence: readEvidence(stored.body) };
}

/** The newest attempt of the way in which a stored one failed, whatever its title; undefined when that one is forgotten. */
export async function newestAlike(db: HistoryDb, { seq }: Pick<HandshakeView, 'seq'>): Promise<HandshakeView | undefined> {
  // The stored key is asked for and not made anew: what the database keeps of a row may differ from what it was given.
  const way = await db
    .selectFrom('handshakes')
    .innerJoin('ways', 'ways.id', 'handshakes.way')
    .select('ways.key')
    .where('handshakes.seq', '=', seq)
    .executeTakeFirst();
  if (way === undefined) return undefined;
  const { first, end } = keysAlike(way.key);
  const { newest } = await db
    .selectFrom('ways')
    .select((eb) => eb.fn.max<number | null>('last_seq').as('newest'))
    .where('key', '>=', first)
    .where('key', '<', end)
    .executeTakeFirstOrThrow();
  if (newest === null) return undefined;
  const [row] = await rowsAt(db, [newest], false);
  return row;
}

/** The newest attempt of a device that failed, and the newest sign that it was admitted. */
export async function latestOf(
  db: HistoryDb,
  gateway: string,
  deviceId: string,
): Promise<{ failed?: HandshakeView; admitted?: HandshakeView }> {
  const newestWith = async (outcomes: HandshakeOutcome[]): Promise<HandshakeView | undefined> => {
    const { seq } = await db
      .selectFrom('ways')
      .select((eb) => eb.fn.max<number | null>('last_seq').as('seq'))
      .where('device', '=', deviceId)
      .where('gateway', '=', gateway)
      .where('outcome', 'in', outcomes)
      .executeTakeFirstOrThrow();
    if (seq === null) return undefined;
    const [row] = await rowsAt(db, [seq], false);
    return row;
  };
  return present({ failed: await newestWith(FAILURES), admitted: await newestWith(['admitted']) });
}

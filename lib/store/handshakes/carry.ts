// Carries the handshakes of the first layout, kept in the record's own file, into the log.
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { NewHandshake } from '../../handshakes/attempt.ts';
import { present } from '../../present.ts';
import { turn } from '../../turn.ts';

const SLICE = 1_000;

const text = z.string().optional();
const texts = z.array(z.string()).optional();
const old = z.object({
  id: z.string(),
  gateway: z.string(),
  at: z.string().refine((at) => !Number.isNaN(Date.parse(at))),
  outcome: z.enum(['refused', 'waiting', 'timed-out', 'left-early', 'admitted', 'note', 'gap']),
  cause: z.string(),
  title: z.string(),
  deviceId: text,
  deviceName: text,
  clientId: text,
  clientMode: text,
  // It was the caller's Origin header.
  origin: text,
  remoteAddr: text,
  host: text,
  scopesFrom: texts,
  scopesTo: texts,
  durationMs: z.number().optional(),
  conn: text,
  raw: z.array(z.string()),
});

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function handshakeOf(body: string): NewHandshake[] {
  const read = old.safeParse(parsed(body));
  // What cannot be read was no use before either; the rest must not be lost for it.
  if (!read.success) return [];
  const { id, gateway, at, outcome, cause, title, raw, origin, ...rest } = read.data;
  const facts = { id, gateway, at, outcome, cause, title };
  return [{ ...facts, ...present({ ...rest, browserOrigin: origin }), evidence: { facts: {}, timeline: [], raw } }];
}

/** Hands all old handshakes on, oldest first, then drops their table. What was handed on before a crash comes again. */
export async function carryOver(db: Kysely<unknown>, take: (batch: readonly NewHandshake[]) => Promise<unknown>): Promise<void> {
  let after = 0;
  for (;;) {
    const { rows } = await sql<{ seq: number; body: string }>`
      select seq, body from handshakes where seq > ${after} order by seq limit ${SLICE}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) break;
    await take(rows.flatMap((row) => handshakeOf(row.body)));
    after = last.seq;
    await turn();
  }
  await sql`drop table handshakes`.execute(db);
}

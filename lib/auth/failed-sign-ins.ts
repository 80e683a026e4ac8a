// Wrong passwords in Activity: one row for each operator, address and hour. Names that are no operator's stand nowhere, because people
// type their passwords there, and a row is kept for good.
import { type Clock, isoOf } from '../clock.ts';
import type { Told } from './record.ts';

const HOUR_MS = 3_600_000;
/** Beyond, further ones of an hour are counted together: a flood fills no record. */
const MAX_ROWS = 40;
const OTHERS = '';

type Tally = { name: string | undefined; address: string; count: number; sinceMs: number };

/** Counts; `tell` writes a row and may reject. */
export function createFailedSignIns(deps: { clock: Clock; tell: (entry: Told) => Promise<void>; onError: (error: unknown) => void }) {
  const { clock, tell, onError } = deps;
  const tallies = new Map<string, Tally>();

  function rowOf({ name, address, count, sinceMs }: Tally): Told {
    const times = count === 1 ? 'Once' : `${count} times`;
    const whom = name === undefined ? 'a name that is no operator’s, or several' : name;
    const where = address === OTHERS ? 'from several addresses' : `from ${address}`;
    return {
      actor: { kind: 'gateway', name: 'Gatehouse' },
      what: 'sign-in.refused',
      text: `${times} within an hour a wrong password was given for ${whom}, ${where}.`,
      details: {
        count,
        since: isoOf(sinceMs),
        ...(name === undefined ? {} : { operator: name }),
        ...(address === OTHERS ? {} : { address }),
      },
    };
  }

  async function write(which: (tally: Tally) => boolean): Promise<void> {
    for (const [key, tally] of [...tallies]) {
      if (!which(tally)) continue;
      tallies.delete(key);
      await tell(rowOf(tally)).catch((error: unknown) => {
        onError(error);
        const since = tallies.get(key);
        if (since || tallies.size <= MAX_ROWS) tallies.set(key, { ...tally, count: tally.count + (since?.count ?? 0) });
      });
    }
  }

  return {
    /** A wrong password; `name` is the operator's, or undefined where there is none of the name that was given. */
    note(name: string | undefined, address: string): void {
      const full = tallies.size >= MAX_ROWS;
      const key = JSON.stringify([name ?? null, address]);
      const others = JSON.stringify([null, OTHERS]);
      const place = tallies.has(key) || !full ? { key, name, address } : { key: others, name: undefined, address: OTHERS };
      const tally = tallies.get(place.key) ?? { name: place.name, address: place.address, count: 0, sinceMs: clock.nowMs() };
      tally.count += 1;
      tallies.set(place.key, tally);
    },

    /** Writes the rows whose hour is over. What cannot be written is tried again. */
    sweep: (): Promise<void> => write(({ sinceMs }) => clock.nowMs() - sinceMs >= HOUR_MS),

    /** Writes all that was counted. */
    flush: (): Promise<void> => write(() => true),
  };
}

export type FailedSignIns = ReturnType<typeof createFailedSignIns>;
